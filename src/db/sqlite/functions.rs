//! Functions that statements may use on both engines: SQLite is taught them here, PostgreSQL has them from a migration.

use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{FromSqlError, ValueRef};

/// `holds(text, part)`: whether the part stands anywhere in the text, byte for byte. A search asks it of each of a
/// provider's leads; LIKE goes through a text one character after the other.
pub fn teach(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function("holds", 2, flags, |context| {
        // Made once a statement, where the part is a parameter.
        let part = context
            .get_or_create_aux(1, |part: ValueRef<'_>| part.as_bytes().map(|part| Finder::new(part).into_owned()))?;
        match context.get_raw(0) {
            ValueRef::Null => Ok(None),
            text => Ok(Some(part.find(text.as_bytes().map_err(wrong)?).is_some())),
        }
    })
}

fn wrong(error: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(error.into())
}
