from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.attempt_kind import AttemptKind
from ..models.attempt_result import AttemptResult
from ..types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="ContactAttempt")



@_attrs_define
class ContactAttempt:
    """ A try to reach the lead's person. The answer to a new one leaves its note out: answers are kept, notes can be
    erased.

        Attributes:
            at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            id (UUID): UUIDv7, canonical lower case
            kind (AttemptKind): By what way
            result (AttemptResult): What came of it
            note (str | Unset):
     """

    at: datetime.datetime
    created_at: datetime.datetime
    id: UUID
    kind: AttemptKind
    result: AttemptResult
    note: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        created_at = self.created_at.isoformat()

        id = str(self.id)

        kind = self.kind.value

        result = self.result.value

        note = self.note


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "created_at": created_at,
            "id": id,
            "kind": kind,
            "result": result,
        })
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        id = UUID(d.pop("id"))




        kind = AttemptKind(d.pop("kind"))




        result = AttemptResult(d.pop("result"))




        note = d.pop("note", UNSET)

        contact_attempt = cls(
            at=at,
            created_at=created_at,
            id=id,
            kind=kind,
            result=result,
            note=note,
        )


        contact_attempt.additional_properties = d
        return contact_attempt

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
