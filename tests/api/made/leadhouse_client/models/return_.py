from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from ..models.rejection_code import RejectionCode
from ..models.return_rule import ReturnRule
from ..models.return_state import ReturnState
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Return")



@_attrs_define
class Return:
    """ A rejected lead under review.

        Attributes:
            appeal_text (None | str):
            appealed_at (datetime.datetime | None):
            assignment_id (UUID): UUIDv7, canonical lower case
            currency (str):  Example: USD.
            decided_at (datetime.datetime | None):
            decided_by (None | UUID):
            first_denial_note (None | str):
            first_denied_at (datetime.datetime | None):
            lead_id (UUID): UUIDv7, canonical lower case
            niche_id (UUID): UUIDv7, canonical lower case
            niche_name (str):  Example: Roofing.
            note (None | str):
            price_charged (float): An amount in the currency beside it, with at most as many decimals as that currency has
            provider_id (UUID): UUIDv7, canonical lower case
            provider_name (str):
            rejected_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            rejection_code (RejectionCode): The kind of reason
            rejection_reason (str):
            rule (None | ReturnRule):
            state (ReturnState): pending → approved or denied; a denial may be appealed once, and is pending again
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
     """

    appeal_text: None | str
    appealed_at: datetime.datetime | None
    assignment_id: UUID
    currency: str
    decided_at: datetime.datetime | None
    decided_by: None | UUID
    first_denial_note: None | str
    first_denied_at: datetime.datetime | None
    lead_id: UUID
    niche_id: UUID
    niche_name: str
    note: None | str
    price_charged: float
    provider_id: UUID
    provider_name: str
    rejected_at: datetime.datetime
    rejection_code: RejectionCode
    rejection_reason: str
    rule: None | ReturnRule
    state: ReturnState
    status: AssignmentStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        appeal_text: None | str
        appeal_text = self.appeal_text

        appealed_at: None | str
        if isinstance(self.appealed_at, datetime.datetime):
            appealed_at = self.appealed_at.isoformat()
        else:
            appealed_at = self.appealed_at

        assignment_id = str(self.assignment_id)

        currency = self.currency

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        decided_by: None | str
        if isinstance(self.decided_by, UUID):
            decided_by = str(self.decided_by)
        else:
            decided_by = self.decided_by

        first_denial_note: None | str
        first_denial_note = self.first_denial_note

        first_denied_at: None | str
        if isinstance(self.first_denied_at, datetime.datetime):
            first_denied_at = self.first_denied_at.isoformat()
        else:
            first_denied_at = self.first_denied_at

        lead_id = str(self.lead_id)

        niche_id = str(self.niche_id)

        niche_name = self.niche_name

        note: None | str
        note = self.note

        price_charged = self.price_charged

        provider_id = str(self.provider_id)

        provider_name = self.provider_name

        rejected_at = self.rejected_at.isoformat()

        rejection_code = self.rejection_code.value

        rejection_reason = self.rejection_reason

        rule: None | str
        if isinstance(self.rule, ReturnRule):
            rule = self.rule.value
        else:
            rule = self.rule

        state = self.state.value

        status = self.status.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "appeal_text": appeal_text,
            "appealed_at": appealed_at,
            "assignment_id": assignment_id,
            "currency": currency,
            "decided_at": decided_at,
            "decided_by": decided_by,
            "first_denial_note": first_denial_note,
            "first_denied_at": first_denied_at,
            "lead_id": lead_id,
            "niche_id": niche_id,
            "niche_name": niche_name,
            "note": note,
            "price_charged": price_charged,
            "provider_id": provider_id,
            "provider_name": provider_name,
            "rejected_at": rejected_at,
            "rejection_code": rejection_code,
            "rejection_reason": rejection_reason,
            "rule": rule,
            "state": state,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_appeal_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        appeal_text = _parse_appeal_text(d.pop("appeal_text"))


        def _parse_appealed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                appealed_at_type_0 = datetime.datetime.fromisoformat(data)



                return appealed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        appealed_at = _parse_appealed_at(d.pop("appealed_at"))


        assignment_id = UUID(d.pop("assignment_id"))




        currency = d.pop("currency")

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


        def _parse_decided_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_by_type_0 = UUID(data)



                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))


        def _parse_first_denial_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        first_denial_note = _parse_first_denial_note(d.pop("first_denial_note"))


        def _parse_first_denied_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_denied_at_type_0 = datetime.datetime.fromisoformat(data)



                return first_denied_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        first_denied_at = _parse_first_denied_at(d.pop("first_denied_at"))


        lead_id = UUID(d.pop("lead_id"))




        niche_id = UUID(d.pop("niche_id"))




        niche_name = d.pop("niche_name")

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        price_charged = d.pop("price_charged")

        provider_id = UUID(d.pop("provider_id"))




        provider_name = d.pop("provider_name")

        rejected_at = datetime.datetime.fromisoformat(d.pop("rejected_at"))




        rejection_code = RejectionCode(d.pop("rejection_code"))




        rejection_reason = d.pop("rejection_reason")

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




        status = AssignmentStatus(d.pop("status"))




        return_ = cls(
            appeal_text=appeal_text,
            appealed_at=appealed_at,
            assignment_id=assignment_id,
            currency=currency,
            decided_at=decided_at,
            decided_by=decided_by,
            first_denial_note=first_denial_note,
            first_denied_at=first_denied_at,
            lead_id=lead_id,
            niche_id=niche_id,
            niche_name=niche_name,
            note=note,
            price_charged=price_charged,
            provider_id=provider_id,
            provider_name=provider_name,
            rejected_at=rejected_at,
            rejection_code=rejection_code,
            rejection_reason=rejection_reason,
            rule=rule,
            state=state,
            status=status,
        )


        return_.additional_properties = d
        return return_

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
