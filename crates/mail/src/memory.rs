//! Mails that are kept in this process, for tests.

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::{Built, Failed};

/// All that was sent, in order; refuses on demand.
#[derive(Debug, Default)]
pub struct Memory {
    kept: Mutex<Vec<Kept>>,
    refusal: Mutex<Option<Failed>>,
}

/// A mail as it was handed over.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The mail's name among all mails.
    pub id: Uuid,
    /// What would have gone over the wire.
    pub mail: Built,
}

impl Memory {
    pub(crate) fn keep(&self, id: Uuid, mail: Built) -> Result<(), Failed> {
        if let Some(refusal) = self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(refusal);
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(Kept { id, mail });
        Ok(())
    }

    /// What was sent so far.
    pub fn kept(&self) -> Vec<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on every mail fails like this; `None`: none does.
    pub fn refuse(&self, refusal: Option<Failed>) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = refusal;
    }
}
