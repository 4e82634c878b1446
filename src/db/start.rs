//! Opens the connections and gives each its thread.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, bounded};

use super::bells::Bells;
use super::lane::{self, Lane};
use super::meters::Meters;
use super::presence;
use super::reader::Reader;
use super::unit::{Conn, Read, Tx};
use super::{Db, Engine, Options, Queue, Shared, postgres, sqlite};
use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};

/// How the connections of one database are made.
enum Source<'a> {
    Sqlite(&'a std::path::Path),
    Postgres(postgres::Server),
}

/// What a connection is for.
#[derive(Clone, Copy)]
enum Purpose {
    Write,
    Read,
    Background,
}

pub(super) fn all(url: &DatabaseUrl, clock: &Clock, options: Options) -> Result<Db> {
    let source = match url {
        DatabaseUrl::Sqlite(path) => Source::Sqlite(path),
        DatabaseUrl::Postgres(url) => {
            Source::Postgres(postgres::Server::new(url).map_err(|why| Error::Unavailable(why.into()))?)
        }
    };
    let (engine, lanes) = match source {
        Source::Sqlite(_) => (Engine::Sqlite, 1),
        Source::Postgres(_) => (Engine::Postgres, 1 + options.lanes),
    };
    let bells = Arc::new(Bells::default());
    let broken = Arc::new(AtomicBool::new(false));
    let mut starter = Starter { source, clock, options: &options, bells: &bells, broken: &broken, threads: Vec::new() };
    let readers = starter.readers("db-read", options.readers, Purpose::Read)?;
    let background = starter.readers("db-background", options.background, Purpose::Background)?;
    let lanes = (0..lanes).map(|number| starter.lane(number)).collect::<Result<Vec<_>>>()?;
    let threads = Mutex::new(starter.threads);
    let closing = AtomicBool::new(false);
    let crier = OnceLock::new();
    let shared = Shared { engine, options, readers, background, lanes, bells, broken, closing, threads, crier };
    Ok(Db { shared: Arc::new(shared) })
}

struct Starter<'a> {
    source: Source<'a>,
    clock: &'a Clock,
    options: &'a Options,
    bells: &'a Arc<Bells>,
    broken: &'a Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Starter<'_> {
    fn readers(&mut self, name: &'static str, count: usize, purpose: Purpose) -> Result<Queue<super::reader::Order>> {
        let (orders, queue) = bounded(self.options.queue);
        let meters = Meters::of(if matches!(purpose, Purpose::Background) { "background" } else { "read" });
        for number in 0..count {
            let read = Read::new(self.connect(purpose)?, self.clock.clone());
            let snapshot = matches!(purpose, Purpose::Background);
            let reader = Reader::new(read, Receiver::clone(&queue), meters.clone(), snapshot);
            self.thread(format!("{name}-{number}"), move || reader.run())?;
        }
        Ok(Queue { orders, meters, threads: count })
    }

    fn lane(&mut self, number: usize) -> Result<Queue<super::lane::Order>> {
        let (orders, queue) = bounded(self.options.queue);
        let meters = Meters::of("write");
        let tx = Tx::new(Read::new(self.connect(Purpose::Write)?, self.clock.clone()), Arc::clone(self.bells));
        let turn = (number == 0).then_some(lane::MONEY);
        let lane = Lane::new(tx, queue, meters.clone(), self.options.batch, turn);
        self.thread(format!("db-write-{number}"), move || lane.run())?;
        Ok(Queue { orders, meters, threads: 1 })
    }

    fn connect(&self, purpose: Purpose) -> Result<Conn> {
        let Options { interactive, long, loads, .. } = *self.options;
        match &self.source {
            Source::Sqlite(path) => {
                let role = match purpose {
                    Purpose::Write if loads => sqlite::Role::Loader,
                    Purpose::Write => sqlite::Role::Writer,
                    Purpose::Read | Purpose::Background => sqlite::Role::Reader,
                };
                let conn = sqlite::Conn::open(path, role, Arc::clone(self.broken));
                conn.map(Conn::Sqlite).map_err(|error| presence::unusable(path, &error))
            }
            Source::Postgres(server) => {
                let (role, limit) = match purpose {
                    Purpose::Write => (postgres::Role::Writer, interactive),
                    Purpose::Read => (postgres::Role::Reader, interactive),
                    Purpose::Background => (postgres::Role::Reader, long),
                };
                let conn = postgres::Conn::new(server.clone(), role, limit, long);
                let fails = |error| format!("a connection cannot be made: {error}; see `ulimit -n`");
                conn.map(|conn| Conn::Postgres(Box::new(conn))).map_err(|error| Error::Unavailable(fails(error).into()))
            }
        }
    }

    fn thread(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = Builder::new().name(name).spawn(work);
        self.threads.push(thread.map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?);
        Ok(())
    }
}
