//! The filters: each alone and all together against what the whole list says, days in the provider's own zone, and what is
//! no filter at all.

use std::time::Duration;

use leadhouse::clock::Timestamp;
use leadhouse::db::params;
use serde_json::{Value, json};

use super::leads;
use crate::support::{Call, Provider, TestApp};

/// Ten leads in two niches, in every state, some seen.
async fn a_mixed_inbox(app: &TestApp) -> (Provider, String) {
    let rita = app.provider("rita").await;
    let other = app.niche("Gutters").await;
    app.subscribes(&rita.id, &other, &app.level("Shared", 3).await, json!({ "price": 10 })).await;
    let gutters = app.source_of(&other).await;
    for n in 0..10 {
        let source = if n % 3 == 0 { &gutters } else { &rita.source };
        let email = format!("{}{n}@example.org", if n % 2 == 0 { "even" } else { "odd" });
        let lead = source.sends(json!({ "contact_email": email })).await.expect(201).str("lead_id");
        for call in what_happens(app, &rita, &lead, n) {
            assert!(call.await.ok());
        }
        app.advance(Duration::from_mins(1));
    }
    app.run_jobs().await;
    (rita, other)
}

fn what_happens(app: &TestApp, rita: &Provider, lead: &str, n: usize) -> Vec<Call> {
    let path = format!("/api/v1/provider/leads/{lead}");
    let reason = json!({ "rejection_reason": "the number is not in service" });
    let mut calls = Vec::new();
    if n % 4 != 3 {
        calls.push(rita.get(&path));
    }
    match n % 5 {
        1 => calls.push(rita.post_nothing(format!("{path}/accept"))),
        2 => calls.push(rita.post(format!("{path}/reject"), &reason)),
        3 if n > 5 => calls.push(app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase"))),
        _ => {}
    }
    calls
}

fn fits(item: &Value, name: &str, value: &str) -> bool {
    match name {
        "status" | "niche_id" => item[name] == value,
        "viewed" => item["viewed_at"].is_string() == (value == "true"),
        "date_from" => item["assigned_at"].as_str().expect("a time") >= value,
        "date_to" => item["assigned_at"].as_str().expect("a time") <= value,
        _ => item["contact_email"].as_str().is_some_and(|email| email.contains(value)),
    }
}

#[tokio::test]
async fn every_combination_of_filters_gives_what_the_whole_list_says() {
    let app = TestApp::start().await;
    let (rita, other) = a_mixed_inbox(&app).await;
    let all = rita.inbox("limit=100").await.expect(200).items();
    assert_eq!(all.len(), 10);
    let middle = all[5]["assigned_at"].as_str().expect("a time");
    let choices: [(&str, Vec<&str>); 6] = [
        ("status", vec!["", "active", "accepted", "rejected", "refunded"]),
        ("niche_id", vec!["", &other]),
        ("viewed", vec!["", "true", "false"]),
        ("date_from", vec!["", middle]),
        ("date_to", vec!["", middle]),
        ("search", vec!["", "odd"]),
    ];
    let mut queries: Vec<Vec<(&str, &str)>> = vec![vec![]];
    for (name, values) in &choices {
        queries = queries
            .iter()
            .flat_map(|query| values.iter().map(|value| [query.clone(), vec![(*name, *value)]].concat()))
            .collect();
    }
    assert_eq!(queries.len(), 5 * 2 * 3 * 2 * 2 * 2);
    for query in queries {
        let query: Vec<_> = query.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let expected: Vec<Value> =
            all.iter().filter(|item| query.iter().all(|(name, value)| fits(item, name, value))).cloned().collect();
        let answer = rita.get("/api/v1/provider/leads").query(&query).await.expect(200);
        assert_eq!(leads(&answer.items()), leads(&expected), "{query:?}");
        assert_eq!(answer.json()["total_count"], expected.len(), "{query:?}");
        let second = rita.get("/api/v1/provider/leads?limit=1&page=2").query(&query).await.expect(200);
        assert_eq!(leads(&second.items()), leads(expected.get(1..2).unwrap_or_default()), "{query:?}");
        assert_eq!(second.json()["total_count"], expected.len(), "{query:?}");
    }
}

/// Sets when a lead was assigned, as no call can.
async fn assigned_at(app: &TestApp, lead: String, at: &str) {
    let at = Timestamp::parse(at).expect("a time");
    let unit = move |tx: &mut leadhouse::db::Tx| {
        let id = leadhouse::id::parse_uuid(&lead).expect("an id");
        tx.execute("UPDATE lead_assignments SET assigned_at = $2 WHERE lead_id = $1", params![id, at])
    };
    assert_eq!(app.write(unit).await.expect("the time is set"), 1);
}

/// Zones, a day of them, and times: the last before it, its first, its last, the first after it.
const DAYS: [(&[&str], &str, [&str; 4]); 5] = [
    // 23 hours: the clocks go forward. In UTC these would be other days.
    (
        &["Europe/Berlin"],
        "2026-03-29",
        ["2026-03-28T22:59:59.999999Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z", "2026-03-29T22:00:00Z"],
    ),
    // 25 hours: the clocks go back.
    (
        &["America/Denver"],
        "2026-11-01",
        ["2026-11-01T05:59:59.999999Z", "2026-11-01T06:00:00Z", "2026-11-02T06:59:59.999999Z", "2026-11-02T07:00:00Z"],
    ),
    // The clocks have not gone back since 2026, and in the United States they have.
    (
        &["America/Edmonton"],
        "2026-11-30",
        ["2026-11-30T05:59:59.999999Z", "2026-11-30T06:00:00Z", "2026-12-01T05:59:59.999999Z", "2026-12-01T06:00:00Z"],
    ),
    (
        &["America/Vancouver", "America/Denver"],
        "2026-11-30",
        ["2026-11-30T06:59:59.999999Z", "2026-11-30T07:00:00Z", "2026-12-01T06:59:59.999999Z", "2026-12-01T07:00:00Z"],
    ),
    // A day whose midnight does not exist.
    (
        &["America/Sao_Paulo"],
        "2018-11-04",
        ["2018-11-04T02:59:59.999999Z", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59.999999Z", "2018-11-05T02:00:00Z"],
    ),
];

#[tokio::test]
async fn a_day_is_whole_and_the_provider_s_own() {
    let app = TestApp::start().await;
    app.leaves_a_mess("assignments older than their charges").await;
    let each = DAYS.into_iter().flat_map(|(zones, day, times)| zones.iter().map(move |zone| (*zone, day, times)));
    for (zone, day, times) in each {
        let someone = app.provider(&format!("someone in {zone}")).niche(&format!("{zone} {day}")).timezone(zone).await;
        let sent = someone.is_sent_leads(4).await;
        for (sent, at) in sent.iter().zip(times) {
            assigned_at(&app, sent.lead.clone(), at).await;
        }
        let date: jiff::civil::Date = day.parse().expect("a date");
        let (before, after) = (date.yesterday().expect("a day"), date.tomorrow().expect("a day"));
        let count = async |query: String| someone.inbox(&query).await.expect(200).json()["total_count"].clone();
        assert_eq!(count(format!("date_from={day}&date_to={day}")).await, 2, "{zone}");
        assert_eq!(count(format!("date_to={before}")).await, 1, "{zone}");
        assert_eq!(count(format!("date_from={after}")).await, 1, "{zone}");
        assert_eq!(count(format!("date_from={before}&date_to={after}")).await, 4, "{zone}");
        // Times are what they say, ends included.
        let moment = format!("date_from={}&date_to={}", times[1], times[1]);
        assert_eq!(count(moment).await, 1, "{zone}");
    }
    assert_eq!(app.provider("utc").await.me().await["timezone"], "UTC");
}

#[tokio::test]
async fn what_is_no_parameter_is_refused_and_named() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (query, wrong) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=%2B5", "page"),
        ("page=+5", "page"),
        ("page=1e3", "page"),
        ("page=", "page"),
        ("page=0x10", "page"),
        ("page=01", "page"),
        ("page=18446744073709551616", "page"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=25.0", "limit"),
        ("status=ACTIVE", "status"),
        ("status=active%20", "status"),
        ("status=active%00", "status"),
        ("status=pending", "status"),
        ("status=active&status=accepted", "status"),
        ("niche_id=x", "niche_id"),
        ("niche_id=0197A000-0000-7000-8000-000000000000", "niche_id"),
        ("viewed=1", "viewed"),
        ("viewed=True", "viewed"),
        ("date_from=2026-02-30", "date_from"),
        ("date_from=0000-01-01", "date_from"),
        ("date_from=294277-01-01", "date_from"),
        ("date_to=infinity", "date_to"),
        ("date_to=2026-01-01T00:00:00%2B99:99", "date_to"),
        ("date_to=2026-01-01T23:59:60Z", "date_to"),
        ("date_to=2026-03-29T02:30", "date_to"),
        ("date_from=2026-01-02&date_to=2026-01-01", "date_to"),
        ("search=ab", "search"),
        ("search=%20a%20%20", "search"),
        ("search=%E2%80%8B%E2%80%8B%E2%80%8B", "search"),
        ("search=abc%00", "search"),
        ("search=ab%0Ac", "search"),
        ("search=%ff%ff%ff", "search"),
        ("cursor=", "cursor"),
        ("sort=price", "sort"),
        ("Status=active", "Status"),
    ] {
        let answer = rita.inbox(query).await.expect(400);
        assert_eq!(answer.wrong_fields(), [wrong], "{query}");
    }
    let long = "a".repeat(101);
    assert_eq!(rita.inbox(&format!("search={long}")).await.expect(400).wrong_fields(), ["search"]);
    let two = rita.inbox("page=0&limit=101&colour=red").await.expect(400).wrong_fields();
    assert_eq!(two, ["page", "limit", "colour"]);
    for day in ["0001-01-01", "9999-12-31"] {
        rita.inbox(&format!("date_from={day}")).await.expect(200);
        rita.inbox(&format!("date_to={day}")).await.expect(200);
    }
}
