from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="PreferencesChange")



@_attrs_define
class PreferencesChange:
    """ The preferences to change; those left out stay

        Attributes:
            notify_on_bad_lead_decision (bool | Unset):
            notify_on_lead_status_change (bool | Unset):
            notify_on_new_lead (bool | Unset):
            quiet_from (None | str | Unset): `HH:MM`; null: no quiet hours Example: 22:00.
            quiet_until (None | str | Unset): `HH:MM`, the next day's where it is earlier; null: no quiet hours Example:
                06:30.
     """

    notify_on_bad_lead_decision: bool | Unset = UNSET
    notify_on_lead_status_change: bool | Unset = UNSET
    notify_on_new_lead: bool | Unset = UNSET
    quiet_from: None | str | Unset = UNSET
    quiet_until: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        notify_on_bad_lead_decision = self.notify_on_bad_lead_decision

        notify_on_lead_status_change = self.notify_on_lead_status_change

        notify_on_new_lead = self.notify_on_new_lead

        quiet_from: None | str | Unset
        if isinstance(self.quiet_from, Unset):
            quiet_from = UNSET
        else:
            quiet_from = self.quiet_from

        quiet_until: None | str | Unset
        if isinstance(self.quiet_until, Unset):
            quiet_until = UNSET
        else:
            quiet_until = self.quiet_until


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if notify_on_bad_lead_decision is not UNSET:
            field_dict["notify_on_bad_lead_decision"] = notify_on_bad_lead_decision
        if notify_on_lead_status_change is not UNSET:
            field_dict["notify_on_lead_status_change"] = notify_on_lead_status_change
        if notify_on_new_lead is not UNSET:
            field_dict["notify_on_new_lead"] = notify_on_new_lead
        if quiet_from is not UNSET:
            field_dict["quiet_from"] = quiet_from
        if quiet_until is not UNSET:
            field_dict["quiet_until"] = quiet_until

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        notify_on_bad_lead_decision = d.pop("notify_on_bad_lead_decision", UNSET)

        notify_on_lead_status_change = d.pop("notify_on_lead_status_change", UNSET)

        notify_on_new_lead = d.pop("notify_on_new_lead", UNSET)

        def _parse_quiet_from(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        quiet_from = _parse_quiet_from(d.pop("quiet_from", UNSET))


        def _parse_quiet_until(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        quiet_until = _parse_quiet_until(d.pop("quiet_until", UNSET))


        preferences_change = cls(
            notify_on_bad_lead_decision=notify_on_bad_lead_decision,
            notify_on_lead_status_change=notify_on_lead_status_change,
            notify_on_new_lead=notify_on_new_lead,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
        )

        return preferences_change

