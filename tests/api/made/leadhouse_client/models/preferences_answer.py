from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.preferences import Preferences





T = TypeVar("T", bound="PreferencesAnswer")



@_attrs_define
class PreferencesAnswer:
    """ 
        Attributes:
            ok (bool):  Example: True.
            preferences (Preferences):
     """

    ok: bool
    preferences: Preferences
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.preferences import Preferences # noqa: PLC0415
        ok = self.ok

        preferences = self.preferences.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "ok": ok,
            "preferences": preferences,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preferences import Preferences # noqa: PLC0415
        d = dict(src_dict)
        ok = d.pop("ok")

        preferences = Preferences.from_dict(d.pop("preferences"))




        preferences_answer = cls(
            ok=ok,
            preferences=preferences,
        )


        preferences_answer.additional_properties = d
        return preferences_answer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
