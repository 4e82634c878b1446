//! The ledger: what a provider paid in, was charged and got back. Owns `provider_accounts` and `ledger_entries`.
//!
//! Invariants: an account's `balance` is the sum of its entries and never under its `floor`; entries are append-only,
//! numbered from 1 without gaps, each with the balance after it; an assignment is charged once, with its frozen price,
//! and refunded at most once, with what was charged.

mod admin;
mod store;

pub use admin::routes;
pub use store::{Charge, Entry, Kind, Moved};

use std::collections::BTreeMap;

use crate::audit::{self, Action, Actor, Entity};
use crate::catalog;
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, LedgerEntryId, ProviderId, SubscriptionId};
use crate::money::Money;
use crate::period::Period;

use store::{Due, InList};

/// Opens the account of a new provider: balance 0, floor 0.
pub fn open_account(tx: &mut Tx, provider: ProviderId) -> Result<()> {
    store::open(tx, provider)
}

/// What the provider can still spend, and may owe where its floor is below zero.
pub fn balance(read: &mut Read, provider: ProviderId) -> Result<Money> {
    store::balance(read, provider)?.ok_or(Error::NotFound("provider"))
}

/// A page of the provider's ledger, newest first: the entries before `before`, at most `limit`.
pub fn ledger(read: &mut Read, provider: ProviderId, before: Option<LedgerEntryId>, limit: i64) -> Result<Vec<Entry>> {
    balance(read, provider)?;
    store::entries(read, provider, before, limit)
}

/// What moved on the provider's account within each of these periods, in their order.
pub fn moved(read: &mut Read, provider: ProviderId, periods: &[Period]) -> Result<Vec<Moved>> {
    store::moved(read, provider, periods)
}

/// The statements that run while a provider waits for its page, by name, for whoever looks at their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// Charges each provider for its assignments, all or none, in the order of the list.
///
/// A balance that does not pay for them (any more) has the unit run again, and choose with fresh balances.
pub fn charge(tx: &mut Tx, charges: &[Charge]) -> Result<()> {
    // In the order of the providers, so that two nodes that charge the same ones take the rows in the same order.
    let mut due: BTreeMap<ProviderId, Due> = BTreeMap::new();
    let mut entries = Vec::with_capacity(charges.len());
    for charge in charges.iter().rev() {
        let provider = charge.provider;
        let due = due.entry(provider).or_insert(Due { provider, amount: Money::ZERO, entries: 0 });
        entries.push(InList { charge: *charge, later: due.entries, owed: due.amount });
        due.entries += 1;
        due.amount = Money::from_minor(due.amount.minor().saturating_add(charge.price.minor()));
    }
    entries.reverse();
    store::debit(tx, &due.into_values().collect::<Vec<_>>())?;
    store::append_charges(tx, &entries)
}

/// Gives back what the provider was charged for the assignment, in money and in cap and budget, and has unmatched leads of
/// its niches tried again. Once: the second time there is nothing to give (`None`). `subscription`, `sold_at`: by which it
/// was sold, and when.
pub fn refund(
    tx: &mut Tx,
    provider: ProviderId,
    assignment: AssignmentId,
    subscription: SubscriptionId,
    sold_at: Timestamp,
) -> Result<Option<Entry>> {
    let (_, key) = assignment.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])?;
    let charged = store::charged(tx, provider, assignment)?.ok_or(Error::NotFound("charge"))?;
    if charged.refunded {
        return Ok(None);
    }
    // Before the account, as a sale takes the two.
    let amount = charged.amount.negated();
    catalog::give_back(tx, subscription, sold_at, amount)?;
    let account = store::deposit(tx, provider, amount)?.ok_or_else(|| Error::internal("no account to refund to"))?;
    let entry = account.entry(tx.now(), Kind::Refund, amount, Some(assignment), None);
    store::append(tx, std::slice::from_ref(&entry))?;
    catalog::demand::grew_by(tx, provider)?;
    Ok(Some(entry))
}

/// Credits the provider's account with `amount` (more than zero), and has unmatched leads of its niches tried again.
pub fn credit(actor: Actor, provider: ProviderId, amount: Money, note: Option<String>) -> impl Unit<Entry> {
    Lane::MONEY.unit(move |tx| {
        let Some(account) = store::deposit(tx, provider, amount)? else {
            balance(tx, provider)?;
            return Err(Error::conflict("balance_limit", "the balance would grow past what an account can hold"));
        };
        let entry = account.entry(tx.now(), Kind::Credit, amount, None, note.as_deref());
        store::append(tx, std::slice::from_ref(&entry))?;
        let details = serde_json::json!({
            "entry_id": entry.id, "amount": entry.amount, "balance_after": entry.balance_after,
        });
        audit::record(tx, actor, Action::ProviderCredited, Entity::Provider(provider), Some(details))?;
        catalog::demand::grew_by(tx, provider)?;
        Ok(entry)
    })
}
