//! PostgreSQL: a connection a thread, which comes back by itself, with its own prepared statements.

mod certificate;
mod conn;
mod copy;
mod fill;
mod link;
mod notices;
mod pooler;
mod rewrite;
mod server;
mod tls;
mod value;

pub(super) use self::conn::{Conn, Role};
pub(super) use self::fill::{fill, is_ours_to_fill};
pub(super) use self::link::said;
pub(super) use self::notices::exchange;
pub(super) use self::pooler::locked;
pub(super) use self::rewrite::{SEEN_BY, SNAPSHOT_END, rewrite};
pub(super) use self::server::{LONGEST, Server, apart};
