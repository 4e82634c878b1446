from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.export_format import ExportFormat
from ..models.export_preset import ExportPreset
from ..models.export_status import ExportStatus
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.export_filters import ExportFilters





T = TypeVar("T", bound="Export")



@_attrs_define
class Export:
    """ An export.

        Attributes:
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            error (None | str): Why there is no file
            expires_at (datetime.datetime | None):
            file_missing (bool): The storage has lost the file: `POST …/again` makes it anew
            filters (ExportFilters): The filters as they were sent; those that were not are not there
            format_ (ExportFormat): CSV with a byte order mark, or XLSX with every cell a text
            id (UUID): UUIDv7, canonical lower case
            matching_rows (int):
            preset (ExportPreset): Which columns, and under which names
            ready_at (datetime.datetime | None):
            row_count (int | None): How many rows the file has; null until it is ready
            rows_done (int): How many rows are written already
            sha256 (None | str): Of the whole file, in hexadecimal
            size_bytes (int | None):
            status (ExportStatus): queued → running → ready (→ expired), or failed, or cancelled
            truncated (bool):
     """

    created_at: datetime.datetime
    error: None | str
    expires_at: datetime.datetime | None
    file_missing: bool
    filters: ExportFilters
    format_: ExportFormat
    id: UUID
    matching_rows: int
    preset: ExportPreset
    ready_at: datetime.datetime | None
    row_count: int | None
    rows_done: int
    sha256: None | str
    size_bytes: int | None
    status: ExportStatus
    truncated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.export_filters import ExportFilters # noqa: PLC0415
        created_at = self.created_at.isoformat()

        error: None | str
        error = self.error

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        file_missing = self.file_missing

        filters = self.filters.to_dict()

        format_ = self.format_.value

        id = str(self.id)

        matching_rows = self.matching_rows

        preset = self.preset.value

        ready_at: None | str
        if isinstance(self.ready_at, datetime.datetime):
            ready_at = self.ready_at.isoformat()
        else:
            ready_at = self.ready_at

        row_count: int | None
        row_count = self.row_count

        rows_done = self.rows_done

        sha256: None | str
        sha256 = self.sha256

        size_bytes: int | None
        size_bytes = self.size_bytes

        status = self.status.value

        truncated = self.truncated


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "created_at": created_at,
            "error": error,
            "expires_at": expires_at,
            "file_missing": file_missing,
            "filters": filters,
            "format": format_,
            "id": id,
            "matching_rows": matching_rows,
            "preset": preset,
            "ready_at": ready_at,
            "row_count": row_count,
            "rows_done": rows_done,
            "sha256": sha256,
            "size_bytes": size_bytes,
            "status": status,
            "truncated": truncated,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.export_filters import ExportFilters # noqa: PLC0415
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))


        file_missing = d.pop("file_missing")

        filters = ExportFilters.from_dict(d.pop("filters"))




        format_ = ExportFormat(d.pop("format"))




        id = UUID(d.pop("id"))




        matching_rows = d.pop("matching_rows")

        preset = ExportPreset(d.pop("preset"))




        def _parse_ready_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ready_at_type_0 = datetime.datetime.fromisoformat(data)



                return ready_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ready_at = _parse_ready_at(d.pop("ready_at"))


        def _parse_row_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        row_count = _parse_row_count(d.pop("row_count"))


        rows_done = d.pop("rows_done")

        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))


        def _parse_size_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        size_bytes = _parse_size_bytes(d.pop("size_bytes"))


        status = ExportStatus(d.pop("status"))




        truncated = d.pop("truncated")

        export = cls(
            created_at=created_at,
            error=error,
            expires_at=expires_at,
            file_missing=file_missing,
            filters=filters,
            format_=format_,
            id=id,
            matching_rows=matching_rows,
            preset=preset,
            ready_at=ready_at,
            row_count=row_count,
            rows_done=rows_done,
            sha256=sha256,
            size_bytes=size_bytes,
            status=status,
            truncated=truncated,
        )


        export.additional_properties = d
        return export

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
