from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.problem_finding import ProblemFinding





T = TypeVar("T", bound="Problem")



@_attrs_define
class Problem:
    """ The document on the wire (RFC 9457).

        Attributes:
            code (str): For machines: stable
            detail (str): For people: what is wrong in this case
            request_id (str): Also in the header X-Request-Id and in our log
            status (int):
            title (str):
            type_ (str): A URI of the kind of problem; `about:blank`: the status says it all
            errors (list[ProblemFinding] | Unset): What is wrong with the input, one by one
            lead_status (str | Unset): The lead's status now, where a conflict is about a lead
            violated_policies (list[str] | Unset): The names of the quotas that were exceeded
     """

    code: str
    detail: str
    request_id: str
    status: int
    title: str
    type_: str
    errors: list[ProblemFinding] | Unset = UNSET
    lead_status: str | Unset = UNSET
    violated_policies: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.problem_finding import ProblemFinding # noqa: PLC0415
        code = self.code

        detail = self.detail

        request_id = self.request_id

        status = self.status

        title = self.title

        type_ = self.type_

        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)



        lead_status = self.lead_status

        violated_policies: list[str] | Unset = UNSET
        if not isinstance(self.violated_policies, Unset):
            violated_policies = self.violated_policies




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "code": code,
            "detail": detail,
            "request_id": request_id,
            "status": status,
            "title": title,
            "type": type_,
        })
        if errors is not UNSET:
            field_dict["errors"] = errors
        if lead_status is not UNSET:
            field_dict["lead_status"] = lead_status
        if violated_policies is not UNSET:
            field_dict["violated-policies"] = violated_policies

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem_finding import ProblemFinding # noqa: PLC0415
        d = dict(src_dict)
        code = d.pop("code")

        detail = d.pop("detail")

        request_id = d.pop("request_id")

        status = d.pop("status")

        title = d.pop("title")

        type_ = d.pop("type")

        _errors = d.pop("errors", UNSET)
        errors: list[ProblemFinding] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = ProblemFinding.from_dict(errors_item_data)



                errors.append(errors_item)


        lead_status = d.pop("lead_status", UNSET)

        violated_policies = cast(list[str], d.pop("violated-policies", UNSET))


        problem = cls(
            code=code,
            detail=detail,
            request_id=request_id,
            status=status,
            title=title,
            type_=type_,
            errors=errors,
            lead_status=lead_status,
            violated_policies=violated_policies,
        )


        problem.additional_properties = d
        return problem

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
