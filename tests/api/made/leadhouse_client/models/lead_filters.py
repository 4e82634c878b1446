from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from ..types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="LeadFilters")



@_attrs_define
class LeadFilters:
    """ Which leads; without any filter, all of them

        Attributes:
            date_from (datetime.date | datetime.datetime | None | Unset): Assigned on or after: a date (the whole day in the
                provider's time zone) or an RFC 3339 time Example: 2026-01-31.
            date_to (datetime.date | datetime.datetime | None | Unset): Assigned on or before: a date (the whole day in the
                provider's time zone) or an RFC 3339 time Example: 2026-01-31.
            niche_id (None | Unset | UUID):
            search (str | Unset): Part of the e-mail address, in any case; or of the phone number, however it is punctuated
            status (AssignmentStatus | None | Unset):
            viewed (bool | None | Unset): Opened, or not yet
     """

    date_from: datetime.date | datetime.datetime | None | Unset = UNSET
    date_to: datetime.date | datetime.datetime | None | Unset = UNSET
    niche_id: None | Unset | UUID = UNSET
    search: str | Unset = UNSET
    status: AssignmentStatus | None | Unset = UNSET
    viewed: bool | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        date_from: None | str | Unset
        if isinstance(self.date_from, Unset):
            date_from = UNSET
        elif isinstance(self.date_from, datetime.date):
            date_from = self.date_from.isoformat()
        elif isinstance(self.date_from, datetime.datetime):
            date_from = self.date_from.isoformat()
        else:
            date_from = self.date_from

        date_to: None | str | Unset
        if isinstance(self.date_to, Unset):
            date_to = UNSET
        elif isinstance(self.date_to, datetime.date):
            date_to = self.date_to.isoformat()
        elif isinstance(self.date_to, datetime.datetime):
            date_to = self.date_to.isoformat()
        else:
            date_to = self.date_to

        niche_id: None | str | Unset
        if isinstance(self.niche_id, Unset):
            niche_id = UNSET
        elif isinstance(self.niche_id, UUID):
            niche_id = str(self.niche_id)
        else:
            niche_id = self.niche_id

        search = self.search

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, AssignmentStatus):
            status = self.status.value
        else:
            status = self.status

        viewed: bool | None | Unset
        if isinstance(self.viewed, Unset):
            viewed = UNSET
        else:
            viewed = self.viewed


        field_dict: dict[str, Any] = {}

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
        def _parse_date_from(data: object) -> datetime.date | datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_from_type_0 = datetime.date.fromisoformat(data)



                return date_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_from_type_1 = datetime.datetime.fromisoformat(data)



                return date_from_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | datetime.datetime | None | Unset, data)

        date_from = _parse_date_from(d.pop("date_from", UNSET))


        def _parse_date_to(data: object) -> datetime.date | datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_to_type_0 = datetime.date.fromisoformat(data)



                return date_to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_to_type_1 = datetime.datetime.fromisoformat(data)



                return date_to_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | datetime.datetime | None | Unset, data)

        date_to = _parse_date_to(d.pop("date_to", UNSET))


        def _parse_niche_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                niche_id_type_1 = UUID(data)



                return niche_id_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        niche_id = _parse_niche_id(d.pop("niche_id", UNSET))


        search = d.pop("search", UNSET)

        def _parse_status(data: object) -> AssignmentStatus | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_1 = AssignmentStatus(data)



                return status_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssignmentStatus | None | Unset, data)

        status = _parse_status(d.pop("status", UNSET))


        def _parse_viewed(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        viewed = _parse_viewed(d.pop("viewed", UNSET))


        lead_filters = cls(
            date_from=date_from,
            date_to=date_to,
            niche_id=niche_id,
            search=search,
            status=status,
            viewed=viewed,
        )

        return lead_filters

