//! Which answers of a lead break what its niche asks, for the operator.

use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::Finding;
use crate::intake::formats::{Known, findings};
use crate::read::LeadDetail;

/// An answer that breaks what the niche asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadFieldError)]
pub(super) struct FieldError {
    #[schema(example = "#/form_data/roof_type")]
    pointer: String,
    code: &'static str,
    detail: String,
}

impl From<Finding> for FieldError {
    fn from(finding: Finding) -> Self {
        let Finding { name, code, detail } = finding;
        Self { pointer: format!("#/form_data/{name}"), code, detail }
    }
}

/// What of its answers breaks what its niche asks now; nothing of an erased lead.
pub(super) fn field_errors(lead: &LeadDetail) -> Vec<FieldError> {
    if lead.erased_at.is_some() {
        return Vec::new();
    }
    let known = Known {
        email: lead.contact_email.as_deref(),
        phone: lead.contact_phone.as_deref(),
        name: lead.contact_name.as_deref(),
        postal_code: lead.postal_code.as_deref(),
    };
    let form = lead.form_data.as_ref().map_or("{}", |json| json.0.as_str());
    findings(&lead.fields, form, &lead.country, known).into_iter().map(FieldError::from).collect()
}
