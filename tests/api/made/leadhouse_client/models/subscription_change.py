from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="SubscriptionChange")



@_attrs_define
class SubscriptionChange:
    """ The fields to change; null lifts a limit

        Attributes:
            active (bool | Unset):
            daily_cap (int | None | Unset):
            monthly_budget (float | None | Unset):
            postal_prefixes (list[str] | None | Unset):
            price (float | Unset):
     """

    active: bool | Unset = UNSET
    daily_cap: int | None | Unset = UNSET
    monthly_budget: float | None | Unset = UNSET
    postal_prefixes: list[str] | None | Unset = UNSET
    price: float | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        daily_cap: int | None | Unset
        if isinstance(self.daily_cap, Unset):
            daily_cap = UNSET
        else:
            daily_cap = self.daily_cap

        monthly_budget: float | None | Unset
        if isinstance(self.monthly_budget, Unset):
            monthly_budget = UNSET
        else:
            monthly_budget = self.monthly_budget

        postal_prefixes: list[str] | None | Unset
        if isinstance(self.postal_prefixes, Unset):
            postal_prefixes = UNSET
        elif isinstance(self.postal_prefixes, list):
            postal_prefixes = self.postal_prefixes


        else:
            postal_prefixes = self.postal_prefixes

        price = self.price


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if active is not UNSET:
            field_dict["active"] = active
        if daily_cap is not UNSET:
            field_dict["daily_cap"] = daily_cap
        if monthly_budget is not UNSET:
            field_dict["monthly_budget"] = monthly_budget
        if postal_prefixes is not UNSET:
            field_dict["postal_prefixes"] = postal_prefixes
        if price is not UNSET:
            field_dict["price"] = price

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active", UNSET)

        def _parse_daily_cap(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        daily_cap = _parse_daily_cap(d.pop("daily_cap", UNSET))


        def _parse_monthly_budget(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        monthly_budget = _parse_monthly_budget(d.pop("monthly_budget", UNSET))


        def _parse_postal_prefixes(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                postal_prefixes_type_0 = cast(list[str], data)

                return postal_prefixes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        postal_prefixes = _parse_postal_prefixes(d.pop("postal_prefixes", UNSET))


        price = d.pop("price", UNSET)

        subscription_change = cls(
            active=active,
            daily_cap=daily_cap,
            monthly_budget=monthly_budget,
            postal_prefixes=postal_prefixes,
            price=price,
        )

        return subscription_change

