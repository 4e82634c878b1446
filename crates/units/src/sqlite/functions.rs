//! Functions that statements may use on both engines: SQLite is taught them here, PostgreSQL has them from a migration of the
//! program's, which contains [`POSTGRES`].

use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{FromSqlError, ValueRef};

/// What a migration on PostgreSQL has to make: `holds`, and what [`Tx::execute_exactly`](crate::Tx::execute_exactly) ends a
/// unit with that was raced.
pub const POSTGRES: &str = "
CREATE FUNCTION holds(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2) > 0';
CREATE FUNCTION raced_unless(holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT holds THEN RAISE EXCEPTION 'raced' USING ERRCODE = 'serialization_failure'; END IF;
END $$;
";

/// `holds(text, part)`: whether the part stands anywhere in the text, byte for byte. A search asks it of very many rows; LIKE
/// goes through a text one character after the other. For a connection beside those of [`Db`](crate::Db).
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
