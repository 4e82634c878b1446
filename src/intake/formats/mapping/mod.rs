//! Any JSON, form or query, read by a table that the operator writes: for each of our fields a pointer into the payload. A
//! mapping is checked when it is written, reads nothing but the payload, and says how its senders sign.

mod document;
mod place;
mod pointer;
mod presets;
mod reader;
mod rest;
mod signature;
mod table;
mod taken;
#[cfg(test)]
mod tests;
mod written;

use super::platform::{Incoming, Platform, Sent, Takes};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::RawBody;
use crate::intake::Source;

pub use presets::{Preset, presets};
pub use table::Mapping;

/// See the module.
pub struct Mapped;

impl Platform for Mapped {
    fn takes(&self) -> Takes {
        Takes::Anything
    }

    fn has_secret(&self, mapping: Option<&Mapping>) -> bool {
        mapping.is_some_and(|mapping| mapping.signature.is_some())
    }

    fn has_mapping(&self) -> bool {
        true
    }

    fn check_sender(&self, source: &Source, body: &RawBody, now: Timestamp) -> Result<()> {
        match of(source)?.signature {
            Some(signature) => signature.check(source, body, now),
            None => Ok(()),
        }
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let reading = reader::read(source, &of(source)?, sent)?;
        Ok(vec![Incoming::Lead(Box::new(reading))])
    }

    fn is_created(&self) -> bool {
        true
    }

    fn takes_get(&self) -> bool {
        true
    }
}

/// The source's own.
fn of(source: &Source) -> Result<Mapping> {
    source.mapping.as_ref().map_or_else(|| Err(Error::internal("a source without its mapping")), Mapping::kept)
}
