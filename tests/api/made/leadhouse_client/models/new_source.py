from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_source_country import NewSourceCountry
from ..models.source_format import SourceFormat
from ..types import UNSET, Unset
from typing import cast
from uuid import UUID






T = TypeVar("T", bound="NewSource")



@_attrs_define
class NewSource:
    """ A source to be made.

        Attributes:
            format_ (SourceFormat): How the posts of a source are read
            name (str):
            niche_id (UUID): UUIDv7, canonical lower case
            country (NewSourceCountry | Unset): ISO 3166, two capitals: where phone numbers without a country code are from
                Default: NewSourceCountry.US.
            look_back_days (int | None | Unset): How long the same e-mail or phone is the same lead; 0: not at all Default:
                30.
            secret (None | str | Unset): Only for formats that carry one; made up where it is not given
     """

    format_: SourceFormat
    name: str
    niche_id: UUID
    country: NewSourceCountry | Unset = NewSourceCountry.US
    look_back_days: int | None | Unset = 30
    secret: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        format_ = self.format_.value

        name = self.name

        niche_id = str(self.niche_id)

        country: str | Unset = UNSET
        if not isinstance(self.country, Unset):
            country = self.country.value


        look_back_days: int | None | Unset
        if isinstance(self.look_back_days, Unset):
            look_back_days = UNSET
        else:
            look_back_days = self.look_back_days

        secret: None | str | Unset
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "format": format_,
            "name": name,
            "niche_id": niche_id,
        })
        if country is not UNSET:
            field_dict["country"] = country
        if look_back_days is not UNSET:
            field_dict["look_back_days"] = look_back_days
        if secret is not UNSET:
            field_dict["secret"] = secret

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        format_ = SourceFormat(d.pop("format"))




        name = d.pop("name")

        niche_id = UUID(d.pop("niche_id"))




        _country = d.pop("country", UNSET)
        country: NewSourceCountry | Unset
        if isinstance(_country,  Unset):
            country = UNSET
        else:
            country = NewSourceCountry(_country)




        def _parse_look_back_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        look_back_days = _parse_look_back_days(d.pop("look_back_days", UNSET))


        def _parse_secret(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret = _parse_secret(d.pop("secret", UNSET))


        new_source = cls(
            format_=format_,
            name=name,
            niche_id=niche_id,
            country=country,
            look_back_days=look_back_days,
            secret=secret,
        )

        return new_source

