from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="CompetitionLevel")



@_attrs_define
class CompetitionLevel:
    """ 
        Attributes:
            active (bool):
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            id (UUID): UUIDv7, canonical lower case
            max_providers (int): How many providers may share a lead
            name (str):
     """

    active: bool
    created_at: datetime.datetime
    id: UUID
    max_providers: int
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        created_at = self.created_at.isoformat()

        id = str(self.id)

        max_providers = self.max_providers

        name = self.name


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "active": active,
            "created_at": created_at,
            "id": id,
            "max_providers": max_providers,
            "name": name,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        id = UUID(d.pop("id"))




        max_providers = d.pop("max_providers")

        name = d.pop("name")

        competition_level = cls(
            active=active,
            created_at=created_at,
            id=id,
            max_providers=max_providers,
            name=name,
        )


        competition_level.additional_properties = d
        return competition_level

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
