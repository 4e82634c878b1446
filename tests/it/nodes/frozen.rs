//! A node that is frozen in its turn with money, on PostgreSQL: the others wait a little and no longer, and when it goes
//! on it finds out what has happened.

use std::thread::JoinHandle;
use std::time::Instant;

use leadhouse::db::Engine;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::database::{beside, engine};
use crate::support::load::market;
use crate::support::program::{Program, Running, post};

/// Of the statements of a sale this one waits for a row that the test holds.
const WAITS: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
/// A program that stands still in its transaction.
const STANDS_STILL: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND application_name = 'leadhouse'";

/// Two nodes, and a source of leads for a provider who pays.
struct House {
    program: Program,
    nodes: [Running; 2],
    addresses: [String; 2],
    source: String,
    beside: Client,
}

/// What came of a lead that was sent: the status, and the answer.
type Sent = (u16, Value);

impl House {
    async fn new() -> Self {
        let program = Program::on_a_migrated_database().await;
        let flags = ["--rate-limits", "off", "--no-worker"];
        let mut nodes = [program.serves(&flags), program.serves(&flags)];
        let addresses = nodes.each_mut().map(Running::address);
        let source = market(&program, &addresses[0]);
        let beside = beside(&program.url).await;
        Self { program, nodes, addresses, source, beside }
    }

    fn sends(&self, node: usize, key: &str) -> JoinHandle<Sent> {
        let (address, path) = (self.addresses[node].clone(), format!("/api/v1/intake/{}", self.source));
        let lead = json!({ "contact_name": "Ada", "contact_email": format!("{key}@example.com") });
        let headers = format!("idempotency-key: {key}\r\n");
        let send = move || {
            let (status, answer) = post(&address, &path, &headers, &lead).expect("an answer");
            (status, serde_json::from_str(&answer).expect("JSON"))
        };
        std::thread::Builder::new().spawn(send).expect("a thread")
    }

    async fn until(&self, is_one: &str) {
        while self.beside.query_one(is_one, &[]).await.unwrap().get::<_, i64>(0) != 1 {
            tokio::task::yield_now().await;
        }
    }

    /// The first node is frozen while it sells these leads: it has the turn, and its transaction is open.
    async fn freezes_over(&self, keys: &[&str]) -> Vec<JoinHandle<Sent>> {
        self.beside.batch_execute("BEGIN; SELECT 1 FROM provider_accounts FOR UPDATE").await.unwrap();
        let sent = keys.iter().map(|key| self.sends(0, key)).collect();
        self.until(WAITS).await;
        self.nodes[0].freezes();
        self.beside.batch_execute("COMMIT").await.unwrap();
        self.until(STANDS_STILL).await;
        sent
    }

    /// Each of these is a lead, sold once; whoever asks again is told of the same one.
    async fn all_is_well(self, keys: &[&str]) {
        for key in keys {
            let answers = [0, 1].map(|node| self.sends(node, key).join().unwrap());
            assert_eq!((answers[0].0, &answers[0]), (201, &answers[1]));
        }
        let sales = "SELECT count(*) FROM ledger_entries WHERE kind = 'charge'";
        let count: i64 = self.beside.query_one(sales, &[]).await.unwrap().get(0);
        assert_eq!(usize::try_from(count).unwrap(), keys.len(), "each is sold once");
        drop(self.beside);
        self.program.run(&["verify"]).well();
        assert_eq!(self.nodes.map(Running::ends_on_sigterm), [Some(0), Some(0)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_frozen_in_its_turn_keeps_money_from_the_others_for_seconds_and_doubles_nothing() {
    if engine() != Engine::Postgres {
        return;
    }
    let house = House::new().await;
    let frozen = house.freezes_over(&["ann", "bob"]).await;
    // Also one that the frozen node has begun: who asked for it asks another one.
    let others = ["cid", "ann"].map(|key| house.sends(1, key)).map(|sent| sent.join().unwrap());
    assert_eq!(others.each_ref().map(|(status, _)| *status), [201, 201], "{others:?}");
    house.nodes[0].thaws();
    for (sent, key) in frozen.into_iter().zip(["ann", "bob"]) {
        let (status, answer) = sent.join().unwrap();
        assert!(status == 503 || status == 201, "{key}: {status} {answer}");
        if status == 201 && key == "ann" {
            assert_eq!(answer, others[1].1, "the same lead");
        }
    }
    house.all_is_well(&["ann", "bob", "cid"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_frozen_for_longer_than_its_units_may_take_says_that_it_has_not_sold() {
    if engine() != Engine::Postgres {
        return;
    }
    let house = House::new().await;
    let frozen = house.freezes_over(&["ann", "bob"]).await;
    let since = Instant::now();
    // One unit after the other at the other node, until those of the frozen one are out of time.
    let mut sold = Vec::new();
    while since.elapsed().as_secs() < 10 {
        sold.push(format!("other{}", sold.len()));
        assert_eq!(house.sends(1, sold.last().unwrap()).join().unwrap().0, 201);
    }
    house.nodes[0].thaws();
    for sent in frozen {
        assert_eq!(sent.join().unwrap().0, 503);
    }
    sold.extend(["ann", "bob"].map(str::to_owned));
    house.all_is_well(&sold.iter().map(String::as_str).collect::<Vec<_>>()).await;
}
