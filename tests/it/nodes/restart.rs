//! Nodes are replaced one after the other while leads come in, behind a load balancer that asks each whether it is ready.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use leadhouse::db::Db;

use crate::support::load::market;
use crate::support::program::{Program, Running};

/// Who sends at once.
const SENDERS: usize = 3;

#[derive(Default)]
struct Balancer {
    /// The nodes that were ready when they were last asked.
    ready: Mutex<Vec<String>>,
    turn: AtomicUsize,
    sent: AtomicUsize,
    over: AtomicBool,
}

/// A connection that is kept, with what was read of it.
struct Kept {
    node: String,
    stream: BufReader<TcpStream>,
}

impl Balancer {
    fn next(&self) -> String {
        let ready = self.ready.lock().unwrap();
        ready[self.turn.fetch_add(1, Ordering::Relaxed) % ready.len()].clone()
    }

    fn has(&self, node: &str) -> bool {
        self.ready.lock().unwrap().iter().any(|ready| ready == node)
    }

    /// Sends leads, each once, on connections that are kept as long as the node keeps them. Whatever is not answered with
    /// 201 ends the test.
    fn send_on(&self, source: &str, sender: usize) {
        let mut kept: Vec<Kept> = Vec::new();
        let mut number = 0;
        while !self.over.load(Ordering::Relaxed) {
            let node = self.next();
            kept.retain(|kept| self.has(&kept.node));
            let at = kept.iter().position(|kept| kept.node == node);
            let mut connection = at.map_or_else(|| Kept::to(&node), |at| kept.swap_remove(at));
            number += 1;
            self.sent.fetch_add(1, Ordering::Relaxed);
            if connection.sends(source, &format!("ada{sender}.{number}@example.com")) {
                kept.push(connection);
            }
        }
    }
}

impl Kept {
    fn to(node: &str) -> Self {
        let stream = TcpStream::connect(node).unwrap_or_else(|error| panic!("{node} was ready, and: {error}"));
        stream.set_nodelay(true).unwrap();
        Self { node: node.to_owned(), stream: BufReader::new(stream) }
    }

    /// True where the connection can be used again.
    fn sends(&mut self, source: &str, email: &str) -> bool {
        let body = format!(r#"{{"contact_name":"Ada","contact_email":"{email}"}}"#);
        let head = format!(
            "POST /api/v1/intake/{source} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes()).expect("it is taken");
        let (mut lines, mut line) = (Vec::new(), String::new());
        while self.stream.read_line(&mut line).expect("an answer") > 2 {
            lines.push(std::mem::take(&mut line).trim_end().to_lowercase());
        }
        assert!(lines.first().is_some_and(|line| line.contains(" 201")), "{email} at {}: {lines:?}", self.node);
        let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
        let length = value("content-length: ").and_then(|text| text.parse().ok()).expect("a length");
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a whole answer");
        value("connection: ") != Some("close")
    }
}

/// No answer is an answer, too.
fn is_ready(node: &str) -> bool {
    let ask = || {
        let mut socket = TcpStream::connect(node)?;
        socket.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).map(|_| answer)
    };
    ask().is_ok_and(|answer: String| answer.starts_with("HTTP/1.1 200 "))
}

/// Asks all nodes in turn whether they are ready, as long as anybody sends.
fn look_after(balancer: &Balancer, nodes: &Mutex<Vec<String>>) {
    while !balancer.over.load(Ordering::Relaxed) {
        for node in nodes.lock().unwrap().clone() {
            let is_ready = is_ready(&node);
            let mut ready = balancer.ready.lock().unwrap();
            ready.retain(|other| *other != node);
            ready.extend(is_ready.then_some(node));
        }
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_rolling_restart_answers_every_request() {
    let program = Program::on_a_migrated_database().await;
    let mut running: Vec<_> = (0..2).map(|_| program.serves(&[])).collect();
    let addresses: Vec<_> = running.iter_mut().map(Running::address).collect();
    let source = market(&program, &addresses[0]);
    let (balancer, nodes) = (Arc::new(Balancer::default()), Arc::new(Mutex::new(addresses.clone())));
    balancer.ready.lock().unwrap().extend(addresses.clone());
    let start = |work: Box<dyn FnOnce() + Send>| std::thread::Builder::new().spawn(work).unwrap();
    let looking = {
        let (balancer, nodes) = (Arc::clone(&balancer), Arc::clone(&nodes));
        start(Box::new(move || look_after(&balancer, &nodes)))
    };
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (balancer, source) = (Arc::clone(&balancer), source.clone());
            start(Box::new(move || balancer.send_on(&source, sender)))
        })
        .collect();
    let goes_on = || {
        let enough = balancer.sent.load(Ordering::Relaxed) + 30;
        while balancer.sent.load(Ordering::Relaxed) < enough && senders.iter().all(|sender| !sender.is_finished()) {
            std::thread::yield_now();
        }
    };
    let mut fresh = Vec::new();
    for (old, address) in running.into_iter().zip(&addresses) {
        goes_on();
        assert_eq!(old.ends_on_sigterm(), Some(0));
        let mut new = program.serves(&[]);
        let place = new.address();
        nodes.lock().unwrap().retain(|node| node != address);
        nodes.lock().unwrap().push(place.clone());
        while !balancer.has(&place) && !looking.is_finished() {
            std::thread::yield_now();
        }
        goes_on();
        fresh.push(new);
    }
    balancer.over.store(true, Ordering::Relaxed);
    for thread in senders.into_iter().chain([looking]) {
        thread.join().expect("every request was answered");
    }
    for node in fresh {
        assert_eq!(node.ends_on_sigterm(), Some(0));
    }
    let db: Db = program.opens_its_database().await;
    let (leads,) = db.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", &[])).await.unwrap();
    assert_eq!(usize::try_from(leads).unwrap(), balancer.sent.load(Ordering::Relaxed), "each is there, once");
    db.close().await;
}
