//! Units of work: a unit is a closure that runs whole on one of the database's own threads, over the engine's own driver.
//!
//! Nothing can cancel it half way, nothing foreign can be awaited inside it, and it has one time. A unit that returns
//! `Err` leaves nothing behind. Units are `Fn`: one that lost a race, or its connection before COMMIT, is run again.
//!
//! ```text
//! let balance = app.db.read(move |read| billing::balance(read, provider)).await?;
//! let won = app.db.run(inbox::accept(provider, lead, false)).await?;
//! ```
//!
//! - SQLite: one writer thread, whose units share a COMMIT; readers on threads of their own. See `sqlite.rs`.
//! - PostgreSQL: a thread and a connection for each [`Lane`] and each reader. See `postgres/`.
//! - Queues are bounded, a full one is `Unavailable` at once; a unit has a deadline, queue included.
//! - A panic in a unit is that caller's `Internal` alone.
//!
//! A COMMIT whose outcome is not known (the connection broke while it was on its way) is `Unavailable`, and never tried
//! again here: the caller finds out by its idempotency key.

pub mod backup;
mod bells;
mod bulk;
pub mod carry;
mod error;
pub mod functions;
pub mod house;
mod in_lane;
mod lane;
mod meters;
pub mod migrate;
mod place;
mod postgres;
mod presence;
mod reader;
mod row;
mod scrub;
pub mod sql;
mod sqlite;
mod start;
mod task;
mod unit;
pub mod value;

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;
use uuid::Uuid;

pub use self::bulk::{Loading, Record};
pub use self::error::{DbError, Kind};
pub use self::in_lane::Unit;
pub use self::row::{FromRow, Row};
pub use self::scrub::{Scrub, Scrubbed, scrub, unseen};
pub use self::unit::{Read, Tx};
pub use self::value::{Cell, Column, Json, Param, Value};
pub use crate::{params, record, row, text_enum};

use self::meters::Meters;
use self::task::Task;
use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};

/// Which engine keeps the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Which writes go one after the other: units of one lane never run at the same time in this process.
///
/// On PostgreSQL a lane is a thread and a connection, and units that wait in it share a transaction. SQLite has one
/// writer for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane(Option<u64>);

impl Lane {
    /// For all that moves money: intake, credits, the back office. In one lane they cannot deadlock each other.
    pub const MONEY: Self = Self(None);

    /// The lane of one provider's own actions, or of any other thing with an id.
    pub fn of(key: Uuid) -> Self {
        let (high, low) = key.as_u64_pair();
        Self(Some(high ^ low))
    }
}

/// How many threads, how long the queues, how much time.
#[derive(Debug, Clone)]
pub struct Options {
    pub readers: usize,
    /// Threads for long reads.
    pub background: usize,
    /// PostgreSQL: lanes beside that of money.
    pub lanes: usize,
    /// How many units may wait, in each queue.
    pub queue: usize,
    /// How many units may share a COMMIT.
    pub batch: usize,
    /// What a unit may take, waiting included. A second under what a caller should wait at most: where the network
    /// swallows all, giving up takes a moment too.
    pub interactive: Duration,
    /// The same for `background` and `write_long`.
    pub long: Duration,
    /// SQLite: the writer fills a file that nobody else knows yet, and needs no journal. See [`Loading`].
    pub loads: bool,
}

impl Options {
    /// What served best by measurement: on two cores 2 lanes and 6 connections that read (PostgreSQL), 4 threads that
    /// read (SQLite).
    pub fn of(url: &DatabaseUrl) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let (readers, batch) = match url {
            DatabaseUrl::Sqlite(_) => ((cores + 2).clamp(4, 8), 64),
            DatabaseUrl::Postgres(_) => ((2 * cores + 2).clamp(6, 16), 32),
        };
        Self {
            readers,
            background: 2,
            lanes: cores.clamp(2, 8),
            queue: 1_000,
            batch,
            interactive: Duration::from_secs(9),
            long: Duration::from_mins(10),
            loads: false,
        }
    }
}

/// The way to the database; clones are the same one.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    options: Options,
    readers: Queue<reader::Order>,
    background: Queue<reader::Order>,
    /// That of money first.
    lanes: Vec<Queue<lane::Order>>,
    bells: Arc<bells::Bells>,
    /// SQLite: nothing is written any more.
    broken: Arc<AtomicBool>,
    closing: AtomicBool,
    /// Readers first, then lanes.
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// PostgreSQL: tells other processes, and listens to them.
    crier: OnceLock<AbortHandle>,
}

struct Queue<O> {
    orders: Sender<O>,
    meters: Meters,
    threads: usize,
}

impl Db {
    /// Starts the threads. SQLite: the file has to be there (`migrate::up` makes it). PostgreSQL: connects in the
    /// background, for as long as it takes. Does not migrate.
    pub async fn open(url: &DatabaseUrl, clock: &Clock, options: Options) -> Result<Self> {
        let (url, clock) = (url.clone(), clock.clone());
        on_a_thread("db-open", move || start::all(&url, &clock, options)).await
    }

    pub fn engine(&self) -> Engine {
        self.shared.engine
    }

    /// Runs a unit that only looks. For an answer somebody waits for.
    pub async fn read<T: Send + 'static>(&self, unit: impl Fn(&mut Read) -> Result<T> + Send + 'static) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.interactive, false, unit);
        self.submit(&self.shared.readers, reader::Order::Run(task), answer).await
    }

    /// Runs a unit that looks at a lot, on threads of its own: all its statements see the database of one moment.
    pub async fn background<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut Read) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.long, false, unit);
        self.submit(&self.shared.background, reader::Order::Run(task), answer).await
    }

    /// Runs a unit that changes something, and answers after its COMMIT.
    ///
    /// Dropping the future changes nothing: the unit runs all the same. So does a timeout around it: whoever gives up
    /// waiting does not know what happened.
    pub async fn write<T: Send + 'static>(
        &self,
        lane: Lane,
        unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (mut task, answer) = Task::new(self.shared.options.interactive, false, unit);
        task.key = lane.0.unwrap_or_default();
        self.submit(self.shared.lane(lane)?, lane::Order::Run(task), answer).await
    }

    /// The same for a unit that changes a lot: 10 minutes, and a COMMIT of its own. Others of its lane (on SQLite: all)
    /// wait as long.
    pub async fn write_long<T: Send + 'static>(
        &self,
        lane: Lane,
        unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.long, true, unit);
        self.submit(self.shared.lane(lane)?, lane::Order::Run(task), answer).await
    }

    /// From now on the bells ring for what other processes do, too, and theirs for what this one does. SQLite has no way to
    /// tell another process.
    ///
    /// # Errors
    /// Where the URL can't be read.
    pub fn join_others(&self, url: &DatabaseUrl) -> Result<()> {
        if let DatabaseUrl::Postgres(url) = url {
            let server = postgres::Server::new(url).map_err(|why| Error::Unavailable(why.into()))?;
            let bells = Arc::clone(&self.shared.bells);
            self.shared.crier.get_or_init(|| tokio::spawn(server.cry(bells)).abort_handle());
        }
        Ok(())
    }

    /// Rung after the COMMIT of each unit that asked for it ([`Tx::ring`]): there is work for somebody.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.shared.bells.work.subscribe()
    }

    /// Rung after the COMMIT of each unit that asked for it ([`Tx::announce`]): something happened that somebody may be
    /// watching for.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.shared.bells.news.subscribe()
    }

    /// Whether the database answers, within 2 s, and takes writes as far as is known.
    pub async fn ping(&self) -> Result<()> {
        if self.shared.broken.load(Ordering::Relaxed) {
            return Err(Error::Unavailable(sqlite::BROKEN.into()));
        }
        let (task, answer) = Task::new(PING, false, |read: &mut Read| read.one::<(i64,)>("SELECT 1", &[]).map(drop));
        self.submit(&self.shared.readers, reader::Order::Run(task), answer).await
    }

    /// Ends the threads, after what is queued; later units are turned away, through whichever clone they come.
    pub async fn close(self) {
        if self.shared.closing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.shared.crier.get().inspect(|crier| crier.abort());
        let shared = Arc::clone(&self.shared);
        let closed = on_a_thread("db-close", move || {
            shared.stop();
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::error!("closing the database: {error}");
        }
    }

    async fn submit<O, T>(&self, queue: &Queue<O>, order: O, answer: oneshot::Receiver<Result<T>>) -> Result<T> {
        if self.shared.closing.load(Ordering::Relaxed) {
            return Err(Error::Unavailable("the database is closed".into()));
        }
        match queue.orders.try_send(order) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                queue.meters.full();
                return Err(Error::Unavailable("the database's queue is full".into()));
            }
            Err(TrySendError::Disconnected(_)) => return Err(Error::Unavailable("the database is closed".into())),
        }
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the database was closed".into())))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.crier.get().inspect(|crier| crier.abort());
    }
}

impl Shared {
    fn lane(&self, lane: Lane) -> Result<&Queue<lane::Order>> {
        let others = self.lanes.len().saturating_sub(1);
        let index = match (lane.0, u64::try_from(others)) {
            (Some(key), Ok(others)) if others > 0 => 1 + usize::try_from(key % others).unwrap_or(0),
            _ => 0,
        };
        self.lanes.get(index).ok_or_else(|| Error::internal("there is no lane"))
    }

    /// The writers last: who closes an SQLite file last folds its log into it.
    fn stop(&self) {
        let mut threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for readers in [&self.readers, &self.background] {
            for _ in 0..readers.threads {
                let _ = readers.orders.send(reader::Order::Stop);
            }
        }
        let writers = threads.split_off(threads.len().min(self.readers.threads + self.background.threads));
        join(threads);
        for lane in &self.lanes {
            let _ = lane.orders.send(lane::Order::Stop);
        }
        join(writers);
    }
}

/// That the URL can work, as far as it can be told without asking anybody: its parameters, the files that it names. `Err` is
/// the line to show.
pub fn judge(url: &DatabaseUrl) -> std::result::Result<(), String> {
    match url {
        DatabaseUrl::Sqlite(path) => place::judge(path),
        DatabaseUrl::Postgres(url) => postgres::Server::new(url).map(drop),
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a database thread panicked");
        }
    }
}

/// How long `ping` may take.
const PING: Duration = Duration::from_secs(2);

/// Runs what blocks on a thread of its own: the drivers must not be called on the async runtime's.
async fn on_a_thread<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _ = reply.send(work());
    });
    started.map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?;
    answer.await.unwrap_or_else(|_| Err(Error::internal(format!("{name} panicked"))))
}
