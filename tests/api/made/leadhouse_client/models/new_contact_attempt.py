from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.attempt_kind import AttemptKind
from ..models.attempt_result import AttemptResult
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewContactAttempt")



@_attrs_define
class NewContactAttempt:
    """ How I tried to reach the lead's person

        Attributes:
            at (datetime.datetime): Not before the lead came, and not in the future
            kind (AttemptKind): By what way
            result (AttemptResult): What came of it
            note (None | str | Unset):
     """

    at: datetime.datetime
    kind: AttemptKind
    result: AttemptResult
    note: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        kind = self.kind.value

        result = self.result.value

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "at": at,
            "kind": kind,
            "result": result,
        })
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        kind = AttemptKind(d.pop("kind"))




        result = AttemptResult(d.pop("result"))




        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))


        new_contact_attempt = cls(
            at=at,
            kind=kind,
            result=result,
            note=note,
        )

        return new_contact_attempt

