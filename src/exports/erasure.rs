//! Erasing a person: no file that may hold them can be fetched any more, and none is published.

use super::{Outlived, State, end, enqueue, expire, store};
use crate::db::Tx;
use crate::error::Result;
use crate::id::LeadId;
use crate::inbox::Search;

/// Forgets the person of a lead, before the lead itself does. What a provider searched for to find them goes too; where
/// that is not made yet, nothing is left to be found, and it is cancelled.
pub fn forget(tx: &mut Tx, lead: LeadId) -> Result<()> {
    for holder in store::holders(tx, lead)? {
        for searched in store::searches(tx, holder.provider_id)? {
            if Search::new(&searched.search).is_some_and(|search| search.finds(&holder.search_text)) {
                end(tx, searched.id, State::Cancelled, None)?;
                store::forget_search(tx, searched.id)?;
            }
        }
        for (id,) in store::begin_anew(tx, holder.provider_id)? {
            enqueue(tx, id)?;
        }
        for file in store::files_since(tx, holder.provider_id, holder.assigned_at)? {
            expire(tx, &Outlived { id: file.id, file: file.file })?;
        }
    }
    Ok(())
}
