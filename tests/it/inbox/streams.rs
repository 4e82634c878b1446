//! Streams over sockets: one that is closed makes room at once, whether anything goes over it or not; and coming again.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::support::program::{Program, Running, post};
use crate::support::{Sent, TestApp};

const EVENTS: &str = "/api/v1/provider/events";

/// A node with a provider on it.
struct Node {
    _serve: Running,
    address: String,
    admin: String,
    token: String,
    source: String,
}

impl Node {
    fn does(&self, path: &str, token: &str, body: &Value) -> Value {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let headers = format!("authorization: Bearer {token}\r\nidempotency-key: call-{call}\r\n");
        let (status, text) = post(&self.address, path, &headers, body).expect("an answer");
        assert!(status < 300, "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn start(program: &Program) -> Self {
        program.run(&["user", "add", "--email", "ops@example.com", "--role", "admin"]).well();
        let admin = program.run(&["token", "create", "--user", "ops@example.com"]).well().trim().to_owned();
        let mut serve = program.serves(&[]);
        let address = serve.address();
        let mut node = Self { _serve: serve, address, admin, token: String::new(), source: String::new() };
        let make = |path: &str, body: Value| node.does(&format!("/api/v1/admin/{path}"), &node.admin, &body);
        let id = |made: &Value| made["id"].as_str().expect("an id").to_owned();
        let niche = id(&make("niches", json!({ "name": "Roofing" })));
        let level = id(&make("competition-levels", json!({ "name": "Shared", "max_providers": 3 })));
        let rita = id(&make("providers", json!({ "name": "rita", "email": "rita@example.com" })));
        make(&format!("providers/{rita}/credits"), json!({ "amount": 100 }));
        let terms = json!({ "niche_id": niche, "competition_level_id": level, "price": 1 });
        make(&format!("providers/{rita}/subscriptions"), terms);
        let source = make("sources", json!({ "name": "Form", "niche_id": niche, "format": "json" }));
        let token = make(&format!("providers/{rita}/tokens"), json!({}));
        source["key"].as_str().expect("a key").clone_into(&mut node.source);
        token["token"].as_str().expect("a token").clone_into(&mut node.token);
        node
    }

    fn is_sent_a_lead(&self, n: usize) {
        let lead =
            json!({ "contact_email": format!("ana{n}@leads.example.com"), "contact_phone": format!("+1303555{n:04}") });
        self.does(&format!("/api/v1/intake/{}", self.source), &self.token, &lead);
    }

    /// The status of a stream that is asked for, and its connection.
    fn watches(&self) -> (String, BufReader<TcpStream>) {
        let mut socket = TcpStream::connect(&self.address).expect("it listens");
        let (address, token) = (&self.address, &self.token);
        write!(socket, "GET {EVENTS} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
        let mut stream = BufReader::new(socket);
        let mut status = String::new();
        stream.read_line(&mut status).expect("an answer");
        (status.trim().to_owned(), stream)
    }
}

#[tokio::test]
async fn a_stream_that_is_closed_makes_room_at_once() {
    let program = Program::on_a_migrated_database().await;
    let node = Node::start(&program);
    let ten = || -> Vec<_> {
        let all: Vec<_> = (0..10).map(|_| node.watches()).collect();
        assert!(all.iter().all(|(status, _)| status == "HTTP/1.1 200 OK"), "{:?}", all[9].0);
        all
    };
    // However they end: closed, half closed, or in the midst of what is told.
    for round in 0..5 {
        let open = ten();
        let refused = node.watches();
        assert_eq!(refused.0, "HTTP/1.1 429 Too Many Requests", "round {round}");
        match round {
            0 => drop(open),
            1 => open.iter().for_each(|(_, stream)| stream.get_ref().shutdown(Shutdown::Write).unwrap()),
            2 => open.iter().for_each(|(_, stream)| stream.get_ref().shutdown(Shutdown::Both).unwrap()),
            _ => {
                (0..3).for_each(|n| node.is_sent_a_lead(round * 10 + n));
                drop(open);
            }
        }
    }
    let last = ten();
    // One that goes on is none of those that ended.
    node.is_sent_a_lead(99);
    for (_, stream) in last {
        assert!(stream.lines().map_while(Result::ok).any(|line| line == "event: lead.assigned"));
    }
}

/// What a page does which was away: it names the last event in the query.
#[tokio::test]
async fn a_page_comes_again_by_its_query() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    let page = browser.opens("/leads").await.expect(200);
    let known = crate::support::between(&page.text, "data-live=\"", "\"").expect("an id").to_owned();
    let (first, second): (Sent, Sent) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    let mut events = browser.call(axum::http::Method::GET, format!("{EVENTS}?last_event_id={known}")).watch().await;
    let told = [events.next().await, events.next().await];
    assert_eq!([&told[0].data["lead_id"], &told[1].data["lead_id"]], [first.lead.as_str(), second.lead.as_str()]);
    // The header, which a browser sets that comes again by itself, is the newer one.
    let both = rita.get(format!("{EVENTS}?last_event_id={known}")).header("last-event-id", &told[0].id);
    assert_eq!(both.watch().await.next().await, told[1]);
    let empty = rita.get(format!("{EVENTS}?last_event_id={}", told[0].id)).header("last-event-id", "");
    assert_eq!(empty.watch().await.next().await, told[1]);
    for (query, code) in [
        ("last_event_id=", "empty"),
        ("last_event_id=nonsense", "invalid_last_event_id"),
        ("last_event_id=1-2-3&last_event_id=1-2-3", "duplicate_parameter"),
        ("other=1", "unknown_parameter"),
    ] {
        let refused = rita.get(format!("{EVENTS}?{query}")).await.expect(400);
        assert_eq!(refused.problem()["errors"][0]["code"], code, "{query}");
    }
    let lost = rita.get(format!("{EVENTS}?last_event_id=1-1-1")).watch().await.next().await;
    assert_eq!(lost.event, "reset");
}
