//! What could be read of a body.

use crate::error::{At, Error, Invalid, Result};
use crate::intake::Submission;

/// What could be read of a body, and all for which it is refused.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub submission: Submission,
    pub errors: Vec<Invalid>,
}

impl Reading {
    /// The submission, where nothing is wrong.
    pub fn whole(self) -> Result<Submission> {
        if self.errors.is_empty() { Ok(self.submission) } else { Err(Error::Invalid(self.errors)) }
    }
}

/// The refusal of a body that is JSON and no object.
pub(super) fn no_object() -> Error {
    let at = At::Pointer("#".into());
    Error::Invalid(vec![Invalid { at, code: "wrong_type", detail: "The body must be a JSON object.".into() }])
}
