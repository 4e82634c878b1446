from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.export_format import ExportFormat
from ..models.export_preset import ExportPreset
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.lead_filters import LeadFilters





T = TypeVar("T", bound="ExportIn")



@_attrs_define
class ExportIn:
    """ What is to be in the file

        Attributes:
            filters (LeadFilters | None | Unset):
            format_ (ExportFormat | None | Unset):  Default: ExportFormat.CSV.
            preset (ExportPreset | None | Unset):  Default: ExportPreset.STANDARD.
     """

    filters: LeadFilters | None | Unset = UNSET
    format_: ExportFormat | None | Unset = ExportFormat.CSV
    preset: ExportPreset | None | Unset = ExportPreset.STANDARD





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_filters import LeadFilters # noqa: PLC0415
        filters: dict[str, Any] | None | Unset
        if isinstance(self.filters, Unset):
            filters = UNSET
        elif isinstance(self.filters, LeadFilters):
            filters = self.filters.to_dict()
        else:
            filters = self.filters

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, ExportFormat):
            format_ = self.format_.value
        else:
            format_ = self.format_

        preset: None | str | Unset
        if isinstance(self.preset, Unset):
            preset = UNSET
        elif isinstance(self.preset, ExportPreset):
            preset = self.preset.value
        else:
            preset = self.preset


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if filters is not UNSET:
            field_dict["filters"] = filters
        if format_ is not UNSET:
            field_dict["format"] = format_
        if preset is not UNSET:
            field_dict["preset"] = preset

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_filters import LeadFilters # noqa: PLC0415
        d = dict(src_dict)
        def _parse_filters(data: object) -> LeadFilters | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                filters_type_1 = LeadFilters.from_dict(data)



                return filters_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadFilters | None | Unset, data)

        filters = _parse_filters(d.pop("filters", UNSET))


        def _parse_format_(data: object) -> ExportFormat | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_1 = ExportFormat(data)



                return format_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExportFormat | None | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))


        def _parse_preset(data: object) -> ExportPreset | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                preset_type_1 = ExportPreset(data)



                return preset_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExportPreset | None | Unset, data)

        preset = _parse_preset(d.pop("preset", UNSET))


        export_in = cls(
            filters=filters,
            format_=format_,
            preset=preset,
        )

        return export_in

