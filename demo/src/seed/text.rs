//! What the rows say. Made to be quick: a lead costs a few short strings.

use std::fmt::Write;

use jiff::tz::TimeZone;
use leadhouse::clock::Timestamp;
use leadhouse::id::{ProviderId, SubscriptionId};
use leadhouse::money::Money;

use crate::random::Random;

/// The one level, and how many share a lead at it.
pub const LEVEL: (&str, i64) = ("Standard", 3);

const NAMES: &[(&str, &str)] = &[
    ("Maria González", "maria.gonzalez"),
    ("James Whitaker", "james.whitaker"),
    ("Nguyễn Thị Lan", "lan.nguyen"),
    ("王小明", "xiaoming.wang"),
    ("Aisha Mohammed", "aisha.mohammed"),
    ("Łukasz Wiśniewski", "lukasz"),
    ("Анна Иванова", "anna.ivanova"),
    ("Emily Tran", "emily.tran"),
    ("DeShawn Carter", "dcarter"),
    ("Zoë Lefèvre", "zoe.lefevre"),
    ("Jürgen Müller", "juergen"),
    ("Priya Raghunathan", "priya"),
];

const ANSWERS: &[&str] = &[
    r#"{"service":"Leaking pipe","urgency":"Emergency, today","property":"Single-family house"}"#,
    r#"{"service":"Water heater","urgency":"This week","property":"Condo","details":"No hot water since yesterday"}"#,
    r#"{"project_type":"Full replacement","roof_material":"Asphalt shingle","home_owner":"Yes","stories":2}"#,
    r#"{"project_type":"Storm damage inspection","timeframe":"As soon as possible","home_owner":"Yes"}"#,
    r#"{"matter":"Child custody","children":2,"best_time_to_call":"After 6 pm"}"#,
];

/// A code, and what somebody wrote with it.
pub const REASONS: &[(&str, &str)] = &[
    ("bad_contact", "Number is disconnected and the e-mail bounces."),
    ("bad_contact", "Called four times over three days, never picks up."),
    ("duplicate", "We already have this customer from last week."),
    ("out_of_area", "Address is outside our service area."),
    ("wrong_niche", "Wants something that we don't do."),
    ("spam", "Tries to sell us something."),
    ("not_interested", "Has hired someone else already."),
    ("other", "Asked us to work without a permit."),
];

const SOURCES: &[Option<&str>] = &[Some("google"), Some("facebook"), Some("newsletter"), None];

/// Somebody who sends a lead.
pub struct Person {
    pub name: &'static str,
    pub email: String,
    pub digits: String,
    pub postal_code: String,
    pub form_data: &'static str,
    pub utm_source: Option<&'static str>,
}

/// Counts people, and remembers what today is called.
#[derive(Debug, Default)]
pub struct Texts {
    people: u64,
    day: String,
    until: Timestamp,
}

impl Texts {
    /// The next person; nobody has another's address.
    pub fn person(&mut self, random: &mut Random) -> Person {
        let (name, handle) = *random.pick(NAMES);
        self.people += 1;
        Person {
            name,
            email: format!("{handle}{}@example.net", self.people),
            // No area code begins with 1, and no number of these is anybody's before 555 is opened to all. Nor is one all fives,
            // which would be taken for made up.
            digits: format!("1{}555{:04}", 201 + random.below(780), random.below(5_000)),
            postal_code: format!("{:05}", 10_000 + random.below(89_999)),
            form_data: random.pick::<&str>(ANSWERS),
            utm_source: *random.pick(SOURCES),
        }
    }

    /// The civil day of `at` in UTC; quick while it is asked for in the order of time.
    pub fn day_of(&mut self, at: Timestamp) -> &str {
        if at >= self.until {
            let day = at.date_in(&TimeZone::UTC);
            self.day = day.to_string();
            let next = day.tomorrow().ok().and_then(|next| Timestamp::start_of(next, &TimeZone::UTC));
            self.until = next.unwrap_or(Timestamp::MAX);
        }
        &self.day
    }
}

/// The trace of a lead: who got it.
#[derive(Debug, Default)]
pub struct Trace(String);

impl Trace {
    pub fn add(&mut self, provider: ProviderId, subscription: SubscriptionId, price: i64) {
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        let price = Money::from_minor(price);
        let level = LEVEL.0;
        // Writing to a String can't fail.
        let _ = write!(
            self.0,
            r#"{{"provider_id":"{provider}","subscription_id":"{subscription}","level":"{level}","price":{price},"taken":true,"reason":"taken","detail":{{}}}}"#
        );
    }

    pub fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "[]" } else { "]" });
        self.0
    }
}
