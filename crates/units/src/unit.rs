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
//! Units of one type that wait together can be done together: such a type says so ([`Unit::TOGETHER`]) and knows how
//! ([`Unit::run_all`]).
//!
//! In a unit that runs already a verb is a part of that one, in its lane: `credit(…).run(tx)?`.

use std::marker::PhantomData;

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
pub trait Unit<T>: Send + Sized + 'static {
    /// Whether those of this type that wait together are handed to [`Unit::run_all`], and not one by one to [`Unit::run`].
    const TOGETHER: bool = false;

    /// Where it runs.
    fn lane(&self) -> Lane;

    /// Runs as a part of another unit, in whichever lane that is.
    fn run(&self, tx: &mut Tx) -> Result<T>;

    /// Runs several in their order, so that all is as if each had run after the one before it; what each of them made. Where
    /// one fails nothing is left of any, and they are tried again in smaller parts.
    fn run_all(units: &[&Self], tx: &mut Tx) -> Result<Vec<T>> {
        units.iter().map(|unit| unit.run(tx)).collect()
    }

    /// The same, and then this with what it made, in one unit: what an answer shows, what else is done with it.
    fn then<U>(self, next: impl Fn(&mut Tx, T) -> Result<U> + Send + 'static) -> impl Unit<U>
    where
        T: 'static,
        U: 'static,
    {
        Then { first: self, next, made: PhantomData }
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

struct Then<F, N, T> {
    first: F,
    next: N,
    made: PhantomData<fn() -> T>,
}

impl<T, U, F, N> Unit<U> for Then<F, N, T>
where
    T: 'static,
    F: Unit<T>,
    N: Fn(&mut Tx, T) -> Result<U> + Send + 'static,
{
    const TOGETHER: bool = F::TOGETHER;

    fn lane(&self) -> Lane {
        self.first.lane()
    }

    fn run(&self, tx: &mut Tx) -> Result<U> {
        let made = self.first.run(tx)?;
        (self.next)(tx, made)
    }

    fn run_all(units: &[&Self], tx: &mut Tx) -> Result<Vec<U>> {
        let firsts: Vec<&F> = units.iter().map(|unit| &unit.first).collect();
        let made = F::run_all(&firsts, tx)?;
        units.iter().zip(made).map(|(unit, made)| (unit.next)(tx, made)).collect()
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
