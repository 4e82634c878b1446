//! The values of a payload that are spoken for, by where they are in memory.

use std::collections::HashSet;

use crate::http::json::Value;

/// See the module.
#[derive(Default)]
pub struct Taken(HashSet<*const Value>);

impl Taken {
    pub fn take<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        self.0.extend(values.into_iter().map(std::ptr::from_ref));
    }

    pub fn has(&self, value: &Value) -> bool {
        self.0.contains(&std::ptr::from_ref(value))
    }

    /// Whether it is taken, or something in it.
    pub fn has_of(&self, value: &Value) -> bool {
        self.has(value)
            || match value {
                Value::Array(items) => items.iter().any(|item| self.has_of(item)),
                Value::Object(members) => members.iter().any(|(_, value)| self.has_of(value)),
                _ => false,
            }
    }
}
