from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.return_rule import ReturnRule
from ..models.return_state import ReturnState
from typing import cast
import datetime






T = TypeVar("T", bound="LeadReturn")



@_attrs_define
class LeadReturn:
    """ The return of a rejected lead: whether its price is given back.

        Attributes:
            decided_at (datetime.datetime | None):
            note (None | str): The operator's words
            rule (None | ReturnRule):
            state (ReturnState): pending → approved or denied; a denial may be appealed once, and is pending again
     """

    decided_at: datetime.datetime | None
    note: None | str
    rule: None | ReturnRule
    state: ReturnState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        note: None | str
        note = self.note

        rule: None | str
        if isinstance(self.rule, ReturnRule):
            rule = self.rule.value
        else:
            rule = self.rule

        state = self.state.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "decided_at": decided_at,
            "note": note,
            "rule": rule,
            "state": state,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))


        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        def _parse_rule(data: object) -> None | ReturnRule:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rule_type_0 = ReturnRule(data)



                return rule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReturnRule, data)

        rule = _parse_rule(d.pop("rule"))


        state = ReturnState(d.pop("state"))




        lead_return = cls(
            decided_at=decided_at,
            note=note,
            rule=rule,
            state=state,
        )


        lead_return.additional_properties = d
        return lead_return

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
