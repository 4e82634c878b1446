//! Where fields come from, and what is said of one that is wrong.

use std::borrow::Cow;

/// Where the fields come from, which decides what `null` means and how an error names its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Texts; a parameter that is given has a value.
    Query,
    /// A body that makes something: `null` is as good as absent.
    New,
    /// A body that changes something: `null` clears where that is possible (`patch_…`) and is an error elsewhere.
    Patch,
}

/// The stable code, and the rest of a sentence that begins with the field's name.
pub type Wrong = (&'static str, Cow<'static, str>);
