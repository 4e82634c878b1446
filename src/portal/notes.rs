//! What a page says of what was done on the one before: carried in a sealed cookie to
//! this session alone, shown once.

use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

use super::words::cut;
use crate::accounts::Visitor;
use crate::app::App;
use crate::error::Result;
use crate::http::cookie;
use crate::id::Id;

/// Longer than any redirect takes.
const LIFE: Duration = Duration::from_mins(2);
/// Of each part; what a seal takes back holds two of them in any script.
const MOST_CHARS: usize = 80;

/// A line above the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub line: String,
    /// Goes on from there; may be empty.
    pub more: String,
    /// Where a POST takes it back.
    pub undo: Option<String>,
    /// It did not work.
    pub bad: bool,
}

impl Said {
    pub fn done(line: impl Into<String>) -> Self {
        Self { line: line.into(), more: String::new(), undo: None, bad: false }
    }

    pub fn failed(line: impl Into<String>, more: impl Into<String>) -> Self {
        Self { line: line.into(), more: more.into(), undo: None, bad: true }
    }

    /// As a cookie for this person's next page.
    pub fn cookie(&self, app: &App, visitor: &Visitor) -> Result<HeaderValue> {
        let (bad, undo) = (if self.bad { "!" } else { "" }, self.undo.as_deref().unwrap_or_default());
        let line = cut(&self.line, MOST_CHARS);
        let text = [bad, &line, &cut(&self.more, MOST_CHARS), undo].join("\n");
        cookie::set(cookie::NOTE, &app.seals.seal(&scope(visitor), text.as_bytes()), Some(LIFE))
    }
}

/// What the last page had to say to this person.
pub fn read(app: &App, visitor: &Visitor, headers: &HeaderMap) -> Option<Said> {
    let bytes = app.seals.open(&scope(visitor), cookie::read(headers, cookie::NOTE)?)?;
    let text = String::from_utf8(bytes).ok()?;
    let mut fields = text.splitn(4, '\n').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let (bad, line, more, undo) = (next() == "!", next(), next(), next());
    Some(Said { line, more, undo: Some(undo).filter(|path| !path.is_empty()), bad })
}

fn scope(visitor: &Visitor) -> String {
    format!("note {}", visitor.session.uuid())
}
