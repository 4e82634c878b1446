//! SQLite: a connection a thread, over one file that other processes may write in between.

mod advice;
mod conn;
pub(super) mod files;
pub mod functions;
mod opened;

pub(super) use self::advice::{unusable, unusable_since};
pub(super) use self::conn::{BROKEN, Conn, Role};
