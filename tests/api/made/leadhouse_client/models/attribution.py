from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Attribution")



@_attrs_define
class Attribution:
    """ 
        Attributes:
            referrer_url (None | str):
            utm_campaign (None | str):
            utm_medium (None | str):
            utm_source (None | str):
     """

    referrer_url: None | str
    utm_campaign: None | str
    utm_medium: None | str
    utm_source: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
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
            "referrer_url": referrer_url,
            "utm_campaign": utm_campaign,
            "utm_medium": utm_medium,
            "utm_source": utm_source,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
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


        attribution = cls(
            referrer_url=referrer_url,
            utm_campaign=utm_campaign,
            utm_medium=utm_medium,
            utm_source=utm_source,
        )


        attribution.additional_properties = d
        return attribution

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
