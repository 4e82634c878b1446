//! Who is watching in this process: the open streams, each with a short queue. One feeder reads what happened, for all
//! of them; a stream whose client takes nothing is dropped when its queue is full, and comes again with the id it got
//! to.
//!
//! This kit does not know what is watched. A feeder is there while a stream is: [`Live::begin`] says when to start one.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use metrics::gauge;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use ground::error::{Error, Result};

/// Open streams of one principal, in one process.
pub const MAX_STREAMS_PER_PRINCIPAL: usize = 10;
/// What may wait for a client that is slow: more than comes in one go. An empty queue takes no room.
const QUEUE: usize = 256;
/// When to come again where there are too many, in seconds.
const RETRY: u64 = 30;
/// Who closes one stream and opens another may be seen to open before it is seen to close.
const SOON: Duration = Duration::from_millis(500);

/// One event on its way, the same bytes for all who get it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Where it stands in the order of all.
    pub at: (i64, i64),
    /// As it goes over the wire.
    pub bytes: Bytes,
}

/// Who opened a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A program, which has to close what it opened.
    Program,
    /// A page in a browser. Its person goes on to others, and that it is gone shows only when the connection is written
    /// to.
    Page,
}

/// The last thing that a page gets which gave its place to a newer one: it is not to come again.
const REPLACED: Bytes = Bytes::from_static(b"event: replaced\ndata: {}\n\n");

/// The streams there are.
#[derive(Debug, Default)]
pub struct Live {
    inner: Mutex<Inner>,
    /// Whether the feeder has found its place: what happens from now on reaches every stream that is open.
    ready: watch::Sender<bool>,
    /// Rung when a stream has ended.
    freed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    streams: HashMap<Uuid, Vec<Slot>>,
    next: u64,
    feeding: bool,
    ended: bool,
}

#[derive(Debug)]
struct Slot {
    id: u64,
    by: By,
    frames: mpsc::Sender<Frame>,
}

/// An open stream; dropped, it makes room for another.
#[derive(Debug)]
pub struct Stream {
    live: Arc<Live>,
    who: Uuid,
    id: u64,
    frames: mpsc::Receiver<Frame>,
}

/// Held by the feeder: whatever ends it, the streams end too, and another can begin.
#[derive(Debug)]
pub struct Feeding(Arc<Live>);

impl Live {
    /// Where this principal has [`MAX_STREAMS_PER_PRINCIPAL`] open, a page takes the place of the page that was opened
    /// first.
    ///
    /// # Errors
    /// `TooMany` where there is no place to take; `Unavailable` at the end of the process.
    pub fn open(self: &Arc<Self>, who: Uuid, by: By) -> Result<Stream> {
        let mut inner = self.lock();
        if inner.ended {
            return Err(Error::Unavailable("the server is stopping".into()));
        }
        let id = inner.next;
        let slots = inner.streams.entry(who).or_default();
        if by == By::Page
            && slots.len() >= MAX_STREAMS_PER_PRINCIPAL
            && let Some(first) = slots.iter().position(|slot| slot.by == By::Page)
        {
            let _full = slots.remove(first).frames.try_send(Frame { at: (i64::MAX, i64::MAX), bytes: REPLACED });
        }
        if slots.len() >= MAX_STREAMS_PER_PRINCIPAL {
            let detail = format!("There are {MAX_STREAMS_PER_PRINCIPAL} open streams of this account; close one.");
            return Err(Error::TooMany { code: "too_many_streams", detail: detail.into(), retry_after: RETRY });
        }
        let (sender, frames) = mpsc::channel(QUEUE);
        slots.push(Slot { id, by, frames: sender });
        inner.next += 1;
        gauge!("leadhouse_event_streams").increment(1.0);
        Ok(Stream { live: self.clone(), who, id, frames })
    }

    /// The same, for a caller who can wait for a place that is about to be free.
    pub async fn open_soon(self: &Arc<Self>, who: Uuid, by: By) -> Result<Stream> {
        let end = Instant::now() + SOON;
        loop {
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            match self.open(who, by) {
                Err(full @ Error::TooMany { .. }) if timeout_at(end, freed).await.is_err() => return Err(full),
                Err(Error::TooMany { .. }) => {}
                opened => return opened,
            }
        }
    }

    /// Whether there is no feeder, and the caller is to start one.
    pub fn begin(self: &Arc<Self>) -> Option<Feeding> {
        let mut inner = self.lock();
        if inner.feeding || inner.ended {
            return None;
        }
        inner.feeding = true;
        Some(Feeding(self.clone()))
    }

    /// Ends when the feeder has found its place.
    pub async fn ready(&self) {
        let mut ready = self.ready.subscribe();
        let _ready = ready.wait_for(|ready| *ready).await;
    }

    /// Whether somebody watches for this.
    pub fn has(&self, who: Uuid) -> bool {
        self.lock().streams.contains_key(&who)
    }

    /// Hands the frame to all streams of this principal. One that is full is at its end.
    pub fn publish(&self, who: Uuid, frame: &Frame) {
        let mut inner = self.lock();
        let Some(slots) = inner.streams.get_mut(&who) else { return };
        slots.retain(|slot| slot.frames.try_send(frame.clone()).is_ok());
        if slots.is_empty() {
            inner.streams.remove(&who);
        }
    }

    /// Ends all streams, for good: the process is about to.
    pub fn end(&self) {
        let mut inner = self.lock();
        inner.ended = true;
        inner.streams.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feeding {
    /// From now on nothing is missed.
    pub fn is_ready(&self) {
        self.0.ready.send_replace(true);
    }

    /// Ends the feeder where nobody watches any more; in one step, so that who comes now starts another.
    pub fn goes_on(&self) -> bool {
        let mut inner = self.0.lock();
        if inner.streams.is_empty() {
            self.0.ready.send_replace(false);
            inner.feeding = false;
        }
        inner.feeding
    }
}

impl Drop for Feeding {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        // After `goes_on` said no, another feeder may be at work.
        if std::thread::panicking() {
            inner.feeding = false;
            inner.streams.clear();
            self.0.ready.send_replace(false);
        }
    }
}

impl Stream {
    /// The next frame; `None`: the stream is at its end.
    pub async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        gauge!("leadhouse_event_streams").decrement(1.0);
        let mut inner = self.live.lock();
        let Some(slots) = inner.streams.get_mut(&self.who) else { return };
        slots.retain(|slot| slot.id != self.id);
        if slots.is_empty() {
            inner.streams.remove(&self.who);
        }
        self.live.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use uuid::Uuid;

    use super::{By, Frame, Live, MAX_STREAMS_PER_PRINCIPAL, QUEUE, REPLACED};
    use ground::error::Error;

    fn frame(n: usize) -> Frame {
        Frame { at: (0, i64::try_from(n).unwrap()), bytes: Bytes::from_static(b"data: x\n\n") }
    }

    #[test]
    fn each_has_ten_and_one_that_is_closed_makes_room() {
        let live = Arc::new(Live::default());
        let (rita, sam) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut open: Vec<_> = (0..MAX_STREAMS_PER_PRINCIPAL).map(|_| live.open(rita, By::Program).unwrap()).collect();
        assert!(matches!(live.open(rita, By::Program), Err(Error::TooMany { code: "too_many_streams", .. })));
        live.open(sam, By::Program).unwrap();
        open.pop();
        open.push(live.open(rita, By::Program).unwrap());
        drop(open);
        assert!(!live.has(rita) && !live.has(sam));
        live.end();
        assert!(matches!(live.open(rita, By::Program), Err(Error::Unavailable(_))));
    }

    #[tokio::test]
    async fn a_page_takes_the_place_of_the_first_and_a_program_of_nobody() {
        let live = Arc::new(Live::default());
        let rita = Uuid::from_u128(1);
        let mut first = live.open(rita, By::Page).unwrap();
        let others: Vec<_> = (1..MAX_STREAMS_PER_PRINCIPAL).map(|_| live.open(rita, By::Program).unwrap()).collect();
        assert!(matches!(live.open(rita, By::Program), Err(Error::TooMany { .. })));
        let mut second = live.open(rita, By::Page).unwrap();
        assert_eq!(first.next().await.unwrap().bytes, REPLACED);
        assert!(first.next().await.is_none());
        drop(first);
        let third = live.open(rita, By::Page).unwrap();
        assert_eq!(second.next().await.unwrap().bytes, REPLACED);
        drop((second, third));
        live.open(rita, By::Program).unwrap();
        drop(others);
    }

    #[tokio::test]
    async fn who_takes_nothing_is_dropped_and_nobody_waits_for_it() {
        let live = Arc::new(Live::default());
        let rita = Uuid::from_u128(1);
        let (mut slow, mut quick) = (live.open(rita, By::Program).unwrap(), live.open(rita, By::Program).unwrap());
        for n in 0..=QUEUE {
            live.publish(rita, &frame(n));
            assert_eq!(quick.next().await.unwrap().at, frame(n).at);
        }
        // What had come before is there, and then the end.
        for n in 0..QUEUE {
            assert_eq!(slow.next().await.unwrap().at, frame(n).at);
        }
        assert!(slow.next().await.is_none());
        assert!(live.has(rita));
    }

    #[test]
    fn there_is_one_feeder_while_somebody_watches() {
        let live = Arc::new(Live::default());
        let rita = Uuid::from_u128(1);
        let stream = live.open(rita, By::Program).unwrap();
        let feeding = live.begin().unwrap();
        assert!(live.begin().is_none() && feeding.goes_on());
        drop(stream);
        assert!(!feeding.goes_on());
        let _stream = live.open(rita, By::Program).unwrap();
        let another = live.begin().unwrap();
        drop(feeding);
        assert!(another.goes_on() && live.begin().is_none());
    }
}
