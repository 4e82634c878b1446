//! `Db`: the way in. Units are put into the queue of a thread, and answered when they are done.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;

use super::engine::Engine;
use super::options::Options;
use super::task::Task;
use super::thread::on_a_thread;
use super::threads::{Queue, Threads};
use super::tx::{Read, Tx};
use super::unit::{Lane, Unit};
use super::url::DatabaseUrl;
use super::{postgres, reader, sqlite, writer};
use ground::clock::Clock;
use ground::error::{Error, Result};

/// The way to the database; clones are the same one.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    threads: Threads,
    options: Options,
    closing: AtomicBool,
    /// Callers that wait for a unit in the lane of money.
    waiting: AtomicUsize,
    /// PostgreSQL: tells other processes, and listens to them.
    exchange: OnceLock<AbortHandle>,
}

impl Db {
    /// Starts the threads. SQLite: the file has to be there (`migrate::up` makes it). PostgreSQL: connects in the
    /// background, for as long as it takes. Does not migrate.
    pub async fn open(url: &DatabaseUrl, clock: &Clock, options: Options) -> Result<Self> {
        let (url, clock) = (url.clone(), clock.clone());
        let open = move || {
            let threads = Threads::start(&url, &clock, &options)?;
            let (closing, waiting, exchange) = (AtomicBool::new(false), AtomicUsize::new(0), OnceLock::new());
            Ok(Self { shared: Arc::new(Shared { threads, options, closing, waiting, exchange }) })
        };
        on_a_thread("db-open", open).await
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.shared.threads.engine
    }

    /// Runs a unit that only looks. For an answer somebody waits for.
    pub async fn read<T: Send + 'static>(&self, unit: impl Fn(&mut Read) -> Result<T> + Send + 'static) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.interactive, false, unit);
        self.submit(&self.shared.threads.readers, reader::Order::Run(task), answer).await
    }

    /// Runs a unit that looks at a lot, on threads of its own: all its statements see the database of one moment.
    pub async fn background<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut Read) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.long, false, unit);
        self.submit(&self.shared.threads.background, reader::Order::Run(task), answer).await
    }

    /// Runs a unit in its lane, and answers after its COMMIT. See [`Db::write`].
    pub fn run<T: Send + 'static>(&self, unit: impl Unit<T>) -> impl Future<Output = Result<T>> + Send {
        // Outside the future, which would be as large as the unit.
        let lane = unit.lane();
        let (task, answer) = Task::typed(self.shared.options.interactive, unit);
        async move {
            let writer = self.shared.threads.writer(lane)?;
            let _waits = (lane == Lane::MONEY).then(|| Waits::of(&self.shared.waiting));
            self.submit(writer, writer::Order::Run(task), answer).await
        }
    }

    /// Whether many wait for money: then what may be done a little later does well to leave them the database.
    pub fn is_pressed(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) >= MANY
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
        self.run(lane.unit(unit)).await
    }

    /// The same for a unit that changes a lot: 10 minutes, and a COMMIT of its own. Others of its lane (on SQLite: all)
    /// wait as long.
    pub async fn write_long<T: Send + 'static>(
        &self,
        lane: Lane,
        unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (task, answer) = Task::new(self.shared.options.long, true, unit);
        self.submit(self.shared.threads.writer(lane)?, writer::Order::Run(task), answer).await
    }

    /// From now on [`Db::wakeups`] and [`Db::news`] change for what other processes do, too, and theirs for what this one
    /// does. `channel` is the name under which they hear each other, a plain identifier. SQLite has no way to tell another
    /// process.
    ///
    /// # Errors
    /// Where the URL can't be read.
    pub fn join_others(&self, url: &DatabaseUrl, channel: &'static str) -> Result<()> {
        if let DatabaseUrl::Postgres(url) = url {
            let server = postgres::Server::new(url).map_err(|why| Error::Unavailable(why.into()))?;
            let signals = Arc::clone(&self.shared.threads.signals);
            self.shared
                .exchange
                .get_or_init(|| tokio::spawn(postgres::exchange(server, channel, signals)).abort_handle());
        }
        Ok(())
    }

    /// Changes after the COMMIT of each unit that asked for it ([`Tx::ring`]): there is work for somebody.
    pub fn wakeups(&self) -> watch::Receiver<u64> {
        self.shared.threads.signals.work.subscribe()
    }

    /// Changes after the COMMIT of each unit that asked for it ([`Tx::announce`]): something happened that somebody may be
    /// watching for.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.shared.threads.signals.news.subscribe()
    }

    /// Whether the database answers, within 2 s, and takes writes as far as is known.
    pub async fn ping(&self) -> Result<()> {
        if self.shared.threads.are_broken() {
            return Err(Error::Unavailable(sqlite::BROKEN.into()));
        }
        let (task, answer) = Task::new(PING, false, |read: &mut Read| read.one::<(i64,)>("SELECT 1", &[]).map(drop));
        self.submit(&self.shared.threads.readers, reader::Order::Run(task), answer).await
    }

    /// Ends the threads, after what is queued; later units are turned away, through whichever clone they come.
    pub async fn close(self) {
        if self.shared.closing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.shared.exchange.get().inspect(|exchange| exchange.abort());
        let shared = Arc::clone(&self.shared);
        let closed = on_a_thread("db-close", move || {
            shared.threads.stop();
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
        queue.add(order)?;
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the database was closed".into())))
    }
}

/// So many callers at once are more than a quiet installation has.
const MANY: usize = 4;

/// Counts its caller for as long as it is there.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn of(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.exchange.get().inspect(|exchange| exchange.abort());
    }
}

/// How long `ping` may take.
const PING: Duration = Duration::from_secs(2);
