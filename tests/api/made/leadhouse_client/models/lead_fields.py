from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.lead_fields_consent_type_0 import LeadFieldsConsentType0
  from ..models.lead_fields_form_data_type_0 import LeadFieldsFormDataType0





T = TypeVar("T", bound="LeadFields")



@_attrs_define
class LeadFields:
    """ A submission as it was read.

        Attributes:
            consent (LeadFieldsConsentType0 | None):
            contact_email (None | str):
            contact_name (None | str):
            contact_phone (None | str):
            external_id (None | str):
            form_data (LeadFieldsFormDataType0 | None):
            is_test (bool):
            postal_code (None | str):
            referrer_url (None | str):
            utm_campaign (None | str):
            utm_medium (None | str):
            utm_source (None | str):
     """

    consent: LeadFieldsConsentType0 | None
    contact_email: None | str
    contact_name: None | str
    contact_phone: None | str
    external_id: None | str
    form_data: LeadFieldsFormDataType0 | None
    is_test: bool
    postal_code: None | str
    referrer_url: None | str
    utm_campaign: None | str
    utm_medium: None | str
    utm_source: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_fields_consent_type_0 import LeadFieldsConsentType0 # noqa: PLC0415
        from ..models.lead_fields_form_data_type_0 import LeadFieldsFormDataType0 # noqa: PLC0415
        consent: dict[str, Any] | None
        if isinstance(self.consent, LeadFieldsConsentType0):
            consent = self.consent.to_dict()
        else:
            consent = self.consent

        contact_email: None | str
        contact_email = self.contact_email

        contact_name: None | str
        contact_name = self.contact_name

        contact_phone: None | str
        contact_phone = self.contact_phone

        external_id: None | str
        external_id = self.external_id

        form_data: dict[str, Any] | None
        if isinstance(self.form_data, LeadFieldsFormDataType0):
            form_data = self.form_data.to_dict()
        else:
            form_data = self.form_data

        is_test = self.is_test

        postal_code: None | str
        postal_code = self.postal_code

        referrer_url: None | str
        referrer_url = self.referrer_url

        utm_campaign: None | str
        utm_campaign = self.utm_campaign

        utm_medium: None | str
        utm_medium = self.utm_medium

        utm_source: None | str
        utm_source = self.utm_source


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "consent": consent,
            "contact_email": contact_email,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "external_id": external_id,
            "form_data": form_data,
            "is_test": is_test,
            "postal_code": postal_code,
            "referrer_url": referrer_url,
            "utm_campaign": utm_campaign,
            "utm_medium": utm_medium,
            "utm_source": utm_source,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_fields_consent_type_0 import LeadFieldsConsentType0 # noqa: PLC0415
        from ..models.lead_fields_form_data_type_0 import LeadFieldsFormDataType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_consent(data: object) -> LeadFieldsConsentType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_type_0 = LeadFieldsConsentType0.from_dict(data)



                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadFieldsConsentType0 | None, data)

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


        def _parse_external_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_id = _parse_external_id(d.pop("external_id"))


        def _parse_form_data(data: object) -> LeadFieldsFormDataType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_data_type_0 = LeadFieldsFormDataType0.from_dict(data)



                return form_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadFieldsFormDataType0 | None, data)

        form_data = _parse_form_data(d.pop("form_data"))


        is_test = d.pop("is_test")

        def _parse_postal_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        postal_code = _parse_postal_code(d.pop("postal_code"))


        def _parse_referrer_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        referrer_url = _parse_referrer_url(d.pop("referrer_url"))


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


        lead_fields = cls(
            consent=consent,
            contact_email=contact_email,
            contact_name=contact_name,
            contact_phone=contact_phone,
            external_id=external_id,
            form_data=form_data,
            is_test=is_test,
            postal_code=postal_code,
            referrer_url=referrer_url,
            utm_campaign=utm_campaign,
            utm_medium=utm_medium,
            utm_source=utm_source,
        )


        lead_fields.additional_properties = d
        return lead_fields

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
