from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from ..models.rejection_code import RejectionCode
from ..types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.attribution import Attribution
  from ..models.billing_context import BillingContext
  from ..models.lead_detail_view_form_data_type_0 import LeadDetailViewFormDataType0
  from ..models.lead_return import LeadReturn
  from ..models.sold_to import SoldTo





T = TypeVar("T", bound="LeadDetailView")



@_attrs_define
class LeadDetailView:
    """ A lead with all that its provider may know of it.

        Attributes:
            accepted_at (datetime.datetime | None):
            appeal_until (datetime.datetime | None):
            assigned_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            assignment_id (UUID): UUIDv7, canonical lower case
            billing_context (BillingContext):
            contact_email (None | str):
            contact_name (None | str):
            contact_phone (None | str): E.164 where it is a real number, else as it was sent
            currency (str):  Example: USD.
            erased_at (datetime.datetime | None):
            form_data (LeadDetailViewFormDataType0 | None): What else the person said; null after an erasure
            lead_id (UUID): UUIDv7, canonical lower case
            niche_id (UUID): UUIDv7, canonical lower case
            niche_name (str):  Example: Roofing.
            price_charged (float): An amount in the currency beside it, with at most as many decimals as that currency has
            rejected_at (datetime.datetime | None):
            rejection_code (None | RejectionCode):
            rejection_reason (None | str):
            return_ (LeadReturn | None):
            return_until (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            returns_left (int | None): How many returns are left to you now; null: there is no limit
            sold_to (SoldTo):
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
            undo_until (datetime.datetime | None):
            viewed_at (datetime.datetime | None):
            attribution (Attribution | Unset):
     """

    accepted_at: datetime.datetime | None
    appeal_until: datetime.datetime | None
    assigned_at: datetime.datetime
    assignment_id: UUID
    billing_context: BillingContext
    contact_email: None | str
    contact_name: None | str
    contact_phone: None | str
    currency: str
    erased_at: datetime.datetime | None
    form_data: LeadDetailViewFormDataType0 | None
    lead_id: UUID
    niche_id: UUID
    niche_name: str
    price_charged: float
    rejected_at: datetime.datetime | None
    rejection_code: None | RejectionCode
    rejection_reason: None | str
    return_: LeadReturn | None
    return_until: datetime.datetime
    returns_left: int | None
    sold_to: SoldTo
    status: AssignmentStatus
    undo_until: datetime.datetime | None
    viewed_at: datetime.datetime | None
    attribution: Attribution | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.attribution import Attribution # noqa: PLC0415
        from ..models.billing_context import BillingContext # noqa: PLC0415
        from ..models.lead_detail_view_form_data_type_0 import LeadDetailViewFormDataType0 # noqa: PLC0415
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        from ..models.sold_to import SoldTo # noqa: PLC0415
        accepted_at: None | str
        if isinstance(self.accepted_at, datetime.datetime):
            accepted_at = self.accepted_at.isoformat()
        else:
            accepted_at = self.accepted_at

        appeal_until: None | str
        if isinstance(self.appeal_until, datetime.datetime):
            appeal_until = self.appeal_until.isoformat()
        else:
            appeal_until = self.appeal_until

        assigned_at = self.assigned_at.isoformat()

        assignment_id = str(self.assignment_id)

        billing_context = self.billing_context.to_dict()

        contact_email: None | str
        contact_email = self.contact_email

        contact_name: None | str
        contact_name = self.contact_name

        contact_phone: None | str
        contact_phone = self.contact_phone

        currency = self.currency

        erased_at: None | str
        if isinstance(self.erased_at, datetime.datetime):
            erased_at = self.erased_at.isoformat()
        else:
            erased_at = self.erased_at

        form_data: dict[str, Any] | None
        if isinstance(self.form_data, LeadDetailViewFormDataType0):
            form_data = self.form_data.to_dict()
        else:
            form_data = self.form_data

        lead_id = str(self.lead_id)

        niche_id = str(self.niche_id)

        niche_name = self.niche_name

        price_charged = self.price_charged

        rejected_at: None | str
        if isinstance(self.rejected_at, datetime.datetime):
            rejected_at = self.rejected_at.isoformat()
        else:
            rejected_at = self.rejected_at

        rejection_code: None | str
        if isinstance(self.rejection_code, RejectionCode):
            rejection_code = self.rejection_code.value
        else:
            rejection_code = self.rejection_code

        rejection_reason: None | str
        rejection_reason = self.rejection_reason

        return_: dict[str, Any] | None
        if isinstance(self.return_, LeadReturn):
            return_ = self.return_.to_dict()
        else:
            return_ = self.return_

        return_until = self.return_until.isoformat()

        returns_left: int | None
        returns_left = self.returns_left

        sold_to = self.sold_to.to_dict()

        status = self.status.value

        undo_until: None | str
        if isinstance(self.undo_until, datetime.datetime):
            undo_until = self.undo_until.isoformat()
        else:
            undo_until = self.undo_until

        viewed_at: None | str
        if isinstance(self.viewed_at, datetime.datetime):
            viewed_at = self.viewed_at.isoformat()
        else:
            viewed_at = self.viewed_at

        attribution: dict[str, Any] | Unset = UNSET
        if not isinstance(self.attribution, Unset):
            attribution = self.attribution.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted_at": accepted_at,
            "appeal_until": appeal_until,
            "assigned_at": assigned_at,
            "assignment_id": assignment_id,
            "billing_context": billing_context,
            "contact_email": contact_email,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "currency": currency,
            "erased_at": erased_at,
            "form_data": form_data,
            "lead_id": lead_id,
            "niche_id": niche_id,
            "niche_name": niche_name,
            "price_charged": price_charged,
            "rejected_at": rejected_at,
            "rejection_code": rejection_code,
            "rejection_reason": rejection_reason,
            "return": return_,
            "return_until": return_until,
            "returns_left": returns_left,
            "sold_to": sold_to,
            "status": status,
            "undo_until": undo_until,
            "viewed_at": viewed_at,
        })
        if attribution is not UNSET:
            field_dict["attribution"] = attribution

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attribution import Attribution # noqa: PLC0415
        from ..models.billing_context import BillingContext # noqa: PLC0415
        from ..models.lead_detail_view_form_data_type_0 import LeadDetailViewFormDataType0 # noqa: PLC0415
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        from ..models.sold_to import SoldTo # noqa: PLC0415
        d = dict(src_dict)
        def _parse_accepted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                accepted_at_type_0 = datetime.datetime.fromisoformat(data)



                return accepted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        accepted_at = _parse_accepted_at(d.pop("accepted_at"))


        def _parse_appeal_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                appeal_until_type_0 = datetime.datetime.fromisoformat(data)



                return appeal_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        appeal_until = _parse_appeal_until(d.pop("appeal_until"))


        assigned_at = datetime.datetime.fromisoformat(d.pop("assigned_at"))




        assignment_id = UUID(d.pop("assignment_id"))




        billing_context = BillingContext.from_dict(d.pop("billing_context"))




        def _parse_contact_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_email = _parse_contact_email(d.pop("contact_email"))


        def _parse_contact_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_name = _parse_contact_name(d.pop("contact_name"))


        def _parse_contact_phone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        contact_phone = _parse_contact_phone(d.pop("contact_phone"))


        currency = d.pop("currency")

        def _parse_erased_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                erased_at_type_0 = datetime.datetime.fromisoformat(data)



                return erased_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        erased_at = _parse_erased_at(d.pop("erased_at"))


        def _parse_form_data(data: object) -> LeadDetailViewFormDataType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_data_type_0 = LeadDetailViewFormDataType0.from_dict(data)



                return form_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadDetailViewFormDataType0 | None, data)

        form_data = _parse_form_data(d.pop("form_data"))


        lead_id = UUID(d.pop("lead_id"))




        niche_id = UUID(d.pop("niche_id"))




        niche_name = d.pop("niche_name")

        price_charged = d.pop("price_charged")

        def _parse_rejected_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rejected_at_type_0 = datetime.datetime.fromisoformat(data)



                return rejected_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rejected_at = _parse_rejected_at(d.pop("rejected_at"))


        def _parse_rejection_code(data: object) -> None | RejectionCode:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rejection_code_type_0 = RejectionCode(data)



                return rejection_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RejectionCode, data)

        rejection_code = _parse_rejection_code(d.pop("rejection_code"))


        def _parse_rejection_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rejection_reason = _parse_rejection_reason(d.pop("rejection_reason"))


        def _parse_return_(data: object) -> LeadReturn | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                return_type_0 = LeadReturn.from_dict(data)



                return return_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadReturn | None, data)

        return_ = _parse_return_(d.pop("return"))


        return_until = datetime.datetime.fromisoformat(d.pop("return_until"))




        def _parse_returns_left(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        returns_left = _parse_returns_left(d.pop("returns_left"))


        sold_to = SoldTo.from_dict(d.pop("sold_to"))




        status = AssignmentStatus(d.pop("status"))




        def _parse_undo_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undo_until_type_0 = datetime.datetime.fromisoformat(data)



                return undo_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        undo_until = _parse_undo_until(d.pop("undo_until"))


        def _parse_viewed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                viewed_at_type_0 = datetime.datetime.fromisoformat(data)



                return viewed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        viewed_at = _parse_viewed_at(d.pop("viewed_at"))


        _attribution = d.pop("attribution", UNSET)
        attribution: Attribution | Unset
        if isinstance(_attribution,  Unset):
            attribution = UNSET
        else:
            attribution = Attribution.from_dict(_attribution)




        lead_detail_view = cls(
            accepted_at=accepted_at,
            appeal_until=appeal_until,
            assigned_at=assigned_at,
            assignment_id=assignment_id,
            billing_context=billing_context,
            contact_email=contact_email,
            contact_name=contact_name,
            contact_phone=contact_phone,
            currency=currency,
            erased_at=erased_at,
            form_data=form_data,
            lead_id=lead_id,
            niche_id=niche_id,
            niche_name=niche_name,
            price_charged=price_charged,
            rejected_at=rejected_at,
            rejection_code=rejection_code,
            rejection_reason=rejection_reason,
            return_=return_,
            return_until=return_until,
            returns_left=returns_left,
            sold_to=sold_to,
            status=status,
            undo_until=undo_until,
            viewed_at=viewed_at,
            attribution=attribution,
        )


        lead_detail_view.additional_properties = d
        return lead_detail_view

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
