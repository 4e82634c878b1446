//! What happened in the last sixty days, event by event in the order of time: businesses pay in, leads arrive, are opened,
//! decided, returned. Each is done by the verb that does it in earnest, at its time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leadhouse::accounts::{self, Admin};
use leadhouse::assignments::{LeadRef, Rejection, RejectionCode};
use leadhouse::audit::Actor;
use leadhouse::billing;
use leadhouse::clock::Timestamp;
use leadhouse::db::{Tx, Unit};
use leadhouse::error::{Error, Result};
use leadhouse::http::json;
use leadhouse::id::{AssignmentId, LeadId};
use leadhouse::inbox::{self, RejectRules};
use leadhouse::intake::{self, Submission, formats};
use leadhouse::money::Money;
use leadhouse::period::Windows;
use leadhouse::read;
use leadhouse::returns::{self, Appeal, NewAttempt};

use super::cast::{Cast, Player};
use super::people::{Person, city_of, person};
use super::trade::{REASONS, TRADES};
use super::{post, review};
use crate::random::Random;

/// How far back it begins.
pub const SPAN: Duration = Duration::from_hours(60 * 24);
/// How many leads arrive.
const LEADS: usize = 1_500;
const DAY: Duration = Duration::from_hours(24);
/// Longer than any decision here takes.
const WINDOW: Duration = Duration::from_hours(14 * 24);

#[derive(Clone, Copy)]
enum Event {
    Arrives,
    Opens(usize, LeadRef),
    Accepts(usize, LeadRef),
    /// Tries to reach somebody, in vain.
    Tries(usize, LeadRef),
    Rejects(usize, LeadRef),
    /// The operator decides on a return of this player's.
    Decides(usize, AssignmentId),
    Appeals(usize, AssignmentId),
    Tops(usize),
}

/// The events to come, and what they go by.
pub struct Story {
    cast: Cast,
    random: Random,
    now: Timestamp,
    /// By time, and in the order they were planned where they fall together.
    to_come: BTreeMap<(Timestamp, u64), Event>,
    planned: u64,
    arrived: u64,
    /// Who sent a lead lately, by trade: some send it again.
    lately: [Vec<Person>; 3],
    /// How many numbers were given out, by trade and area code.
    lines: BTreeMap<(usize, &'static str), u64>,
}

impl Story {
    pub fn new(cast: Cast, seed: u64, now: Timestamp) -> Self {
        let (to_come, lately) = (BTreeMap::new(), [const { Vec::new() }; 3]);
        let mut story = Self {
            cast,
            random: Random::new(seed),
            now,
            to_come,
            planned: 0,
            arrived: 0,
            lately,
            lines: BTreeMap::new(),
        };
        let start = now.minus(SPAN);
        for player in 0..story.cast.players.len() {
            for day in 1..60 {
                story.plan(start.plus(DAY * day), Event::Tops(player));
            }
        }
        let mut arrivals = 0;
        while arrivals < LEADS {
            let minutes = story.random.below(60 * 24 * 60 - 2);
            let at = start.plus(Duration::from_secs(minutes * 60 + story.random.below(60)));
            // Few people look for a roofer at night (16 h UTC is morning in the west, noon in the east).
            let hour = (minutes / 60 + u64::try_from(start.as_micros() / 3_600_000_000).unwrap_or(0)) % 24;
            if story.random.chance(if (5..13).contains(&hour) { 12 } else { 80 }) {
                story.plan(at, Event::Arrives);
                arrivals += 1;
            }
        }
        story
    }

    /// Lets it all happen.
    pub fn tell(mut self, tx: &mut Tx) -> Result<()> {
        while let Some(((at, _), event)) = self.to_come.pop_first() {
            tx.pretend(at);
            self.happen(tx, at, event)?;
        }
        Ok(())
    }

    /// What would lie in the future does not happen.
    fn plan(&mut self, at: Timestamp, event: Event) {
        if at <= self.now {
            self.planned += 1;
            self.to_come.insert((at, self.planned), event);
        }
    }

    fn happen(&mut self, tx: &mut Tx, at: Timestamp, event: Event) -> Result<()> {
        match event {
            Event::Arrives => self.lead(tx, at),
            Event::Opens(player, lead) => inbox::open(self.player(player)?.provider, lead).run(tx),
            Event::Accepts(player, lead) => {
                let provider = accounts::provider(tx, self.player(player)?.provider)?;
                inbox::accept(Arc::new(provider), lead, false).run(tx).map(drop)
            }
            Event::Rejects(player, lead) => self.reject(tx, at, player, lead),
            Event::Tries(player, lead) => self.attempt(tx, at, player, lead),
            Event::Decides(player, assignment) => self.decide(tx, at, player, assignment),
            Event::Appeals(player, assignment) => self.appeal(tx, at, player, assignment),
            Event::Tops(player) => self.top_up(tx, player),
        }
    }

    fn player(&self, number: usize) -> Result<&Player> {
        self.cast.players.get(number).ok_or_else(|| Error::internal("nobody has this number"))
    }

    fn lead(&mut self, tx: &mut Tx, at: Timestamp) -> Result<()> {
        self.arrived += 1;
        let number = *self.random.weighted(&[(40, 0), (36, 1), (24, 2)]);
        let person = self.person(number);
        let (Some(trade), Some(sources)) = (TRADES.get(number), self.cast.sources.get(number)) else {
            return Err(Error::internal("no such trade"));
        };
        let source = if self.random.chance(45) { &sources.google } else { &sources.web };
        let is_test = self.random.chance(2);
        let body = post::body(source, trade, &person, self.arrived, is_test, &mut self.random).to_string();
        let sent = formats::Sent::Json(json::parse(body.as_bytes()).map_err(Error::from)?);
        let read = formats::read(source, sent)?.into_iter().find_map(formats::Incoming::lead);
        let read = read.ok_or_else(|| Error::internal("a post without a lead"))?.whole()?;
        let submission = Submission { raw_payload: body, raw_content_type: "application/json".to_owned(), ..read };
        let received = intake::receive(Arc::clone(source), submission).run(tx)?;
        if let Some(people) = self.lately.get_mut(number) {
            people.push(person);
        }
        if received.assignments.is_empty() { Ok(()) } else { self.plan_decisions(tx, received.lead, at) }
    }

    /// Somebody new, or one in thirty times somebody who has sent the form before.
    fn person(&mut self, trade: usize) -> Person {
        let before = if self.random.chance(3) { self.lately.get(trade).and_then(|people| people.last()) } else { None };
        if let Some(person) = before {
            return person.clone();
        }
        let city = city_of(&mut self.random);
        let line = self.lines.entry((trade, city.area_code)).or_default();
        *line += 1;
        person(&mut self.random, city, self.arrived, *line)
    }

    /// Everybody who got the lead makes something of it, in its own way.
    fn plan_decisions(&mut self, tx: &mut Tx, lead: LeadId, at: Timestamp) -> Result<()> {
        let holders = read::lead_in_full(tx, lead)?.1;
        for holder in holders {
            let Some(player) = self.cast.players.iter().position(|player| player.provider == holder.provider_id) else {
                continue;
            };
            let (opens, accepts, rejects) = self.player(player)?.habits;
            if !self.random.chance(opens) {
                continue;
            }
            let lead = LeadRef(lead.0);
            let opened = self.later(at, 9 * 60);
            self.plan(opened, Event::Opens(player, lead));
            let decided = self.later(opened, 30 * 60);
            match self.random.below(100) {
                dice if dice < accepts => self.plan(decided, Event::Accepts(player, lead)),
                dice if dice < accepts + rejects => {
                    if self.random.chance(40) {
                        let tries = self.between(opened, decided);
                        self.plan(tries, Event::Tries(player, lead));
                    }
                    self.plan(decided, Event::Rejects(player, lead));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn reject(&mut self, tx: &mut Tx, at: Timestamp, player: usize, lead: LeadRef) -> Result<()> {
        let (code, reasons) = *self.random.weighted(REASONS);
        let code = RejectionCode::from_text(code).unwrap_or(RejectionCode::Other);
        let rejection = Rejection::new(self.random.pick::<&str>(reasons), code)
            .map_err(|chars| Error::internal(format!("a reason of {chars} characters")))?;
        let provider = accounts::provider(tx, self.player(player)?.provider)?;
        let rules = RejectRules { windows: Windows::always(WINDOW), tells_operator: true, refunds_at_once: false };
        let rejected = inbox::reject(Arc::new(provider), lead, rejection, rules).run(tx)?;
        if self.random.chance(85) {
            let decided = self.later(at.plus(Duration::from_hours(3)), 60 * 60);
            self.plan(decided, Event::Decides(player, rejected.assignment_id));
        }
        Ok(())
    }

    fn attempt(&mut self, tx: &mut Tx, at: Timestamp, player: usize, lead: LeadRef) -> Result<()> {
        let (kind, result, note) = *self.random.pick(review::ATTEMPTS);
        let attempt = NewAttempt { kind, at, result, note: note.map(str::to_owned) };
        returns::attempt(self.player(player)?.provider, lead, attempt).run(tx).map(drop)
    }

    /// About half are approved; of who is denied, one in three appeals.
    fn decide(&mut self, tx: &mut Tx, at: Timestamp, player: usize, assignment: AssignmentId) -> Result<()> {
        let admin = Admin { user: self.cast.admin };
        let appealed = read::case(tx, assignment)?.appealed_at.is_some();
        if self.random.chance(if appealed { 60 } else { 52 }) {
            let note = *self.random.pick(review::APPROVALS);
            return returns::approve(admin, assignment, note.map(str::to_owned)).run(tx).map(drop);
        }
        let note = *self.random.pick(review::DENIALS);
        returns::deny(admin, assignment, Some(note.to_owned())).run(tx)?;
        if !appealed && self.random.chance(34) {
            let appeals = self.later(at.plus(Duration::from_hours(2)), 72 * 60);
            self.plan(appeals, Event::Appeals(player, assignment));
        }
        Ok(())
    }

    fn appeal(&mut self, tx: &mut Tx, at: Timestamp, player: usize, assignment: AssignmentId) -> Result<()> {
        let appeal = Appeal::new(self.random.pick::<&str>(review::APPEALS))
            .map_err(|chars| Error::internal(format!("an appeal of {chars} characters")))?;
        returns::appeal(self.player(player)?.provider, LeadRef(assignment.0), appeal).run(tx)?;
        let decided = self.later(at.plus(Duration::from_hours(5)), 48 * 60);
        self.plan(decided, Event::Decides(player, assignment));
        Ok(())
    }

    /// Who runs low pays in, but for one who forgets.
    fn top_up(&mut self, tx: &mut Tx, player: usize) -> Result<()> {
        let Player { provider, deposit, forgetful, .. } = *self.player(player)?;
        let low = billing::balance(tx, provider)?.minor() < deposit / 4;
        if low && !forgetful {
            let note = *self.random.pick(&["Card payment", "Wire transfer", "Card payment, auto top-up"]);
            let by = Actor::Admin(self.cast.admin);
            billing::credit(by, provider, Money::from_minor(deposit), Some(note.to_owned())).run(tx)?;
        }
        Ok(())
    }

    /// Some time after `start` and not after `end`.
    fn between(&mut self, start: Timestamp, end: Timestamp) -> Timestamp {
        let micros = u64::try_from(end.since(start).as_micros()).unwrap_or(0);
        start.plus(Duration::from_micros(self.random.below(micros)))
    }

    /// Some time after `at`: mostly soon, `minutes` at most.
    fn later(&mut self, at: Timestamp, minutes: u64) -> Timestamp {
        let longest = self.random.below(minutes) + 1;
        at.plus(Duration::from_secs(60 + self.random.below(longest * 60)))
    }
}
