//! One client's stream: what it missed, then what happens, and a sign of life when nothing does.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::request::Parts;
use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::frames::{Start, frames};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::events::{self, Position};
use crate::db::Read;
use crate::error::Result;
use crate::http::live::{self, By, Frame};

/// How often there is a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(10);
const STILL_HERE: Bytes = Bytes::from_static(b": still here\n\n");
/// The same for a page: its `EventSource` hands no comment on, so an event goes with it. It has no id, being none of a lead's.
const ALIVE: Bytes = Bytes::from_static(b": still here\nevent: alive\ndata: {}\n\n");
/// How often it is asked whether the client may still watch: another process may have revoked its identity.
const CHECK: Duration = Duration::from_secs(3);
/// The last thing that a client hears whose identity has ended: it is not to come again with the same.
const ENDED: Bytes = Bytes::from_static(b"event: ended\ndata: {}\n\n");
/// Missed events that are read at once.
const PAGE: i64 = 50;

/// What a stream is made from.
pub(super) struct Watcher {
    app: App,
    provider: CurrentProvider,
    /// Of the request: with whose credentials it was made.
    parts: Box<Parts>,
    stream: live::Stream,
    /// The last that was told.
    last: Position,
    /// Whether there may be more that it missed.
    behind: bool,
    missed: VecDeque<Frame>,
    heartbeat: Interval,
    still_here: Bytes,
    check: Interval,
    forgotten: watch::Receiver<()>,
    /// All that was to be said was said.
    over: bool,
}

/// What [`Watcher::next`] found.
enum Next {
    Bytes(Bytes),
    /// Nothing to send, and nothing to end for.
    Nothing,
    End,
}

impl Watcher {
    pub fn new(app: App, provider: CurrentProvider, parts: Parts, by: By, stream: live::Stream, start: Start) -> Self {
        let every = |period: Duration| {
            let mut ticks = interval_at(Instant::now() + period, period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        };
        let forgotten = app.identities.forgotten();
        let (last, behind) = (start.from.position, start.resumes);
        let (parts, missed) = (Box::new(parts), VecDeque::new());
        let (heartbeat, check) = (every(HEARTBEAT), every(CHECK));
        let still_here = if by == By::Page { ALIVE } else { STILL_HERE };
        Self {
            app,
            provider,
            parts,
            stream,
            last,
            behind,
            missed,
            heartbeat,
            still_here,
            check,
            forgotten,
            over: false,
        }
    }

    /// The next bytes, and who gives those after them; `None`: the stream is over.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        loop {
            match self.look().await {
                Next::Bytes(bytes) => return Some((bytes, self)),
                Next::Nothing => {}
                Next::End => return None,
            }
        }
    }

    async fn look(&mut self) -> Next {
        if self.over {
            return Next::End;
        }
        if let Some(frame) = self.missed.pop_front() {
            return self.tell(&frame);
        }
        if self.behind {
            return match self.catch_up().await {
                Ok(()) => Next::Nothing,
                // It comes again with the id it got to.
                Err(_) => Next::End,
            };
        }
        tokio::select! {
            biased;
            _ = self.forgotten.changed() => self.check().await,
            _ = self.check.tick() => self.check().await,
            frame = self.stream.next() => frame.map_or(Next::End, |frame| self.tell(&frame)),
            _ = self.heartbeat.tick() => Next::Bytes(self.still_here.clone()),
        }
    }

    fn tell(&mut self, frame: &Frame) -> Next {
        let (tx, seq) = frame.at;
        let position = Position { tx, seq };
        // It was among what was missed.
        if position <= self.last {
            return Next::Nothing;
        }
        self.last = position;
        self.heartbeat.reset();
        Next::Bytes(frame.bytes.clone())
    }

    async fn catch_up(&mut self) -> Result<()> {
        let (provider, last) = (self.provider.id, self.last);
        let unit = move |read: &mut Read| events::events(read, Some(provider), last, PAGE);
        let missed = self.app.db.read(unit).await?;
        self.behind = i64::try_from(missed.len()).is_ok_and(|length| length == PAGE);
        let end = missed.last().map(events::Event::position);
        self.missed = frames(&self.app, missed).await?.into_iter().map(|(_, frame)| frame).collect();
        if self.missed.is_empty() {
            self.last = end.unwrap_or(last);
        }
        Ok(())
    }

    async fn check(&mut self) -> Next {
        match self.provider.is_still(&self.parts, &self.app).await {
            // What can't be told now is asked again.
            Ok(true) | Err(_) => Next::Nothing,
            Ok(false) => {
                self.over = true;
                Next::Bytes(ENDED)
            }
        }
    }
}

type Step = Pin<Box<dyn Future<Output = Option<(Bytes, Watcher)>> + Send>>;

/// The body of the answer. Nothing happens for a client that does not read.
pub(super) struct Frames {
    hello: Option<(Bytes, Watcher)>,
    step: Option<Step>,
}

impl Frames {
    pub fn of(hello: Bytes, watcher: Watcher) -> Self {
        Self { hello: Some((hello, watcher)), step: None }
    }
}

impl Stream for Frames {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = match (self.hello.take(), &mut self.step) {
            (Some(hello), _) => Some(hello),
            (None, Some(step)) => ready!(step.as_mut().poll(cx)),
            (None, None) => None,
        };
        let Some((bytes, watcher)) = next else {
            self.step = None;
            return Poll::Ready(None);
        };
        self.step = Some(Box::pin(watcher.next()));
        Poll::Ready(Some(Ok(bytes)))
    }
}
