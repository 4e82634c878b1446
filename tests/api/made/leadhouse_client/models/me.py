from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID

if TYPE_CHECKING:
  from ..models.counts import Counts





T = TypeVar("T", bound="Me")



@_attrs_define
class Me:
    """ The provider that is asking.

        Attributes:
            balance (float): An amount in the currency beside it, with at most as many decimals as that currency has
            counts (Counts): How many leads there are in each state.
            currency (str):  Example: USD.
            id (UUID): UUIDv7, canonical lower case
            name (str):
            timezone (str): Days of filters are days here Example: America/Denver.
     """

    balance: float
    counts: Counts
    currency: str
    id: UUID
    name: str
    timezone: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.counts import Counts # noqa: PLC0415
        balance = self.balance

        counts = self.counts.to_dict()

        currency = self.currency

        id = str(self.id)

        name = self.name

        timezone = self.timezone


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "balance": balance,
            "counts": counts,
            "currency": currency,
            "id": id,
            "name": name,
            "timezone": timezone,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.counts import Counts # noqa: PLC0415
        d = dict(src_dict)
        balance = d.pop("balance")

        counts = Counts.from_dict(d.pop("counts"))




        currency = d.pop("currency")

        id = UUID(d.pop("id"))




        name = d.pop("name")

        timezone = d.pop("timezone")

        me = cls(
            balance=balance,
            counts=counts,
            currency=currency,
            id=id,
            name=name,
            timezone=timezone,
        )


        me.additional_properties = d
        return me

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
