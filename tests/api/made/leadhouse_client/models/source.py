from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.source_format import SourceFormat
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Source")



@_attrs_define
class Source:
    """ A source, with what its sender has to be given.

        Attributes:
            active (bool):
            country (str):
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            format_ (SourceFormat): How the posts of a source are read
            id (UUID): UUIDv7, canonical lower case
            key (str): The source's identity: whoever knows it can send leads
            look_back_days (int):
            name (str):
            niche_id (UUID): UUIDv7, canonical lower case
            secret (None | str): `google_ads`: the `google_key` to be entered at Google
            url (str): Where leads are posted
     """

    active: bool
    country: str
    created_at: datetime.datetime
    format_: SourceFormat
    id: UUID
    key: str
    look_back_days: int
    name: str
    niche_id: UUID
    secret: None | str
    url: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        country = self.country

        created_at = self.created_at.isoformat()

        format_ = self.format_.value

        id = str(self.id)

        key = self.key

        look_back_days = self.look_back_days

        name = self.name

        niche_id = str(self.niche_id)

        secret: None | str
        secret = self.secret

        url = self.url


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "active": active,
            "country": country,
            "created_at": created_at,
            "format": format_,
            "id": id,
            "key": key,
            "look_back_days": look_back_days,
            "name": name,
            "niche_id": niche_id,
            "secret": secret,
            "url": url,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active")

        country = d.pop("country")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        format_ = SourceFormat(d.pop("format"))




        id = UUID(d.pop("id"))




        key = d.pop("key")

        look_back_days = d.pop("look_back_days")

        name = d.pop("name")

        niche_id = UUID(d.pop("niche_id"))




        def _parse_secret(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        secret = _parse_secret(d.pop("secret"))


        url = d.pop("url")

        source = cls(
            active=active,
            country=country,
            created_at=created_at,
            format_=format_,
            id=id,
            key=key,
            look_back_days=look_back_days,
            name=name,
            niche_id=niche_id,
            secret=secret,
            url=url,
        )


        source.additional_properties = d
        return source

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
