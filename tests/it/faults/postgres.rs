//! The database goes away and comes back; the wire to it breaks.

use std::time::Duration;

use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Engine, Lane};
use serde_json::json;

use crate::support::cluster::Cluster;
use crate::support::database::{beside, engine, options};
use crate::support::load::{Load, market};
use crate::support::program::Program;
use crate::support::proxy::{Mode, Proxy};
use crate::support::{Client, TestApp, at_once};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL's own programs: ./test brings them"]
async fn a_server_that_crashes_under_load_loses_nothing_that_was_answered() {
    if engine() != Engine::Postgres {
        return;
    }
    let cluster = Cluster::start();
    let program = Program::on_the_database(cluster.url());
    let mut serving = program.serves(&["--rate-limits", "off"]);
    let address = serving.address();
    let load = Load::start(&address, &market(&program, &address));
    for leads in [20, 7] {
        load.goes_on_for(leads);
        cluster.restart_immediately();
    }
    load.goes_on_for(20);
    assert!(load.met(503) > 0, "it was away");
    assert_eq!(load.met(0), 0, "each request was answered");
    let beside = beside(&cluster.url()).await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND xact_start < now() - interval '5 s'";
    assert_eq!(beside.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 0);
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

/// The operator at a node whose way to the database leads through a proxy, and the node's connections.
async fn far_node(app: &TestApp, patience: Duration) -> (Client, Db, Proxy) {
    let url = parse_database_url(app.database_url()).unwrap();
    let proxy = Proxy::before(&url).await;
    let mut options = options(&url);
    options.interactive = patience;
    let db = Db::open(&proxy.url(&url), &app.clock, options).await.unwrap();
    db.write(Lane::MONEY, |_| Ok(())).await.unwrap();
    db.ping().await.unwrap();
    (app.operator_at(db.clone()), db, proxy)
}

#[tokio::test]
async fn a_lost_answer_to_a_commit_is_found_again_by_its_key_at_any_node() {
    if engine() != Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(0.0).await;
    let (far, db, proxy) = far_node(&app, Duration::from_secs(9)).await;
    let path = format!("/api/v1/admin/providers/{}/credits", rita.id);
    let credit = |client: &Client| client.post(&path, &json!({ "amount": 25 })).once("october");
    proxy.set(Mode::CUT_AFTER_COMMIT);
    let unknown = credit(&far).await.expect(503);
    assert_eq!((unknown.header("retry-after"), unknown.header("idempotent-replayed")), ("5", ""));
    assert!(proxy.cuts() >= 1, "the wire was cut");
    let found = credit(&app.operator()).await.expect(201);
    assert_eq!(found.header("idempotent-replayed"), "true");
    proxy.set(Mode::Pass);
    while credit(&far).await.status != 201 {
        tokio::task::yield_now().await;
    }
    let again = credit(&far).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &found.text));
    assert_eq!(app.ledger_of(&rita.id).await, [("credit".to_owned(), 25.0, 25.0)], "credited once");
    db.close().await;
}

#[tokio::test]
async fn a_lost_answer_to_the_commit_of_a_set_loses_no_lead_and_doubles_none() {
    if engine() != Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roof").price(1.0).await;
    let mia = app.provider("mia").niche("roof").price(1.0).await;
    let (far, db, proxy) = far_node(&app, Duration::from_secs(9)).await;
    let leads: Vec<_> = (0..48).map(|n| (format!("lead {n}"), rita.source.lead(json!({})))).collect();
    let path = rita.source.path();
    let sent_by = async |client: &Client| {
        at_once(leads.iter().map(|(key, lead)| client.post(&path, lead).once(key)).collect::<Vec<_>>()).await
    };
    proxy.set(Mode::CUT_AFTER_COMMIT);
    let unknown = sent_by(&far).await;
    assert_eq!(unknown.count(503), 48, "nobody can say");
    assert!((1..24).contains(&proxy.cuts()), "{} commits: they were not sold in sets", proxy.cuts());
    proxy.set(Mode::Pass);
    let found = sent_by(&app.operator()).await;
    assert_eq!(found.count(201), 48);
    assert!(found.0.iter().all(|answer| answer.header("idempotent-replayed") == "true"), "each was sold");
    while far.get("/readyz").await.status != 200 {
        tokio::task::yield_now().await;
    }
    let again = sent_by(&far).await;
    for (one, other) in found.0.iter().zip(&again.0) {
        assert_eq!((one.status, &one.text), (other.status, &other.text));
    }
    for provider in [&rita, &mia] {
        assert_eq!(app.ledger_of(&provider.id).await.len(), 49, "charged once for each");
    }
    db.close().await;
}

#[tokio::test]
async fn a_wire_that_swallows_everything_is_503_in_time_and_all_is_well_when_it_is_back() {
    if engine() != Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let (far, db, proxy) = far_node(&app, Duration::from_millis(500)).await;
    let niche = |name: &str| far.post("/api/v1/admin/niches", &json!({ "name": name })).once(name);
    niche("Roofing").await.expect(201);
    proxy.set(Mode::Swallow);
    for answer in [far.get("/api/v1/admin/niches").await, niche("Solar").await, far.get("/readyz").await] {
        assert_eq!((answer.status, answer.header("retry-after")), (503, "5"), "{answer:?}");
    }
    far.get("/healthz").await.expect(200);
    proxy.set(Mode::Pass);
    while niche("Solar").await.status != 201 {
        tokio::task::yield_now().await;
    }
    while far.get("/readyz").await.status != 200 {
        tokio::task::yield_now().await;
    }
    let niches = app.operator().get("/api/v1/admin/niches").await.expect(200).items();
    assert_eq!(niches.len(), 2, "each once: {niches:?}");
    db.close().await;
}
