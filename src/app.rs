//! The bunch of keys: what every door, job and kit may need, the same for web and worker.

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lettre::message::Mailbox;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::clock::Clock;
use crate::config::{Settings, Switch, parse_mailbox};
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::files::{Files, usable_folder};
use crate::http::identities::IdentityCache;
use crate::http::limits::Limits;
use crate::http::live::Live;
use crate::http::meters;
use crate::http::seal::Seals;
use crate::installation;
use crate::limit::{Limiter, Memory, Pace, Redis};
use crate::mail::{self, Mailer, Templates};
use crate::period::Windows;

/// Cheap to clone, which each request does many times over; all clones share everything.
#[derive(Clone)]
pub struct App(Arc<Keys>);

/// What is on the bunch.
#[derive(Clone)]
pub struct Keys {
    pub config: Arc<Settings>,
    pub db: Db,
    pub clock: Clock,
    /// Counts requests.
    pub limits: Limits,
    pub files: Files,
    /// Makes and opens cursors, with the installation's secret.
    pub seals: Arc<Seals>,
    /// Who a token is, remembered for a second.
    pub identities: Arc<IdentityCache>,
    /// Who is watching what happens.
    pub live: Arc<Live>,
    /// Calls other people's servers.
    pub outgoing: outgoing::Client,
    /// Where mails go.
    pub mailer: Arc<Mailer>,
    /// From whom they are.
    pub mail_from: Arc<Mailbox>,
    pub templates: Arc<Templates>,
    pub metrics: PrometheusHandle,
    /// How long a lead may be rejected, by when it was assigned.
    pub return_windows: Windows,
    /// Told to end: the next requests are better sent to another node.
    pub leaving: Arc<AtomicBool>,
}

impl Deref for App {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        &self.0
    }
}

impl From<Keys> for App {
    fn from(keys: Keys) -> Self {
        Self(Arc::new(keys))
    }
}

impl App {
    /// Opens the database, which must be migrated, and reads the installation's secret. `Err` where it is away or is no
    /// database of ours.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self> {
        let (mailer, templates, mail_from) = mails(&settings).map_err(|why| Error::Unavailable(why.into()))?;
        let metrics = meters::install();
        meters::keep_up(metrics.clone());
        let files = Files::open(&settings.storage()).map_err(Error::internal)?;
        let url = settings.database().map_err(Error::internal)?;
        let db = Db::open(&url, &clock, db::Options { metrics: "leadhouse_db", ..db::Options::of(&url) }).await?;
        db.join_others(&url, "leadhouse")?;
        let secret = db.read(installation::secret).await?;
        let seals = Seals::new(&secret);
        let windows = db.read(installation::return_windows).await?;
        let return_windows = windows.unwrap_or_else(|| Windows::always(settings.return_window));
        let limiter = limiter(&settings, &seals).map_err(|why| Error::Unavailable(why.into()))?;
        Ok(Self::from(Keys {
            config: Arc::new(settings),
            db,
            limits: Limits::new(limiter, clock.clone()),
            files,
            seals: Arc::new(seals),
            identities: Arc::new(IdentityCache::new(clock.clone())),
            clock,
            live: Arc::default(),
            outgoing: outgoing::Client::new(outgoing::Limits::default()),
            mailer: Arc::new(mailer),
            mail_from: Arc::new(mail_from),
            templates: Arc::new(templates),
            metrics,
            return_windows,
            leaving: Arc::default(),
        }))
    }

    /// Its `RETURN_WINDOW` holds for what is assigned from here on. Called by what serves: a command that was given
    /// other settings changes nothing.
    pub async fn with_its_return_window(self) -> Result<Self> {
        let window = self.config.return_window;
        let unit = move |tx: &mut db::Tx| installation::keep_return_window(tx, window);
        let return_windows = self.db.write(db::Lane::MONEY, unit).await?;
        Ok(Self::from(Keys { return_windows, ..Keys::clone(&self) }))
    }
}

impl App {
    /// That the settings can work, as far as it can be told here: nothing is connected, and nothing is made. `Err` is the
    /// line to show.
    pub fn judge(settings: &Settings) -> std::result::Result<(), String> {
        settings.judge()?;
        db::judge(&settings.database()?)?;
        settings.redis()?;
        mails(settings)?;
        if settings.smtp_url.is_none() {
            let folder = settings.data_dir.join("mail");
            usable_folder(&folder).map_err(|why| format!("DATA_DIR (mails go to {}): {why}", folder.display()))?;
        }
        Files::judge(&settings.storage()).map_err(|why| match settings.storage_url {
            Some(_) => why,
            None => why.replacen("STORAGE_URL", "DATA_DIR", 1),
        })
    }
}

/// Where requests are counted; `Err` is the line to show.
fn limiter(settings: &Settings, seals: &Seals) -> std::result::Result<Limiter, String> {
    let redis = settings.redis()?;
    Ok(match (settings.rate_limits, redis) {
        (Switch::Off, _) => Limiter::Off,
        (Switch::On, None) => Limiter::Memory(Memory::default()),
        (Switch::On, Some(place)) => Limiter::Redis(Redis::start(place, &seals.tag("limits", b""), Pace::default())?),
    })
}

/// What mails need; `Err` is the line to show.
fn mails(settings: &Settings) -> std::result::Result<(Mailer, Templates, Mailbox), String> {
    let named = |why: String| if why.starts_with("MAIL_TEMPLATES") { why } else { format!("MAIL_TEMPLATES: {why}") };
    let templates = mail::templates(settings.mail_templates.as_deref()).map_err(named)?;
    let ours = || parse_mailbox(&format!("Leadhouse <leadhouse@{}>", settings.public_host()));
    let from = settings.mail_from.clone().map_or_else(ours, Ok);
    let from = from.map_err(|_| "MAIL_FROM is needed: PUBLIC_URL's host makes no mail address".to_owned())?;
    Ok((mail::mailer(settings)?, templates, from))
}

impl FromRequestParts<Self> for App {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, app: &Self) -> std::result::Result<Self, Infallible> {
        Ok(app.clone())
    }
}
