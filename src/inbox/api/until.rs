//! Until when something can be done about a lead.

use crate::app::App;
use crate::assignments::Status;
use crate::clock::Timestamp;
use crate::inbox;
use crate::returns::Returned;

/// The end of the time in which this return can be appealed, while it lasts.
pub(super) fn appeal_until(returned: Option<&Returned>, app: &App) -> Option<Timestamp> {
    let now = app.clock.now();
    returned.and_then(Returned::appeal_until).filter(|end| now < *end)
}

/// The end of the time in which this decision can be taken back, while it lasts.
pub(super) fn undo_until(
    status: Status,
    decided_at: Option<Timestamp>,
    returned: Option<&Returned>,
    erased_at: Option<Timestamp>,
    app: &App,
) -> Option<Timestamp> {
    let now = app.clock.now();
    inbox::undo_until(status, decided_at, returned, erased_at).filter(|end| now < *end)
}
