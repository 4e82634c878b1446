//! A provider's leads as a file: asked for, made by the worker, fetched by a link or by who one is. Owns `exports` and
//! `export_quotas`.
//!
//! Invariants: what is `ready` has a file of the recorded size and digest, and nothing else has one that can be reached;
//! a file holds one moment of the data, at most `max_rows` rows, the newest; an export that counts against a day took its
//! place in the transaction that queued it, and gives it back when it fails or is cancelled.

mod sheet;

pub use sheet::{Preset, Row, Sheet, Survey};

use crate::db::text_enum;

text_enum! {
    /// What kind of file.
    pub enum Format { Csv = "csv", Xlsx = "xlsx" }
}

text_enum! {
    /// Where an export is in its life.
    pub enum State {
        Queued = "queued",
        Running = "running",
        Ready = "ready",
        Failed = "failed",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}
