//! The receiving side of a move: tables without their indexes, triggers and foreign keys while they are filled.

use std::pin::pin;

use postgres_types::{ToSql, Type};
use rusqlite::Connection;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::{Client, Transaction};

use super::link::said;
use super::value::{Bound, dynamic};
use crate::plan::{Alike, Plan};
use crate::table::{Kind, Table, unfit, value};
use crate::thread::Progress;
use ground::error::{Error, Result};

/// Rows between two looks at how far it is.
const LOOK_EVERY: u64 = 1_000;

const SETTINGS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '5s'; SET LOCAL TimeZone = 'UTC'; SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL jit = off";

const NODES: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = current_setting('application_name')";

const TABLES: &str = "SELECT c.relname::text, string_agg(a.attname::text, ' ' ORDER BY a.attname::text COLLATE \"C\") AS columns
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'refinery_schema_history'
     GROUP BY c.relname ORDER BY c.relname::text COLLATE \"C\"";

/// What is taken away while the tables are filled, and what makes it again.
const KEYS: &str = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
      FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid";
const INDEXES: &str =
    "SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop, pg_get_indexdef(i.indexrelid) AS make
      FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
     WHERE c.relnamespace = current_schema()::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
     ORDER BY i.indexrelid";

const COUNTERS: &str =
    "SELECT c.relname::text, a.attname::text FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''";

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: tokio_postgres::Error) -> Error {
    Error::Unavailable(format!("PostgreSQL, where nothing was changed: {}", said(&error)).into())
}

fn refused(detail: impl Into<String>) -> Error {
    Error::conflict("cannot_move", detail.into())
}

pub(crate) async fn is_ours_to_fill(client: &mut Client) -> Result<()> {
    let foreign = "SELECT to_regclass('refinery_schema_history') IS NULL AND EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))";
    let foreign: bool = client.query_one(foreign, &[]).await.map_err(failed)?.get(0);
    if foreign { Err(refused("the PostgreSQL database holds something else: name an empty one")) } else { Ok(()) }
}

/// Fills the database with all of `tables`, in one transaction.
pub(crate) async fn fill(
    client: &mut Client,
    source: &Connection,
    tables: &[Table],
    plan: &Plan,
    progress: &Progress,
) -> Result<()> {
    let tx = client.transaction().await.map_err(failed)?;
    tx.batch_execute(SETTINGS).await.map_err(failed)?;
    alone(&tx, tables, plan).await?;
    let make = strip(&tx, tables, plan).await?;
    let (mut done, all) = (0, tables.iter().map(|table| table.rows).sum());
    for table in tables {
        fill_table(&tx, source, table, &mut |rows| progress(done + rows, all)).await?;
        done += table.rows;
        progress(done, all);
    }
    tx.batch_execute(&make).await.map_err(failed)?;
    count_on(&tx).await?;
    compare(&tx, source, tables, plan.alike).await?;
    let unknown = |error: tokio_postgres::Error| {
        let line = "PostgreSQL ended the connection while all was being kept";
        Error::Unavailable(format!("{line}; {} tells whether it was: {}", plan.told_by, said(&error)).into())
    };
    tx.commit().await.map_err(unknown)
}

/// The database has these tables, nobody uses it, nothing is in it; and nobody comes in until the end.
async fn alone(tx: &Transaction<'_>, tables: &[Table], plan: &Plan) -> Result<()> {
    let found = tx.query(TABLES, &[]).await.map_err(failed)?;
    let there: Vec<(String, String)> = found.iter().map(|row| (row.get(0), row.get(1))).collect();
    let sorted = |table: &Table| {
        let mut columns = table.columns.clone();
        columns.sort_unstable();
        (table.name.clone(), columns.join(" "))
    };
    if there != tables.iter().map(sorted).collect::<Vec<_>>() {
        return Err(refused("the two databases have different tables: is one of them changed by hand?"));
    }
    let nodes: i64 = tx.query_one(NODES, &[]).await.map_err(failed)?.get(0);
    if nodes > 0 {
        return Err(refused("a node uses the PostgreSQL database: end it first"));
    }
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "));
    tx.batch_execute(&lock).await.map_err(failed)?;
    for name in names.iter().filter(|name| !plan.furnished.contains(name)) {
        let some = tx.query_opt(&format!("SELECT 1 FROM {name} LIMIT 1"), &[]).await.map_err(failed)?;
        if some.is_some() {
            return Err(refused(format!("the PostgreSQL database is not empty: there is something in {name}")));
        }
    }
    Ok(())
}

/// Takes away what makes filling slow, and what would count moved rows a second time; the statements that bring it back.
async fn strip(tx: &Transaction<'_>, tables: &[Table], plan: &Plan) -> Result<String> {
    let (mut drop, mut make) = (Vec::new(), Vec::new());
    for statements in [KEYS, INDEXES] {
        for row in tx.query(statements, &[]).await.map_err(failed)? {
            drop.push(row.get::<_, String>(0));
            make.push(row.get::<_, String>(1));
        }
    }
    // The keys need the indexes of what they refer to.
    make.reverse();
    for Table { name, .. } in tables {
        drop.push(format!("ALTER TABLE {name} DISABLE TRIGGER USER"));
        make.push(format!("ALTER TABLE {name} ENABLE TRIGGER USER"));
    }
    drop.extend(plan.furnished.iter().map(|name| format!("DELETE FROM {name}")));
    tx.batch_execute(&drop.join(";")).await.map_err(failed)?;
    Ok(make.join(";"))
}

async fn fill_table(tx: &Transaction<'_>, source: &Connection, table: &Table, tell: &mut dyn FnMut(u64)) -> Result<()> {
    let columns = table.columns.join(", ");
    let statement = tx.prepare(&format!("SELECT {columns} FROM {} LIMIT 0", table.name)).await.map_err(failed)?;
    let types: Vec<Type> = statement.columns().iter().map(|column| column.type_().clone()).collect();
    let kinds: Vec<Kind> = types.iter().map(kind).collect::<Option<_>>().ok_or_else(|| unfit(table, 0))?;
    let sqlite = |error: rusqlite::Error| Error::Unavailable(format!("SQLite, {}: {error}", table.name).into());
    let mut read = source.prepare(&format!("SELECT {columns} FROM {}", table.name)).map_err(sqlite)?;
    let mut rows = read.query([]).map_err(sqlite)?;
    let copy = format!("COPY {} ({columns}) FROM STDIN BINARY", table.name);
    let mut writer = pin!(BinaryCopyInWriter::new(tx.copy_in(&copy).await.map_err(failed)?, &types));
    let mut written = 0;
    while let Some(row) = rows.next().map_err(sqlite)? {
        let mut values = Vec::with_capacity(kinds.len());
        for (at, kind) in kinds.iter().enumerate() {
            let cell = row.get_ref(at).map_err(sqlite)?;
            values.push(Bound(value(cell, *kind).ok_or_else(|| unfit(table, at))?));
        }
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(dynamic).collect();
        writer.as_mut().write(&values).await.map_err(failed)?;
        written += 1;
        if written % LOOK_EVERY == 0 {
            tell(written);
        }
    }
    writer.finish().await.map(drop).map_err(failed)
}

fn kind(ty: &Type) -> Option<Kind> {
    Some(match *ty {
        Type::BOOL => Kind::Bool,
        Type::BYTEA => Kind::Bytes,
        Type::INT2 | Type::INT4 | Type::INT8 => Kind::Int,
        Type::JSON | Type::JSONB => Kind::Json,
        Type::TEXT | Type::VARCHAR => Kind::Text,
        Type::TIMESTAMPTZ => Kind::Time,
        Type::UUID => Kind::Uuid,
        _ => return None,
    })
}

/// What numbers rows by itself goes on after those that are there.
async fn count_on(tx: &Transaction<'_>) -> Result<()> {
    for row in tx.query(COUNTERS, &[]).await.map_err(failed)? {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let next = format!("SELECT COALESCE(max({column}), 0) + 1 FROM {table}");
        let next: i64 = tx.query_one(&next, &[]).await.map_err(failed)?.get(0);
        let restart = format!("ALTER TABLE {table} ALTER COLUMN {column} RESTART WITH {next}");
        tx.batch_execute(&restart).await.map_err(failed)?;
    }
    Ok(())
}

async fn compare(tx: &Transaction<'_>, source: &Connection, tables: &[Table], alike: &[Alike]) -> Result<()> {
    let differ = |what: &str| refused(format!("{what} is not what it was: nothing was kept"));
    for table in tables {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let rows: i64 = tx.query_one(&count, &[]).await.map_err(failed)?.get(0);
        if u64::try_from(rows) != Ok(table.rows) {
            return Err(differ(&format!("the number of rows in {}", table.name)));
        }
    }
    for Alike { what, sqlite: here, postgres: there } in alike {
        let here: String = source.query_row(here, [], |row| row.get(0)).map_err(Error::internal)?;
        let there: String = tx.query_one(*there, &[]).await.map_err(failed)?.get(0);
        if here != there {
            return Err(differ(what));
        }
    }
    Ok(())
}
