from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.ledger_kind import LedgerKind
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="LedgerEntry")



@_attrs_define
class LedgerEntry:
    """ One line of a provider's ledger.

        Attributes:
            amount (float): An amount in the currency beside it, with at most as many decimals as that currency has
            assignment_id (None | UUID):
            balance_after (float): An amount in the currency beside it, with at most as many decimals as that currency has
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            currency (str):
            id (UUID): UUIDv7, canonical lower case
            kind (LedgerKind): What moved the money
            note (None | str):
     """

    amount: float
    assignment_id: None | UUID
    balance_after: float
    created_at: datetime.datetime
    currency: str
    id: UUID
    kind: LedgerKind
    note: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        assignment_id: None | str
        if isinstance(self.assignment_id, UUID):
            assignment_id = str(self.assignment_id)
        else:
            assignment_id = self.assignment_id

        balance_after = self.balance_after

        created_at = self.created_at.isoformat()

        currency = self.currency

        id = str(self.id)

        kind = self.kind.value

        note: None | str
        note = self.note


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "amount": amount,
            "assignment_id": assignment_id,
            "balance_after": balance_after,
            "created_at": created_at,
            "currency": currency,
            "id": id,
            "kind": kind,
            "note": note,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        def _parse_assignment_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                assignment_id_type_0 = UUID(data)



                return assignment_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        assignment_id = _parse_assignment_id(d.pop("assignment_id"))


        balance_after = d.pop("balance_after")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        currency = d.pop("currency")

        id = UUID(d.pop("id"))




        kind = LedgerKind(d.pop("kind"))




        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        ledger_entry = cls(
            amount=amount,
            assignment_id=assignment_id,
            balance_after=balance_after,
            created_at=created_at,
            currency=currency,
            id=id,
            kind=kind,
            note=note,
        )


        ledger_entry.additional_properties = d
        return ledger_entry

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
