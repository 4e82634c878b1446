//! All that a page of the inbox is made of.

use uuid::Uuid;

use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::{self, Filter};
use crate::catalog::{self, NamedNiche};
use crate::db::{Asked, Read};
use crate::error::Result;
use crate::id::{AssignmentId, Id};
use crate::period::{Period, Windows};
use crate::portal::pill::who;
use crate::read::{self, Ending, Named, Page, Position, ProviderSummary};

/// Leads on a page.
pub(super) const LIMIT: i64 = 25;

/// What ends within this is named above the list.
pub(super) const SOON: std::time::Duration = std::time::Duration::from_hours(24);

/// All that one page is made of, of one moment.
pub(super) struct PageData {
    pub summary: ProviderSummary,
    /// What happens after this moment is news to the page.
    pub news_after: String,
    pub page: Page,
    pub ending: Vec<Ending>,
    pub niches: Vec<NamedNiche>,
    /// Path and name of what was just decided together.
    pub together: Vec<(String, String)>,
}

/// The two whose windows end soonest, whichever window is theirs, with how many there are.
fn ending(read: &mut Read, windows: &Windows, asked: Vec<Asked<Ending>>) -> Result<Vec<Ending>> {
    let each = asked.into_iter().map(|asked| read.answer(asked)).collect::<Result<Vec<_>>>()?;
    let total = each.iter().filter_map(|some| some.first()).map(|first| first.total).sum();
    let mut all = each.concat();
    all.sort_by_key(|lead| windows.end(lead.assigned_at));
    all.truncate(2);
    Ok(all.into_iter().map(|lead| Ending { total, ..lead }).collect())
}

pub(super) async fn find(
    app: &App,
    person: &ProviderUser,
    filter: Filter,
    page: i64,
    together: Vec<Uuid>,
) -> Result<PageData> {
    let (provider, windows) = (person.provider.clone(), app.return_windows.clone());
    let at = if page == 1 { Position::First } else { Position::Offset((page - 1) * LIMIT) };
    let unit = move |read: &mut Read| {
        let id = provider.id;
        // First: what comes in meanwhile is told though it is on the page, rather than lost.
        let here = assignments::events::ask_here(read)?;
        let now = read.now();
        let ends = windows.beginnings(Period { start: now, end: now.plus(SOON) });
        let ends = ends.iter().map(|period| read::ask_ending(read, id, *period)).collect::<Result<Vec<_>>>()?;
        let (summary, niches) = (read::ask_summary(read, id)?, catalog::ask_named_niches(read, id)?);
        let page = read::glanced_inbox(read, id, &filter, at, LIMIT)?;
        let together: Vec<AssignmentId> = together.iter().copied().map(AssignmentId::from_uuid).collect();
        let mut named = Vec::with_capacity(together.len());
        for some in together.chunks(read::MAX_IDS_PER_QUERY) {
            named.extend(read::named(read, id, some)?);
        }
        Ok(PageData {
            together: named.iter().map(named_link).collect(),
            news_after: assignments::events::the_here(read, here)?.text(),
            ending: ending(read, &windows, ends)?,
            niches: catalog::the_named_niches(read, niches)?,
            summary: read::the_summary(read, summary)?,
            page,
        })
    };
    app.db.read(unit).await
}

fn named_link(named: &Named) -> (String, String) {
    let [name, phone, email] = [&named.contact_name, &named.contact_phone, &named.contact_email];
    let name = who(named.erased_at.is_some(), name.as_deref(), phone.as_deref(), email.as_deref());
    (format!("/leads/{}", named.lead_id), name)
}
