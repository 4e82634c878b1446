//! The trace of a lead's distribution as a table: providers by checks, in the order in which they were asked.

use serde_json::Value;

use crate::money::Money;
use crate::portal::words;

/// A candidate, and how far it came.
pub struct Line {
    pub provider_id: String,
    /// Its name, where it is known.
    pub provider: String,
    pub offer: String,
    /// Active, area, daily cap, monthly budget, balance.
    pub checks: [Check; 5],
    pub result: &'static str,
    pub taken: bool,
    pub charged: String,
}

/// One check of one candidate.
pub struct Check {
    /// What it saw; empty where that is all there is to say.
    pub said: String,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Passed,
    Failed,
    /// An earlier one had failed.
    NotAsked,
}

impl Check {
    pub fn passed(&self) -> bool {
        self.state == State::Passed
    }

    pub fn failed(&self) -> bool {
        self.state == State::Failed
    }
}

/// The lines of a trace as it is kept (distribution/trace.rs); none where there is none.
pub fn lines(trace: Option<&str>, currency: &str) -> Vec<Line> {
    let parsed: Option<Value> = trace.and_then(|text| serde_json::from_str(text).ok());
    let lines = parsed.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    lines.iter().map(|line| of(line, currency)).collect()
}

fn of(line: &Value, currency: &str) -> Line {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let detail = |name: &str| line.get("detail").and_then(|detail| detail.get(name));
    let number = |name: &str| detail(name).and_then(Value::as_i64);
    let sum = |value: Option<&Value>| {
        value.and_then(|value| Money::parse(&value.to_string())).map(|sum| words::money(sum, currency))
    };
    let reason = text("reason");
    let (failed, result) = meaning(reason);
    let day = number("day_count")
        .map(|count| number("daily_cap").map_or_else(|| "no cap".to_owned(), |cap| format!("{count} of {cap}")));
    let month = sum(detail("month_spent")).map(|spent| {
        sum(detail("monthly_budget")).map_or_else(|| "no budget".to_owned(), |budget| format!("{spent} of {budget}"))
    });
    let said = [None, None, day, month, sum(detail("balance"))];
    let mut said = said.into_iter();
    let checks = std::array::from_fn(|n| {
        let state = match failed {
            Some(at) if n == at => State::Failed,
            Some(at) if n > at => State::NotAsked,
            _ => State::Passed,
        };
        Check { said: said.next().flatten().unwrap_or_default(), state }
    });
    let taken = line.get("taken").and_then(Value::as_bool).unwrap_or_default();
    let price = sum(line.get("price")).unwrap_or_default();
    Line {
        provider_id: text("provider_id").to_owned(),
        provider: String::new(),
        offer: format!("{}, {price}", text("level")),
        checks,
        result,
        taken,
        charged: if taken { price } else { String::new() },
    }
}

/// Which check failed, if one did, and what the reason says.
fn meaning(reason: &str) -> (Option<usize>, &'static str) {
    match reason {
        "subscription_inactive" => (Some(0), "Subscription is off"),
        "level_inactive" => (Some(0), "Level is off"),
        "niche_inactive" => (Some(0), "Niche is off"),
        "provider_inactive" => (Some(0), "Provider is suspended"),
        "postal_code" => (Some(1), "Outside its postal codes"),
        "daily_cap" => (Some(2), "Daily cap reached"),
        "monthly_budget" => (Some(3), "Monthly budget spent"),
        "balance" => (Some(4), "Balance below the price"),
        "level" => (None, "Another level earned more"),
        "same_provider" => (None, "Taken at another subscription"),
        "rotation" => (None, "Others were served longer ago"),
        "taken" => (None, "Taken"),
        _ => (None, "Not taken"),
    }
}

#[cfg(test)]
mod tests {
    use super::{State, lines};

    #[test]
    fn a_candidate_is_shown_as_far_as_it_came() {
        let trace = r#"[{"provider_id":"p","subscription_id":"s","level":"Shared","price":48.0,"taken":true,"reason":"taken",
            "detail":{"place":1,"day_count":4,"daily_cap":8,"month_spent":1464.0,"balance":460.5}},
            {"provider_id":"q","subscription_id":"t","level":"Shared","price":48.0,"taken":false,"reason":"daily_cap",
            "detail":{"day_count":8,"daily_cap":8}}]"#;
        let lines = lines(Some(trace), "USD");
        let [first, second] = lines.as_slice() else { panic!("two lines") };
        let said: Vec<&str> = first.checks.iter().map(|check| check.said.as_str()).collect();
        assert_eq!(said, ["", "", "4 of 8", "no budget", "$460.50"]);
        assert!(first.taken && first.checks.iter().all(|check| check.state == State::Passed));
        assert_eq!((first.offer.as_str(), first.charged.as_str()), ("Shared, $48.00", "$48.00"));
        let states: Vec<State> = second.checks.iter().map(|check| check.state).collect();
        assert_eq!(states, [State::Passed, State::Passed, State::Failed, State::NotAsked, State::NotAsked]);
        assert_eq!((second.result, second.checks[2].said.as_str()), ("Daily cap reached", "8 of 8"));
    }

    #[test]
    fn no_trace_has_no_lines() {
        assert!(lines(None, "USD").is_empty());
        assert!(lines(Some("[]"), "USD").is_empty());
    }
}
