from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from ..models.rejection_code import RejectionCode
from ..models.return_state import ReturnState
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="ReturnDecided")



@_attrs_define
class ReturnDecided:
    """ A decision that was taken. Without anybody's words: answers are kept for their Idempotency-Key, words can be erased.

        Attributes:
            assignment_id (UUID): UUIDv7, canonical lower case
            currency (str):  Example: USD.
            decided_at (datetime.datetime | None):
            lead_id (UUID): UUIDv7, canonical lower case
            ok (bool):  Example: True.
            price_charged (float): An amount in the currency beside it, with at most as many decimals as that currency has
            provider_id (UUID): UUIDv7, canonical lower case
            rejected_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            rejection_code (RejectionCode): The kind of reason
            state (ReturnState): pending → approved or denied; a denial may be appealed once, and is pending again
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
     """

    assignment_id: UUID
    currency: str
    decided_at: datetime.datetime | None
    lead_id: UUID
    ok: bool
    price_charged: float
    provider_id: UUID
    rejected_at: datetime.datetime
    rejection_code: RejectionCode
    state: ReturnState
    status: AssignmentStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        assignment_id = str(self.assignment_id)

        currency = self.currency

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        lead_id = str(self.lead_id)

        ok = self.ok

        price_charged = self.price_charged

        provider_id = str(self.provider_id)

        rejected_at = self.rejected_at.isoformat()

        rejection_code = self.rejection_code.value

        state = self.state.value

        status = self.status.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_id": assignment_id,
            "currency": currency,
            "decided_at": decided_at,
            "lead_id": lead_id,
            "ok": ok,
            "price_charged": price_charged,
            "provider_id": provider_id,
            "rejected_at": rejected_at,
            "rejection_code": rejection_code,
            "state": state,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
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


        lead_id = UUID(d.pop("lead_id"))




        ok = d.pop("ok")

        price_charged = d.pop("price_charged")

        provider_id = UUID(d.pop("provider_id"))




        rejected_at = datetime.datetime.fromisoformat(d.pop("rejected_at"))




        rejection_code = RejectionCode(d.pop("rejection_code"))




        state = ReturnState(d.pop("state"))




        status = AssignmentStatus(d.pop("status"))




        return_decided = cls(
            assignment_id=assignment_id,
            currency=currency,
            decided_at=decided_at,
            lead_id=lead_id,
            ok=ok,
            price_charged=price_charged,
            provider_id=provider_id,
            rejected_at=rejected_at,
            rejection_code=rejection_code,
            state=state,
            status=status,
        )


        return_decided.additional_properties = d
        return return_decided

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
