//! Deals the leads out: from the plan and the world, the rows of one stretch of time after the other. Within a stretch
//! every figure agrees, so each is committed on its own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use leadhouse::assignments::{self, SearchBits};
use leadhouse::clock::Timestamp;
use leadhouse::db::Json;
use leadhouse::id::{AssignmentId, AuditEntryId, LeadId, LedgerEntryId, ProviderId};
use leadhouse::money::Money;
use leadhouse::need::Form;

use super::fate::Fate;
use super::plan::{Plan, Planned};
use super::rows::{Assignment, Audit, Entry, Lead, Return, Trace};
use super::text::{self, LEVEL, Texts};
use super::world::{Niche, Provider, World};
use crate::random::Random;

/// How far back leads go.
pub const SPAN: Duration = Duration::from_hours(180 * 24);

/// The tables that get most of the rows.
pub const TABLES: [&str; 6] =
    ["leads", "lead_traces", "lead_assignments", "returns", "ledger_entries", "audit_entries"];

/// The rows of a stretch, in the order in which they may be inserted.
#[derive(Debug, Default)]
pub struct Stretch {
    pub leads: Vec<Lead>,
    pub traces: Vec<Trace>,
    pub assignments: Vec<Assignment>,
    pub returns: Vec<Return>,
    pub entries: Vec<Entry>,
    pub audit: Vec<Audit>,
    /// The providers whose figures changed, as they are now.
    pub touched: Vec<Provider>,
}

/// Somebody who deals.
pub struct Dealer {
    world: World,
    plan: std::iter::Peekable<Plan>,
    random: Random,
    start: Timestamp,
    assignments: u64,
    texts: Texts,
    stretch: Stretch,
    refunds: BinaryHeap<Reverse<Refund>>,
    touched: Vec<bool>,
}

/// Money that goes back at a time to come within the stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Refund {
    at: Timestamp,
    provider: usize,
    assignment: AssignmentId,
    amount: i64,
}

impl Dealer {
    /// `end`: when the last lead came, about.
    pub fn new(world: World, assignments: u64, seed: u64, end: Timestamp) -> Self {
        let providers = u64::try_from(world.providers.len()).unwrap_or(0);
        Self {
            touched: vec![false; world.providers.len()],
            world,
            plan: Plan::new(providers, assignments, seed).peekable(),
            random: Random::new(seed ^ 0x6465_616c),
            start: end.minus(SPAN),
            assignments,
            texts: Texts::default(),
            stretch: Stretch::default(),
            refunds: BinaryHeap::new(),
        }
    }

    /// The next `size` assignments or some more; `None` after the last.
    pub fn deal(&mut self, size: usize) -> Option<Stretch> {
        let first = self.plan.peek()?.after;
        let end = self.time(first + u64::try_from(size).unwrap_or(0));
        while self.stretch.assignments.len() < size
            && let Some(planned) = self.plan.next()
        {
            let at = self.time(planned.after);
            self.refund_until(at);
            self.lead(&planned, at, end);
        }
        self.refund_until(Timestamp::MAX);
        let mut stretch = std::mem::take(&mut self.stretch);
        stretch.audit.sort_unstable_by_key(|entry| entry.id);
        let changed = self.world.providers.iter().zip(&self.touched).filter(|(_, touched)| **touched);
        stretch.touched = changed.map(|(provider, _)| provider.clone()).collect();
        self.touched.fill(false);
        Some(stretch)
    }

    /// The moment of the `n`-th assignment.
    fn time(&self, n: u64) -> Timestamp {
        let share = u128::from(n.min(self.assignments)) * SPAN.as_micros() / u128::from(self.assignments.max(1));
        self.start.plus(Duration::from_micros(u64::try_from(share).unwrap_or(0)))
    }

    fn lead(&mut self, planned: &Planned, at: Timestamp, end: Timestamp) {
        let Some(niche) = self.world.niches.get(planned.niche).copied() else { return };
        let id = LeadId(self.random.uuid(at));
        let person = self.texts.person(&mut self.random);
        let (need, phone) = (Form::read(person.form_data).need(), format!("\t{}", person.digits));
        let search_text =
            assignments::search_text(&person.email, Some(person.name), &person.postal_code, &need, &phone);
        self.tell(at, "lead.received", "lead", id.0, Some(niche.source.0), "source");
        let mut trace = text::Trace::default();
        for owner in &planned.owners {
            self.assign(*owner, planned.niche, id, &search_text, (at, end), &mut trace);
        }
        self.stretch.traces.push(Trace { lead_id: id, decided_at: at, trace: Json(trace.finish()) });
        self.stretch.leads.push(Lead {
            id,
            source_id: niche.source,
            niche_id: niche.id,
            status: "assigned",
            received_at: at,
            contact_name: person.name,
            contact_phone: format!("+{}", person.digits),
            contact_phone_digits: person.digits,
            contact_email: person.email.clone(),
            contact_email_lower: person.email,
            postal_code: person.postal_code,
            form_data: Json(person.form_data.to_owned()),
            utm_source: person.utm_source,
        });
    }

    fn assign(
        &mut self,
        owner: usize,
        niche: usize,
        lead: LeadId,
        search_text: &str,
        (at, end): (Timestamp, Timestamp),
        trace: &mut text::Trace,
    ) {
        let id = AssignmentId(self.random.uuid(at));
        let fate = Fate::of(&mut self.random, at, end);
        let World { niches, level, providers } = &mut self.world;
        let (Some(Niche { id: niche_id, source }), Some(provider)) =
            (niches.get(niche).copied(), providers.get_mut(owner))
        else {
            return;
        };
        let provider_id = provider.id;
        let Some((subscription, price)) = provider.serve(niche, at, self.texts.day_of(at), &fate) else { return };
        trace.add(provider_id, subscription, price);
        let bits = SearchBits::of(search_text);
        self.stretch.assignments.push(Assignment {
            id,
            lead_id: lead,
            provider_id,
            niche_id,
            competition_level_id: *level,
            subscription_id: subscription,
            price_charged: Money::from_minor(price),
            max_providers: LEVEL.1,
            status: fate.status,
            assigned_at: at,
            viewed_at: fate.viewed_at,
            accepted_at: fate.accepted_at,
            rejected_at: fate.rejected_at,
            refunded_at: fate.refunded_at,
            rejection_reason: fate.reason.map(|(_, reason)| *reason),
            rejection_code: fate.reason.map(|(code, _)| *code),
            search_text: search_text.to_owned(),
            search_bits_1: bits.first,
            search_bits_2: bits.second,
        });
        self.tell(at, "lead.assigned", "lead_assignment", id.0, Some(source.0), "source");
        let by = Some(provider_id.0);
        for (action, when) in
            [("lead.viewed", fate.viewed_at), ("lead.accepted", fate.accepted_at), ("lead.rejected", fate.rejected_at)]
        {
            if let Some(when) = when {
                self.tell(when, action, "lead_assignment", id.0, by, "provider");
            }
        }
        self.review(id, provider_id, &fate);
        self.book(at, owner, id, "charge", -price);
        if let Some(when) = fate.refunded_at {
            self.refunds.push(Reverse(Refund { at: when, provider: owner, assignment: id, amount: price }));
        }
    }

    /// What became of a rejected lead's return. By whom is not kept: nobody is told of it.
    fn review(&mut self, assignment_id: AssignmentId, provider_id: ProviderId, fate: &Fate) {
        let Some(opened_at) = fate.rejected_at else { return };
        let (state, decided_at) = match (fate.refunded_at, fate.denied_at) {
            (Some(at), _) => ("approved", Some(at)),
            (None, Some(at)) => ("denied", Some(at)),
            (None, None) => ("pending", None),
        };
        self.stretch.returns.push(Return { assignment_id, provider_id, state, opened_at, decided_at });
        if let Some(at) = fate.denied_at {
            self.tell(at, "lead.return_denied", "lead_assignment", assignment_id.0, None, "system");
        }
    }

    fn refund_until(&mut self, moment: Timestamp) {
        while let Some(Reverse(refund)) = self.refunds.peek().copied().filter(|Reverse(refund)| refund.at <= moment) {
            self.refunds.pop();
            self.book(refund.at, refund.provider, refund.assignment, "refund", refund.amount);
            self.tell(refund.at, "lead.refunded", "lead_assignment", refund.assignment.0, None, "system");
        }
    }

    fn book(&mut self, at: Timestamp, owner: usize, assignment: AssignmentId, kind: &'static str, amount: i64) {
        let id = LedgerEntryId(self.random.uuid(at));
        let Some(provider) = self.world.providers.get_mut(owner) else { return };
        provider.balance += amount;
        provider.entries += 1;
        self.touched.iter_mut().skip(owner).take(1).for_each(|touched| *touched = true);
        self.stretch.entries.push(Entry {
            id,
            provider_id: provider.id,
            seq: provider.entries,
            kind,
            amount: Money::from_minor(amount),
            balance_after: Money::from_minor(provider.balance),
            assignment_id: assignment,
            created_at: at,
        });
    }

    fn tell(
        &mut self,
        at: Timestamp,
        action: &'static str,
        entity: &'static str,
        entity_id: uuid::Uuid,
        actor_id: Option<uuid::Uuid>,
        actor_role: &'static str,
    ) {
        let id = AuditEntryId(self.random.uuid(at));
        self.stretch.audit.push(Audit { id, action, entity, entity_id, actor_id, actor_role, created_at: at });
    }
}
