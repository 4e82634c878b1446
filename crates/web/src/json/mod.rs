//! A strict reader of JSON: no duplicate keys, no NUL, no lone surrogates, bounded depth and size; numbers keep their
//! own text and objects their order. (serde takes an array for a struct and the last of two keys for a map.)

mod read;
mod value;

pub use value::{Odd, Reason, Refused, Value, malformed};

use value::push_escaped;

/// Reads a whole body: UTF-8 without a byte order mark, one value, nothing after it.
pub fn parse(bytes: &[u8]) -> Result<Value, Refused> {
    // A NUL anywhere is 422, although a bare one is no JSON either.
    if bytes.contains(&0) {
        return Err(Reason::Nul.here());
    }
    let text = std::str::from_utf8(bytes).map_err(|e| Reason::Malformed(e.valid_up_to()).here())?;
    read::document(text, None)
}

/// Reads what a stranger's program calls JSON: control characters in texts, half characters, doubled keys and other
/// languages' numbers are taken. What is no JSON apart from these is refused, and so is what is too deep or too much.
pub fn parse_liberally(text: &str) -> Result<(Value, Odd), Refused> {
    let mut odd = Odd::default();
    let value = read::document(text, Some(&mut odd))?;
    Ok((value, odd))
}

/// `#/a/b` for the field `name` below `base` (`#` or `#/a`), escaped as RFC 6901 in a URI fragment; long names are cut.
pub fn pointer(base: &str, name: &str) -> String {
    let mut pointer = format!("{base}/");
    push_escaped(&mut pointer, name);
    pointer
}
