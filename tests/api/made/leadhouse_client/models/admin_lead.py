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

if TYPE_CHECKING:
  from ..models.admin_lead_assignment import AdminLeadAssignment
  from ..models.admin_lead_consent_type_0 import AdminLeadConsentType0
  from ..models.admin_lead_form_data_type_0 import AdminLeadFormDataType0
  from ..models.admin_lead_trace_item import AdminLeadTraceItem





T = TypeVar("T", bound="AdminLead")



@_attrs_define
class AdminLead:
    """ A lead with everything that is kept of it.

        Attributes:
            assignments (list[AdminLeadAssignment]):
            consent (AdminLeadConsentType0 | None):
            contact_email (None | str):
            contact_name (None | str):
            contact_phone (None | str):
            currency (str): Of the money below
            duplicate_of (None | UUID):
            erased_at (datetime.datetime | None):
            external_id (None | str):
            form_data (AdminLeadFormDataType0 | None):
            id (UUID): UUIDv7, canonical lower case
            niche_id (UUID): UUIDv7, canonical lower case
            niche_name (str):
            postal_code (None | str):
            raw_content_type (None | str):
            raw_payload (None | str): The body as the sender sent it
            received_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            referrer_url (None | str):
            source_id (UUID): UUIDv7, canonical lower case
            source_name (str):
            status (LeadStatus): What became of the lead
            trace (list[AdminLeadTraceItem]): Every candidate of the last distribution, and why it was taken or not; empty
                where there was none
            utm_campaign (None | str):
            utm_medium (None | str):
            utm_source (None | str):
     """

    assignments: list[AdminLeadAssignment]
    consent: AdminLeadConsentType0 | None
    contact_email: None | str
    contact_name: None | str
    contact_phone: None | str
    currency: str
    duplicate_of: None | UUID
    erased_at: datetime.datetime | None
    external_id: None | str
    form_data: AdminLeadFormDataType0 | None
    id: UUID
    niche_id: UUID
    niche_name: str
    postal_code: None | str
    raw_content_type: None | str
    raw_payload: None | str
    received_at: datetime.datetime
    referrer_url: None | str
    source_id: UUID
    source_name: str
    status: LeadStatus
    trace: list[AdminLeadTraceItem]
    utm_campaign: None | str
    utm_medium: None | str
    utm_source: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.admin_lead_assignment import AdminLeadAssignment # noqa: PLC0415
        from ..models.admin_lead_consent_type_0 import AdminLeadConsentType0 # noqa: PLC0415
        from ..models.admin_lead_form_data_type_0 import AdminLeadFormDataType0 # noqa: PLC0415
        from ..models.admin_lead_trace_item import AdminLeadTraceItem # noqa: PLC0415
        assignments = []
        for assignments_item_data in self.assignments:
            assignments_item = assignments_item_data.to_dict()
            assignments.append(assignments_item)



        consent: dict[str, Any] | None
        if isinstance(self.consent, AdminLeadConsentType0):
            consent = self.consent.to_dict()
        else:
            consent = self.consent

        contact_email: None | str
        contact_email = self.contact_email

        contact_name: None | str
        contact_name = self.contact_name

        contact_phone: None | str
        contact_phone = self.contact_phone

        currency = self.currency

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

        form_data: dict[str, Any] | None
        if isinstance(self.form_data, AdminLeadFormDataType0):
            form_data = self.form_data.to_dict()
        else:
            form_data = self.form_data

        id = str(self.id)

        niche_id = str(self.niche_id)

        niche_name = self.niche_name

        postal_code: None | str
        postal_code = self.postal_code

        raw_content_type: None | str
        raw_content_type = self.raw_content_type

        raw_payload: None | str
        raw_payload = self.raw_payload

        received_at = self.received_at.isoformat()

        referrer_url: None | str
        referrer_url = self.referrer_url

        source_id = str(self.source_id)

        source_name = self.source_name

        status = self.status.value

        trace = []
        for trace_item_data in self.trace:
            trace_item = trace_item_data.to_dict()
            trace.append(trace_item)



        utm_campaign: None | str
        utm_campaign = self.utm_campaign

        utm_medium: None | str
        utm_medium = self.utm_medium

        utm_source: None | str
        utm_source = self.utm_source


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignments": assignments,
            "consent": consent,
            "contact_email": contact_email,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "currency": currency,
            "duplicate_of": duplicate_of,
            "erased_at": erased_at,
            "external_id": external_id,
            "form_data": form_data,
            "id": id,
            "niche_id": niche_id,
            "niche_name": niche_name,
            "postal_code": postal_code,
            "raw_content_type": raw_content_type,
            "raw_payload": raw_payload,
            "received_at": received_at,
            "referrer_url": referrer_url,
            "source_id": source_id,
            "source_name": source_name,
            "status": status,
            "trace": trace,
            "utm_campaign": utm_campaign,
            "utm_medium": utm_medium,
            "utm_source": utm_source,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.admin_lead_assignment import AdminLeadAssignment # noqa: PLC0415
        from ..models.admin_lead_consent_type_0 import AdminLeadConsentType0 # noqa: PLC0415
        from ..models.admin_lead_form_data_type_0 import AdminLeadFormDataType0 # noqa: PLC0415
        from ..models.admin_lead_trace_item import AdminLeadTraceItem # noqa: PLC0415
        d = dict(src_dict)
        assignments = []
        _assignments = d.pop("assignments")
        for assignments_item_data in (_assignments):
            assignments_item = AdminLeadAssignment.from_dict(assignments_item_data)



            assignments.append(assignments_item)


        def _parse_consent(data: object) -> AdminLeadConsentType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_type_0 = AdminLeadConsentType0.from_dict(data)



                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AdminLeadConsentType0 | None, data)

        consent = _parse_consent(d.pop("consent"))


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


        currency = d.pop("currency")

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


        def _parse_form_data(data: object) -> AdminLeadFormDataType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_data_type_0 = AdminLeadFormDataType0.from_dict(data)



                return form_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AdminLeadFormDataType0 | None, data)

        form_data = _parse_form_data(d.pop("form_data"))


        id = UUID(d.pop("id"))




        niche_id = UUID(d.pop("niche_id"))




        niche_name = d.pop("niche_name")

        def _parse_postal_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        postal_code = _parse_postal_code(d.pop("postal_code"))


        def _parse_raw_content_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        raw_content_type = _parse_raw_content_type(d.pop("raw_content_type"))


        def _parse_raw_payload(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        raw_payload = _parse_raw_payload(d.pop("raw_payload"))


        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))




        def _parse_referrer_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        referrer_url = _parse_referrer_url(d.pop("referrer_url"))


        source_id = UUID(d.pop("source_id"))




        source_name = d.pop("source_name")

        status = LeadStatus(d.pop("status"))




        trace = []
        _trace = d.pop("trace")
        for trace_item_data in (_trace):
            trace_item = AdminLeadTraceItem.from_dict(trace_item_data)



            trace.append(trace_item)


        def _parse_utm_campaign(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        utm_campaign = _parse_utm_campaign(d.pop("utm_campaign"))


        def _parse_utm_medium(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        utm_medium = _parse_utm_medium(d.pop("utm_medium"))


        def _parse_utm_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        utm_source = _parse_utm_source(d.pop("utm_source"))


        admin_lead = cls(
            assignments=assignments,
            consent=consent,
            contact_email=contact_email,
            contact_name=contact_name,
            contact_phone=contact_phone,
            currency=currency,
            duplicate_of=duplicate_of,
            erased_at=erased_at,
            external_id=external_id,
            form_data=form_data,
            id=id,
            niche_id=niche_id,
            niche_name=niche_name,
            postal_code=postal_code,
            raw_content_type=raw_content_type,
            raw_payload=raw_payload,
            received_at=received_at,
            referrer_url=referrer_url,
            source_id=source_id,
            source_name=source_name,
            status=status,
            trace=trace,
            utm_campaign=utm_campaign,
            utm_medium=utm_medium,
            utm_source=utm_source,
        )


        admin_lead.additional_properties = d
        return admin_lead

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
