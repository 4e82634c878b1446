from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Preferences")



@_attrs_define
class Preferences:
    """ 
        Attributes:
            notify_on_bad_lead_decision (bool): A return was approved or denied
            notify_on_lead_status_change (bool): Someone else changed one of the leads, return decisions apart
            notify_on_new_lead (bool): A new lead
            quiet_from (None | str): From here on, on the provider's clock, mails of new leads wait; null: at no time
                Example: 22:00.
            quiet_until (None | str): Until here; then they come as one Example: 06:30.
     """

    notify_on_bad_lead_decision: bool
    notify_on_lead_status_change: bool
    notify_on_new_lead: bool
    quiet_from: None | str
    quiet_until: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        notify_on_bad_lead_decision = self.notify_on_bad_lead_decision

        notify_on_lead_status_change = self.notify_on_lead_status_change

        notify_on_new_lead = self.notify_on_new_lead

        quiet_from: None | str
        quiet_from = self.quiet_from

        quiet_until: None | str
        quiet_until = self.quiet_until


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "notify_on_bad_lead_decision": notify_on_bad_lead_decision,
            "notify_on_lead_status_change": notify_on_lead_status_change,
            "notify_on_new_lead": notify_on_new_lead,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        notify_on_bad_lead_decision = d.pop("notify_on_bad_lead_decision")

        notify_on_lead_status_change = d.pop("notify_on_lead_status_change")

        notify_on_new_lead = d.pop("notify_on_new_lead")

        def _parse_quiet_from(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quiet_from = _parse_quiet_from(d.pop("quiet_from"))


        def _parse_quiet_until(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quiet_until = _parse_quiet_until(d.pop("quiet_until"))


        preferences = cls(
            notify_on_bad_lead_decision=notify_on_bad_lead_decision,
            notify_on_lead_status_change=notify_on_lead_status_change,
            notify_on_new_lead=notify_on_new_lead,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
        )


        preferences.additional_properties = d
        return preferences

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
