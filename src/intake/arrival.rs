//! Leads as they arrive, each as if it came after those before it. Those that wait together are taken together: what is new is
//! sold by one statement a table, and what has to do with another lead goes its own way, in its turn.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use metrics::counter;
use serde_json::json;

use super::corrections;
use super::earlier::{self, Fate};
use super::locks::same_lead_keys;
use super::status::Status;
use super::store::{self, Source, WereHere};
use super::submission::{Offer, Submission};
use super::suppression::{self, Hasher};
use crate::audit::{self, Action, Actor, Entity, Entry};
use crate::catalog::{self, Unreachable};
use crate::db::{Lane, Read, Tx, Unit};
use crate::distribution::{self, AskedMarket, Market, Plan, ToPlace};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, LeadId, NicheId};
use crate::money::Money;

/// What became of a submission.
#[derive(Debug, Clone)]
pub struct Received {
    pub lead: LeadId,
    pub status: Status,
    pub assignments: Vec<AssignmentId>,
    /// Of all assignments together.
    pub price: Money,
}

impl Received {
    /// One that nobody bought.
    pub fn unsold(lead: LeadId, status: Status) -> Self {
        Self { lead, status, assignments: Vec::new(), price: Money::ZERO }
    }
}

/// A submission that is to be received.
pub(super) struct Arrival {
    pub source: Arc<Source>,
    pub submission: Submission,
}

impl Unit<Received> for Arrival {
    const TOGETHER: bool = true;

    fn lane(&self) -> Lane {
        Lane::MONEY
    }

    fn run(&self, tx: &mut Tx) -> Result<Received> {
        let received = Self::run_all(&[self], tx)?.pop();
        received.ok_or_else(|| Error::internal("a lead that came to nothing"))
    }

    fn run_all(arrivals: &[&Self], tx: &mut Tx) -> Result<Vec<Received>> {
        let offered: Vec<&Self> = arrivals.iter().copied().filter(|one| !one.submission.is_test).collect();
        let keys: Vec<Vec<i64>> = arrivals.iter().map(|one| one.keys()).collect();
        tx.lock(&keys.concat())?;
        // Asked along with who was here, for the many sets of which nobody was.
        let niches: Vec<NicheId> = offered.iter().map(|one| one.source.niche_id).collect();
        let mut market = Some(Market::ask(tx, &niches)?);
        let people: Vec<_> = offered.iter().map(|one| (one.source.as_ref(), &one.submission)).collect();
        let WereHere { were, secret } = earlier::were_here(tx, &people)?;
        let mut opted_out = opted_out(tx, secret, &people)?.into_iter();
        let mut were_here = were.into_iter();
        let (mut received, mut fresh) = (Vec::with_capacity(arrivals.len()), Vec::new());
        let mut seen: HashSet<i64> = HashSet::new();
        for (arrival, keys) in arrivals.iter().zip(keys) {
            let is_offered = !arrival.submission.is_test;
            let was_here = is_offered && were_here.next() == Some(true);
            if is_offered && opted_out.next() == Some(true) {
                fresh.push((*arrival, Some(Status::Suppressed)));
                continue;
            }
            // Not `any`, which would leave keys out.
            let is_again = keys.into_iter().filter(|key| !seen.insert(*key)).count() > 0;
            if was_here || is_again {
                received.extend(store_new(tx, &std::mem::take(&mut fresh), market.take())?);
                received.push(arrival.store_known(tx)?);
            } else {
                fresh.push((*arrival, None));
            }
        }
        received.extend(store_new(tx, &fresh, market)?);
        Ok(received)
    }
}

/// Who of these people opted out, in their order; nothing is asked where nobody ever did.
fn opted_out(read: &mut Read, secret: Option<[u8; 32]>, people: &[(&Source, &Submission)]) -> Result<Vec<bool>> {
    let Some(secret) = secret else { return Ok(Vec::new()) };
    let keys: Vec<_> = people.iter().map(|(_, submission)| submission.keys()).collect();
    suppression::among(read, &Hasher::new(&secret), &keys)
}

impl Arrival {
    /// By which it may be the same as another; a test is the same as none.
    fn keys(&self) -> Vec<i64> {
        if self.submission.is_test { Vec::new() } else { same_lead_keys(&self.source, &self.submission) }
    }

    fn by(&self) -> Actor {
        Actor::Source(self.source.id)
    }

    /// One whose person was here before.
    fn store_known(&self, tx: &mut Tx) -> Result<Received> {
        let Self { source, submission } = self;
        let lead = LeadId::new(tx.now());
        match earlier::decide(tx, source, submission)? {
            Fate::Duplicate { of, sold } => {
                keep(tx, &[self.kept(lead, Status::Duplicate, Some(of))])?;
                if sold {
                    corrections::correct(tx, self.by(), &source.fields, of, lead)?;
                }
                Ok(Received::unsold(lead, Status::Duplicate))
            }
            Fate::New { replaces } => {
                if let Some(status) = not_offered(tx, source, submission)? {
                    keep(tx, &[self.kept(lead, status, None)])?;
                    return Ok(Received::unsold(lead, status));
                }
                let plan = distribution::plan(tx, to_place(lead, source, submission, self.by()))?;
                let status = Status::of(&plan);
                earlier::step_aside(tx, &replaces)?;
                keep(tx, &[self.kept(lead, status, None)])?;
                earlier::replace(tx, source, &replaces, lead)?;
                let price = plan.price()?;
                Ok(Received { lead, status, assignments: distribution::sell(tx, &[plan])?.concat(), price })
            }
        }
    }

    fn kept(&self, id: LeadId, status: Status, duplicate_of: Option<LeadId>) -> store::NewLead<'_> {
        store::NewLead { id, source: &self.source, submission: &self.submission, status, duplicate_of }
    }
}

/// A lead that has to do with no other, and what becomes of it, where that is told.
type Fresh<'a> = (&'a Arrival, Option<Status>);

/// Those of whom nobody was here before, or nothing is offered, in their order; each is another person. The market is that of all who came, as long as
/// nothing was sold to any of them.
fn store_new(tx: &mut Tx, arrivals: &[Fresh<'_>], market: Option<AskedMarket>) -> Result<Vec<Received>> {
    if arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let mut statuses = Vec::with_capacity(arrivals.len());
    let mut asked: HashMap<NicheId, Option<Status>> = HashMap::new();
    for (Arrival { source, submission }, told) in arrivals.iter().copied() {
        let status = if told.is_some() {
            told
        } else if submission.is_test {
            Some(Status::Test)
        } else if submission.reaches_somebody() {
            None
        } else if let Some(status) = asked.get(&source.niche_id) {
            *status
        } else {
            let status = of_unreachable(tx, source.niche_id)?;
            asked.insert(source.niche_id, status);
            status
        };
        statuses.push(status);
    }
    let niches = arrivals.iter().zip(&statuses).filter(|(_, status)| status.is_none());
    let niches: Vec<NicheId> = niches.map(|((arrival, _), _)| arrival.source.niche_id).collect();
    let mut market = match market {
        Some(asked) => Market::of(tx, asked)?,
        None => Market::open(tx, &niches)?,
    };
    let (mut leads, mut plans, mut received) = (Vec::new(), Vec::new(), Vec::new());
    for ((arrival, _), status) in arrivals.iter().zip(statuses) {
        let lead = LeadId::new(tx.now());
        let (status, price) = if let Some(status) = status {
            (status, Money::ZERO)
        } else {
            let plan = market.plan(to_place(lead, &arrival.source, &arrival.submission, arrival.by()))?;
            let (status, price) = (Status::of(&plan), plan.price()?);
            plans.push(plan);
            (status, price)
        };
        leads.push(arrival.kept(lead, status, None));
        received.push(Received { price, ..Received::unsold(lead, status) });
    }
    keep(tx, &leads)?;
    let sold = distribution::sell(tx, &plans)?;
    let mut sold: HashMap<LeadId, _> = plans.iter().map(Plan::lead).zip(sold).collect();
    for received in &mut received {
        received.assignments = sold.remove(&received.lead).unwrap_or_default();
    }
    Ok(received)
}

/// Stores the leads, and that they came.
fn keep(tx: &mut Tx, leads: &[store::NewLead<'_>]) -> Result<()> {
    store::insert_leads(tx, leads)?;
    let entries: Vec<Entry> = leads
        .iter()
        .map(|lead| Entry {
            actor: Actor::Source(lead.source.id),
            action: Action::LeadReceived,
            entity: Entity::Lead(lead.id),
            details: Some(json!({ "source_id": lead.source.id, "status": lead.status })),
        })
        .collect();
    audit::record_all(tx, &entries)?;
    for lead in leads {
        count(tx, lead.status);
    }
    Ok(())
}

/// What becomes of a new submission that is offered to nobody, since nobody could reach the person.
pub(super) fn not_offered(read: &mut Read, source: &Source, submission: &Submission) -> Result<Option<Status>> {
    if submission.reaches_somebody() { Ok(None) } else { of_unreachable(read, source.niche_id) }
}

/// What becomes of those of the niche; `None`: they are offered like any other.
fn of_unreachable(read: &mut Read, niche: NicheId) -> Result<Option<Status>> {
    Ok(match catalog::niche(read, niche)?.unreachable {
        Unreachable::Invalid => Some(Status::Invalid),
        Unreachable::Held => Some(Status::Held),
        Unreachable::Sell => None,
    })
}

impl Status {
    /// Of a lead that is offered.
    pub(super) fn of(plan: &Plan) -> Self {
        if plan.has_takers() { Self::Assigned } else { Self::Unmatched }
    }
}

pub(super) fn to_place(lead: LeadId, source: &Source, submission: &Submission, by: Actor) -> ToPlace {
    let Offer { postal_code, search_text, need, place } = submission.offer(source).clone();
    ToPlace { lead, niche: source.niche_id, postal_code, search_text, need, place, source: by }
}

/// Tells of a lead that was received, once it is.
fn count(tx: &mut Tx, status: Status) {
    tx.after_commit(move || counter!("leadhouse_leads_received_total", "status" => status.as_str()).increment(1));
}
