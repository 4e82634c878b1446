//! What is asked of a scrub, and what came of it.

/// What is to be rewritten, where the engine has to.
#[derive(Debug, Clone)]
pub struct Scrub {
    /// Tables that can't hold what was erased; all others are taken care of, those that a later schema brings too.
    pub except: Vec<&'static str>,
    /// In bytes: a larger table is left for later, for others would wait for it long. `None`: none is.
    pub most: Option<u64>,
}

/// How far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scrubbed {
    /// All of it.
    Done,
    /// Somebody still reads what was before, or is in the way; who.
    Busy(String),
    /// Only these tables are left, which are too large to be rewritten at any time.
    Large(Vec<String>),
}
