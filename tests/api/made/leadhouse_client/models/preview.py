from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID

if TYPE_CHECKING:
  from ..models.lead_fields import LeadFields
  from ..models.lead_finding import LeadFinding
  from ..models.lead_match import LeadMatch





T = TypeVar("T", bound="Preview")



@_attrs_define
class Preview:
    """ What would become of a submission.

        Attributes:
            currency (str): Of the prices
            duplicate_of (None | UUID):
            errors (list[LeadFinding]): Where there are any, the lead would be refused
            fields (LeadFields): A submission as it was read.
            matches (list[LeadMatch]):
            status (None | str): `assigned`, `unmatched`, `duplicate` or `test`; null where the lead would be refused
     """

    currency: str
    duplicate_of: None | UUID
    errors: list[LeadFinding]
    fields: LeadFields
    matches: list[LeadMatch]
    status: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_fields import LeadFields # noqa: PLC0415
        from ..models.lead_finding import LeadFinding # noqa: PLC0415
        from ..models.lead_match import LeadMatch # noqa: PLC0415
        currency = self.currency

        duplicate_of: None | str
        if isinstance(self.duplicate_of, UUID):
            duplicate_of = str(self.duplicate_of)
        else:
            duplicate_of = self.duplicate_of

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)



        fields = self.fields.to_dict()

        matches = []
        for matches_item_data in self.matches:
            matches_item = matches_item_data.to_dict()
            matches.append(matches_item)



        status: None | str
        status = self.status


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "currency": currency,
            "duplicate_of": duplicate_of,
            "errors": errors,
            "fields": fields,
            "matches": matches,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_fields import LeadFields # noqa: PLC0415
        from ..models.lead_finding import LeadFinding # noqa: PLC0415
        from ..models.lead_match import LeadMatch # noqa: PLC0415
        d = dict(src_dict)
        currency = d.pop("currency")

        def _parse_duplicate_of(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duplicate_of_type_0 = UUID(data)



                return duplicate_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        duplicate_of = _parse_duplicate_of(d.pop("duplicate_of"))


        errors = []
        _errors = d.pop("errors")
        for errors_item_data in (_errors):
            errors_item = LeadFinding.from_dict(errors_item_data)



            errors.append(errors_item)


        fields = LeadFields.from_dict(d.pop("fields"))




        matches = []
        _matches = d.pop("matches")
        for matches_item_data in (_matches):
            matches_item = LeadMatch.from_dict(matches_item_data)



            matches.append(matches_item)


        def _parse_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        status = _parse_status(d.pop("status"))


        preview = cls(
            currency=currency,
            duplicate_of=duplicate_of,
            errors=errors,
            fields=fields,
            matches=matches,
            status=status,
        )


        preview.additional_properties = d
        return preview

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
