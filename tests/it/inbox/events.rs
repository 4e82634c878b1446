//! What happens to a provider's leads, as it happens: each event once, whatever comes between.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use leadhouse::accounts;
use leadhouse::assignments::{self, LeadRef};
use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Engine, Lane, Tx, Unit, params};
use leadhouse::id::{Id, LeadId, ProviderId, parse_uuid};
use leadhouse::inbox;
use serde_json::{Value, json};

use crate::support::database::{self, beside, engine};
use crate::support::program::Program;
use crate::support::{Call, Provider, Sent, TestApp, Told, Watching};

const EVENTS: &str = "/api/v1/provider/events";

async fn watches(rita: &Provider) -> Watching {
    rita.get(EVENTS).watch().await
}

fn resuming(rita: &Provider, id: &str) -> Call {
    rita.get(EVENTS).header("last-event-id", id)
}

/// What an event told: its name, its lead, and how that stood.
fn gist(told: &Told) -> (String, String, String) {
    let text = |name: &str| told.data[name].as_str().unwrap_or_else(|| panic!("no {name}: {told:?}")).to_owned();
    (told.event.clone(), text("lead_id"), text("status"))
}

fn assigned(sent: &Sent) -> (String, String, String) {
    ("lead.assigned".to_owned(), sent.lead.clone(), "active".to_owned())
}

fn changed(sent: &Sent, status: &str) -> (String, String, String) {
    ("lead.changed".to_owned(), sent.lead.clone(), status.to_owned())
}

/// What a stream tells last whose client may not watch any more.
async fn ends(events: Watching) {
    let rest = events.rest().await;
    let told: Vec<&str> = rest.iter().map(|told| told.event.as_str()).collect();
    assert_eq!(told, ["ended"]);
}

async fn erases(app: &TestApp, sent: &Sent) {
    app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
}

fn id<T: Id>(text: &str) -> T {
    T::from_uuid(parse_uuid(text).expect("an id"))
}

#[tokio::test]
async fn everything_that_happens_to_a_lead_is_told_as_it_happens() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut events = watches(&rita).await;
    assert_eq!([&events.headers["cache-control"], &events.headers["x-accel-buffering"]], ["no-store", "no"]);
    let sent = rita.is_sent_a_lead().await;
    let told = events.next().await;
    assert_eq!(gist(&told), assigned(&sent));
    // As the inbox shows it.
    assert_eq!(told.data, rita.inbox("").await.items()[0]);
    rita.accepts(&sent).await.expect(200);
    let told = events.next().await;
    assert_eq!((gist(&told), told.data["undo_until"].is_string()), (changed(&sent, "accepted"), true));
    rita.undoes(&sent).await.expect(200);
    assert_eq!(gist(&events.next().await), changed(&sent, "active"));
    rita.rejects(&sent, "the number is not in service").await.expect(200);
    assert_eq!(gist(&events.next().await), changed(&sent, "rejected"));
    let path = format!("/api/v1/admin/returns/{}/approve", sent.assignment);
    app.operator().post_nothing(path).await.expect(200);
    let told = events.next().await;
    assert_eq!((gist(&told), &told.data["return"]["state"]), (changed(&sent, "refunded"), &json!("approved")));
    let other = rita.is_sent_a_lead().await;
    assert_eq!(gist(&events.next().await), assigned(&other));
    for (sent, status) in [(&sent, "refunded"), (&other, "refunded")] {
        erases(&app, sent).await;
        let told = events.next().await;
        assert_eq!((gist(&told), &told.data["contact_email"]), (changed(sent, status), &Value::Null));
        assert!(told.data["erased_at"].is_string());
    }
}

#[tokio::test]
async fn who_comes_again_gets_what_it_missed_and_each_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let events = watches(&rita).await;
    let hello = events.last_id.clone();
    drop(events);
    let sent = rita.is_sent_leads(3).await;
    // More than are read at once, before they are caught up with.
    for _ in 0..40 {
        rita.accepts(&sent[0]).await.expect(200);
        rita.undoes(&sent[0]).await.expect(200);
    }
    let mut events = resuming(&rita, &hello).watch().await;
    assert_eq!(events.last_id, hello);
    let mut ids = Vec::new();
    for n in 0..83 {
        let told = events.next().await;
        let expected = sent.get(n).unwrap_or(&sent[0]);
        assert_eq!(told.data["lead_id"], expected.lead.as_str(), "{n}");
        ids.push(told.id);
    }
    rita.accepts(&sent[1]).await.expect(200);
    let last = events.next().await;
    assert_eq!(gist(&last), changed(&sent[1], "accepted"));
    ids.push(last.id);
    // From each place exactly the rest: told in its order, and nothing twice.
    for at in [0, 1, 40, 49, 50, 82] {
        let mut events = resuming(&rita, &ids[at]).watch().await;
        for expected in &ids[at + 1..] {
            assert_eq!(&events.next().await.id, expected);
        }
    }
    // And nothing after the last but what happens then.
    let mut events = resuming(&rita, &ids[83]).watch().await;
    rita.accepts(&sent[2]).await.expect(200);
    assert_eq!(gist(&events.next().await), changed(&sent[2], "accepted"));
}

#[tokio::test]
async fn nobody_watches_what_is_another_s() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Gutters").await);
    let hello = watches(&sam).await.last_id;
    let (mut ritas, mut sams) = (watches(&rita).await, watches(&sam).await);
    let of_rita = rita.is_sent_a_lead().await;
    let of_sam = sam.is_sent_a_lead().await;
    assert_eq!(gist(&ritas.next().await), assigned(&of_rita));
    assert_eq!(gist(&sams.next().await), assigned(&of_sam));
    // With another's id, or one from before: what is one's own.
    assert_eq!(gist(&resuming(&sam, &hello).watch().await.next().await), assigned(&of_sam));
    let mut from_sams = resuming(&rita, &hello).watch().await;
    assert_eq!(gist(&from_sams.next().await), assigned(&of_rita));
    rita.accepts(&of_rita).await.expect(200);
    for events in [&mut ritas, &mut from_sams] {
        assert_eq!(gist(&events.next().await), changed(&of_rita, "accepted"));
    }
    app.nobody().get(EVENTS).await.expect(401);
    app.operator().get(EVENTS).await.expect(403);
    rita.get(format!("{EVENTS}?provider_id={}", sam.id)).await.expect(400);
    rita.post_nothing(EVENTS).await.expect(405);
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_and_one_too_old_is_told_so() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let id = watches(&rita).await.last_id;
    for wrong in ["x", "1", "1-2", "0-0-0-0", "-1-2-3", "1-2-", "١-2-3", " ", "0-99999999999999999999-1"] {
        let answer = resuming(&rita, wrong).await.expect(400);
        assert_eq!(answer.problem_code(), "invalid_last_event_id", "{wrong}");
    }
    assert_eq!(resuming(&rita, &id).header("last-event-id", &id).await.expect(400).wrong_fields(), ["Last-Event-ID"]);
    rita.is_sent_a_lead().await;
    // Up to just before the end of the time, what was missed is told; then no more.
    app.advance(assignments::events::KEPT.saturating_sub(Duration::from_mins(1)));
    assert_eq!(resuming(&rita, &id).watch().await.next().await.event, "lead.assigned");
    app.advance(Duration::from_mins(1));
    let mut events = resuming(&rita, &id).watch().await;
    assert_eq!((events.next().await.event, events.last_id != id), ("reset".to_owned(), true));
    let sent = rita.is_sent_a_lead().await;
    assert_eq!(gist(&events.next().await), assigned(&sent));
    // An id without anything in it is one of a client that has got none.
    resuming(&rita, "").watch().await;
}

/// As of a database that was moved to another server, where transactions are numbered anew.
#[tokio::test]
async fn a_place_that_cannot_be_is_one_to_begin_anew_from() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let now = app.clock.now().as_micros();
    let mut events = resuming(&rita, &format!("9223372036854775807-7-{now}")).watch().await;
    assert_eq!(events.next().await.event, "reset");
}

#[tokio::test]
async fn ten_may_be_open_and_one_that_is_closed_makes_room() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(watches(&rita).await);
    }
    let answer = rita.get(EVENTS).await.expect(429);
    assert_eq!((answer.problem_code().as_str(), answer.header("retry-after")), ("too_many_streams", "30"));
    watches(&sam).await;
    open.pop();
    open.push(watches(&rita).await);
    let sent = rita.is_sent_a_lead().await;
    for events in &mut open {
        assert_eq!(gist(&events.next().await), assigned(&sent));
    }
}

#[tokio::test]
async fn who_may_not_watch_any_more_does_not() {
    let app = TestApp::start().await;
    let (rita, sam, tom) = (app.provider("rita").await, app.provider("sam").await, app.provider("tom").await);
    let (of_rita, of_sam, of_tom) = (watches(&rita).await, watches(&sam).await, watches(&tom).await);
    let tokens = app.operator().get(format!("/api/v1/admin/providers/{}/tokens", rita.id)).await.expect(200).items();
    app.operator().delete(format!("/api/v1/admin/tokens/{}", tokens[0]["id"].as_str().unwrap())).await.expect(204);
    ends(of_rita).await;
    rita.get(EVENTS).await.expect(401);
    let path = format!("/api/v1/admin/providers/{}", sam.id);
    app.operator().patch(path, &json!({ "active": false })).await.expect(200);
    ends(of_sam).await;
    assert_eq!(sam.get(EVENTS).await.expect(403).problem_code(), "account_suspended");
    // In another process, of which this one hears nothing.
    let provider: ProviderId = id(&tom.id);
    let revoked = app.write(move |tx| {
        let now = tx.now();
        tx.execute("UPDATE tokens SET revoked_at = $2 WHERE provider_id = $1", params![provider, now])
    });
    assert_eq!(revoked.await.unwrap(), 1);
    ends(of_tom).await;
    app.leaves_a_mess("a token was revoked behind the audit's back").await;
}

#[tokio::test]
async fn a_page_watches_until_its_visitor_signs_out() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some("correct horse battery")).await;
    let mut browser = app.browser();
    browser.signs_in("rita@roofs.example", "correct horse battery").await.expect(200);
    let mut events = browser.call(Method::GET, EVENTS).watch().await;
    let sent = rita.is_sent_a_lead().await;
    assert_eq!(gist(&events.next().await), assigned(&sent));
    browser.opens("/account").await.expect(200);
    browser.sends("/sign-out", &[]).await;
    ends(events).await;
    browser.call(Method::GET, EVENTS).await.expect(401);
}

#[tokio::test]
async fn what_another_process_does_is_told_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut events = watches(&rita).await;
    let sent = rita.is_sent_a_lead().await;
    assert_eq!(gist(&events.next().await), assigned(&sent));
    let url = parse_database_url(app.database_url()).expect("a URL");
    let other = Db::open(&url, &app.clock, database::options(&url)).await.unwrap();
    let (provider, lead): (ProviderId, LeadRef) = (id(&rita.id), id(&sent.lead));
    let accept = move |tx: &mut Tx| {
        let provider = accounts::provider(tx, provider)?;
        inbox::accept(Arc::new(provider), lead, false).run(tx)
    };
    other.write(Lane::of(provider.uuid()), accept).await.unwrap();
    assert_eq!(gist(&events.next().await), changed(&sent, "accepted"));
    other.close().await;
}

/// Two transactions end in another order than they began: what is told first is not what comes first.
#[tokio::test]
async fn what_is_committed_late_is_told_and_nothing_twice() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut events = watches(&rita).await;
    let (late, early) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    assert_eq!(gist(&events.next().await), assigned(&late));
    assert_eq!(gist(&events.next().await), assigned(&early));
    let before = events.last_id.clone();
    if engine() == Engine::Postgres {
        let slow = beside(&parse_database_url(app.database_url()).expect("a URL")).await;
        slow.batch_execute(&format!(
            "BEGIN; INSERT INTO lead_events (provider_id, assignment_id, kind, created_at)
                    VALUES ('{}', '{}', 'changed', now())",
            rita.id, late.assignment
        ))
        .await
        .unwrap();
        rita.accepts(&early).await.expect(200);
        // Those who come again meanwhile are at the same place.
        let again = resuming(&rita, &before).watch().await;
        assert_eq!(again.last_id, before);
        slow.batch_execute("COMMIT").await.unwrap();
    } else {
        // There is one writer at a time.
        rita.accepts(&late).await.expect(200);
        rita.accepts(&early).await.expect(200);
    }
    let told = [events.next().await, events.next().await];
    assert_eq!([&told[0].data["lead_id"], &told[1].data["lead_id"]], [late.lead.as_str(), early.lead.as_str()]);
    let mut again = resuming(&rita, &before).watch().await;
    assert_eq!([again.next().await, again.next().await], told);
    let mut again = resuming(&rita, &told[0].id).watch().await;
    assert_eq!(again.next().await, told[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_gets_each_of_many_once_and_in_one_order() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(1.0).balance(1000.0).await;
    let mut readers = Vec::new();
    for _ in 0..5 {
        let mut events = watches(&rita).await;
        readers.push(tokio::spawn(async move {
            let mut ids = Vec::new();
            // Some come again in between.
            for _ in 0..60 {
                ids.push(events.next().await.id);
            }
            ids
        }));
    }
    let source = rita.source.clone();
    let news = (0..60).map(|_| source.sending(&source.lead(json!({}))));
    let answers = crate::support::at_once(news.collect::<Vec<_>>()).await;
    assert_eq!(answers.count(201), 60);
    let mut all = Vec::new();
    for reader in readers {
        all.push(reader.await.unwrap());
    }
    for ids in &all[1..] {
        assert_eq!(ids, &all[0]);
    }
    let mut once = all[0].clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 60);
}

#[tokio::test]
async fn a_past_that_is_over_is_forgotten() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let old = rita.is_sent_a_lead().await;
    app.advance(assignments::events::KEPT + Duration::from_hours(25));
    let new = rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let count = async |sent: &Sent| {
        let lead: LeadId = id(&sent.lead);
        let of =
            "SELECT count(*) FROM lead_events e JOIN lead_assignments a ON a.id = e.assignment_id WHERE a.lead_id = $1";
        app.read(move |read| read.one::<(i64,)>(of, params![lead])).await.0
    };
    assert_eq!((count(&old).await, count(&new).await), (0, 1));
}

/// Over a socket, and to the end of the process.
#[tokio::test]
async fn a_stream_ends_with_the_process_and_does_not_hold_it_up() {
    let program = Program::on_a_migrated_database().await;
    let provider = program.run(&["user", "add", "--email", "ops@example.com", "--role", "admin"]);
    provider.well();
    let admin = program.run(&["token", "create", "--user", "ops@example.com"]).well();
    let mut serve = program.serves(&[]);
    let address = serve.address();
    let body = r#"{"name": "rita", "email": "rita@example.com"}"#;
    let rita = post(&address, "/api/v1/admin/providers", admin.trim(), body);
    let path = format!("/api/v1/admin/providers/{}/tokens", rita["id"].as_str().unwrap());
    let token = post(&address, &path, admin.trim(), "{}")["token"].as_str().unwrap().to_owned();
    let mut socket = TcpStream::connect(&address).unwrap();
    write!(socket, "GET {EVENTS} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(socket).lines().map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("HTTP/1.1 200 OK"));
    assert!(lines.any(|line| line == "retry: 2000"));
    assert_eq!(serve.ends_on_sigterm(), Some(0));
    // Ended as a whole answer is, not cut off.
    assert_eq!(lines.filter(|line| line == "0").count(), 1);
}

fn post(address: &str, path: &str, token: &str, body: &str) -> Value {
    let mut socket = TcpStream::connect(address).expect("it listens");
    write!(
        socket,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("it reads");
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut socket, &mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}
