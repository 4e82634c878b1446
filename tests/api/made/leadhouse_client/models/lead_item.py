from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.lead_status import LeadStatus
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="LeadItem")



@_attrs_define
class LeadItem:
    """ A lead as it stands in the list.

        Attributes:
            assignment_count (int): How many providers got it
            contact_email (None | str):
            contact_name (None | str):
            contact_phone (None | str):
            duplicate_of (None | UUID):
            erased_at (datetime.datetime | None):
            external_id (None | str):
            id (UUID): UUIDv7, canonical lower case
            niche_id (UUID): UUIDv7, canonical lower case
            postal_code (None | str):
            received_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            source_id (UUID): UUIDv7, canonical lower case
            status (LeadStatus): What became of the lead
     """

    assignment_count: int
    contact_email: None | str
    contact_name: None | str
    contact_phone: None | str
    duplicate_of: None | UUID
    erased_at: datetime.datetime | None
    external_id: None | str
    id: UUID
    niche_id: UUID
    postal_code: None | str
    received_at: datetime.datetime
    source_id: UUID
    status: LeadStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        assignment_count = self.assignment_count

        contact_email: None | str
        contact_email = self.contact_email

        contact_name: None | str
        contact_name = self.contact_name

        contact_phone: None | str
        contact_phone = self.contact_phone

        duplicate_of: None | str
        if isinstance(self.duplicate_of, UUID):
            duplicate_of = str(self.duplicate_of)
        else:
            duplicate_of = self.duplicate_of

        erased_at: None | str
        if isinstance(self.erased_at, datetime.datetime):
            erased_at = self.erased_at.isoformat()
        else:
            erased_at = self.erased_at

        external_id: None | str
        external_id = self.external_id

        id = str(self.id)

        niche_id = str(self.niche_id)

        postal_code: None | str
        postal_code = self.postal_code

        received_at = self.received_at.isoformat()

        source_id = str(self.source_id)

        status = self.status.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_count": assignment_count,
            "contact_email": contact_email,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "duplicate_of": duplicate_of,
            "erased_at": erased_at,
            "external_id": external_id,
            "id": id,
            "niche_id": niche_id,
            "postal_code": postal_code,
            "received_at": received_at,
            "source_id": source_id,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        assignment_count = d.pop("assignment_count")

        def _parse_contact_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_email = _parse_contact_email(d.pop("contact_email"))


        def _parse_contact_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_name = _parse_contact_name(d.pop("contact_name"))


        def _parse_contact_phone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_phone = _parse_contact_phone(d.pop("contact_phone"))


        def _parse_duplicate_of(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duplicate_of_type_0 = UUID(data)



                return duplicate_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        duplicate_of = _parse_duplicate_of(d.pop("duplicate_of"))


        def _parse_erased_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                erased_at_type_0 = datetime.datetime.fromisoformat(data)



                return erased_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        erased_at = _parse_erased_at(d.pop("erased_at"))


        def _parse_external_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_id = _parse_external_id(d.pop("external_id"))


        id = UUID(d.pop("id"))




        niche_id = UUID(d.pop("niche_id"))




        def _parse_postal_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        postal_code = _parse_postal_code(d.pop("postal_code"))


        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))




        source_id = UUID(d.pop("source_id"))




        status = LeadStatus(d.pop("status"))




        lead_item = cls(
            assignment_count=assignment_count,
            contact_email=contact_email,
            contact_name=contact_name,
            contact_phone=contact_phone,
            duplicate_of=duplicate_of,
            erased_at=erased_at,
            external_id=external_id,
            id=id,
            niche_id=niche_id,
            postal_code=postal_code,
            received_at=received_at,
            source_id=source_id,
            status=status,
        )


        lead_item.additional_properties = d
        return lead_item

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
