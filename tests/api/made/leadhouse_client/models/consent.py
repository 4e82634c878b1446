from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="Consent")



@_attrs_define
class Consent:
    """ What the person agreed to, and the evidence.

        Attributes:
            at (datetime.datetime | None | Unset):
            ip (None | str | Unset): IPv4 or IPv6
            jornaya_leadid (None | str | Unset):
            text (None | str | Unset):
            trustedform_cert_url (None | str | Unset):
            url (None | str | Unset):
     """

    at: datetime.datetime | None | Unset = UNSET
    ip: None | str | Unset = UNSET
    jornaya_leadid: None | str | Unset = UNSET
    text: None | str | Unset = UNSET
    trustedform_cert_url: None | str | Unset = UNSET
    url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        at: None | str | Unset
        if isinstance(self.at, Unset):
            at = UNSET
        elif isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        ip: None | str | Unset
        if isinstance(self.ip, Unset):
            ip = UNSET
        else:
            ip = self.ip

        jornaya_leadid: None | str | Unset
        if isinstance(self.jornaya_leadid, Unset):
            jornaya_leadid = UNSET
        else:
            jornaya_leadid = self.jornaya_leadid

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        trustedform_cert_url: None | str | Unset
        if isinstance(self.trustedform_cert_url, Unset):
            trustedform_cert_url = UNSET
        else:
            trustedform_cert_url = self.trustedform_cert_url

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if at is not UNSET:
            field_dict["at"] = at
        if ip is not UNSET:
            field_dict["ip"] = ip
        if jornaya_leadid is not UNSET:
            field_dict["jornaya_leadid"] = jornaya_leadid
        if text is not UNSET:
            field_dict["text"] = text
        if trustedform_cert_url is not UNSET:
            field_dict["trustedform_cert_url"] = trustedform_cert_url
        if url is not UNSET:
            field_dict["url"] = url

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)



                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        at = _parse_at(d.pop("at", UNSET))


        def _parse_ip(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ip = _parse_ip(d.pop("ip", UNSET))


        def _parse_jornaya_leadid(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        jornaya_leadid = _parse_jornaya_leadid(d.pop("jornaya_leadid", UNSET))


        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))


        def _parse_trustedform_cert_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        trustedform_cert_url = _parse_trustedform_cert_url(d.pop("trustedform_cert_url", UNSET))


        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))


        consent = cls(
            at=at,
            ip=ip,
            jornaya_leadid=jornaya_leadid,
            text=text,
            trustedform_cert_url=trustedform_cert_url,
            url=url,
        )


        consent.additional_properties = d
        return consent

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
