//! Strict input: what a handler gets has been looked at whole, and what was wrong with it comes back as one list. For
//! what strangers send (`RawBody`) there are readers that take what is only odd, and say so.

mod body;
mod charset;
pub mod described;
mod fields;
mod kind;
mod multipart;
mod nested;
mod object;
mod query;
mod stranger;
mod takes;
mod values;

pub use body::{ContentType, Json, MAX_BODY, NoBody, RawBody};
pub(super) use body::{json_value, read_body};
pub use charset::{Decoded, decode};
pub use fields::Fields;
pub use kind::Wrong;
pub use multipart::{multipart_file, multipart_pairs};
pub use object::Limits;
pub use query::{Path, PathPair, PathParam, Query, Text, form_pairs, link_token, page_pairs, page_parameter};
pub use stranger::{FormOdd, stranger_pairs};

/// A JSON body. `read` takes every field it knows; what is left over is an error, and so is what was wrong on the way:
/// all of it, not only the first. After an error the value is thrown away, so placeholders will do.
pub trait Body: Sized {
    /// True where the call needs no body: none, or `{}`, is taken with any Content-Type or none.
    const OPTIONAL: bool = false;

    /// Takes every field that it knows, and says what is wrong with them.
    fn read(fields: &mut Fields) -> Self;
}

/// The parameters of a query, read like a body.
pub trait QueryInput: Sized {
    /// Takes every parameter that it knows, and says what is wrong with them.
    fn read(query: &mut Fields) -> Self;
}
