//! How many threads, how long the queues, how much time.

use std::num::NonZero;
use std::time::Duration;

use super::url::DatabaseUrl;

/// How many threads, how long the queues, how much time.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads that read, for answers somebody waits for.
    pub readers: usize,
    /// Threads for long reads.
    pub background: usize,
    /// PostgreSQL: lanes beside [`Lane::MONEY`](super::Lane::MONEY).
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
    /// What the names of its metrics begin with: `<metrics>_units_total` and so on.
    pub metrics: &'static str,
    /// SQLite: the writer fills a file that nobody else knows yet, and needs no journal. See [`Loading`](super::Loading).
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
            metrics: "units",
            loads: false,
        }
    }
}
