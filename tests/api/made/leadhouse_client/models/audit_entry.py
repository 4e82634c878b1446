from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.audit_entity import AuditEntity
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.audit_entry_details_type_0 import AuditEntryDetailsType0





T = TypeVar("T", bound="AuditEntry")



@_attrs_define
class AuditEntry:
    """ An action that was recorded.

        Attributes:
            action (str):  Example: lead.accepted.
            actor_id (None | UUID): null: the house itself
            actor_role (str): admin, provider, source or system
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            details (AuditEntryDetailsType0 | None): What else is worth knowing; depends on the action
            entity (AuditEntity): The kind of thing it was done to
            entity_id (UUID):
            id (UUID): UUIDv7, canonical lower case
     """

    action: str
    actor_id: None | UUID
    actor_role: str
    created_at: datetime.datetime
    details: AuditEntryDetailsType0 | None
    entity: AuditEntity
    entity_id: UUID
    id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_entry_details_type_0 import AuditEntryDetailsType0 # noqa: PLC0415
        action = self.action

        actor_id: None | str
        if isinstance(self.actor_id, UUID):
            actor_id = str(self.actor_id)
        else:
            actor_id = self.actor_id

        actor_role = self.actor_role

        created_at = self.created_at.isoformat()

        details: dict[str, Any] | None
        if isinstance(self.details, AuditEntryDetailsType0):
            details = self.details.to_dict()
        else:
            details = self.details

        entity = self.entity.value

        entity_id = str(self.entity_id)

        id = str(self.id)


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "action": action,
            "actor_id": actor_id,
            "actor_role": actor_role,
            "created_at": created_at,
            "details": details,
            "entity": entity,
            "entity_id": entity_id,
            "id": id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_entry_details_type_0 import AuditEntryDetailsType0 # noqa: PLC0415
        d = dict(src_dict)
        action = d.pop("action")

        def _parse_actor_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                actor_id_type_0 = UUID(data)



                return actor_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        actor_id = _parse_actor_id(d.pop("actor_id"))


        actor_role = d.pop("actor_role")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_details(data: object) -> AuditEntryDetailsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                details_type_0 = AuditEntryDetailsType0.from_dict(data)



                return details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditEntryDetailsType0 | None, data)

        details = _parse_details(d.pop("details"))


        entity = AuditEntity(d.pop("entity"))




        entity_id = UUID(d.pop("entity_id"))




        id = UUID(d.pop("id"))




        audit_entry = cls(
            action=action,
            actor_id=actor_id,
            actor_role=actor_role,
            created_at=created_at,
            details=details,
            entity=entity,
            entity_id=entity_id,
            id=id,
        )


        audit_entry.additional_properties = d
        return audit_entry

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
