//! Why a mail did not go.

/// Why a mail did not go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Failed {
    /// Trying again is of no use.
    pub permanent: bool,
    /// The server's own words, where it said any.
    pub words: String,
}

impl Failed {
    /// Another time it may go.
    pub fn passing(words: impl Into<String>) -> Self {
        Self { permanent: false, words: words.into() }
    }

    /// It never will.
    pub fn permanent(words: impl Into<String>) -> Self {
        Self { permanent: true, words: words.into() }
    }
}
