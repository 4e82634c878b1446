//! A unit of work that says itself in which lane it runs.
//!
//! A verb says its lane once, beside its rule; whoever runs it names none:
//!
//! ```text
//! pub fn credit(account: Account, cents: i64) -> impl Unit<Entry> {
//!     Lane::MONEY.unit(move |tx| { … })
//! }
//!
//! let entry = db.run(credit(account, 500)).await?;
//! ```
//!
//! In a unit that runs already a verb is a part of that one, in its lane: `credit(…).run(tx)?`.

use uuid::Uuid;

use super::tx::Tx;
use ground::error::Result;

/// Which writes go one after the other: units of one lane never run at the same time in this process.
///
/// On PostgreSQL a lane is a thread and a connection, and units that wait in it share a transaction. SQLite has one
/// writer for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane(Option<u64>);

/// What changes something, whole, in one lane. It may run more than once, each time from its beginning.
pub trait Unit<T>: Send + 'static {
    /// Where it runs.
    fn lane(&self) -> Lane;

    /// Runs as a part of another unit, in whichever lane that is.
    fn run(&self, tx: &mut Tx) -> Result<T>;

    /// The same, and then this with what it made, in one unit: what an answer shows, what else is done with it.
    fn then<U>(self, next: impl Fn(&mut Tx, T) -> Result<U> + Send + 'static) -> impl Unit<U>
    where
        Self: Sized,
        T: 'static,
        U: 'static,
    {
        self.lane().unit(move |tx| {
            let made = self.run(tx)?;
            next(tx, made)
        })
    }
}

struct InLane<F> {
    lane: Lane,
    run: F,
}

impl<T, F: Fn(&mut Tx) -> Result<T> + Send + 'static> Unit<T> for InLane<F> {
    fn lane(&self) -> Lane {
        self.lane
    }

    fn run(&self, tx: &mut Tx) -> Result<T> {
        (self.run)(tx)
    }
}

impl Lane {
    /// For whatever takes the rows of several owners, as what moves money does. In one lane such units cannot deadlock each
    /// other, and it has one transaction at a time over all nodes.
    pub const MONEY: Self = Self(None);

    /// The lane of one owner's own actions, or of any other thing with an id.
    pub fn of(key: Uuid) -> Self {
        let (high, low) = key.as_u64_pair();
        Self(Some(high ^ low))
    }

    /// What tells it from others, as a number; `None` for [`Lane::MONEY`].
    pub(super) fn key(self) -> Option<u64> {
        self.0
    }

    /// A unit that runs in this lane.
    pub fn unit<T: 'static>(self, run: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> impl Unit<T> {
        InLane { lane: self, run }
    }
}
