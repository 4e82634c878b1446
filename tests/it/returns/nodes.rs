//! Past the one lane of a provider and that of the back office: as several nodes on one database do.

use std::sync::Arc;
use std::time::Duration;

use leadhouse::accounts::{self, Admin};
use leadhouse::assignments::{LeadRef, Rejection, RejectionCode};
use leadhouse::db::{Lane, Tx, Unit};
use leadhouse::error::{Error, Result};
use leadhouse::id::{AssignmentId, Id, ProviderId, UserId, parse_uuid};
use leadhouse::inbox::{self, RejectRules};
use leadhouse::period::Windows;
use leadhouse::returns::{self, AttemptKind, AttemptResult, NewAttempt};
use serde_json::json;
use uuid::Uuid;

use super::{REASON, RETURNS, a_rejected_lead, policy_is, refunds};
use crate::support::{Provider, Sent, TestApp};

const WINDOW: Duration = Duration::from_hours(24);

fn id<T: Id>(text: &str) -> T {
    T::from_uuid(parse_uuid(text).expect("an id"))
}

/// Each unit at once with the others, in a lane of its own.
async fn at_once<T: Send + 'static, U: Fn(&mut Tx) -> Result<T> + Send + 'static>(
    app: &TestApp,
    units: impl Iterator<Item = U>,
) -> Vec<Result<T>> {
    let start = |(n, unit): (u128, U)| {
        let db = app.app.db.clone();
        tokio::spawn(async move { db.write(Lane::of(Uuid::from_u128(n)), unit).await })
    };
    let tasks: Vec<_> = (0..).zip(units).map(start).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("joined"));
    }
    results
}

fn rejecting(rita: &Provider, sent: &Sent) -> impl Fn(&mut Tx) -> Result<bool> + Send + 'static {
    let (provider, lead): (ProviderId, LeadRef) = (id(&rita.id), id(&sent.lead));
    let rejection = Rejection::new(REASON, RejectionCode::Other).expect("a reason");
    move |tx| {
        let provider = accounts::provider(tx, provider)?;
        let rules = RejectRules { windows: Windows::always(WINDOW), tells_operator: true, refunds_at_once: false };
        let reject = inbox::reject(Arc::new(provider), lead, rejection.clone(), rules);
        Ok(reject.run(tx)?.returned.is_some())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_allowance_holds_over_all_nodes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for round in 1..=3_usize {
        let sent = rita.is_sent_leads(8).await;
        policy_is(&app, json!({ "max_returns": 3 * round })).await;
        let opened = at_once(&app, sent.iter().map(|sent| rejecting(&rita, sent))).await;
        let opened = opened.into_iter().map(|opened| opened.expect("rejected")).filter(|opened| *opened).count();
        assert_eq!(opened, 3);
    }
    assert_eq!(app.operator().get(RETURNS).await.expect(200).items().len(), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_return_is_decided_once_over_all_nodes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let admin = Admin { user: id::<UserId>(&app.admin_id) };
    for round in 1..=3_usize {
        let sent = a_rejected_lead(&rita).await;
        let assignment: AssignmentId = id(&sent.assignment);
        let decided =
            at_once(&app, (0..8).map(|_| move |tx: &mut Tx| returns::approve(admin, assignment, None).run(tx))).await;
        assert_eq!(decided.iter().filter(|decided| decided.is_ok()).count(), 1);
        let late = |result: &Result<_>| matches!(result, Err(Error::Conflict { code: "already_decided", .. }));
        assert_eq!(decided.iter().filter(|decided| late(decided)).count(), 7);
        assert_eq!(refunds(&app, &rita).await, round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_attempts_are_fifty_over_all_nodes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let (provider, lead): (ProviderId, LeadRef) = (id(&rita.id), id(&sent.lead));
    let at = app.clock.now();
    let attempt = NewAttempt { kind: AttemptKind::Call, at, result: AttemptResult::Reached, note: None };
    let kept = at_once(
        &app,
        (0..60).map(|_| {
            let attempt = attempt.clone();
            move |tx: &mut Tx| returns::attempt(provider, lead, attempt.clone()).run(tx)
        }),
    );
    assert_eq!(kept.await.iter().filter(|kept| kept.is_ok()).count(), 50);
}
