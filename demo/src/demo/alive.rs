//! The demo goes on: every half a minute or so somebody asks for a roofer, a plumber or a lawyer, by the door that everybody
//! takes.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::BodyExt;
use leadhouse::accounts;
use leadhouse::app::App;
use leadhouse::audit::Actor;
use leadhouse::billing;
use leadhouse::cli::signals::Shutdown;
use leadhouse::db::{Lane, Tx, Unit};
use leadhouse::error::{Error, Result};
use leadhouse::intake::{self, Format, Source};
use leadhouse::money::Money;
use leadhouse::server;
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt;

use super::people::{city_of, person};
use super::trade::{BUSINESSES, Business, TRADES};
use super::{cast, post};
use crate::random::Random;

/// Under this name its lines stand in the log.
const LOG: &str = "leadhouse::cli::demo::alive";

/// So often somebody is thought up whom somebody can serve; then whoever comes is sent.
const TRIES: u32 = 40;
/// From this one on it is enough if anybody is served.
const ANYBODY: u32 = 20;

/// From so many leads on, whoever is most likely looking gets no more than anybody: an inbox that nobody works would fill.
const WELCOME: u32 = 40;
/// Who is short of money is looked for this often.
const PAY_DAY: Duration = Duration::from_secs(5);

/// Businesses pay in when their money runs low, as they did in the sixty days before, until `shutdown`.
pub async fn pay_in(app: &App, shutdown: Shutdown) {
    loop {
        if let Err(error) = app.db.write(Lane::MONEY, top_up).await {
            tracing::warn!(target: LOG, "the demo could not pay in: {error}");
        }
        if timeout(PAY_DAY, shutdown.clone().asked()).await.is_ok() {
            return;
        }
    }
}

/// Who is low and does not forget it pays in.
pub fn top_up(tx: &mut Tx) -> Result<()> {
    let by = accounts::user_by_email(tx, cast::ADMIN)?.map_or(Actor::System, |admin| Actor::Admin(admin.id));
    for provider in accounts::providers(tx, None, 100)? {
        let business = BUSINESSES.iter().find(|business| business.email == provider.email && !business.forgetful);
        let Some(Business { deposit, .. }) = business else { continue };
        if billing::balance(tx, provider.id)?.minor() < deposit / 4 {
            let note = Some("Card payment, auto top-up".to_owned());
            billing::credit(by, provider.id, Money::from_minor(*deposit), note).run(tx)?;
        }
    }
    Ok(())
}

/// Sends a lead about every so often, until `shutdown`. `to`: the provider who is most likely looking.
pub async fn go_on(app: &App, every: Duration, to: Option<String>, shutdown: Shutdown) {
    let router = server::router(app.clone());
    let mut random = Random::new(u64::try_from(app.clock.now().as_micros()).unwrap_or_default());
    for n in 0_u32.. {
        let pause = every * 2 / 3 + every * 2 / 3 * u32::try_from(random.below(1_000)).unwrap_or(0) / 1_000;
        if timeout(pause, shutdown.clone().asked()).await.is_ok() {
            return;
        }
        let to = to.as_deref().filter(|_| n < WELCOME);
        if let Err(error) = send(app, &router, &mut random, to).await {
            tracing::warn!(target: LOG, "the demo could not send a lead: {error}");
        }
    }
}

async fn send(app: &App, router: &Router, random: &mut Random, to: Option<&str>) -> Result<()> {
    let sources = app.db.read(|read| intake::sources(read, None, 100)).await?;
    let forms: Vec<&Source> = sources.iter().filter(|source| source.format == Format::Json).collect();
    let trades = [(40, 0), (36, 1), (24, 2)];
    for attempt in 0..TRIES {
        let Some(trade) = TRADES.get(*random.weighted::<usize>(&trades)) else { continue };
        let Some(source) = forms.iter().find(|source| source.name.starts_with(trade.niche)) else { continue };
        // The story's own numbers go to 1,500.
        let (n, line) = (100_000 + random.below(900_000), random.below(100));
        let city = city_of(random);
        let somebody = person(random, city, n, line);
        let body = post::body(source, trade, &somebody, n, false, random).to_string();
        let seen = call(router, &format!("{}/preview", source.key), body.clone()).await?;
        let wanted = |provider: &str| {
            let matches = seen.get("matches").and_then(Value::as_array);
            matches.is_some_and(|all| all.iter().any(|one| one.get("provider_id").is_some_and(|id| id == provider)))
        };
        let served = seen.get("status").is_some_and(|status| status == "assigned");
        if served && (attempt >= ANYBODY || to.is_none_or(wanted)) || attempt + 1 == TRIES {
            return call(router, &source.key, body).await.map(drop);
        }
    }
    Ok(())
}

async fn call(router: &Router, path: &str, body: String) -> Result<Value> {
    let request = Request::post(format!("/api/v1/intake/{path}"))
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .map_err(Error::internal)?;
    let response = router.clone().oneshot(request).await.map_err(Error::internal)?;
    let status = response.status();
    let answer: Bytes = response.into_body().collect().await.map_err(Error::internal)?.to_bytes();
    if !status.is_success() {
        return Err(Error::internal(format!("{status}: {}", String::from_utf8_lossy(&answer))));
    }
    serde_json::from_slice(&answer).map_err(Error::internal)
}
