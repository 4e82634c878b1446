from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from ..types import UNSET, Unset
from uuid import UUID






T = TypeVar("T", bound="ExportFilters")



@_attrs_define
class ExportFilters:
    """ The filters as they were sent; those that were not are not there

        Attributes:
            date_from (str | Unset):
            date_to (str | Unset):
            niche_id (UUID | Unset): UUIDv7, canonical lower case
            search (str | Unset):
            status (AssignmentStatus | Unset): active → accepted, or active → rejected (→ refunded)
            viewed (bool | Unset):
     """

    date_from: str | Unset = UNSET
    date_to: str | Unset = UNSET
    niche_id: UUID | Unset = UNSET
    search: str | Unset = UNSET
    status: AssignmentStatus | Unset = UNSET
    viewed: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        date_from = self.date_from

        date_to = self.date_to

        niche_id: str | Unset = UNSET
        if not isinstance(self.niche_id, Unset):
            niche_id = str(self.niche_id)

        search = self.search

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value


        viewed = self.viewed


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if date_from is not UNSET:
            field_dict["date_from"] = date_from
        if date_to is not UNSET:
            field_dict["date_to"] = date_to
        if niche_id is not UNSET:
            field_dict["niche_id"] = niche_id
        if search is not UNSET:
            field_dict["search"] = search
        if status is not UNSET:
            field_dict["status"] = status
        if viewed is not UNSET:
            field_dict["viewed"] = viewed

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        date_from = d.pop("date_from", UNSET)

        date_to = d.pop("date_to", UNSET)

        _niche_id = d.pop("niche_id", UNSET)
        niche_id: UUID | Unset
        if isinstance(_niche_id,  Unset):
            niche_id = UNSET
        else:
            niche_id = UUID(_niche_id)




        search = d.pop("search", UNSET)

        _status = d.pop("status", UNSET)
        status: AssignmentStatus | Unset
        if isinstance(_status,  Unset):
            status = UNSET
        else:
            status = AssignmentStatus(_status)




        viewed = d.pop("viewed", UNSET)

        export_filters = cls(
            date_from=date_from,
            date_to=date_to,
            niche_id=niche_id,
            search=search,
            status=status,
            viewed=viewed,
        )


        export_filters.additional_properties = d
        return export_filters

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
