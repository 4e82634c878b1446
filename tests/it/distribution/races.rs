//! Many at once, past the one lane that intake goes through: as several nodes on one database do.

use std::sync::Arc;

use leadhouse::billing;
use leadhouse::db::{Lane, Unit, params};
use leadhouse::error::Error;
use leadhouse::id::{Id, ProviderId, SourceId, parse_uuid};
use leadhouse::{email, intake};
use uuid::Uuid;

use crate::support::{Provider, TestApp};

/// So many leads at once, each in a lane of its own: on PostgreSQL over as many connections as there are lanes. How
/// many assignments were made, and how many leads were refused as too busy.
async fn arrive_at_once(app: &TestApp, provider: &Provider, leads: u128) -> (usize, usize) {
    let id = SourceId::from_uuid(parse_uuid(&provider.source.id).expect("an id"));
    let source = Arc::new(app.read(move |read| intake::source(read, id)).await);
    let arriving = |n| {
        let (db, source) = (app.app.db.clone(), source.clone());
        let lead = intake::Submission {
            contact_email: email::parse(&format!("racer{n}@example.org")),
            ..intake::Submission::default()
        };
        let unit = intake::receive(source, lead);
        tokio::spawn(async move { db.write(Lane::of(Uuid::from_u128(n)), move |tx| unit.run(tx)).await })
    };
    let tasks: Vec<_> = (0..leads).map(arriving).collect();
    let (mut assigned, mut busy) = (0, 0);
    for task in tasks {
        match task.await.expect("joined") {
            Ok(received) => assigned += received.assignments.len(),
            Err(Error::Unavailable(_)) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    (assigned, busy)
}

fn provider_id(provider: &Provider) -> ProviderId {
    ProviderId::from_uuid(parse_uuid(&provider.id).expect("an id"))
}

#[tokio::test]
async fn a_balance_is_never_spent_twice() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(60.0).await;
    let (assigned, busy) = arrive_at_once(&app, &rita, 20).await;
    assert_eq!((assigned, busy), (2, 0));
    let provider = provider_id(&rita);
    assert_eq!(app.read(move |read| billing::balance(read, provider)).await.minor(), 1_000);
}

#[tokio::test]
async fn a_cap_is_never_passed() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").daily_cap(7).await;
    assert_eq!(arrive_at_once(&app, &rita, 30).await, (7, 0));
}

#[tokio::test]
async fn a_budget_is_never_passed() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(10.0).monthly_budget(55.0).await;
    assert_eq!(arrive_at_once(&app, &rita, 30).await, (5, 0));
}

#[tokio::test]
async fn a_level_is_never_overfull_and_nobody_is_charged_for_nothing() {
    let app = TestApp::start().await;
    let crowd = super::crowd(&app, "roof", ("Trio", 3), 6).await;
    let (assigned, busy) = arrive_at_once(&app, &crowd[0], 40).await;
    assert_eq!((assigned, busy), (120, 0));
    let most = app
        .read(|read| {
            let sql = "SELECT count(*) AS n FROM lead_assignments GROUP BY lead_id ORDER BY n DESC LIMIT 1";
            read.one::<(i64,)>(sql, params![])
        })
        .await;
    assert_eq!(most, (3,));
    let unequal = app
        .read(|read| {
            let sql = "SELECT count(*) FROM lead_assignments a
                       WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.assignment_id = a.id
                                         AND e.kind = 'charge' AND e.amount = -a.price_charged)";
            read.one::<(i64,)>(sql, params![])
        })
        .await;
    assert_eq!(unequal, (0,));
}
