//! Whatever becomes of a provider's calendar, and whatever is paid back: no day and no month twice, and none lost.

use std::time::Duration;

use leadhouse::cli::verify;
use leadhouse::db::params;
use serde_json::json;

use super::limits::advance_to;
use super::{nothing, reason, sends};
use crate::support::{Provider, Sent, TestApp};

async fn status(provider: &Provider) -> String {
    sends(provider, nothing()).await.1
}

async fn moves_to(app: &TestApp, provider: &Provider, zone: &str) {
    let path = format!("/api/v1/admin/providers/{}", provider.id);
    app.operator().patch(path, &json!({ "timezone": zone })).await.expect(200);
}

async fn is_paid_back(app: &TestApp, provider: &Provider, lead: &Sent) {
    provider.rejects(lead, "the number is not in service").await.expect(200);
    let path = format!("/api/v1/admin/returns/{}/approve", lead.assignment);
    app.operator().post(path, &json!({})).await.expect(200);
}

/// From noon in Denver into every zone in which it is another day, or another hour of the same one.
#[tokio::test]
async fn another_zone_is_no_other_day() {
    for zone in ["Pacific/Kiritimati", "Pacific/Midway", "UTC", "Asia/Tokyo", "America/New_York", "America/Edmonton"] {
        for hour in [0, 6, 12, 18, 23] {
            let app = TestApp::start().await;
            advance_to(&app, "America/Denver", hour, 1);
            let rita = app.provider("rita").timezone("America/Denver").daily_cap(1).await;
            assert_eq!(status(&rita).await, "assigned");
            moves_to(&app, &rita, zone).await;
            let (lead, answer) = sends(&rita, nothing()).await;
            assert_eq!(
                (answer.as_str(), reason(&app, &lead, &rita).await.as_str()),
                ("unmatched", "daily_cap"),
                "{zone} {hour}"
            );
            moves_to(&app, &rita, "America/Denver").await;
            assert_eq!(status(&rita).await, "unmatched", "{zone} {hour}, and back");
            moves_to(&app, &rita, zone).await;
            // A sale counts no longer than a day, whatever the zone.
            app.advance(Duration::from_hours(25));
            assert_eq!(status(&rita).await, "assigned", "{zone} {hour}");
        }
    }
}

/// The day of Denver is over, and the day of the new zone holds a part of it.
#[tokio::test]
async fn what_two_days_have_in_common_counts_in_both() {
    let app = TestApp::start().await;
    advance_to(&app, "America/Denver", 23, 0);
    let rita = app.provider("rita").timezone("America/Denver").daily_cap(2).await;
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "assigned"]);
    moves_to(&app, &rita, "Pacific/Honolulu").await;
    app.advance(Duration::from_hours(2));
    // 01:00 in Denver, 22:00 of the same day in Honolulu.
    assert_eq!(status(&rita).await, "unmatched");
    advance_to(&app, "Pacific/Honolulu", 0, 1);
    assert_eq!(status(&rita).await, "assigned");
}

#[tokio::test]
async fn a_refund_gives_cap_and_budget_back() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").price(20.0).monthly_budget(30.0).await;
    let first = rita.is_sent_a_lead().await;
    let (waiting, answer) = sends(&rita, nothing()).await;
    assert_eq!((answer.as_str(), reason(&app, &waiting, &rita).await.as_str()), ("unmatched", "monthly_budget"));
    is_paid_back(&app, &rita, &first).await;
    app.run_jobs().await;
    let second = rita.has(&waiting).await;
    assert_eq!(status(&rita).await, "unmatched");
    // An erasure pays back too.
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", second.lead)).await.expect(202);
    assert_eq!(status(&rita).await, "assigned");

    let kim = app.provider("kim").niche("Gutters").daily_cap(1).price(0.0).await;
    let free = kim.is_sent_a_lead().await;
    assert_eq!(status(&kim).await, "unmatched");
    is_paid_back(&app, &kim, &free).await;
    assert_eq!([status(&kim).await, status(&kim).await], ["assigned", "unmatched"]);
}

#[tokio::test]
async fn what_was_of_another_day_gives_nothing_back_today() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 23, 0);
    let rita = app.provider("rita").daily_cap(1).await;
    let yesterdays = rita.is_sent_a_lead().await;
    app.advance(Duration::from_hours(2));
    rita.is_sent_a_lead().await;
    is_paid_back(&app, &rita, &yesterdays).await;
    assert_eq!(status(&rita).await, "unmatched");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refunds_and_sales_at_once_leave_an_exact_meter() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").daily_cap(8).await;
    let sold = rita.is_sent_leads(8).await;
    for lead in &sold {
        rita.rejects(lead, "the number is not in service").await.expect(200);
    }
    let operator = app.operator();
    let refunds =
        sold.iter().map(|lead| operator.post(format!("/api/v1/admin/returns/{}/approve", lead.assignment), &json!({})));
    let sales = (0..12).map(|_| rita.source.sending(&rita.source.lead(nothing())));
    let answers = crate::support::at_once(refunds.chain(sales).collect::<Vec<_>>()).await;
    assert_eq!((answers.count(200), answers.count(201)), (8, 12), "{answers:?}");
    app.run_jobs().await;
    let counts = rita.me().await["counts"].clone();
    assert_eq!((&counts["active"], &counts["refunded"]), (&json!(8), &json!(8)));
}

/// A day that was counted by other rules is still the day that was counted.
#[tokio::test]
async fn other_rules_of_zones_are_no_violation() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").timezone("America/Edmonton").daily_cap(3).await;
    rita.is_sent_leads(2).await;
    // By the rules of before 2026, Edmonton's winter days began an hour later.
    app.write(|tx| {
        let hour = "UPDATE subscription_meters SET day_start = $1, month_start = $1 WHERE day_start IS NOT NULL";
        let start = tx.now().minus(Duration::from_hours(5));
        tx.execute(hour, params![start])
    })
    .await
    .expect("other rules");
    assert_eq!(verify::check(&app.app.db).await.expect("a check"), []);
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "unmatched"]);
}

/// A meter of before meters said what they count: it is looked up.
#[tokio::test]
async fn a_meter_that_does_not_say_what_it_counts_is_made_out() {
    let app = TestApp::start().await;
    advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").daily_cap(3).price(10.0).monthly_budget(100.0).await;
    let leads = rita.is_sent_leads(3).await;
    is_paid_back(&app, &rita, &leads[0]).await;
    app.write(|tx| {
        let sql =
            "UPDATE subscription_meters SET day_start = NULL, day_end = NULL, month_start = NULL, month_end = NULL,
                   day_count = 3, month_spent = 3000";
        tx.execute(sql, params![])
    })
    .await
    .expect("an old meter");
    assert_eq!(verify::check(&app.app.db).await.expect("a check"), []);
    assert_eq!([status(&rita).await, status(&rita).await], ["assigned", "unmatched"]);
}
