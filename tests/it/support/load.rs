//! Leads that are sent to a running program without a pause, each under a key of its own and until it was taken, whatever
//! happens to the program meanwhile; and what must be true of them then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use leadhouse::clock::Clock;
use leadhouse::db::Db;
use leadhouse::id::{Id, LeadId};
use serde_json::{Value, json};

use super::database::options;
use super::program::{Program, post};

/// How many send at once, where a test does not say.
const SENDERS: usize = 4;
/// A test that would wait for ever ends.
const PATIENCE: Duration = Duration::from_mins(2);

pub struct Load {
    shared: Arc<Shared>,
    senders: Vec<JoinHandle<()>>,
}

struct Shared {
    /// Where the program listens now.
    address: Mutex<String>,
    source: String,
    /// The leads that were taken: by number, what was answered.
    taken: Mutex<BTreeMap<usize, String>>,
    /// How often each status was met; 0: there was no answer.
    met: Mutex<BTreeMap<u16, usize>>,
    next: AtomicUsize,
    stop: AtomicBool,
}

/// A provider who pays for leads, and a source they come from; its key.
pub fn market(program: &Program, address: &str) -> String {
    program.run(&["user", "add", "--email", "ops@example.com", "--role", "admin"]).well();
    let token = program.run(&["token", "create", "--user", "ops@example.com"]).well();
    let made = |path: &str, body: Value| {
        let headers = format!("authorization: Bearer {}\r\nidempotency-key: {path}\r\n", token.trim_end());
        let (status, answer) = post(address, &format!("/api/v1/admin{path}"), &headers, &body).expect("an answer");
        assert_eq!(status, 201, "{path}: {answer}");
        serde_json::from_str::<Value>(&answer).expect("JSON")
    };
    let id = |made: &Value| made["id"].as_str().expect("an id").to_owned();
    let niche = id(&made("/niches", json!({ "name": "Roofing" })));
    let level = id(&made("/competition-levels", json!({ "name": "Exclusive", "max_providers": 1 })));
    let rita = id(&made("/providers", json!({ "name": "Rita", "email": "rita@example.com" })));
    made(&format!("/providers/{rita}/credits"), json!({ "amount": 100_000 }));
    let terms = json!({ "niche_id": niche, "competition_level_id": level, "price": 1 });
    made(&format!("/providers/{rita}/subscriptions"), terms);
    let source = made("/sources", json!({ "name": "Form", "niche_id": niche, "format": "json" }));
    source["key"].as_str().expect("a key").to_owned()
}

impl Load {
    pub fn start(address: &str, source: &str) -> Self {
        Self::of(SENDERS, address, source)
    }

    /// By so many senders at once.
    pub fn of(senders: usize, address: &str, source: &str) -> Self {
        let shared = Arc::new(Shared {
            address: Mutex::new(address.to_owned()),
            source: source.to_owned(),
            taken: Mutex::default(),
            met: Mutex::default(),
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let sender = |_| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().spawn(move || shared.send_on()).expect("a thread")
        };
        let senders = (0..senders).map(sender).collect();
        Self { shared, senders }
    }

    /// The program listens there from now on.
    pub fn goes_to(&self, address: &str) {
        address.clone_into(&mut self.shared.address.lock().unwrap());
    }

    /// Waits until so many more were taken.
    pub fn goes_on_for(&self, more: usize) {
        let enough = self.shared.taken.lock().unwrap().len() + more;
        self.until(|load| load.shared.taken.lock().unwrap().len() >= enough);
    }

    /// Waits until so many more requests had this status; 0: no answer.
    pub fn meets(&self, status: u16, more: usize) {
        let enough = self.met(status) + more;
        self.until(|load| load.met(status) >= enough);
    }

    fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < end, "not within {PATIENCE:?}; met so far: {:?}", self.shared.met.lock().unwrap());
            assert!(self.senders.iter().all(|sender| !sender.is_finished()), "a sender met what it should not");
            std::thread::yield_now();
        }
    }

    pub fn met(&self, status: u16) -> usize {
        self.shared.met.lock().unwrap().get(&status).copied().unwrap_or(0)
    }

    /// Ends when each lead that was begun is taken. Then each is there that was answered for, once, and none besides.
    pub async fn all_is_there(self, program: &Program) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for sender in self.senders {
            sender.join().expect("it met nothing that it should not");
        }
        let answered: BTreeSet<String> = self.shared.taken.lock().unwrap().values().cloned().collect();
        assert_eq!(answered.len(), self.shared.next.load(Ordering::Relaxed), "each has a lead of its own");
        let db = Db::open(&program.url, &Clock::default(), options(&program.url)).await.unwrap();
        let leads = db.read(|read| read.all::<(LeadId,)>("SELECT id FROM leads", &[])).await.unwrap();
        db.close().await;
        let there: BTreeSet<String> = leads.into_iter().map(|(id,)| id.uuid().to_string()).collect();
        assert_eq!(there, answered, "what was answered is there, and nothing else is");
        program.run(&["verify"]).well();
    }
}

impl Shared {
    fn send_on(&self) {
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let lead = self.send(number);
            self.taken.lock().unwrap().insert(number, lead);
        }
    }

    /// Sends it under its key until it is taken.
    fn send(&self, number: usize) -> String {
        let body = json!({ "contact_name": "Ada", "contact_email": format!("ada{number}@example.com") });
        let path = format!("/api/v1/intake/{}", self.source);
        loop {
            let address = self.address.lock().unwrap().clone();
            let answer = post(&address, &path, &format!("idempotency-key: lead-{number}\r\n"), &body);
            let status = answer.as_ref().map_or(0, |(status, _)| *status);
            *self.met.lock().unwrap().entry(status).or_default() += 1;
            match answer {
                Ok((201, answer)) => {
                    let answer: Value = serde_json::from_str(&answer).expect("JSON");
                    return answer["lead_id"].as_str().expect("an id").to_owned();
                }
                // Away, still at it, or nobody knows: again.
                Ok((503 | 409, _)) | Err(_) => std::thread::yield_now(),
                Ok((status, answer)) => panic!("{status}: {answer}"),
            }
        }
    }
}
