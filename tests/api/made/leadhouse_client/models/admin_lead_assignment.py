from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="AdminLeadAssignment")



@_attrs_define
class AdminLeadAssignment:
    """ Who got a lead, and what they did with it.

        Attributes:
            accepted_at (datetime.datetime | None):
            assigned_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            assignment_id (UUID): UUIDv7, canonical lower case
            level (str):
            price_charged (float): An amount in the currency beside it, with at most as many decimals as that currency has
            provider_id (UUID): UUIDv7, canonical lower case
            provider_name (str):
            refunded_at (datetime.datetime | None):
            rejected_at (datetime.datetime | None):
            rejection_code (None | str):
            rejection_reason (None | str):
            status (str):
            subscription_id (UUID): UUIDv7, canonical lower case
            viewed_at (datetime.datetime | None):
     """

    accepted_at: datetime.datetime | None
    assigned_at: datetime.datetime
    assignment_id: UUID
    level: str
    price_charged: float
    provider_id: UUID
    provider_name: str
    refunded_at: datetime.datetime | None
    rejected_at: datetime.datetime | None
    rejection_code: None | str
    rejection_reason: None | str
    status: str
    subscription_id: UUID
    viewed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        accepted_at: None | str
        if isinstance(self.accepted_at, datetime.datetime):
            accepted_at = self.accepted_at.isoformat()
        else:
            accepted_at = self.accepted_at

        assigned_at = self.assigned_at.isoformat()

        assignment_id = str(self.assignment_id)

        level = self.level

        price_charged = self.price_charged

        provider_id = str(self.provider_id)

        provider_name = self.provider_name

        refunded_at: None | str
        if isinstance(self.refunded_at, datetime.datetime):
            refunded_at = self.refunded_at.isoformat()
        else:
            refunded_at = self.refunded_at

        rejected_at: None | str
        if isinstance(self.rejected_at, datetime.datetime):
            rejected_at = self.rejected_at.isoformat()
        else:
            rejected_at = self.rejected_at

        rejection_code: None | str
        rejection_code = self.rejection_code

        rejection_reason: None | str
        rejection_reason = self.rejection_reason

        status = self.status

        subscription_id = str(self.subscription_id)

        viewed_at: None | str
        if isinstance(self.viewed_at, datetime.datetime):
            viewed_at = self.viewed_at.isoformat()
        else:
            viewed_at = self.viewed_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted_at": accepted_at,
            "assigned_at": assigned_at,
            "assignment_id": assignment_id,
            "level": level,
            "price_charged": price_charged,
            "provider_id": provider_id,
            "provider_name": provider_name,
            "refunded_at": refunded_at,
            "rejected_at": rejected_at,
            "rejection_code": rejection_code,
            "rejection_reason": rejection_reason,
            "status": status,
            "subscription_id": subscription_id,
            "viewed_at": viewed_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_accepted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                accepted_at_type_0 = datetime.datetime.fromisoformat(data)



                return accepted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        accepted_at = _parse_accepted_at(d.pop("accepted_at"))


        assigned_at = datetime.datetime.fromisoformat(d.pop("assigned_at"))




        assignment_id = UUID(d.pop("assignment_id"))




        level = d.pop("level")

        price_charged = d.pop("price_charged")

        provider_id = UUID(d.pop("provider_id"))




        provider_name = d.pop("provider_name")

        def _parse_refunded_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                refunded_at_type_0 = datetime.datetime.fromisoformat(data)



                return refunded_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        refunded_at = _parse_refunded_at(d.pop("refunded_at"))


        def _parse_rejected_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rejected_at_type_0 = datetime.datetime.fromisoformat(data)



                return rejected_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rejected_at = _parse_rejected_at(d.pop("rejected_at"))


        def _parse_rejection_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rejection_code = _parse_rejection_code(d.pop("rejection_code"))


        def _parse_rejection_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rejection_reason = _parse_rejection_reason(d.pop("rejection_reason"))


        status = d.pop("status")

        subscription_id = UUID(d.pop("subscription_id"))




        def _parse_viewed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                viewed_at_type_0 = datetime.datetime.fromisoformat(data)



                return viewed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        viewed_at = _parse_viewed_at(d.pop("viewed_at"))


        admin_lead_assignment = cls(
            accepted_at=accepted_at,
            assigned_at=assigned_at,
            assignment_id=assignment_id,
            level=level,
            price_charged=price_charged,
            provider_id=provider_id,
            provider_name=provider_name,
            refunded_at=refunded_at,
            rejected_at=rejected_at,
            rejection_code=rejection_code,
            rejection_reason=rejection_reason,
            status=status,
            subscription_id=subscription_id,
            viewed_at=viewed_at,
        )


        admin_lead_assignment.additional_properties = d
        return admin_lead_assignment

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
