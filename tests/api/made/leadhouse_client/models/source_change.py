from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.source_change_country import SourceChangeCountry
from ..types import UNSET, Unset
from uuid import UUID






T = TypeVar("T", bound="SourceChange")



@_attrs_define
class SourceChange:
    """ What to change of a source.

        Attributes:
            active (bool | Unset): Leads sent to a source that is not active are refused
            country (SourceChangeCountry | Unset):
            look_back_days (int | Unset):
            name (str | Unset):
            niche_id (UUID | Unset): UUIDv7, canonical lower case
            secret (str | Unset):
     """

    active: bool | Unset = UNSET
    country: SourceChangeCountry | Unset = UNSET
    look_back_days: int | Unset = UNSET
    name: str | Unset = UNSET
    niche_id: UUID | Unset = UNSET
    secret: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        country: str | Unset = UNSET
        if not isinstance(self.country, Unset):
            country = self.country.value


        look_back_days = self.look_back_days

        name = self.name

        niche_id: str | Unset = UNSET
        if not isinstance(self.niche_id, Unset):
            niche_id = str(self.niche_id)

        secret = self.secret


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if active is not UNSET:
            field_dict["active"] = active
        if country is not UNSET:
            field_dict["country"] = country
        if look_back_days is not UNSET:
            field_dict["look_back_days"] = look_back_days
        if name is not UNSET:
            field_dict["name"] = name
        if niche_id is not UNSET:
            field_dict["niche_id"] = niche_id
        if secret is not UNSET:
            field_dict["secret"] = secret

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active", UNSET)

        _country = d.pop("country", UNSET)
        country: SourceChangeCountry | Unset
        if isinstance(_country,  Unset):
            country = UNSET
        else:
            country = SourceChangeCountry(_country)




        look_back_days = d.pop("look_back_days", UNSET)

        name = d.pop("name", UNSET)

        _niche_id = d.pop("niche_id", UNSET)
        niche_id: UUID | Unset
        if isinstance(_niche_id,  Unset):
            niche_id = UNSET
        else:
            niche_id = UUID(_niche_id)




        secret = d.pop("secret", UNSET)

        source_change = cls(
            active=active,
            country=country,
            look_back_days=look_back_days,
            name=name,
            niche_id=niche_id,
            secret=secret,
        )

        return source_change

