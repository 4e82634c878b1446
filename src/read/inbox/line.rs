//! A row of an inbox's statement.

use super::{Glance, Item};
use crate::db::{FromRow, Row};
use crate::error::Result;
use crate::returns::{ReturnState, Returned};

/// One entry with what the whole page has; `GLANCED`: with the entry's [`Glance`].
pub(super) struct Line<const GLANCED: bool> {
    pub total: i64,
    pub item: Item,
    pub returns_limited: bool,
}

/// The columns of each line, and these behind them.
macro_rules! columns {
    ($($more:literal),*) => {
        Some(&[
            "total",
            "assignment_id",
            "lead_id",
            "niche_id",
            "niche_name",
            "status",
            "price_charged",
            "assigned_at",
            "viewed_at",
            "accepted_at",
            "rejected_at",
            "rejection_reason",
            "rejection_code",
            "contact_email",
            "contact_phone",
            "contact_name",
            "postal_code",
            "erased_at",
            "return_state",
            "return_decided_at",
            "return_note",
            "return_rule",
            "return_appealed_at",
            "returns_limited",
            $($more),*
        ])
    };
}

impl<const GLANCED: bool> FromRow for Line<GLANCED> {
    const COLUMNS: Option<&'static [&'static str]> =
        if GLANCED { columns!("form_data", "sold", "sold_max") } else { columns!() };

    fn decode(row: &Row<'_>) -> Result<Self> {
        let state: Option<ReturnState> = row.get(18)?;
        let item = Item {
            assignment_id: row.get(1)?,
            lead_id: row.get(2)?,
            niche_id: row.get(3)?,
            niche_name: row.get(4)?,
            status: row.get(5)?,
            price_charged: row.get(6)?,
            assigned_at: row.get(7)?,
            viewed_at: row.get(8)?,
            accepted_at: row.get(9)?,
            rejected_at: row.get(10)?,
            rejection_reason: row.get(11)?,
            rejection_code: row.get(12)?,
            contact_email: row.get(13)?,
            contact_phone: row.get(14)?,
            contact_name: row.get(15)?,
            postal_code: row.get(16)?,
            erased_at: row.get(17)?,
            returned: match state {
                None => None,
                Some(state) => Some(Returned {
                    state,
                    decided_at: row.get(19)?,
                    note: row.get(20)?,
                    rule: row.get(21)?,
                    appealed_at: row.get(22)?,
                }),
            },
            glance: if GLANCED {
                Some(Glance { form_data: row.get(24)?, sold: row.get(25)?, sold_max: row.get(26)? })
            } else {
                None
            },
        };
        Ok(Self { total: row.get(0)?, item, returns_limited: row.get(23)? })
    }
}
