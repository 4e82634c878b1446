//! What is known of a lead that waits at its platform.

use serde::{Deserialize, Serialize};

/// A lead that waits at Meta, and what its notice said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub leadgen_id: String,
    /// Names, and values as JSON.
    pub about: Vec<(String, String)>,
}
