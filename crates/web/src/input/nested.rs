//! Objects within a body, and lists of them, whose fields are known too.

use std::ops::RangeInclusive;

use super::fields::Fields;
use super::kind::{Kind, Wrong};
use super::takes;
use crate::json::{self, Value};
use ground::error::Error;

impl Fields {
    /// An object whose fields are known, read by `read`.
    pub fn opt_nested<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if let Some(described) = &mut self.described {
            let mut inner = Self::describing(self.kind);
            read(&mut inner);
            let takes = inner.described();
            described.ask(name, false, if self.kind == Kind::New { takes::or_null(takes) } else { takes });
            return None;
        }
        let members = self.optional(name, &takes::object, |v| match v {
            Value::Object(members) => Ok(members),
            _ => Err(("wrong_type", "must be an object".into())),
        })?;
        let base = json::pointer(&self.base, name);
        let mut inner = Self::new(self.kind, members);
        inner.base = base;
        let value = read(&mut inner);
        if let Err(Error::Invalid(errors)) = inner.finish() {
            self.errors.extend(errors);
        }
        Some(value)
    }

    /// So many objects whose fields are known, each read by `read`. Each is a thing of its own: also in a change, `null` is as
    /// good as absent in them.
    pub fn opt_list_of<T>(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Option<Vec<T>> {
        if let Some(described) = &mut self.described {
            let mut inner = Self::describing(Kind::New);
            read(&mut inner);
            let takes = takes::list_of_objects(&count, &inner.described());
            described.ask(name, false, if self.kind == Kind::New { takes::or_null(takes) } else { takes });
            return None;
        }
        let items = self.optional(name, &takes::object, |value| objects(value, &count))?;
        let base = json::pointer(&self.base, name);
        let mut list = Vec::with_capacity(items.len());
        for (at, members) in items.into_iter().enumerate() {
            let mut inner = Self::new(Kind::New, members);
            inner.base = json::pointer(&base, &at.to_string());
            list.push(read(&mut inner));
            if let Err(Error::Invalid(errors)) = inner.finish() {
                self.errors.extend(errors);
            }
        }
        Some(list)
    }
}

fn objects(value: Value, count: &RangeInclusive<usize>) -> Result<Vec<Vec<(String, Value)>>, Wrong> {
    let Value::Array(items) = value else {
        return Err(("wrong_type", "must be a list of objects".into()));
    };
    if items.len() < *count.start() {
        return Err(("too_short", format!("must have {} entries at least", count.start()).into()));
    }
    if items.len() > *count.end() {
        return Err(("too_long", format!("must have {} entries at most", count.end()).into()));
    }
    let members = |item| match item {
        Value::Object(members) => Ok(members),
        _ => Err(("wrong_type", "has an entry that is no object".into())),
    };
    items.into_iter().map(members).collect()
}
