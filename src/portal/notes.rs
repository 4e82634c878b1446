//! What a page says of what was done on the one before: carried in a sealed cookie to
//! this session alone, shown once.

use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::cookies::NOTE;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::error::Result;
use crate::http::cookie;
use crate::id::Id;
use crate::text::cut;

/// Longer than any redirect takes.
const LIFE: Duration = Duration::from_mins(2);
/// Of each part; a cookie holds two of them in any script, and the ids of a hundred leads.
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
    /// What was decided together and can be taken back, until the time of the clock.
    pub together: Option<Together>,
}

/// Leads that were decided at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    pub until: String,
    pub ids: Vec<Uuid>,
    /// Path and name of each, where the page has looked them up.
    pub named: Vec<(String, String)>,
}

impl Said {
    pub fn done(line: impl Into<String>) -> Self {
        Self { line: line.into(), more: String::new(), undo: None, bad: false, together: None }
    }

    pub fn failed(line: impl Into<String>, more: impl Into<String>) -> Self {
        Self { more: more.into(), bad: true, ..Self::done(line) }
    }

    /// As a cookie for this person's next page.
    pub fn cookie(&self, app: &App, person: &ProviderUser) -> Result<HeaderValue> {
        let (bad, undo) = (if self.bad { "!" } else { "" }, self.undo.as_deref().unwrap_or_default());
        let line = cut(&self.line, MOST_CHARS);
        let together = self.together.as_ref().map(|together| {
            let bytes: Vec<u8> = together.ids.iter().flat_map(|id| *id.as_bytes()).collect();
            format!("{} {}", together.until, BASE64_URL_SAFE_NO_PAD.encode(bytes))
        });
        let text = [bad, &line, &cut(&self.more, MOST_CHARS), undo, &together.unwrap_or_default()].join("\n");
        cookie::set(NOTE, &app.seals.seal(&scope(person), text.as_bytes()), Some(LIFE))
    }
}

/// What the last page had to say to this person.
pub fn read(app: &App, person: &ProviderUser, headers: &HeaderMap) -> Option<Said> {
    let bytes = app.seals.open(&scope(person), cookie::read(headers, NOTE)?)?;
    let text = String::from_utf8(bytes).ok()?;
    let mut fields = text.splitn(5, '\n').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let (bad, line, more, undo, together) = (next() == "!", next(), next(), next(), next());
    Some(Said { line, more, undo: Some(undo).filter(|path| !path.is_empty()), bad, together: of(&together) })
}

fn of(text: &str) -> Option<Together> {
    let (until, ids) = text.split_once(' ')?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(ids).ok()?;
    let ids = bytes.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()).collect();
    Some(Together { until: until.to_owned(), ids, named: Vec::new() })
}

fn scope(person: &ProviderUser) -> String {
    format!("note {}", person.session.uuid())
}
