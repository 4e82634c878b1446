//! A provider takes its own decision back.

use std::time::Duration;

use leadhouse::accounts::Admin;
use leadhouse::assignments::LeadRef;
use leadhouse::clock::Timestamp;
use leadhouse::db::{Lane, Tx, Unit as _, params};
use leadhouse::error::{Error, Result};
use leadhouse::id::{AssignmentId, Id, ProviderId, UserId, parse_uuid};
use leadhouse::inbox;
use leadhouse::returns;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    REASON, RETURNS, a_rejected_lead, appealing, approving, conflict, denying, policy_is, refunds, said, sells_all,
    shown,
};
use crate::support::{Answer, Provider, Sent, TestApp, at_once};

const OPERATOR: &[&str] =
    &["--admin-notification-email", "ops@example.com", "--notify-admin-on-provider-accept", "true"];

/// A minute and 59.999999 seconds.
const JUST: Duration = Duration::from_micros(119_999_999);

fn moment(json: &Value) -> Timestamp {
    json.as_str().and_then(Timestamp::parse).unwrap_or_else(|| panic!("{json} is no time"))
}

/// As the list and the detail show it; they agree.
async fn lead_of(rita: &Provider, sent: &Sent) -> Value {
    let (mut detail, items) = (rita.opens(sent).await.expect(200).json(), rita.inbox("").await.expect(200).items());
    let item = items.into_iter().find(|item| item["lead_id"] == sent.lead.as_str()).expect("in the list");
    let of_detail = detail.as_object_mut().expect("an object");
    of_detail.retain(|name, _| item.get(name).is_some());
    assert_eq!(detail, item);
    item
}

#[tokio::test]
async fn an_accept_taken_back_never_was_but_for_the_record() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let sent = rita.is_sent_a_lead().await;
    rita.opens(&sent).await.expect(200);
    let before = (lead_of(&rita, &sent).await, rita.me().await);
    let accepted = rita.accepts(&sent).await.expect(200).json();
    let until = moment(&accepted["accepted_at"]).plus(inbox::UNDO_WINDOW);
    assert_eq!(moment(&lead_of(&rita, &sent).await["undo_until"]), until);
    let undone = rita.undoes(&sent).await.expect(200).json();
    assert_eq!(
        undone,
        json!({ "ok": true, "assignment_id": sent.assignment, "status": "active", "undone": "accepted",
                "undone_at": undone["undone_at"] })
    );
    assert!(moment(&undone["undone_at"]) >= moment(&accepted["accepted_at"]));
    assert_eq!((lead_of(&rita, &sent).await, rita.me().await), before);
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.viewed", "lead.accepted", "lead.accept_undone"]);
    let entry = app.audit_entries(&sent).await.remove(3);
    assert_eq!((&entry["actor_role"], &entry["actor_id"]), (&json!("provider"), &json!(rita.id)));
    assert_eq!(conflict(&rita.undoes(&sent).await), said("nothing_to_undo", "active"));
}

#[tokio::test]
async fn a_reject_taken_back_takes_its_return_along() {
    let app = TestApp::start().await;
    policy_is(&app, json!({ "max_returns": 1 })).await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.opens(&sent).await.expect(200);
    let before = (lead_of(&rita, &sent).await, rita.me().await);
    let rejected = rita.rejects(&sent, REASON).await.expect(200).json();
    let until = moment(&rejected["rejected_at"]).plus(inbox::UNDO_WINDOW);
    assert_eq!(rejected["returns_left"], 0);
    assert_eq!(moment(&lead_of(&rita, &sent).await["undo_until"]), until);
    // By the assignment's own id, too.
    assert_eq!(rita.undoes(&sent.assignment).await.expect(200).json()["undone"], "rejected");
    assert_eq!((lead_of(&rita, &sent).await, rita.me().await), before);
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.viewed", "lead.rejected", "lead.reject_undone"]);
    assert_eq!(app.audit_entries(&sent).await.remove(3)["details"], json!({ "return": "withdrawn" }));
    // There is nothing to decide any more.
    assert_eq!(app.operator().get(RETURNS).await.expect(200).items(), Vec::<Value>::new());
    app.operator().get(format!("{RETURNS}/{}", sent.assignment)).await.expect(404);
    approving(&app, &sent).await.expect(404);
    denying(&app, &sent, "no").await.expect(404);
    assert_eq!(rita.me().await["balance"], before.1["balance"]);
}

#[tokio::test]
async fn what_was_taken_back_can_be_decided_anew() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let sent = rita.is_sent_a_lead().await;
    rita.accepts(&sent).await.expect(200);
    rita.undoes(&sent).await.expect(200);
    for _ in 0..2 {
        rita.rejects(&sent, REASON).await.expect(200);
        rita.undoes(&sent).await.expect(200);
    }
    rita.rejects(&sent, "another reason, and a better one").await.expect(200);
    let case = shown(&app, &sent).await;
    assert_eq!(
        (&case["state"], &case["rejection_reason"]),
        (&json!("pending"), &json!("another reason, and a better one"))
    );
    denying(&app, &sent, "it rang").await.expect(200);
    appealing(&rita, &sent, "please have another look").await.expect(200);
    approving(&app, &sent).await.expect(200);
    assert_eq!((refunds(&app, &rita).await, &rita.me().await["balance"]), (1, &json!(100.0)));
    let other = rita.is_sent_a_lead().await;
    rita.rejects(&other, REASON).await.expect(200);
    rita.undoes(&other).await.expect(200);
    assert_eq!(rita.accepts(&other).await.expect(200).json()["status"], "accepted");
    assert_eq!(app.audit_of(&other).await, ["lead.assigned", "lead.rejected", "lead.reject_undone", "lead.accepted"]);
}

#[tokio::test]
async fn after_two_minutes_a_decision_stands() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (accepted, rejected) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    rita.accepts(&accepted).await.expect(200);
    rita.rejects(&rejected, REASON).await.expect(200);
    app.advance(inbox::UNDO_WINDOW);
    for (sent, status) in [(&accepted, "accepted"), (&rejected, "rejected")] {
        assert_eq!(conflict(&rita.undoes(sent).await), said("undo_window_closed", status));
        let lead = lead_of(&rita, sent).await;
        assert_eq!((&lead["status"], &lead["undo_until"]), (&json!(status), &Value::Null));
    }
    assert_eq!(shown(&app, &rejected).await["state"], "pending");
}

/// The end of the window is exclusive: one moment of it, to the microsecond.
#[tokio::test]
async fn the_window_ends_to_the_microsecond() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (later, closed) in [(JUST, false), (inbox::UNDO_WINDOW, true)] {
        let sent = a_rejected_lead(&rita).await;
        let at = moment(&lead_of(&rita, &sent).await["rejected_at"]);
        let (provider, lead): (ProviderId, LeadRef) = (id(&rita.id), id(&sent.lead));
        let undone = app.write(move |tx| {
            tx.pretend(at.plus(later));
            inbox::undo(provider, lead).run(tx).map(drop)
        });
        let refused = matches!(undone.await, Err(Error::Conflict { code: "undo_window_closed", .. }));
        assert_eq!(refused, closed, "{later:?} later");
    }
}

#[tokio::test]
async fn a_return_that_was_decided_is_not_taken_back() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    let (approved, denied, appealed) =
        (a_rejected_lead(&rita).await, a_rejected_lead(&rita).await, a_rejected_lead(&rita).await);
    approving(&app, &approved).await.expect(200);
    denying(&app, &denied, "it rang").await.expect(200);
    denying(&app, &appealed, "it rang").await.expect(200);
    appealing(&rita, &appealed, "please have another look").await.expect(200);
    policy_is(&app, json!({ "unreachable": true })).await;
    sells_all(&app, &rita).await;
    let at_once = rita.is_sent(json!({ "contact_email": "nobody@mail.invalid", "contact_phone": null })).await;
    assert_eq!(rita.rejects(&at_once, REASON).await.expect(200).json()["status"], "refunded");
    for (sent, status) in
        [(&approved, "refunded"), (&denied, "rejected"), (&appealed, "rejected"), (&at_once, "refunded")]
    {
        assert_eq!(lead_of(&rita, sent).await["undo_until"], Value::Null);
        assert_eq!(conflict(&rita.undoes(sent).await), said("already_decided", status));
    }
    assert_eq!(shown(&app, &appealed).await["state"], "pending");
    assert_eq!(refunds(&app, &rita).await, 2);
}

#[tokio::test]
async fn a_reject_without_a_return_can_be_taken_back() {
    let app = TestApp::start().await;
    policy_is(&app, json!({ "max_returns": 0 })).await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    assert!(lead_of(&rita, &sent).await["undo_until"].is_string());
    rita.undoes(&sent).await.expect(200);
    let entry = app.audit_entries(&sent).await.pop().expect("an entry");
    assert_eq!((&entry["action"], &entry["details"]), (&json!("lead.reject_undone"), &Value::Null));
}

#[tokio::test]
async fn nobody_takes_back_what_is_another_s() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let shared = rita.is_sent_a_lead().await;
    rita.accepts(&shared).await.expect(200);
    // Sam has the lead too, and has not decided.
    assert_eq!(conflict(&sam.undoes(&shared).await), said("nothing_to_undo", "active"));
    let nowhere = rita.undoes("0190f5a0-0000-7000-8000-000000000000").await.expect(404);
    let tom = app.provider("tom").niche("Gutters").await;
    for foreign in [&shared.lead, &shared.assignment] {
        let answer = tom.undoes(foreign).await.expect(404);
        assert_eq!(answer.problem_code(), nowhere.problem_code());
    }
    app.operator().post_nothing(format!("/api/v1/provider/leads/{shared}/undo")).await.expect(403);
    app.nobody().post_nothing(format!("/api/v1/provider/leads/{shared}/undo")).await.expect(401);
    rita.get(format!("/api/v1/provider/leads/{shared}/undo")).await.expect(405);
    rita.post(format!("/api/v1/provider/leads/{shared}/undo"), &json!({ "why": "a slip" })).await.expect(422);
    assert_eq!(lead_of(&rita, &shared).await["status"], "accepted");
}

#[tokio::test]
async fn an_erased_lead_stays_as_it_was_decided() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (accepted, rejected, undecided) =
        (rita.is_sent_a_lead().await, a_rejected_lead(&rita).await, rita.is_sent_a_lead().await);
    rita.accepts(&accepted).await.expect(200);
    for sent in [&accepted, &rejected, &undecided] {
        app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
    }
    for (sent, status) in [(&accepted, "accepted"), (&rejected, "rejected"), (&undecided, "refunded")] {
        assert_eq!(lead_of(&rita, sent).await["undo_until"], Value::Null);
        assert_eq!(conflict(&rita.undoes(sent).await), said("lead_erased", status));
    }
}

#[tokio::test]
async fn with_a_key_it_is_taken_back_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.accepts(&sent).await.expect(200);
    let path = format!("/api/v1/provider/leads/{sent}/undo");
    let first = rita.post_nothing(&path).once("k").await.expect(200);
    rita.accepts(&sent).await.expect(200);
    let again = rita.post_nothing(&path).once("k").await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    assert_eq!(lead_of(&rita, &sent).await["status"], "accepted");
}

/// The mails about this assignment but for its coming: template, round, state, reason.
async fn mails(app: &TestApp, sent: &Sent) -> Vec<(String, i64, String, Option<String>)> {
    let subject = parse_uuid(&sent.assignment).expect("an id");
    app.read(move |read| {
        let of = "SELECT template, round, state, reason FROM mails
                   WHERE subject_id = $1 AND template <> 'provider_new_lead' ORDER BY id";
        read.all(of, params![subject])
    })
    .await
}

fn mail(template: &str, round: i64, suppressed: bool) -> (String, i64, String, Option<String>) {
    let (state, reason) = if suppressed { ("suppressed", Some("decision_undone".to_owned())) } else { ("sent", None) };
    (template.to_owned(), round, state.to_owned(), reason)
}

#[tokio::test]
async fn the_operator_is_not_told_of_what_was_taken_back_before_the_mail_went() {
    let app = TestApp::with_flags(OPERATOR).await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.accepts(&sent).await.expect(200);
    rita.undoes(&sent).await.expect(200);
    rita.rejects(&sent, REASON).await.expect(200);
    rita.undoes(&sent).await.expect(200);
    app.run_jobs().await;
    let (yes, no) = ("admin_lead_accepted", "admin_provider_rejected_lead");
    assert_eq!(mails(&app, &sent).await, [mail(yes, 0, true), mail(no, 1, true)]);
    // What went before stays, and what is decided anew is told anew.
    rita.rejects(&sent, REASON).await.expect(200);
    app.run_jobs().await;
    rita.undoes(&sent).await.expect(200);
    rita.accepts(&sent).await.expect(200);
    app.run_jobs().await;
    assert_eq!(
        mails(&app, &sent).await,
        [mail(yes, 0, true), mail(no, 1, true), mail(no, 2, false), mail(yes, 3, false)]
    );
    let told = app.mails().into_iter().filter(|letter| letter.to == ["ops@example.com"]).count();
    assert_eq!(told, 2);
}

fn decisions(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_undos_one_is_one() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for _ in 0..3 {
        let sent = a_rejected_lead(&rita).await;
        let path = format!("/api/v1/provider/leads/{sent}/undo");
        let answers = at_once((0..16).map(|_| rita.post_nothing(&path))).await;
        assert_eq!((answers.count(200), answers.count(409)), (1, 15), "{answers:?}");
        assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.rejected", "lead.reject_undone"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn decisions_and_undos_at_once_are_one_story() {
    let app = TestApp::with_flags(OPERATOR).await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    for _ in 0..3 {
        let sent = rita.is_sent_a_lead().await;
        let path = format!("/api/v1/provider/leads/{sent}");
        let reason = json!({ "rejection_reason": REASON });
        let calls = (0..12).flat_map(|n| {
            let decide = if n % 2 == 0 {
                rita.post_nothing(format!("{path}/accept"))
            } else {
                rita.post(format!("{path}/reject"), &reason)
            };
            [decide, rita.post_nothing(format!("{path}/undo"))]
        });
        let answers = at_once(calls.collect::<Vec<_>>()).await;
        assert_eq!(answers.count(200) + answers.count(409), 24, "{answers:?}");
        let (decided, undone): (Vec<_>, Vec<_>) = answers.0.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
        let of = |all: Vec<(usize, Answer)>| decisions(&all.into_iter().map(|(_, answer)| answer).collect::<Vec<_>>());
        let open = of(decided) - of(undone);
        let status = lead_of(&rita, &sent).await["status"].clone();
        assert_eq!(open, usize::from(status != "active"), "{status}");
    }
}

fn id<T: Id>(text: &str) -> T {
    T::from_uuid(parse_uuid(text).expect("an id"))
}

/// Each unit at once with the others, in a lane of its own, as on several nodes.
async fn on_nodes<U: Fn(&mut Tx) -> Result<()> + Send + 'static>(app: &TestApp, units: Vec<U>) -> Vec<Result<()>> {
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

type Unit = Box<dyn Fn(&mut Tx) -> Result<()> + Send>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_undo_against_the_operator_is_one_of_the_two_over_all_nodes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    let admin = Admin { user: id::<UserId>(&app.admin_id) };
    for round in 0..12 {
        let sent = a_rejected_lead(&rita).await;
        let (provider, lead, assignment): (ProviderId, LeadRef, AssignmentId) =
            (id(&rita.id), id(&sent.lead), id(&sent.assignment));
        let undo: Unit = Box::new(move |tx| inbox::undo(provider, lead).run(tx).map(drop));
        let decide: Unit = if round % 2 == 0 {
            Box::new(move |tx| returns::approve(admin, assignment, None).run(tx).map(drop))
        } else {
            Box::new(move |tx| returns::deny(admin, assignment, None).run(tx).map(drop))
        };
        let ended = on_nodes(&app, vec![undo, decide]).await;
        let status = lead_of(&rita, &sent).await["status"].clone();
        let expected = match (ended.as_slice(), round % 2) {
            ([Ok(()), Err(Error::NotFound(_))], _) => "active",
            ([Err(Error::Conflict { code: "already_decided", .. }), Ok(())], 0) => "refunded",
            ([Err(Error::Conflict { code: "already_decided", .. }), Ok(())], _) => "rejected",
            other => panic!("{other:?}"),
        };
        assert_eq!(status, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_undo_against_an_erasure_leaves_nothing_undecided_over_all_nodes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    for _ in 0..12 {
        let sent = rita.is_sent_a_lead().await;
        rita.accepts(&sent).await.expect(200);
        let (provider, lead): (ProviderId, LeadRef) = (id(&rita.id), id(&sent.lead));
        let undo: Unit = Box::new(move |tx| inbox::undo(provider, lead).run(tx).map(drop));
        let lead = id(&sent.lead);
        let erase: Unit = Box::new(move |tx| leadhouse::intake::erase(leadhouse::audit::Actor::System, lead).run(tx));
        let ended = on_nodes(&app, vec![undo, erase]).await;
        let status = lead_of(&rita, &sent).await["status"].clone();
        let expected = match ended.as_slice() {
            [Ok(()), Ok(())] => "refunded",
            [Err(Error::Conflict { code: "lead_erased", .. }), Ok(())] => "accepted",
            other => panic!("{other:?}"),
        };
        assert_eq!(status, expected);
    }
}
