//! All that the page is made of, of one moment.

use crate::accounts::ProviderUser;
use crate::app::App;
use crate::catalog::{self, NamedNiche};
use crate::db::Read;
use crate::error::Result;
use crate::exports::{self, Export};
use crate::id::ExportId;
use crate::read::{self, ProviderSummary};

/// Exports on a page.
pub(super) const LIMIT: i64 = 25;

/// All that the page is made of, of one moment.
pub(super) struct PageData {
    pub summary: ProviderSummary,
    pub taken: i64,
    pub history: Vec<Export>,
    pub niches: Vec<NamedNiche>,
}

pub(super) async fn find(app: &App, person: &ProviderUser, before: Option<ExportId>) -> Result<PageData> {
    let provider = person.provider.clone();
    let unit = move |read: &mut Read| {
        Ok(PageData {
            summary: read::summary(read, provider.id)?,
            taken: exports::taken_today(read, &provider)?,
            history: exports::history(read, provider.id, before, LIMIT + 1)?,
            niches: catalog::named_niches(read, provider.id)?,
        })
    };
    app.db.read(unit).await
}
