//! The statements of the ledger.

use std::fmt::Write;

use crate::clock::Timestamp;
use crate::db::sql::{Conditions, arms, slices, tuples};
use crate::db::{Param, Read, Tx, params, row, text_enum};
use crate::error::Result;
use crate::id::{AssignmentId, LedgerEntryId, ProviderId};
use crate::money::Money;
use crate::period::Period;

text_enum! {
    /// What moved the money.
    pub enum Kind {
        Charge = "charge",
        Credit = "credit",
        Refund = "refund",
    }
}

row! {
    /// One line of the ledger. `seq` counts the provider's entries from 1.
    #[derive(Debug, Clone)]
    pub struct Entry {
        pub id: LedgerEntryId,
        pub provider_id: ProviderId,
        pub seq: i64,
        pub kind: Kind,
        /// What the balance changed by: a charge is negative (or zero), all else positive.
        pub amount: Money,
        pub balance_after: Money,
        pub assignment_id: Option<AssignmentId>,
        pub note: Option<String>,
        pub created_at: Timestamp,
    }
}

/// What one provider owes for one assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    pub provider: ProviderId,
    pub assignment: AssignmentId,
    pub price: Money,
}

row! {
    /// An account right after a movement, which is its entry number `entries`.
    #[derive(Debug)]
    pub struct Account {
        pub provider_id: ProviderId,
        pub balance: Money,
        pub entries: i64,
    }
}

/// What moved on an account within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    pub charged: Money,
    pub charges: i64,
    pub refunded: Money,
    pub refunds: i64,
}

row! {
    /// The entries of one kind within the `period`-th of the periods that were asked for.
    #[derive(Debug)]
    struct Sum {
        pub period: i64,
        pub kind: Kind,
        pub amount: Money,
        pub entries: i64,
    }
}

row! {
    #[derive(Debug)]
    pub struct Charged {
        pub amount: Money,
        pub refunded: bool,
    }
}

impl Account {
    pub fn entry(
        &self,
        now: Timestamp,
        kind: Kind,
        amount: Money,
        assignment: Option<AssignmentId>,
        note: Option<&str>,
    ) -> Entry {
        Entry {
            id: LedgerEntryId::new(now),
            provider_id: self.provider_id,
            seq: self.entries,
            kind,
            amount,
            balance_after: self.balance,
            assignment_id: assignment,
            note: note.map(str::to_owned),
            created_at: now,
        }
    }
}

pub fn open(tx: &mut Tx, provider: ProviderId) -> Result<()> {
    tx.execute("INSERT INTO provider_accounts (provider_id) VALUES ($1)", params![provider])?;
    Ok(())
}

pub fn balance(read: &mut Read, provider: ProviderId) -> Result<Option<Money>> {
    let row =
        read.optional::<(Money,)>("SELECT balance FROM provider_accounts WHERE provider_id = $1", params![provider])?;
    Ok(row.map(|(balance,)| balance))
}

/// What a provider owes for its charges of one list, and how many they are.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub provider: ProviderId,
    pub amount: Money,
    pub entries: i64,
}

/// A charge with what stands behind it: how many more charges of its provider come in the list, and what they come to.
#[derive(Debug, Clone, Copy)]
pub struct InList {
    pub charge: Charge,
    pub later: i64,
    pub owed: Money,
}

/// Debits every account, each once, or has the unit run again. The first SELECT has no rows: it gives the parameters their
/// types.
pub fn debit(tx: &mut Tx, due: &[Due]) -> Result<()> {
    for due in slices(due) {
        let params: Vec<&dyn Param> =
            due.iter().flat_map(|due| -> [&dyn Param; 3] { [&due.provider, &due.amount, &due.entries] }).collect();
        let sql = format!(
            "UPDATE provider_accounts SET balance = balance - due.amount, entries = entries + due.charges
               FROM (SELECT provider_id AS provider, balance AS amount, entries AS charges FROM provider_accounts
                      WHERE FALSE{}) AS due
              WHERE provider_id = due.provider AND balance - due.amount >= floor",
            arms(due.len(), 3, 0)
        );
        tx.execute_exactly(due.len(), &sql, &params)?;
    }
    Ok(())
}

/// The entries of charges just debited: what they count and leave is taken from their accounts, which stand behind the last
/// of them.
pub fn append_charges(tx: &mut Tx, charges: &[InList]) -> Result<()> {
    let now = tx.now();
    for charges in slices(charges) {
        let ids: Vec<LedgerEntryId> = charges.iter().map(|_| LedgerEntryId::new(now)).collect();
        let mut params: Vec<&dyn Param> = vec![&now];
        for (InList { charge, later, owed }, id) in charges.iter().zip(&ids) {
            let row: [&dyn Param; 6] = [id, &charge.provider, &charge.price, &charge.assignment, later, owed];
            params.extend(row);
        }
        let sql = format!(
            "INSERT INTO ledger_entries
               (id, provider_id, seq, kind, amount, balance_after, assignment_id, note, created_at)
             SELECT due.id, account.provider_id, account.entries - due.later, 'charge', -due.price,
                    account.balance + due.owed, due.assignment, NULL, $1
               FROM (SELECT id, provider_id AS provider, amount AS price, assignment_id AS assignment, seq AS later,
                            amount AS owed
                       FROM ledger_entries WHERE FALSE{}) AS due
               JOIN provider_accounts AS account ON account.provider_id = due.provider",
            arms(charges.len(), 6, 1)
        );
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

/// The account with `amount` more; `None` where there is none, or it would overflow.
pub fn deposit(tx: &mut Tx, provider: ProviderId, amount: Money) -> Result<Option<Account>> {
    let room = Money::from_minor(i64::MAX.saturating_sub(amount.minor()));
    tx.optional(
        "UPDATE provider_accounts SET balance = balance + $2, entries = entries + 1
          WHERE provider_id = $1 AND balance <= $3 RETURNING provider_id, balance, entries",
        params![provider, amount, room],
    )
}

pub fn append(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let mut sql = String::from(
        "INSERT INTO ledger_entries
           (id, provider_id, seq, kind, amount, balance_after, assignment_id, note, created_at) VALUES ",
    );
    let mut params: Vec<&dyn Param> = Vec::with_capacity(entries.len() * 9);
    for e in entries {
        let row: [&dyn Param; 9] = [
            &e.id,
            &e.provider_id,
            &e.seq,
            &e.kind,
            &e.amount,
            &e.balance_after,
            &e.assignment_id,
            &e.note,
            &e.created_at,
        ];
        params.extend(row);
    }
    sql += &tuples(entries.len(), 9);
    tx.execute_later(&sql, &params)
}

/// The charge of an assignment, and whether it was given back.
pub fn charged(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Option<Charged>> {
    read.optional(
        "SELECT c.amount, r.id IS NOT NULL AS refunded FROM ledger_entries AS c
           LEFT JOIN ledger_entries AS r ON r.assignment_id = c.assignment_id AND r.kind = 'refund'
          WHERE c.assignment_id = $1 AND c.provider_id = $2 AND c.kind = 'charge'",
        params![assignment, provider],
    )
}

/// Newest first, before the entry `before`. By their numbers: ids of several nodes may differ in order.
pub fn entries(read: &mut Read, provider: ProviderId, before: Option<LedgerEntryId>, limit: i64) -> Result<Vec<Entry>> {
    let mut only = Conditions::default();
    only.and("provider_id =", &provider);
    if let Some(before) = &before {
        let before = only.bind(before);
        only.and_text(&format!("seq < (SELECT seq FROM ledger_entries WHERE id = ${before})"));
    }
    let limit = only.bind(&limit);
    let sql = format!(
        "SELECT id, provider_id, seq, kind, amount, balance_after, assignment_id, note, created_at
           FROM ledger_entries{} ORDER BY seq DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}

/// One text for each number of periods. Each kind in each is a range of the index on times: nothing is sorted or looked up.
fn moved_text(periods: usize) -> String {
    let mut sql = String::new();
    for period in 0..periods {
        let (start, end) = (2 * period + 2, 2 * period + 3);
        for kind in [Kind::Charge, Kind::Refund] {
            let union = if sql.is_empty() { "" } else { " UNION ALL " };
            // Writing to a String cannot fail.
            let _ = write!(
                sql,
                "{union}SELECT CAST({period} AS bigint) AS period, CAST('{kind}' AS text) AS kind,
                        CAST(COALESCE(SUM(amount), 0) AS bigint) AS amount, COUNT(*) AS entries FROM ledger_entries
                  WHERE provider_id = $1 AND kind = '{kind}' AND created_at >= ${start} AND created_at < ${end}"
            );
        }
    }
    sql
}

pub fn moved(read: &mut Read, provider: ProviderId, periods: &[Period]) -> Result<Vec<Moved>> {
    let mut moved = vec![Moved::default(); periods.len()];
    if periods.is_empty() {
        return Ok(moved);
    }
    let mut params: Vec<&dyn Param> = vec![&provider];
    for Period { start, end } in periods {
        let ends: [&dyn Param; 2] = [start, end];
        params.extend(ends);
    }
    let sums: Vec<Sum> = read.all(&moved_text(periods.len()), &params)?;
    for Sum { period, kind, amount, entries } in sums {
        let Some(moved) = usize::try_from(period).ok().and_then(|period| moved.get_mut(period)) else { continue };
        match kind {
            Kind::Charge => (moved.charged, moved.charges) = (amount.negated(), entries),
            Kind::Refund => (moved.refunded, moved.refunds) = (amount, entries),
            Kind::Credit => {}
        }
    }
    Ok(moved)
}

/// What runs while a provider waits for its page.
pub fn statements() -> Vec<(String, String)> {
    vec![("money of 12 weeks and a month".to_owned(), moved_text(13))]
}
