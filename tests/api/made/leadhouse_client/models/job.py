from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_state import JobState
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.job_payload import JobPayload





T = TypeVar("T", bound="Job")



@_attrs_define
class Job:
    """ A promise of work, and what came of it.

        Attributes:
            attempts (int):
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            finished_at (datetime.datetime | None):
            id (UUID): UUIDv7, canonical lower case
            kind (str): `room.what`
            last_error (None | str): Why the last attempt that failed did
            max_attempts (int):
            payload (JobPayload):
            run_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            state (JobState): queued → running → done, or dead; a failure is queued again
     """

    attempts: int
    created_at: datetime.datetime
    finished_at: datetime.datetime | None
    id: UUID
    kind: str
    last_error: None | str
    max_attempts: int
    payload: JobPayload
    run_at: datetime.datetime
    state: JobState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_payload import JobPayload # noqa: PLC0415
        attempts = self.attempts

        created_at = self.created_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        id = str(self.id)

        kind = self.kind

        last_error: None | str
        last_error = self.last_error

        max_attempts = self.max_attempts

        payload = self.payload.to_dict()

        run_at = self.run_at.isoformat()

        state = self.state.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attempts": attempts,
            "created_at": created_at,
            "finished_at": finished_at,
            "id": id,
            "kind": kind,
            "last_error": last_error,
            "max_attempts": max_attempts,
            "payload": payload,
            "run_at": run_at,
            "state": state,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_payload import JobPayload # noqa: PLC0415
        d = dict(src_dict)
        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        id = UUID(d.pop("id"))




        kind = d.pop("kind")

        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))


        max_attempts = d.pop("max_attempts")

        payload = JobPayload.from_dict(d.pop("payload"))




        run_at = datetime.datetime.fromisoformat(d.pop("run_at"))




        state = JobState(d.pop("state"))




        job = cls(
            attempts=attempts,
            created_at=created_at,
            finished_at=finished_at,
            id=id,
            kind=kind,
            last_error=last_error,
            max_attempts=max_attempts,
            payload=payload,
            run_at=run_at,
            state=state,
        )


        job.additional_properties = d
        return job

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
