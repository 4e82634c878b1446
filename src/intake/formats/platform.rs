//! Whatever posts leads, and the leads of a post.

use super::mapping::Mapping;
use super::notice::Notice;
use super::reading::Reading;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::RawBody;
use crate::http::json::Value;
use crate::intake::shapes::Receipt;
use crate::intake::{Received, Source};

/// A body by its media type, parsed as that.
#[derive(Debug, Clone)]
pub enum Sent {
    Json(Value),
    /// A form post: its fields in their order.
    Form(Vec<(String, String)>),
    /// The text of a document.
    Xml(String),
}

impl Sent {
    pub fn json(self) -> Result<Value> {
        if let Self::Json(value) = self { Ok(value) } else { Err(Error::internal("a post that is no JSON")) }
    }
}

/// What the senders of a platform post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Json,
    JsonOrForm,
    /// The same, and JSON that is a list stays one.
    Anything,
    Xml,
}

/// One lead of a post.
#[derive(Debug, Clone)]
pub enum Incoming {
    Lead(Box<Reading>),
    /// A lead of which the post says no more than where it waits.
    Elsewhere(Notice),
}

impl Incoming {
    /// The lead, where the post holds it.
    pub fn lead(self) -> Option<Reading> {
        if let Self::Lead(reading) = self { Some(*reading) } else { None }
    }
}

/// Whatever posts leads: how it proves who it is, what it posts, and what it expects to be answered.
pub trait Platform: Sync {
    /// What its posts are parsed as.
    fn takes(&self) -> Takes {
        Takes::Json
    }

    /// Whether its sources have a secret beside their key; a mapping may ask for one.
    fn has_secret(&self, _mapping: Option<&Mapping>) -> bool {
        false
    }

    /// Whether its sources say by a mapping how they are read.
    fn has_mapping(&self) -> bool {
        false
    }

    /// Whether the post is from who knows the source's secret, where its headers tell; asked before the body is parsed.
    ///
    /// # Errors
    /// `Forbidden` where it is not.
    fn check_sender(&self, _source: &Source, _body: &RawBody, _now: Timestamp) -> Result<()> {
        Ok(())
    }

    /// The same, where the body tells.
    ///
    /// # Errors
    /// `Forbidden` where it is not.
    fn check_sent(&self, _source: &Source, _sent: &Sent) -> Result<()> {
        Ok(())
    }

    /// The leads of a post, each with what is wrong with it.
    ///
    /// # Errors
    /// `Invalid` where it is no post of this platform.
    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>>;

    /// Whether it is answered 201 for a lead; else 200.
    fn is_created(&self) -> bool {
        false
    }

    /// What it is answered for a lead.
    fn receipt(&self, received: &Received) -> Receipt {
        Receipt::of(received)
    }

    /// Whether it sends leads by GET, too: the query is a form.
    fn takes_get(&self) -> bool {
        false
    }

    /// Whether it asks by GET if the address is the source's (`hub.challenge`), before it sends anything.
    fn greets(&self) -> bool {
        false
    }
}
