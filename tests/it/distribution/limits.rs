//! Caps and budgets: hard, and counted in the provider's own calendar.

use std::time::Duration;

use jiff::ToSpan;
use serde_json::json;

use super::{nothing, reason, sends};
use crate::support::{Provider, TestApp, at_once};

/// Moves the clock on to the next time it is so late in `zone`.
pub fn advance_to(app: &TestApp, zone: &str, hour: i8, minute: i8) {
    let now = app.clock.now().to_jiff().to_zoned_datetime(leadhouse::zone::get(zone).expect("a zone"));
    let today = now.with().hour(hour).minute(minute).second(0).subsec_nanosecond(0).build().expect("a time");
    let next = if today > now { today } else { today.checked_add(1.day()).expect("a day") };
    app.advance(Duration::try_from(now.duration_until(&next)).expect("ahead"));
}

async fn status(provider: &Provider) -> String {
    sends(provider, nothing()).await.1
}

#[tokio::test]
async fn a_daily_cap_ends_with_the_providers_day() {
    let app = TestApp::start().await;
    advance_to(&app, "America/Denver", 12, 0);
    let rita = app.provider("rita").timezone("America/Denver").daily_cap(1).await;
    // 23:50 in UTC, the afternoon in Denver.
    advance_to(&app, "UTC", 23, 50);
    assert_eq!(status(&rita).await, "assigned");
    // The next day in UTC, the same in Denver.
    app.advance(Duration::from_mins(20));
    let (lead, answer) = sends(&rita, nothing()).await;
    assert_eq!((answer.as_str(), reason(&app, &lead, &rita).await.as_str()), ("unmatched", "daily_cap"));
    advance_to(&app, "America/Denver", 23, 59);
    assert_eq!(status(&rita).await, "unmatched");
    app.advance(Duration::from_mins(2));
    assert_eq!(status(&rita).await, "assigned");
    assert_eq!(status(&rita).await, "unmatched");
}

#[tokio::test]
async fn a_monthly_budget_ends_with_the_providers_month() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").timezone("Pacific/Auckland").price(30.0).monthly_budget(70.0).await;
    let zone = leadhouse::zone::get("Pacific/Auckland").expect("a zone");
    // The second day of a month, so that no boundary is near.
    let now = app.clock.now().to_jiff().to_zoned_datetime(zone.clone());
    let start = now.first_of_month().expect("a day").checked_add(1.month()).expect("a month").checked_add(1.day());
    app.advance(Duration::try_from(now.duration_until(&start.expect("a day"))).expect("ahead"));
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "assigned"]);
    let (lead, answer) = sends(&rita, nothing()).await;
    assert_eq!((answer.as_str(), reason(&app, &lead, &rita).await.as_str()), ("unmatched", "monthly_budget"));
    app.advance(Duration::from_hours(24));
    assert_eq!(status(&rita).await, "unmatched");
    let now = app.clock.now().to_jiff().to_zoned_datetime(zone);
    let next = now.first_of_month().expect("a day").checked_add(1.month()).expect("a month");
    let next = next.with().hour(0).minute(0).second(1).build().expect("a time");
    app.advance(Duration::try_from(now.duration_until(&next)).expect("ahead"));
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "assigned"]);
}

#[tokio::test]
async fn a_price_above_the_whole_budget_never_buys() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(30.0).monthly_budget(29.99).await;
    let (lead, answer) = sends(&rita, nothing()).await;
    assert_eq!((answer.as_str(), reason(&app, &lead, &rita).await.as_str()), ("unmatched", "monthly_budget"));
}

#[tokio::test]
async fn limits_are_exact_under_twenty_leads_at_once() {
    let app = TestApp::start().await;
    let capped = app.provider("capped").niche("a").daily_cap(7).await;
    let budget = app.provider("budget").niche("b").price(10.0).monthly_budget(55.0).await;
    let mut calls = Vec::new();
    for _ in 0..20 {
        for provider in [&capped, &budget] {
            calls.push(provider.source.sending(&provider.source.lead(nothing())));
        }
    }
    let answers = at_once(calls).await;
    assert_eq!(answers.count(201), 40, "{answers:?}");
    assert_eq!(capped.me().await["counts"]["active"], 7);
    assert_eq!(budget.me().await["counts"]["active"], 5);
}

#[tokio::test]
async fn a_new_cap_counts_what_the_day_has_had() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    super::changes(&app, &rita, json!({ "daily_cap": 4 })).await;
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "unmatched"]);
}

#[tokio::test]
async fn moving_west_does_not_start_the_day_again() {
    let app = TestApp::start().await;
    // 01:00 in Kiritimati (UTC+14) is 23:00 two dates before in Midway (UTC-11) or 00:00: the day before in any case.
    advance_to(&app, "Pacific/Kiritimati", 1, 0);
    let rita = app.provider("rita").timezone("Pacific/Kiritimati").daily_cap(1).await;
    assert_eq!(status(&rita).await, "assigned");
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(&path, &json!({ "timezone": "Pacific/Midway" })).await.expect(200);
    assert_eq!(status(&rita).await, "unmatched");
    app.advance(Duration::from_hours(72));
    assert_eq!(status(&rita).await, "assigned");
}
