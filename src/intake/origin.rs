//! Where a lead came from is not among its answers, whenever it came in.

use crate::attribution;
use crate::db::Json;

/// Leads are kept with their attribution told from their answers. In one from before that was so it stands among them, and is
/// taken out here: whatever reads leads reads them through this.
pub fn told_apart(form_data: &mut Option<Json>, kept: &mut Option<Json>) {
    let (None, Some(mixed)) = (&kept, &form_data) else { return };
    let Some(split) = attribution::split(&mixed.0, attribution::is_attribution) else { return };
    *kept = Some(Json(attribution::object(&split.taken)));
    *form_data = Some(Json(split.answers));
}

/// The members of what [`told_apart`] keeps: names as they were sent, values as JSON.
pub fn origin(kept: Option<&Json>) -> Vec<(String, String)> {
    kept.map(|json| attribution::members(&json.0)).unwrap_or_default()
}
