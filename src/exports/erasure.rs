//! Erasing a person: no file that may hold them can be fetched any more, and none is published; they are made again without
//! them.

use super::remake;
use super::steps::{end, enqueue, expire, lock_key};
use super::store::{self, Export, Outlived, State};
use crate::assignments::{Search, Sold};
use crate::db::Tx;
use crate::error::Result;
use crate::id::ExportId;

/// Forgets the person of a lead, which was `sold` to these, before the lead itself does. What a provider searched for to
/// find them goes too; where that is not made yet, nothing is left to be found, and it is cancelled. `countries`: those
/// that leads come from, each with its way to write a phone number.
pub fn forget(tx: &mut Tx, sold: &[Sold], countries: &[String]) -> Result<()> {
    // Of an export that is asked for just now and this one sees the other.
    let keys: Vec<_> = sold.iter().map(|one| lock_key(one.provider_id)).collect();
    tx.lock(&keys)?;
    for holder in sold {
        for searched in store::searches(tx, holder.provider_id)? {
            if Search::meant(&searched.search, countries).is_some_and(|search| search.finds(&holder.search_text)) {
                give_up_search(tx, searched.id)?;
            }
        }
        for (id,) in store::begin_anew(tx, holder.provider_id)? {
            enqueue(tx, id)?;
        }
        for export in store::files_since(tx, holder.provider_id, holder.assigned_at)? {
            if may_hold(&export, holder, countries) {
                remake::begin_again(tx, export.id)?;
            }
        }
    }
    Ok(())
}

/// What was searched for is not kept, so that neither can the file be made again: the provider may ask for another.
fn give_up_search(tx: &mut Tx, id: ExportId) -> Result<()> {
    if !end(tx, id, State::Cancelled, None)?
        && let Some(kept) = store::kept_now(tx, id)?
    {
        expire(tx, &Outlived { id, file: kept.file })?;
        remake::free(tx, id)?;
        store::asked_once_more(tx, id)?;
    }
    store::forget_search(tx, id)
}

/// What never changes of a lead says whether the filters may have found it.
fn may_hold(export: &Export, holder: &Sold, countries: &[String]) -> bool {
    let filter = export.filter();
    let search = export.search.as_deref().and_then(|text| Search::meant(text, countries));
    filter.niche.is_none_or(|niche| niche == holder.niche_id)
        && filter.period.is_none_or(|period| (period.start..period.end).contains(&holder.assigned_at))
        && search.is_none_or(|search| search.finds(&holder.search_text))
}
