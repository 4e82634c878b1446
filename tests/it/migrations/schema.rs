//! What a database holds, in words that both engines share.

use std::collections::BTreeMap;
use std::path::Path;

use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;
use leadhouse::installation;
use rusqlite::Connection;

use crate::support::database;

/// By table: its columns in order, its keys, references and indexes, sorted, and how many CHECKs.
type Schema = BTreeMap<String, Vec<String>>;

/// Where PostgreSQL is there to be compared with.
#[tokio::test]
async fn both_engines_have_the_same_schema() {
    if database::engine() != Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("schema.db"));
    installation::up(&url, &Clock::default(), "USD").await.unwrap();
    let DatabaseUrl::Sqlite(path) = &url else { return };
    let sqlite = of_sqlite(path);
    let (url, _place) = database::migrated().await;
    let postgres = of_postgres(&url).await;
    for (table, of_sqlite) in &sqlite {
        assert_eq!(postgres.get(table), Some(of_sqlite), "{table}: PostgreSQL left, SQLite right");
    }
    assert!(!sqlite.is_empty());
    assert_eq!(postgres.len(), sqlite.len());
}

fn rows<const N: usize>(db: &Connection, sql: &str) -> Vec<[String; N]> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let mut cells = std::array::from_fn(|_| String::new());
        for (index, cell) in cells.iter_mut().enumerate() {
            *cell = row.get::<_, Option<String>>(index)?.unwrap_or_default();
        }
        Ok(cells)
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn of_sqlite(path: &Path) -> Schema {
    let db = Connection::open(path).unwrap();
    let tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'refinery_%'";
    let mut schema = Schema::new();
    for [table, sql] in rows(&db, tables) {
        let mut parts = Vec::new();
        let columns = format!(
            "SELECT name, type, CAST(\"notnull\" OR pk > 0 AS TEXT), CAST(dflt_value IS NOT NULL AS TEXT) FROM pragma_table_info('{table}') ORDER BY cid"
        );
        for [name, kind, not_null, default] in rows(&db, &columns) {
            parts.push(column(&name, &kind, not_null == "1", default == "1"));
        }
        let mut others = Vec::new();
        let primary = format!(
            "SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk)"
        );
        for [columns] in rows(&db, &primary) {
            others.push(format!("unique ({columns})"));
        }
        let references = format!(
            "SELECT group_concat(\"from\", ', '), \"table\", group_concat(\"to\", ', ') FROM (SELECT * FROM pragma_foreign_key_list('{table}') ORDER BY id, seq) GROUP BY id"
        );
        for [from, other, to] in rows(&db, &references) {
            others.push(format!("({from}) references {other} ({to})"));
        }
        let indexes = format!(
            "SELECT l.name, CAST(l.\"unique\" AS TEXT), l.origin, CAST(l.partial AS TEXT),
                    (SELECT group_concat(name || CASE WHEN desc THEN ' DESC' ELSE '' END, ', ') FROM (SELECT name, desc FROM pragma_index_xinfo(l.name) WHERE key = 1 ORDER BY seqno))
               FROM pragma_index_list('{table}') AS l WHERE l.origin <> 'pk'"
        );
        for [name, unique, origin, partial, columns] in rows(&db, &indexes) {
            others.push(if origin == "u" {
                format!("unique ({columns})")
            } else {
                index(&name, &columns, unique == "1", partial == "1")
            });
        }
        // SQLite's booleans are integers that are checked to be 0 or 1.
        let checks = sql.matches("CHECK (").count() - sql.matches("IN (0, 1))").count();
        finish(&mut schema, table, parts, others, checks);
    }
    schema
}

async fn of_postgres(url: &DatabaseUrl) -> Schema {
    let client = database::beside(url).await;
    let mut schema = Schema::new();
    let tables = "SELECT oid, relname::text FROM pg_class
                   WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'refinery%'";
    for row in client.query(tables, &[]).await.unwrap() {
        let (oid, table): (u32, String) = (row.get(0), row.get(1));
        let parts = client.query(COLUMNS, &[&oid]).await.unwrap();
        let parts = parts.iter().map(|row| column(row.get(0), row.get(1), row.get(2), row.get(3))).collect();
        let indexes = client.query(INDEXES, &[&oid]).await.unwrap();
        let mut others: Vec<String> =
            indexes.iter().map(|row| index(row.get(0), row.get(3), row.get(1), row.get(2))).collect();
        let mut checks = 0;
        for row in client.query(CONSTRAINTS, &[&oid]).await.unwrap() {
            let text = |index: usize| row.get::<_, Option<String>>(index).unwrap_or_default();
            match text(0).as_str() {
                "c" => checks += 1,
                "f" => others.push(format!("({}) references {} ({})", text(1), text(2), text(3))),
                _ => others.push(format!("unique ({})", text(1))),
            }
        }
        finish(&mut schema, table, parts, others, checks);
    }
    schema
}

const COLUMNS: &str = "SELECT attname::text, format_type(atttypid, atttypmod), attnotnull, atthasdef FROM pg_attribute
    WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

const CONSTRAINTS: &str = "SELECT contype::text,
        (SELECT string_agg(attname, ', ' ORDER BY n) FROM unnest(conkey) WITH ORDINALITY AS k(attnum, n)
           JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid),
        (SELECT relname::text FROM pg_class WHERE oid = confrelid),
        (SELECT string_agg(attname, ', ' ORDER BY n) FROM unnest(confkey) WITH ORDINALITY AS k(attnum, n)
           JOIN pg_attribute USING (attnum) WHERE attrelid = confrelid)
    FROM pg_constraint WHERE conrelid = $1";

const INDEXES: &str = "SELECT c.relname::text, i.indisunique, i.indpred IS NOT NULL,
        (SELECT string_agg(attname || CASE WHEN n <= i.indnkeyatts AND i.indoption[n - 1] & 1 = 1 THEN ' DESC' ELSE '' END,
                           ', ' ORDER BY n)
           FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
           JOIN pg_attribute AS a ON a.attnum = k.attnum AND a.attrelid = i.indrelid)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = $1
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))";

/// A column as SQLite would have it.
fn column(name: &str, kind: &str, not_null: bool, default: bool) -> String {
    let kind = match kind {
        "uuid" | "bytea" => "BLOB",
        "bigint" | "boolean" | "timestamp with time zone" => "INTEGER",
        "text" | "json" => "TEXT",
        other => other,
    };
    let (not_null, default) = (if not_null { " NOT NULL" } else { "" }, if default { " DEFAULT" } else { "" });
    format!("{name} {kind}{not_null}{default}")
}

fn index(name: &str, columns: &str, unique: bool, partial: bool) -> String {
    let (unique, partial) = (if unique { "unique " } else { "" }, if partial { " WHERE" } else { "" });
    format!("{unique}index {name} ({columns}){partial}")
}

fn finish(schema: &mut Schema, table: String, mut parts: Vec<String>, mut others: Vec<String>, checks: usize) {
    others.sort();
    parts.extend(others);
    parts.push(format!("{checks} checks"));
    schema.insert(table, parts);
}
