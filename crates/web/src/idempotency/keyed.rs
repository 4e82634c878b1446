//! A unit behind a key: the key is claimed before anything is done, and its answer kept in the same transaction.

use std::collections::HashSet;

use axum::http::StatusCode;
use uuid::Uuid;

use super::answer::{Answer, Outcome};
use super::key::Key;
use super::store;
use ground::error::{Error, Result};
use units::{Lane, Tx, Unit};

/// What makes a body, and the one to keep where that is another.
pub(super) struct Keyed<U> {
    pub unit: U,
    /// Whose keys these are.
    pub principal: Uuid,
    pub key: Key,
    /// What is answered where it does well.
    pub status: StatusCode,
}

impl<U: Unit<(String, Option<String>)>> Unit<Outcome> for Keyed<U> {
    const TOGETHER: bool = U::TOGETHER;

    fn lane(&self) -> Lane {
        self.unit.lane()
    }

    fn run(&self, tx: &mut Tx) -> Result<Outcome> {
        let outcome = Self::run_all(&[self], tx)?.pop();
        outcome.ok_or_else(|| Error::internal("a unit that came to nothing"))
    }

    fn run_all(units: &[&Self], tx: &mut Tx) -> Result<Vec<Outcome>> {
        let (mut outcomes, mut some) = (Vec::with_capacity(units.len()), Vec::new());
        let mut keys = HashSet::new();
        for unit in units {
            // The second of a key finds what the first one kept.
            if !keys.insert((unit.principal, &unit.key.digest)) {
                outcomes.extend(run_once(&std::mem::take(&mut some), tx)?);
            }
            some.push(*unit);
        }
        outcomes.extend(run_once(&some, tx)?);
        Ok(outcomes)
    }
}

/// Each has a key of its own, or none of them comes twice since the keys were last settled.
fn run_once<U: Unit<(String, Option<String>)>>(units: &[&Keyed<U>], tx: &mut Tx) -> Result<Vec<Outcome>> {
    let keys: Vec<_> = units.iter().map(|unit| (unit.principal, &unit.key)).collect();
    let mut outcomes = store::claim(tx, &keys)?;
    let is_first = |outcome: &Option<Outcome>| outcome.is_none();
    let first: Vec<&Keyed<U>> =
        units.iter().copied().zip(&outcomes).filter(|(_, outcome)| is_first(outcome)).map(|(unit, _)| unit).collect();
    let made = match first.as_slice() {
        [] => Vec::new(),
        [one] => vec![one.unit.run(tx)?],
        several => U::run_all(&several.iter().map(|one| &one.unit).collect::<Vec<_>>(), tx)?,
    };
    let kept: Vec<_> = first
        .iter()
        .zip(&made)
        .map(|(one, (body, kept))| (one.principal, &one.key, one.status.as_u16(), kept.as_ref().unwrap_or(body)))
        .collect();
    store::settle(tx, &kept)?;
    let answers = first.iter().zip(made).map(|(one, (body, _))| Outcome::First(Answer { status: one.status, body }));
    let waiting = outcomes.iter_mut().filter(|outcome| is_first(outcome));
    waiting.zip(answers).for_each(|(outcome, answer)| *outcome = Some(answer));
    Ok(outcomes.into_iter().flatten().collect())
}
