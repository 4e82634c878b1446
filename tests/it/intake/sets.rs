//! Leads that wait together and are sold together: all is as if they had come one after another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Lane, Options, Tx, Unit, params};
use leadhouse::error::{Error, Result};
use leadhouse::id::{Id, ProviderId, SourceId, parse_uuid};
use leadhouse::intake::{self, Received, Status, Submission};
use leadhouse::phone::Phone;
use leadhouse::{billing, email};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::db::{late_constraint, takes_too_long};
use crate::support::database::options;
use crate::support::{Provider, TestApp};

/// What these units come to that wait together, behind one that holds the lane of money.
async fn together<T: Send + 'static, U: Unit<T>>(app: &TestApp, units: Vec<U>) -> Vec<Result<T>> {
    together_on(&app.app.db, units).await
}

async fn together_on<T: Send + 'static, U: Unit<T>>(db: &Db, units: Vec<U>) -> Vec<Result<T>> {
    let (go, wait) = mpsc::channel::<()>();
    let (arrived, here) = tokio::sync::oneshot::channel();
    let (wait, arrived) = (Mutex::new(wait), Mutex::new(Some(arrived)));
    let its_db = db.clone();
    let held = tokio::spawn(async move {
        let hold = move |_: &mut Tx| {
            if let Some(arrived) = arrived.lock().unwrap().take() {
                arrived.send(()).unwrap();
            }
            let _ = wait.lock().unwrap().recv();
            Ok(())
        };
        its_db.write(Lane::MONEY, hold).await
    });
    here.await.unwrap();
    let run = |unit| {
        let db = db.clone();
        tokio::spawn(async move { db.run(unit).await })
    };
    let units: Vec<_> = units.into_iter().map(run).collect();
    tokio::task::yield_now().await;
    drop(go);
    held.await.unwrap().unwrap();
    let mut outcomes = Vec::new();
    for unit in units {
        outcomes.push(unit.await.unwrap());
    }
    outcomes
}

async fn source_of(app: &TestApp, id: &str) -> Arc<intake::Source> {
    let id = SourceId::from_uuid(parse_uuid(id).expect("an id"));
    Arc::new(app.read(move |read| intake::source(read, id)).await)
}

fn person(name: &str) -> Submission {
    Submission { contact_email: email::parse(&format!("{name}@example.org")), ..Submission::default() }
}

/// So many people's leads for the provider, together; which of them were sold.
async fn sold(app: &TestApp, provider: &Provider, leads: usize) -> Vec<bool> {
    let source = source_of(app, &provider.source.id).await;
    let units = (0..leads).map(|n| intake::receive(source.clone(), person(&format!("p{n}")))).collect();
    let received = together(app, units).await;
    received.into_iter().map(|received| received.expect("received").status == Status::Assigned).collect()
}

#[tokio::test]
async fn a_balance_for_two_buys_the_first_two() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(60.0).await;
    let sold = sold(&app, &rita, 30).await;
    assert_eq!(sold, (0..30).map(|n| n < 2).collect::<Vec<_>>());
    let ledger: Vec<_> = app.ledger_of(&rita.id).await.into_iter().map(|(_, amount, after)| (amount, after)).collect();
    assert_eq!(ledger, [(60.0, 60.0), (-25.0, 35.0), (-25.0, 10.0)]);
}

#[tokio::test]
async fn of_two_hundred_leads_a_cap_of_three_takes_the_first_three() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").daily_cap(3).await;
    assert_eq!(sold(&app, &rita, 200).await, (0..200).map(|n| n < 3).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_account_pays_for_the_leads_of_all_niches() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roof").price(20.0).balance(50.0).await;
    let (roof, solar) = (app.niche("roof").await, app.niche("solar").await);
    app.subscribes(&rita.id, &solar, &app.level("Shared", 3).await, json!({ "price": 20.0 })).await;
    let sources = [app.source_of(&roof).await.id, app.source_of(&solar).await.id];
    let sources = [source_of(&app, &sources[0]).await, source_of(&app, &sources[1]).await];
    let units =
        (0..8).map(|n| intake::receive(sources[usize::from(n % 2 == 1)].clone(), person(&format!("p{n}")))).collect();
    let received = together(&app, units).await;
    let sold: Vec<_> = received.into_iter().map(|received| received.unwrap().assignments.len()).collect();
    assert_eq!(sold, [1, 1, 0, 0, 0, 0, 0, 0]);
    let provider = ProviderId::from_uuid(parse_uuid(&rita.id).unwrap());
    assert_eq!(app.read(move |read| billing::balance(read, provider)).await.minor(), 1_000);
}

#[tokio::test]
async fn of_sixty_four_copies_of_one_person_one_is_sold() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = source_of(&app, &rita.source.id).await;
    let units = (0..64).map(|_| intake::receive(source.clone(), person("ann"))).collect();
    let received = together(&app, units).await;
    let statuses: Vec<_> = received.into_iter().map(|received| received.unwrap().status).collect();
    assert_eq!(statuses[0], Status::Assigned);
    assert!(statuses[1..].iter().all(|status| *status == Status::Duplicate), "{statuses:?}");
    assert_eq!(app.ledger_of(&rita.id).await.len(), 2);
}

const AGAIN: &str = "INSERT INTO provider_accounts (provider_id) SELECT provider_id FROM provider_accounts";

#[tokio::test]
async fn leads_that_fail_take_nobody_along() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roof").price(1.0).await;
    let mia = app.provider("mia").niche("roof").price(1.0).await;
    let source = source_of(&app, &rita.source.id).await;
    let unit = |n: usize| {
        intake::receive(source.clone(), person(&format!("p{n}"))).then(move |tx, received| match n % 100 {
            // Others are in its way whenever it runs.
            11 => Err(Error::Raced),
            // A constraint.
            31 => tx.execute(AGAIN, &[]).map(|_| received),
            // One that is looked at only at COMMIT.
            43 => {
                for statement in late_constraint(tx) {
                    tx.execute(statement, &[])?;
                }
                Ok(received)
            }
            57 => panic!("a defect after a sale"),
            83 => Err(Error::conflict("no", "refused after a sale")),
            _ => Ok(received),
        })
    };
    let received = together(&app, (0..200).map(unit).collect()).await;
    for (n, received) in received.into_iter().enumerate() {
        match (n % 100, received) {
            (11, Err(Error::Unavailable(_)))
            | (31 | 43 | 57, Err(Error::Internal(_)))
            | (83, Err(Error::Conflict { code: "no", .. })) => {}
            (11 | 31 | 43 | 57 | 83, other) => panic!("{n}: {other:?}"),
            (_, received) => assert_eq!(received.unwrap().assignments.len(), 2, "{n}"),
        }
    }
    let counted = |sql: &'static str| app.read(move |read| read.one::<(i64,)>(sql, params![]));
    assert_eq!(counted("SELECT count(*) FROM leads").await, (190,));
    assert_eq!(counted("SELECT count(*) FROM lead_assignments").await, (380,));
    for provider in [&rita, &mia] {
        let path = format!("/api/v1/admin/providers/{}", provider.id);
        assert_eq!(app.operator().get(path).await.expect(200).json()["balance"], json!(100_000.0 - 190.0));
    }
}

#[tokio::test]
async fn a_deadline_in_the_middle_of_a_set_leaves_nothing_and_all_can_be_sent_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(1.0).await;
    let source = source_of(&app, &rita.source.id).await;
    let url = parse_database_url(app.database_url()).unwrap();
    let hurried = Options { interactive: Duration::from_secs(2), ..options(&url) };
    let db = Db::open(&url, &app.clock, hurried).await.unwrap();
    let unit = |n: usize| {
        intake::receive(source.clone(), person(&format!("p{n}"))).then(move |tx, received| {
            // By then all of them are written.
            if n == 11 { takes_too_long(tx).map(|()| received) } else { Ok(received) }
        })
    };
    let late = together_on(&db, (0..24).map(unit).collect()).await;
    assert!(late.iter().all(|late| matches!(late, Err(Error::Unavailable(_)))), "{late:?}");
    db.close().await;
    let (left,) = app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", params![])).await;
    assert_eq!((left, app.ledger_of(&rita.id).await.len()), (0, 1), "nothing is left of them");
    assert_eq!(sold(&app, &rita, 24).await, [true; 24]);
    assert_eq!(app.ledger_of(&rita.id).await.len(), 25);
}

#[tokio::test]
async fn a_key_that_comes_twice_in_a_set_has_its_effect_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let bodies: Vec<Value> = (0..4).map(|_| rita.source.lead(json!({}))).collect();
    let calls = (0..48).map(|n| rita.source.sending(&bodies[n % 4]).once(&format!("key {}", n % 4)));
    let answers = crate::support::at_once(calls).await;
    assert_eq!(answers.count(201), 48);
    for first in 0..4 {
        let texts: Vec<_> = answers.0.iter().skip(first).step_by(4).map(|answer| &answer.text).collect();
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    }
    assert_eq!(app.ledger_of(&rita.id).await.len(), 5);
}

/// A lead of the stream: numbers choose what it holds.
#[derive(Debug, Clone)]
struct Sent {
    niche: usize,
    person: u32,
    says: u32,
    external: Option<u32>,
    place: usize,
    is_test: bool,
    is_unreachable: bool,
    /// Whether those before it have been answered when it is sent.
    begins: bool,
}

fn stream() -> impl Strategy<Value = Vec<Sent>> {
    let sent =
        (0..2_usize, 0..60_u32, 0..2_u32, prop::option::weighted(0.2, 0..20_u32), 0..3_usize).prop_flat_map(|chosen| {
            (Just(chosen), prop::bool::weighted(0.05), prop::bool::weighted(0.05), prop::bool::weighted(0.06))
        });
    let sent = sent.prop_map(|((niche, person, says, external, place), is_test, is_unreachable, begins)| Sent {
        niche,
        person,
        says,
        external,
        place,
        is_test,
        is_unreachable,
        begins,
    });
    prop::collection::vec(sent, 90..140)
}

impl Sent {
    fn submission(&self) -> Submission {
        let Self { person, says, external, place, .. } = self;
        let phone =
            if self.is_unreachable { "call my mom".to_owned() } else { format!("+1303{:07}", 5_550_000 + person) };
        Submission {
            contact_name: Some(format!("Person {person}")),
            contact_email: (person % 3 > 0 && !self.is_unreachable)
                .then(|| email::parse(&format!("person{person}@example.org")))
                .flatten(),
            contact_phone: Phone::read(&phone, "US").ok(),
            postal_code: ["80211", "80902", "10001"].get(*place).map(|code| (*code).to_owned()),
            form_data: Some(leadhouse::db::Json(format!(r#"{{"roof": {says}}}"#))),
            external_id: external.map(|id| format!("ext {id}")),
            is_test: self.is_test,
            ..Submission::default()
        }
    }
}

/// A market of two niches in which everything runs short.
struct House {
    app: TestApp,
    providers: Vec<Provider>,
    sources: Vec<Arc<intake::Source>>,
}

async fn six(app: &TestApp) -> Vec<Provider> {
    let (shared, duo) = (("Shared", 3), ("Duo", 2));
    let new = |name: &'static str| app.provider(name).niche("roof").level(shared.0, shared.1);
    vec![
        new("ann").price(10.0).balance(200.0).await,
        new("bob").price(10.0).daily_cap(17).await,
        new("cid").price(11.0).monthly_budget(150.0).await,
        new("dan").price(9.0).postal_prefixes(&["80"]).await,
        new("eve").level(duo.0, duo.1).price(16.0).postal_prefixes(&["802"]).await,
        new("fay").niche("solar").price(10.0).await,
    ]
}

impl House {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let providers = six(&app).await;
        let (roof, solar) = (app.niche("roof").await, app.niche("solar").await);
        for (at, price) in [(0, 12.0), (1, 12.0), (3, 7.0)] {
            let level = app.level("Shared", 3).await;
            app.subscribes(&providers[at].id, &solar, &level, json!({ "price": price, "daily_cap": 20 })).await;
        }
        let mut sources = Vec::new();
        for niche in [roof, solar] {
            sources.push(source_of(&app, &app.source_of(&niche).await.id).await);
        }
        Self { app, providers, sources }
    }

    fn receive(&self, sent: &Sent) -> impl Unit<Received> + use<> {
        intake::receive(self.sources[sent.niche].clone(), sent.submission())
    }

    /// All that came of the leads, without ids and times.
    async fn left(&self, received: &[Received]) -> Value {
        let numbers: BTreeMap<String, usize> =
            received.iter().zip(0..).map(|(received, n)| (received.lead.to_string(), n)).collect();
        let name = |id: &Value| {
            let id = id.as_str().expect("an id");
            self.providers.iter().find(|provider| provider.id == id).expect("a provider").name.clone()
        };
        let mut leads = Vec::new();
        for one in received {
            let shown = self.app.operator().get(format!("/api/v1/admin/leads/{}", one.lead)).await.expect(200).json();
            let trace = shown["trace"].as_array().into_iter().flatten();
            let trace: Vec<_> =
                trace.map(|line| json!([name(&line["provider_id"]), line["reason"], line["detail"]])).collect();
            let sales = shown["assignments"].as_array().into_iter().flatten();
            let mut sales: Vec<_> =
                sales.map(|sale| json!([name(&sale["provider_id"]), sale["price"], sale["status"]])).collect();
            sales.sort_by_key(Value::to_string);
            let of = shown["duplicate_of"].as_str().map(|id| numbers[id]);
            leads.push(json!([shown["status"], of, sales, trace, one.status, one.assignments.len()]));
        }
        let mut ledgers = Vec::new();
        for provider in &self.providers {
            ledgers.push(json!(self.app.ledger_of(&provider.id).await));
        }
        let counted = |sql: &'static str| self.app.read(move |read| read.all::<(String, i64)>(sql, params![]));
        let meters = self.app.read(|read| {
            read.all::<(i64, i64)>(
                "SELECT day_count, month_spent FROM subscription_meters ORDER BY subscription_id",
                params![],
            )
        });
        json!({
            "leads": leads,
            "ledgers": ledgers,
            "meters": meters.await,
            "audit": counted("SELECT action, count(*) FROM audit_entries GROUP BY action ORDER BY action").await,
            "events": counted("SELECT kind, count(*) FROM lead_events GROUP BY kind ORDER BY kind").await,
        })
    }
}

#[tokio::test]
async fn a_stream_of_leads_comes_to_the_same_one_by_one_and_in_sets() {
    let mut runner = TestRunner::default();
    for _ in 0..3 {
        let stream = stream().new_tree(&mut runner).unwrap().current();
        let (one_by_one, in_sets) = (House::new().await, House::new().await);
        let mut received = [Vec::new(), Vec::new()];
        for sent in &stream {
            one_by_one.app.advance(Duration::from_millis(1));
            received[0].push(one_by_one.app.runs(one_by_one.receive(sent)).await.unwrap());
        }
        for set in stream.chunk_by(|_, next| !next.begins) {
            in_sets.app.advance(Duration::from_millis(1));
            let units = set.iter().map(|sent| in_sets.receive(sent)).collect();
            received[1].extend(together(&in_sets.app, units).await.into_iter().map(Result::unwrap));
        }
        let left = [one_by_one.left(&received[0]).await, in_sets.left(&received[1]).await];
        for part in ["leads", "ledgers", "meters", "audit", "events"] {
            for (n, (one, other)) in elements(&left[0][part]).zip(elements(&left[1][part])).enumerate() {
                assert_eq!(one, other, "{part} {n} of {stream:#?}");
            }
            assert_eq!(left[0][part], left[1][part], "{part} of {stream:#?}");
        }
    }
}

fn elements(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}
