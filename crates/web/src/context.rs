//! What the kit knows of a request and of its call.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::request::Parts;

use ::limits::{Decision, Quota};
use ground::error::{Error, Result};

/// What the kit knows of a request.
#[derive(Debug)]
pub struct Context {
    /// The client's own, where it sent a sane one; else a UUID of ours.
    pub request_id: String,
    /// Whose request it is as far as the network tells: behind a trusted proxy the address the proxy names.
    pub client: IpAddr,
    pub(super) operation: Operation,
    decision: Mutex<Option<Decision>>,
}

/// What the kit knows of a route and method.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Operation {
    pub quota: Option<&'static Quota>,
    pub takes_query: bool,
}

impl Context {
    pub(super) fn new(request_id: String, client: IpAddr, operation: Operation) -> Self {
        Self { request_id, client, operation, decision: Mutex::new(None) }
    }

    /// The context of a request that came through the guard.
    pub fn of(parts: &Parts) -> Result<Arc<Self>> {
        parts.extensions.get::<Arc<Self>>().cloned().ok_or_else(|| Error::internal("a request that no guard has seen"))
    }

    pub(super) fn decided(&self, decision: Decision) {
        *self.decision.lock().unwrap_or_else(PoisonError::into_inner) = Some(decision);
    }

    pub(super) fn decision(&self) -> Option<Decision> {
        *self.decision.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
