//! Which migrations a database has had, in the table that refinery keeps.

use refinery::SchemaVersion;
use rusqlite::Connection;
use tokio_postgres::Client;

/// refinery's own table, which each engine's migrations write.
pub(super) const HISTORY: &str = "refinery_schema_history";

/// The newest migration of a SQLite database; 0: it is empty.
pub(super) fn sqlite_version(db: &Connection) -> rusqlite::Result<SchemaVersion> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    if db.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    db.query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
}

/// The newest migration of a PostgreSQL database; 0: it is empty.
pub(super) async fn postgres_version(client: &Client) -> Result<SchemaVersion, tokio_postgres::Error> {
    let table = client.query_one("SELECT to_regclass('refinery_schema_history') IS NOT NULL", &[]).await;
    if !table.and_then(|row| row.try_get::<_, bool>(0))? {
        return Ok(0);
    }
    let newest = client.query_one("SELECT coalesce(max(version), 0) FROM refinery_schema_history", &[]).await;
    newest.and_then(|row| row.try_get(0))
}
