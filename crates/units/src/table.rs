//! A table on its way from SQLite to PostgreSQL: its columns, and what becomes of its cells.

use rusqlite::types::ValueRef;

use super::value::Value;
use ground::clock::Timestamp;
use ground::error::Error;

/// A table as SQLite has it.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
}

/// What kind of value PostgreSQL keeps in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Bytes,
    Int,
    Json,
    Text,
    Time,
    Uuid,
}

/// A cell of SQLite's as PostgreSQL has it; `None` where it cannot be that.
pub(super) fn value(cell: ValueRef<'_>, kind: Kind) -> Option<Value<'_>> {
    Some(match (cell, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(truth @ (0 | 1)), Kind::Bool) => Value::Bool(truth == 1),
        (ValueRef::Integer(int), Kind::Int) => Value::Int(int),
        (ValueRef::Integer(micros), Kind::Time) => Value::Time(Timestamp::from_micros(micros)?),
        (ValueRef::Text(text), Kind::Text) => Value::Text(std::str::from_utf8(text).ok()?),
        (ValueRef::Text(text), Kind::Json) => Value::Json(std::str::from_utf8(text).ok()?),
        (ValueRef::Blob(bytes), Kind::Bytes) => Value::Bytes(bytes),
        (ValueRef::Blob(bytes), Kind::Uuid) => Value::Uuid(uuid::Uuid::from_slice(bytes).ok()?),
        _ => return None,
    })
}

/// What does not fit, without its content.
pub(super) fn unfit(table: &Table, column: usize) -> Error {
    let column = table.columns.get(column).map_or("?", String::as_str);
    Error::conflict("cannot_move", format!("{}.{column} holds what PostgreSQL cannot keep there", table.name))
}
