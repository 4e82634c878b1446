//! `GET /api/v1/provider/me`

use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::{self, CurrentProvider};
use crate::app::App;
use crate::assignments::{self, Counts};
use crate::db::Read;
use crate::error::Result;
use crate::http::{Json, Problems};
use crate::id::ProviderId;
use crate::money::Money;

/// The provider that is asking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    id: ProviderId,
    name: String,
    /// The time zone in which dates in filters are read
    #[schema(example = "America/Denver")]
    timezone: String,
    /// What is left to spend
    balance: Money,
    #[schema(example = "USD")]
    currency: String,
    counts: CountsOut,
}

/// How many leads there are in each state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
struct CountsOut {
    active: i64,
    accepted: i64,
    rejected: i64,
    refunded: i64,
    /// Never opened, in any state
    unviewed: i64,
}

impl From<Counts> for CountsOut {
    fn from(counts: Counts) -> Self {
        let Counts { active, accepted, rejected, refunded, unviewed } = counts;
        Self { active, accepted, rejected, refunded, unviewed }
    }
}

/// Who I am, with my balance and counts
#[utoipa::path(get, path = "/api/v1/provider/me", tag = "provider", responses((status = 200, body = Me), Problems))]
pub(super) async fn me(app: App, provider: CurrentProvider) -> Result<Json<Me>> {
    let id = provider.id;
    let unit = move |read: &mut Read| Ok((accounts::balance(read, id)?, assignments::counts(read, id)?));
    let (balance, counts) = app.db.read(unit).await?;
    Ok(Json(Me {
        id,
        name: provider.name.clone(),
        timezone: provider.timezone.clone(),
        balance,
        currency: app.config.currency.clone(),
        counts: counts.into(),
    }))
}
