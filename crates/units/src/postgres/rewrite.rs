//! Takes what was erased out of the tables' files.
//!
//! An UPDATE leaves the row as it was beside the new one, in the table and in its indexes, for as long as any snapshot of the
//! database may see it. VACUUM then frees the place, but the bytes stay there until others come over them. So the table is
//! written anew (VACUUM FULL), once no snapshot can see what was before: else that would come along.

use std::time::Duration;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::link::said;
use super::server::apart;
use crate::scrubbed::{Scrub, Scrubbed};
use ground::error::{Error, Result};

/// How long the rewriting of all tables may take.
const LONG: Duration = Duration::from_hours(6);

/// How long the others are kept waiting behind us for the moment in which the table is ours, and how often that is tried.
const MOMENT: &str = "SET statement_timeout = 0; SET lock_timeout = 2000";
const TRIES: usize = 5;

/// The tables of this schema that have a column in which words could stand, but for those named.
const TABLES: &str = "SELECT DISTINCT table_name::text FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name::text <> ALL ($1)
    AND data_type NOT IN ('uuid', 'bigint', 'integer', 'smallint', 'boolean', 'timestamp with time zone', 'date')
    AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = current_schema())
  ORDER BY 1";

/// The number of a transaction that is yet to come: every one that is over began before it.
pub(crate) const SNAPSHOT_END: &str = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";

/// Of those who can still see a row that was deleted before the transaction `$1` began, one: a session of this database
/// whose snapshot is older, a transaction anywhere in the cluster that began before (new snapshots look back to it), one
/// that is prepared, a standby that reports what it reads, by its connection or its slot.
pub(crate) const SEEN_BY: &str = "
    WITH mark AS MATERIALIZED (SELECT $1::text::xid8 AS at, age(xid($1::text::xid8)) AS age)
    SELECT 'session ' || pid || COALESCE(' of the database ' || datname, ', a standby''s') ||
             COALESCE(', open since ' || to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS') || ' UTC', '') AS who
      FROM pg_stat_activity, mark
     WHERE pid <> pg_backend_pid()
       AND (age(backend_xid) > mark.age
            OR (age(backend_xmin) > mark.age AND (datname IS NULL OR datname = current_database())))
    UNION ALL
    SELECT 'the prepared transaction ' || gid FROM pg_prepared_xacts, mark WHERE age(transaction) > mark.age
    UNION ALL
    SELECT 'the replication slot ' || slot_name FROM pg_replication_slots, mark WHERE age(xmin) > mark.age
    UNION ALL
    SELECT 'a transaction that is ending' FROM mark WHERE pg_snapshot_xmin(pg_current_snapshot()) < mark.at
    LIMIT 1";

/// Writes the tables anew, one after another.
pub(crate) fn rewrite(url: &str, what: &Scrub) -> Result<Scrubbed> {
    apart(url, LONG, async |client| all(client, what).await)?
}

async fn all(client: &Client, what: &Scrub) -> Result<Scrubbed> {
    client.batch_execute(MOMENT).await.map_err(|error| failed(&error))?;
    let tables = client.query(TABLES, &[&what.except]).await.map_err(|error| failed(&error))?;
    let mut large = Vec::new();
    for table in tables {
        let name: String = table.get(0);
        let quoted = format!("\"{name}\"");
        let takes = u64::try_from(size(client, &quoted).await?).unwrap_or(0);
        if what.most.is_some_and(|most| takes > most) {
            run(client, &format!("VACUUM {quoted}")).await.map_err(|error| failed(&error))?;
            large.push(name);
        } else if let Some(busy) = anew(client, &quoted).await? {
            return Ok(Scrubbed::Busy(busy));
        }
    }
    // The planner's samples of columns that had some before they were told to have none. Only the database's owner may.
    if let Err(error) = run(client, "VACUUM FULL pg_catalog.pg_statistic").await {
        tracing::debug!("pg_statistic is as it was: {}", said(&error));
    }
    Ok(if large.is_empty() { Scrubbed::Done } else { Scrubbed::Large(large) })
}

/// Writes one table anew; `Some`: nobody lets us.
async fn anew(client: &Client, table: &str) -> Result<Option<String>> {
    let before = node(client, table).await?;
    let mut tries = 0;
    while let Err(error) = run(client, &format!("VACUUM FULL {table}")).await {
        tries += 1;
        let in_use =
            [&SqlState::LOCK_NOT_AVAILABLE, &SqlState::T_R_DEADLOCK_DETECTED].map(Some).contains(&error.code());
        if !in_use {
            return Err(failed(&error));
        }
        if tries >= TRIES {
            return Ok(Some(format!("whoever uses the table {table} without a pause")));
        }
    }
    // To who may not, VACUUM says so in a warning only.
    if node(client, table).await? == before {
        return Err(Error::Unavailable(format!("only its owner may rewrite the table {table}").into()));
    }
    // Tells which pages all can see: without it counts read the table beside the index.
    run(client, &format!("VACUUM {table}")).await.map_err(|error| failed(&error))?;
    Ok(None)
}

async fn run(client: &Client, statement: &str) -> Result<(), tokio_postgres::Error> {
    client.batch_execute(statement).await
}

async fn size(client: &Client, table: &str) -> Result<i64> {
    let row = client.query_one("SELECT pg_total_relation_size($1::text::regclass)", &[&table]).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| failed(&error))
}

/// The file that the table is in.
async fn node(client: &Client, table: &str) -> Result<u32> {
    let row = client.query_one("SELECT pg_relation_filenode($1::text::regclass)", &[&table]).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| failed(&error))
}

fn failed(error: &tokio_postgres::Error) -> Error {
    Error::Unavailable(format!("cannot rewrite tables: {}", said(error)).into())
}
