//! One reader for all streams of this process: woken by what happens in it, and else looking four times a second for what
//! other processes did.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::frames::frames;
use crate::app::App;
use crate::assignments::events::{self, Position};
use crate::db::Read;
use crate::error::Result;
use crate::http::live::Feeding;
use crate::id::Id;

/// How often it looks unasked.
const POLL: Duration = Duration::from_millis(250);
/// Just after something happened: another transaction may have to end before it can be read.
const SOON: Duration = Duration::from_millis(20);
/// So often it looks soon, before it looks as usual.
const TRIES: u32 = 5;
/// Between two looks, however much happens.
const PAUSE: Duration = Duration::from_millis(5);
/// Events in one look.
const AT_ONCE: i64 = 200;

/// Starts the reader where there is none.
pub(super) fn begin(app: &App) {
    if let Some(feeding) = app.live.begin() {
        let app = app.clone();
        tokio::spawn(async move { feed(app, feeding).await });
    }
}

async fn feed(app: App, feeding: Feeding) {
    let mut news = app.db.news();
    let mut at = None;
    let mut soon = 0;
    while feeding.goes_on() {
        let rung = news.has_changed().unwrap_or(false);
        news.borrow_and_update();
        soon = if rung { TRIES } else { soon };
        let looked = match at {
            None => position(&app).await.map(|position| (position, true)),
            Some(position) => look(&app, position).await,
        };
        match looked {
            Ok((position, more)) => {
                if at.is_none() {
                    feeding.is_ready();
                }
                soon = if Some(position) == at { soon } else { 0 };
                at = Some(position);
                if !more {
                    wait(&mut news, &mut soon).await;
                }
            }
            Err(error) => {
                tracing::warn!("events cannot be read: {error}");
                wait(&mut news, &mut 0).await;
            }
        }
    }
}

async fn position(app: &App) -> Result<Position> {
    app.db.read(|read: &mut Read| events::newest_event(read)).await.map(|(_, newest)| newest)
}

/// Hands on what happened after `at`: how far it got, and whether there is more.
async fn look(app: &App, at: Position) -> Result<(Position, bool)> {
    let happened = app.db.read(move |read: &mut Read| events::events(read, None, at, AT_ONCE)).await?;
    let Some(last) = happened.last().map(events::Event::position) else { return Ok((at, false)) };
    let more = i64::try_from(happened.len()).is_ok_and(|length| length == AT_ONCE);
    // Whoever opens a stream after this reads begins after it.
    let watched = happened.into_iter().filter(|event| app.live.has(event.provider_id.uuid())).collect::<Vec<_>>();
    if !watched.is_empty() {
        for (event, frame) in frames(app, watched).await? {
            app.live.publish(event.provider_id.uuid(), &frame);
        }
    }
    Ok((last, more))
}

async fn wait(news: &mut watch::Receiver<u64>, soon: &mut u32) {
    let _pause = timeout(PAUSE, std::future::pending::<()>()).await;
    let patience = if *soon > 0 { SOON } else { POLL };
    *soon = soon.saturating_sub(1);
    let _woken = timeout(patience, news.changed()).await;
}
