from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.mail_state import MailState
from ..models.mail_template import MailTemplate
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Mail")



@_attrs_define
class Mail:
    """ A mail, and what came of it.

        Attributes:
            attempts (int):
            carried_by (None | UUID):
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            held_until (datetime.datetime | None):
            id (UUID): UUIDv7, canonical lower case
            last_error (None | str): Why the last attempt that failed did, in the mail server's words
            provider_id (None | UUID):
            reason (None | str): Why it was suppressed
            sent_at (datetime.datetime | None):
            state (MailState): queued → sent, or suppressed, or dead
            subject_id (UUID): What it is about: an assignment, an export, …
            template (MailTemplate): What the mail tells
            to (None | str): The provider's address, as it is now, or the mail's own; null: the operator's
     """

    attempts: int
    carried_by: None | UUID
    created_at: datetime.datetime
    held_until: datetime.datetime | None
    id: UUID
    last_error: None | str
    provider_id: None | UUID
    reason: None | str
    sent_at: datetime.datetime | None
    state: MailState
    subject_id: UUID
    template: MailTemplate
    to: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        attempts = self.attempts

        carried_by: None | str
        if isinstance(self.carried_by, UUID):
            carried_by = str(self.carried_by)
        else:
            carried_by = self.carried_by

        created_at = self.created_at.isoformat()

        held_until: None | str
        if isinstance(self.held_until, datetime.datetime):
            held_until = self.held_until.isoformat()
        else:
            held_until = self.held_until

        id = str(self.id)

        last_error: None | str
        last_error = self.last_error

        provider_id: None | str
        if isinstance(self.provider_id, UUID):
            provider_id = str(self.provider_id)
        else:
            provider_id = self.provider_id

        reason: None | str
        reason = self.reason

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        state = self.state.value

        subject_id = str(self.subject_id)

        template = self.template.value

        to: None | str
        to = self.to


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attempts": attempts,
            "carried_by": carried_by,
            "created_at": created_at,
            "held_until": held_until,
            "id": id,
            "last_error": last_error,
            "provider_id": provider_id,
            "reason": reason,
            "sent_at": sent_at,
            "state": state,
            "subject_id": subject_id,
            "template": template,
            "to": to,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempts = d.pop("attempts")

        def _parse_carried_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                carried_by_type_0 = UUID(data)



                return carried_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        carried_by = _parse_carried_by(d.pop("carried_by"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_held_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                held_until_type_0 = datetime.datetime.fromisoformat(data)



                return held_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        held_until = _parse_held_until(d.pop("held_until"))


        id = UUID(d.pop("id"))




        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))


        def _parse_provider_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                provider_id_type_0 = UUID(data)



                return provider_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        provider_id = _parse_provider_id(d.pop("provider_id"))


        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_at_type_0 = datetime.datetime.fromisoformat(data)



                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))


        state = MailState(d.pop("state"))




        subject_id = UUID(d.pop("subject_id"))




        template = MailTemplate(d.pop("template"))




        def _parse_to(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        to = _parse_to(d.pop("to"))


        mail = cls(
            attempts=attempts,
            carried_by=carried_by,
            created_at=created_at,
            held_until=held_until,
            id=id,
            last_error=last_error,
            provider_id=provider_id,
            reason=reason,
            sent_at=sent_at,
            state=state,
            subject_id=subject_id,
            template=template,
            to=to,
        )


        mail.additional_properties = d
        return mail

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
