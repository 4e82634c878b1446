from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="AppealIn")



@_attrs_define
class AppealIn:
    """ Why the denial should be looked at again

        Attributes:
            text (str): 10 to 1,000 characters, without those at the ends that cannot be seen Example: I called three times;
                the attempts are on record.
     """

    text: str





    def to_dict(self) -> dict[str, Any]:
        text = self.text


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        appeal_in = cls(
            text=text,
        )

        return appeal_in

