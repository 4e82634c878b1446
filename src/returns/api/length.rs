//! How long a text may be that somebody writes about a return.

use crate::error::Error;

/// Longer than any text that composing and trimming could make short enough.
pub const MAX_RAW: usize = 10_000;

/// A text that has this many characters, which are too few or too many.
pub fn wrong_length(field: &'static str, allowed: &std::ops::RangeInclusive<usize>, chars: usize) -> Error {
    let (least, most) = (allowed.start(), allowed.end());
    let code = if chars < *least { "too_short" } else { "too_long" };
    Error::field(field, code, format!("{field} must have {least} to {most} characters that show, and has {chars}"))
}
