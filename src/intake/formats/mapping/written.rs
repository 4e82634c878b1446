//! What is wrong with a mapping that somebody wrote, and where.

use crate::error::{At, Invalid};
use crate::http::json;

/// A code, and the rest of a sentence that begins with the name of the place.
pub type Wrong = (&'static str, String);

/// Of one mapping no more are told.
const MOST_TOLD: usize = 50;

/// The findings so far.
#[derive(Debug, Default)]
pub struct Findings(Vec<Invalid>);

impl Findings {
    /// `place`: a pointer from `#`, escaped.
    pub fn tell(&mut self, place: &str, (code, detail): Wrong) {
        if self.0.len() < MOST_TOLD {
            let name = place.strip_prefix("#/mapping/").unwrap_or("the mapping");
            let detail = format!("{name} {detail}").into();
            self.0.push(Invalid { at: At::Pointer(place.to_owned().into()), code, detail });
        }
    }

    pub fn wrong_type(&mut self, place: &str, what: &str) {
        self.tell(place, ("wrong_type", format!("must be {what}")));
    }

    pub fn unknown(&mut self, base: &str, name: &str) {
        self.tell(&json::pointer(base, name), ("unknown_field", "is not known here".to_owned()));
    }

    pub fn into_all(self) -> Vec<Invalid> {
        self.0
    }
}
