//! The bunch of keys: what every door, job and kit may need, the same for web and worker.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::clock::Clock;
use crate::config::{Settings, Switch};
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::http::meters;
use crate::http::seal::Seals;
use crate::limit::{Limiter, Memory};
use crate::params;

/// Cheap to clone; all clones share everything.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Settings>,
    pub db: Db,
    pub clock: Clock,
    pub limiter: Arc<Limiter>,
    /// Makes and opens cursors, with the house's secret.
    pub seals: Arc<Seals>,
    /// Who a token is, remembered for a second.
    pub identities: Arc<IdentityCache>,
    pub metrics: PrometheusHandle,
}

impl App {
    /// Opens the database, which must be migrated, and reads the house's secret. `Err` where it is away or is no
    /// database of ours.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self> {
        let metrics = meters::install();
        meters::keep_up(metrics.clone());
        let url = settings.database().map_err(Error::internal)?;
        let db = Db::open(&url, &clock, db::Options::of(&url)).await?;
        let (secret,): ([u8; 32],) = db.read(|r| r.one("SELECT secret FROM house WHERE id = 1", params![])).await?;
        let limiter = match settings.rate_limits {
            Switch::On => Limiter::Memory(Memory::default()),
            Switch::Off => Limiter::Off,
        };
        Ok(Self {
            config: Arc::new(settings),
            db,
            limiter: Arc::new(limiter),
            seals: Arc::new(Seals::new(&secret)),
            identities: Arc::new(IdentityCache::new(clock.clone())),
            clock,
            metrics,
        })
    }
}

impl FromRequestParts<Self> for App {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, app: &Self) -> std::result::Result<Self, Infallible> {
        Ok(app.clone())
    }
}
