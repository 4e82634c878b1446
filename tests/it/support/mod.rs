//! What the tests stand on: an app of one's own for each test, people who use it, and their answers.
//!
//! ```ignore
//! let app = TestApp::start().await;                       // TEST_ENGINE=sqlite|postgres, a fresh database, no sockets
//! let rita = app.provider("rita").await;                  // a provider, a token, a niche of her own, a subscription, money
//! let lead = rita.is_sent_a_lead().await;                 // through the front door
//! let answers = rita.accepts_at_once(64, &lead).await;
//! assert_eq!(answers.count(200), 1);
//! assert_eq!(app.audit_of(&lead).await, ["lead.assigned", "lead.accepted"]);
//! ```
//!
//! Dropping the app works the jobs that are due, and then asserts that none is left or dead, that `verify` finds nothing, and
//! (on PostgreSQL) that no connection was left inside a transaction.

#![expect(dead_code, reason = "a tool box: not every test needs every tool")]

mod answer;
mod app;
mod browser;
mod client;
pub mod cluster;
pub mod database;
mod letter;
pub mod load;
mod node;
mod people;
pub mod program;
pub mod proxy;
pub mod redis;
pub mod smtp;
mod source;
mod watching;

use std::path::PathBuf;

pub use answer::{Answer, Answers};
pub use app::TestApp;
pub use browser::{Browser, between};
pub use client::{Call, Client, at_once};
pub use letter::Letter;
pub use node::Node;
pub use people::{Provider, Sent};
pub use source::Source;
pub use watching::{Told, Watching};

/// A file or folder of the repository.
pub fn at_root(path: &str) -> PathBuf {
    // This binary belongs to the package in `program`.
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    program.parent().expect("the repository's folder").join(path)
}
