//! The work of a request without HTTP in front: the same verbs on the same database, called by 16 tasks. `benches/load` runs
//! it for the limit it prints; by hand:
//!
//! ```sh
//! cargo bench --bench store -- --database-url sqlite://load.db --targets FOLDER --seconds 10 --only inbox,accept
//! ```
//!
//! FOLDER holds what `benches/load` writes: a file for each scenario with lines of `PROVIDER WHAT`.

#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a bench is no service")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use jiff::tz::TimeZone;
use leadhouse::accounts::Provider;
use leadhouse::assignments::{Filter, LeadRef, Search, Status};
use leadhouse::clock::{Clock, Timestamp};
use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Json, Options};
use leadhouse::email;
use leadhouse::error::Result;
use leadhouse::id::{Id, ProviderId, parse_uuid};
use leadhouse::inbox;
use leadhouse::intake::{self, Submission};
use leadhouse::period::{Bound, Period};
use leadhouse::phone::Phone;
use leadhouse::read::{self, Position};
use tokio::task::JoinSet;

const CALLERS: usize = 16;
/// A page of 25 and the one more that tells whether there is a next.
const PAGE: i64 = 26;

#[derive(Parser)]
struct Arguments {
    #[arg(long)]
    database_url: String,
    /// The folder with the targets
    #[arg(long)]
    targets: PathBuf,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Scenarios, comma-separated
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

/// What a call is about.
struct Target {
    provider: String,
    what: String,
}

impl Target {
    fn provider(&self) -> ProviderId {
        ProviderId::from_uuid(parse_uuid(&self.provider).expect("a provider's id"))
    }

    fn lead(&self) -> LeadRef {
        LeadRef(parse_uuid(&self.what).expect("a lead's id"))
    }
}

fn targets(folder: &Path, name: &str) -> Vec<Target> {
    let text = fs::read_to_string(folder.join(format!("{name}.store"))).unwrap_or_else(|e| panic!("{name}: {e}"));
    let line = |line: &str| {
        let (provider, what) = line.split_once(' ').expect("PROVIDER WHAT");
        Target { provider: provider.to_owned(), what: what.to_owned() }
    };
    text.lines().map(line).collect()
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&arguments)).expect("the bench runs");
}

async fn run(arguments: &Arguments) -> Result<()> {
    let url = parse_database_url(&arguments.database_url).expect("a database url");
    let db = Db::open(&url, &Clock::default(), Options::of(&url)).await?;
    let bench = Bench { db, folder: arguments.targets.clone(), time: Duration::from_secs(arguments.seconds) };
    for name in &arguments.only {
        let rate = bench.rate(name).await?;
        println!(r#"RESULT {{"name":"{name}","rate":{rate:.1}}}"#);
    }
    bench.db.close().await;
    Ok(())
}

struct Bench {
    db: Db,
    folder: PathBuf,
    time: Duration,
}

/// How targets are taken, and for how long.
#[derive(Clone, Copy)]
struct Run {
    again: bool,
    time: Duration,
}

/// Of a provider that decides nothing is asked but its id.
fn someone(id: ProviderId) -> Provider {
    let none = String::new;
    Provider { id, name: none(), email: none(), timezone: none(), active: true, created_at: Timestamp::default() }
}

impl Bench {
    fn again(&self) -> Run {
        Run { again: true, time: self.time }
    }

    /// Calls a second of one scenario.
    async fn rate(&self, name: &str) -> Result<f64> {
        match name {
            "inbox" | "big" => self.inbox(name, |_| Filter::default()).await,
            "worn" => {
                self.accept("wear", Duration::from_mins(10)).await?;
                self.inbox("big", |_| Filter::default()).await
            }
            "filtered" => self.inbox(name, filtered).await,
            "search" => self.inbox(name, |t| Filter { search: Search::new(&t.what), ..Filter::default() }).await,
            "detail" => {
                self.drive(self.again(), targets(&self.folder, name), |db, target| async move {
                    let (provider, lead) = (target.provider(), target.lead());
                    db.read(move |read| read::lead(read, provider, lead).map(drop)).await
                })
                .await
            }
            "accept" => self.accept(name, self.time).await,
            "intake" => self.intake(name).await,
            other => panic!("no scenario {other}"),
        }
    }

    async fn inbox(&self, name: &str, filter: impl Fn(&Target) -> Filter) -> Result<f64> {
        let filters = targets(&self.folder, name).iter().map(|t| (t.provider(), filter(t))).collect();
        self.drive(self.again(), filters, |db, filter| async move {
            db.read(move |read| read::inbox(read, filter.0, &filter.1, Position::First, PAGE).map(drop)).await
        })
        .await
    }

    async fn accept(&self, name: &str, time: Duration) -> Result<f64> {
        let once = Run { again: false, time };
        self.drive(once, targets(&self.folder, name), |db, target| async move {
            let (provider, lead) = (someone(target.provider()), target.lead());
            db.run(inbox::accept(Arc::new(provider), lead, false)).await.map(drop)
        })
        .await
    }

    /// A new person each time; reading e-mail and phone is part of it, reading JSON is not.
    async fn intake(&self, name: &str) -> Result<f64> {
        let key = targets(&self.folder, name).pop().expect("a source's key").provider;
        let source = self.db.read(move |read| intake::source_by_key(read, &key)).await?;
        let senders = vec![(Arc::new(source), AtomicUsize::new(0))];
        self.drive(self.again(), senders, |db, sender| async move {
            let submission = person(sender.1.fetch_add(1, Ordering::Relaxed));
            db.run(intake::receive(Arc::clone(&sender.0), submission)).await.map(drop)
        })
        .await
    }

    /// The callers take the next target each, round and round or once each, until the time is over or nothing is left.
    async fn drive<T, F>(
        &self,
        run: Run,
        over: Vec<T>,
        call: impl Fn(Db, Arc<T>) -> F + Copy + Send + 'static,
    ) -> Result<f64>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let over: Arc<Vec<_>> = Arc::new(over.into_iter().map(Arc::new).collect());
        let next = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let (db, over, next) = (self.db.clone(), Arc::clone(&over), Arc::clone(&next));
            callers.spawn(async move {
                let mut done = 0;
                while started.elapsed() < run.time {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let at = if run.again { at.checked_rem(over.len()).unwrap_or(0) } else { at };
                    let Some(target) = over.get(at) else { break };
                    call(db.clone(), Arc::clone(target)).await?;
                    done += 1;
                }
                Ok::<u32, leadhouse::error::Error>(done)
            });
        }
        let mut done = 0;
        while let Some(caller) = callers.join_next().await {
            done += caller.expect("no caller panics")?;
        }
        Ok(f64::from(done) / started.elapsed().as_secs_f64())
    }
}

/// What `benches/wrk.lua` sends, with numbers of an area that it does not use.
fn person(n: usize) -> Submission {
    Submission {
        contact_name: Some(format!("Person {n}")),
        contact_email: email::parse(&format!("store{n}@example.org")),
        contact_phone: Phone::read(&format!("+1213{}", 2_000_000 + n), "US").ok(),
        postal_code: Some("80202".to_owned()),
        utm_source: Some("bench".to_owned()),
        form_data: Some(Json(r#"{"project":"New roof","floors":2}"#.to_owned())),
        raw_payload: format!(r#"{{"contact_name":"Person {n}","form_data":{{"project":"New roof","floors":2}}}}"#),
        raw_content_type: "application/json".to_owned(),
        ..Submission::default()
    }
}

/// Active leads of the second half of the provider's time.
fn filtered(target: &Target) -> Filter {
    let period = Period::new(Bound::parse(&target.what), None, &TimeZone::UTC);
    Filter { status: Some(Status::Active), period, ..Filter::default() }
}
