//! Objects that are kept as they were sent, within limits.

use super::kind::Wrong;
use crate::json::Value;

/// How large an object may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of the compact text.
    pub bytes: usize,
    /// Of all objects in it together.
    pub keys: usize,
    /// The object itself is 1.
    pub depth: usize,
    /// The most that one name may have, in bytes.
    pub key_bytes: usize,
}

impl Limits {
    /// What a form's answers may be.
    pub const FORM_DATA: Self = Self { bytes: 64 * 1024, keys: 200, depth: 8, key_bytes: 1024 };

    /// The compact text of an object that is within the limits.
    pub fn check(&self, value: &Value) -> Result<String, Wrong> {
        if !matches!(value, Value::Object(_)) {
            return Err(("wrong_type", "must be an object".into()));
        }
        let mut keys = 0;
        self.look_at(value, 1, &mut keys)?;
        let text = value.to_text();
        if text.len() > self.bytes {
            let detail = format!("must have {} bytes of JSON at most, and has {}", self.bytes, text.len());
            return Err(("too_large", detail.into()));
        }
        Ok(text)
    }

    fn look_at(&self, value: &Value, depth: usize, keys: &mut usize) -> Result<(), Wrong> {
        let too_deep = || ("too_deep", format!("must be nested {} deep at most", self.depth).into());
        match value {
            Value::Object(_) | Value::Array(_) if depth > self.depth => Err(too_deep()),
            Value::Array(items) => items.iter().try_for_each(|item| self.look_at(item, depth + 1, keys)),
            Value::Object(members) => {
                *keys += members.len();
                if *keys > self.keys {
                    return Err(("too_large", format!("must have {} keys at most", self.keys).into()));
                }
                members.iter().try_for_each(|(key, item)| {
                    if key.len() > self.key_bytes {
                        let detail = format!("must not have a key of more than {} bytes", self.key_bytes);
                        return Err(("too_large", detail.into()));
                    }
                    self.look_at(item, depth + 1, keys)
                })
            }
            _ => Ok(()),
        }
    }
}
