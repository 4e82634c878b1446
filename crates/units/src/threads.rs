//! The threads of one database, each with its connection, and the queues that lead to them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::engine::{Engine, Purpose, Source};
use super::meters::Meters;
use super::options::Options;
use super::reader::{self, Reader};
use super::signals::Signals;
use super::tx::{Read, Tx};
use super::unit::Lane;
use super::url::DatabaseUrl;
use super::writer::{self, Writer};
use ground::clock::Clock;
use ground::error::{Error, Result};

pub(super) struct Threads {
    pub engine: Engine,
    pub readers: Queue<reader::Order>,
    pub background: Queue<reader::Order>,
    /// That of money first.
    writers: Vec<Queue<writer::Order>>,
    pub signals: Arc<Signals>,
    /// SQLite: nothing is written any more.
    broken: Arc<AtomicBool>,
    /// Readers first, then writers.
    handles: Mutex<Vec<JoinHandle<()>>>,
}

/// Leads to one writer, or to several readers.
pub(super) struct Queue<O> {
    orders: Sender<O>,
    meters: Meters,
    threads: usize,
}

impl<O> Queue<O> {
    /// # Errors
    /// `Unavailable` where it is full, or nobody takes from it any more.
    pub fn add(&self, order: O) -> Result<()> {
        match self.orders.try_send(order) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.meters.full();
                Err(Error::Unavailable("the database's queue is full".into()))
            }
            Err(TrySendError::Disconnected(_)) => Err(Error::Unavailable("the database is closed".into())),
        }
    }
}

impl Threads {
    pub fn start(url: &DatabaseUrl, clock: &Clock, options: &Options) -> Result<Self> {
        let broken = Arc::new(AtomicBool::new(false));
        let source = Source::of(url, Arc::clone(&broken))?;
        let engine = source.engine();
        let writers = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 1 + options.lanes,
        };
        let signals = Arc::new(Signals::default());
        let mut starter = Starter { source, clock, options, signals: &signals, handles: Vec::new() };
        let readers = starter.readers("db-read", options.readers, Purpose::Read)?;
        let background = starter.readers("db-background", options.background, Purpose::Background)?;
        let writers = (0..writers).map(|number| starter.writer(number)).collect::<Result<Vec<_>>>()?;
        let handles = Mutex::new(starter.handles);
        Ok(Self { engine, readers, background, writers, signals, broken, handles })
    }

    /// Whether nothing is written any more.
    pub fn are_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Leads to the writer of a lane.
    pub fn writer(&self, lane: Lane) -> Result<&Queue<writer::Order>> {
        let others = self.writers.len().saturating_sub(1);
        let index = match (lane.key(), u64::try_from(others)) {
            (Some(key), Ok(others)) if others > 0 => 1 + usize::try_from(key % others).unwrap_or(0),
            _ => 0,
        };
        self.writers.get(index).ok_or_else(|| Error::internal("there is no lane"))
    }

    /// Ends them, after what is queued. The writers last: who closes an SQLite file last folds its log into it.
    pub fn stop(&self) {
        let mut handles = std::mem::take(&mut *self.handles.lock().unwrap_or_else(PoisonError::into_inner));
        for readers in [&self.readers, &self.background] {
            for _ in 0..readers.threads {
                let _ = readers.orders.send(reader::Order::Stop);
            }
        }
        let writers = handles.split_off(handles.len().min(self.readers.threads + self.background.threads));
        join(handles);
        for writer in &self.writers {
            let _ = writer.orders.send(writer::Order::Stop);
        }
        join(writers);
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a database thread panicked");
        }
    }
}

struct Starter<'a> {
    source: Source,
    clock: &'a Clock,
    options: &'a Options,
    signals: &'a Arc<Signals>,
    handles: Vec<JoinHandle<()>>,
}

impl Starter<'_> {
    fn readers(&mut self, name: &'static str, count: usize, purpose: Purpose) -> Result<Queue<reader::Order>> {
        let (orders, queue) = bounded(self.options.queue);
        let background = purpose == Purpose::Background;
        let meters = Meters::of(self.options.metrics, if background { "background" } else { "read" });
        for number in 0..count {
            let read = Read::new(self.source.connection(purpose, self.options)?, self.clock.clone());
            let reader = Reader::new(read, Receiver::clone(&queue), meters.clone(), background);
            self.thread(format!("{name}-{number}"), move || reader.run())?;
        }
        Ok(Queue { orders, meters, threads: count })
    }

    fn writer(&mut self, number: usize) -> Result<Queue<writer::Order>> {
        let (orders, queue) = bounded(self.options.queue);
        let meters = Meters::of(self.options.metrics, "write");
        let read = Read::new(self.source.connection(Purpose::Write, self.options)?, self.clock.clone());
        let turn = (number == 0).then_some(writer::MONEY);
        let tx = Tx::new(read, Arc::clone(self.signals));
        let writer = Writer::new(tx, queue, meters.clone(), self.options.batch, turn);
        self.thread(format!("db-write-{number}"), move || writer.run())?;
        Ok(Queue { orders, meters, threads: 1 })
    }

    fn thread(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = Builder::new().name(name).spawn(work);
        self.handles.push(thread.map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?);
        Ok(())
    }
}
