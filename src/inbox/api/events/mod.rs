//! `GET /api/v1/provider/events`: server-sent events of what happens to the provider's leads.

mod feed;
mod frames;
mod stream;

use std::time::Duration;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::timeout;

use self::frames::Start;
use self::stream::{Frames, Watcher};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::events::{self, EventId, KEPT};
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::live::By;
use crate::http::{Fields, Problems, Query, QueryInput};
use crate::id::Id;

/// How long a client waits before it comes again, in milliseconds.
const RETRY: u32 = 2_000;
/// How long the feeder may take to find its position.
const START: Duration = Duration::from_secs(5);

/// The query: a page that comes again by itself cannot set the header.
pub(super) struct EventsIn {
    last_event_id: Option<EventId>,
}

impl QueryInput for EventsIn {
    fn read(query: &mut Fields) -> Self {
        let text = query.opt_line("last_event_id", 1..=100);
        let last_event_id = text.as_deref().and_then(EventId::parse);
        if text.is_some() && last_event_id.is_none() {
            let detail = "is not one of ours: start without one, and read the list";
            query.refuse("last_event_id", "invalid_last_event_id", detail.to_owned());
        }
        Self { last_event_id }
    }
}

/// Where a client got to, if it was here before.
fn last_event_id(headers: &HeaderMap) -> Result<Option<EventId>> {
    let mut values = headers.get_all("last-event-id").iter();
    let (Some(first), more) = (values.next(), values.next()) else { return Ok(None) };
    // An empty one is what a client sends that has got none.
    if more.is_none() && first.is_empty() {
        return Ok(None);
    }
    let id = first.to_str().ok().filter(|_| more.is_none()).and_then(EventId::parse);
    id.map(Some).ok_or_else(|| {
        let detail = "This Last-Event-ID is not one of ours. Start without one, and read the list.";
        Error::parameter("Last-Event-ID", "invalid_last_event_id", detail)
    })
}

/// In the order of everything: what the feeder reads from now on is after this, or it is told twice and left out once.
async fn start(app: &App, resume: Option<EventId>) -> Result<Start> {
    let (horizon, here) = app.db.read(|read: &mut Read| events::here(read)).await?;
    let now = here.at;
    Ok(match resume {
        None => Start { from: here, resumes: false, lost: false },
        // A position past the horizon is one of another life of this database.
        Some(id) if id.at.plus(KEPT) <= now || id.position.tx >= horizon => {
            Start { from: here, resumes: false, lost: true }
        }
        Some(id) => Start { from: id, resumes: true, lost: false },
    })
}

/// The first bytes of a stream.
fn hello(start: Start) -> Bytes {
    let id = start.from.text();
    let reset = if start.lost { "event: reset\ndata: {}\n" } else { "" };
    Bytes::from(format!("retry: {RETRY}\nid: {id}\n{reset}\n"))
}

/// What happens to your leads, as it happens
///
/// Server-sent events: `lead.assigned`, `lead.changed` and `lead.withdrawn`, each with the lead as the inbox shows it. Connect
/// again with `Last-Event-ID` to get what you missed, each event once. After more than 3 days, and where we cannot tell what you
/// missed, you get `reset` instead: read the list again. `ended` is the last event when your token or session has ended.
/// A comment is sent every 10 s. You can have 10 streams open at a time; one that you close makes room at once. A
/// browser's `EventSource` gives up for good on any HTTP error: close it, wait a little, and open another with the last id
/// in the query.
#[utoipa::path(get, path = "/api/v1/provider/events", tag = "provider",
    params(
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that you got"),
        ("last_event_id" = Option<String>, Query, description = "The same, for clients that cannot set a header; the header counts if both are there"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
pub(super) async fn events(
    app: App,
    provider: CurrentProvider,
    Query(asked): Query<EventsIn>,
    parts: Parts,
) -> Result<Response> {
    let resume = last_event_id(&parts.headers)?.or(asked.last_event_id);
    // Without a token it is a session's.
    let by = if parts.headers.contains_key(header::AUTHORIZATION) { By::Program } else { By::Page };
    let stream = app.live.open_soon(provider.id.uuid(), by).await?;
    feed::begin(&app);
    if timeout(START, app.live.ready()).await.is_err() {
        return Err(Error::Unavailable("the feeder of events has not found its place".into()));
    }
    let start = start(&app, resume).await?;
    let watcher = Watcher::new(app, provider, parts, by, stream, start);
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    // A proxy that knows this header hands each event on at once.
    let unbuffered = [("x-accel-buffering", "no")];
    Ok((headers, unbuffered, Body::from_stream(Frames::of(hello(start), watcher))).into_response())
}
