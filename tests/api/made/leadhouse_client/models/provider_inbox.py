from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.provider_lead_assignment import ProviderLeadAssignment





T = TypeVar("T", bound="ProviderInbox")



@_attrs_define
class ProviderInbox:
    """ A page of the inbox.

        Attributes:
            items (list[ProviderLeadAssignment]):
            limit (int):
            next_cursor (None | str): For the next page; null on the last
            page (int): With `cursor`: how many pages there were before, and one
            total_count (int): How many leads there are with these filters
            total_pages (int):
     """

    items: list[ProviderLeadAssignment]
    limit: int
    next_cursor: None | str
    page: int
    total_count: int
    total_pages: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.provider_lead_assignment import ProviderLeadAssignment # noqa: PLC0415
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)



        limit = self.limit

        next_cursor: None | str
        next_cursor = self.next_cursor

        page = self.page

        total_count = self.total_count

        total_pages = self.total_pages


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "items": items,
            "limit": limit,
            "next_cursor": next_cursor,
            "page": page,
            "total_count": total_count,
            "total_pages": total_pages,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provider_lead_assignment import ProviderLeadAssignment # noqa: PLC0415
        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = ProviderLeadAssignment.from_dict(items_item_data)



            items.append(items_item)


        limit = d.pop("limit")

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))


        page = d.pop("page")

        total_count = d.pop("total_count")

        total_pages = d.pop("total_pages")

        provider_inbox = cls(
            items=items,
            limit=limit,
            next_cursor=next_cursor,
            page=page,
            total_count=total_count,
            total_pages=total_pages,
        )


        provider_inbox.additional_properties = d
        return provider_inbox

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
