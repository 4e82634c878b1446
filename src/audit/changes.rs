//! What a change really changed: the details of its audit entry, or nothing where all stays as it was.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// `{"price": {"from": 45.0, "to": 50.0}, …}`: the fields that differ, and only they.
#[derive(Debug, Default)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Puts `new` into `slot` where one was given, and notes it where it differs.
    pub fn set<T: PartialEq + Serialize>(&mut self, field: &str, slot: &mut T, new: Option<T>) -> Result<()> {
        let Some(new) = new.filter(|new| new != slot) else { return Ok(()) };
        let from = serde_json::to_value(&*slot).map_err(Error::internal)?;
        let to = serde_json::to_value(&new).map_err(Error::internal)?;
        self.0.insert(field.to_owned(), json!({ "from": from, "to": to }));
        *slot = new;
        Ok(())
    }

    /// `None` where nothing changed.
    pub fn details(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }
}
