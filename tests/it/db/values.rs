//! Values and rows: what goes in comes out, alike on both engines.

use leadhouse::clock::Timestamp;
use leadhouse::db::{Engine, Json, Kind, Tx};
use leadhouse::error::{Error, Result};
use leadhouse::id::{LeadId, new_uuid};
use leadhouse::money::Money;
use leadhouse::{params, row, text_enum};
use uuid::Uuid;

use super::{TestDb, is_postgres, kind, mark};

text_enum! {
    /// As a column with a CHECK has it.
    enum Colour { Red = "red", Green = "green" }
}

row! {
    /// One column of each type.
    #[derive(Debug, Clone, PartialEq)]
    struct Thing {
        id: LeadId,
        truth: bool,
        int: i64,
        small: u16,
        text: String,
        bytes: Vec<u8>,
        hash: [u8; 32],
        at: Timestamp,
        price: Money,
        json: Json,
        colour: Colour,
    }
}

row! {
    #[derive(Debug, PartialEq)]
    struct Nothing {
        id: Uuid,
        truth: Option<bool>,
        int: Option<i64>,
        text: Option<String>,
        bytes: Option<Vec<u8>>,
        at: Option<Timestamp>,
        json: Option<Json>,
        colour: Option<Colour>,
        other: Option<LeadId>,
    }
}

fn make_things(tx: &mut Tx) -> Result<()> {
    let types = match tx.engine() {
        Engine::Postgres => ["uuid", "boolean", "bigint", "text", "bytea", "timestamptz", "json"],
        Engine::Sqlite => ["BLOB", "INTEGER", "INTEGER", "TEXT", "BLOB", "INTEGER", "TEXT"],
    };
    let [uuid, boolean, bigint, text, bytea, time, json] = types;
    let create = format!(
        "CREATE TABLE things (id {uuid} PRIMARY KEY, truth {boolean}, int {bigint}, small {bigint}, text {text},
         bytes {bytea}, hash {bytea}, at {time}, price {bigint}, json {json}, colour {text}, other {uuid})"
    );
    tx.execute(&create, &[]).map(drop)
}

fn put(tx: &mut Tx, thing: &Thing) -> Result<()> {
    let Thing { id, truth, int, small, text, bytes, hash, at, price, json, colour } = thing;
    tx.execute(
        "INSERT INTO things (id, truth, int, small, text, bytes, hash, at, price, json, colour)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![id, truth, int, small, text, bytes, hash, at, price, json, colour],
    )
    .map(drop)
}

const THINGS: &str = "SELECT id, truth, int, small, text, bytes, hash, at, price, json, colour FROM things";

fn thing(test: &TestDb) -> Thing {
    Thing {
        id: LeadId::new(test.clock.now()),
        truth: true,
        int: i64::MIN,
        small: u16::MAX,
        text: "naïve – ‘quotes’ '';-- \u{1F3E0}\r\n\t".to_owned(),
        bytes: (0..=255).collect(),
        hash: [7; 32],
        at: Timestamp::from_micros(1_700_000_000_123_457).unwrap(),
        price: Money::from_minor(-5),
        json: Json(r#"{"b": 1.10, "a": [null, "\u00e9", 12345678901234567890]}"#.to_owned()),
        colour: Colour::Green,
    }
}

#[tokio::test]
async fn every_type_comes_back_as_it_went() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let first = Timestamp::parse("0001-01-01T00:00:00Z").unwrap();
    let last = Timestamp::parse("9999-12-30T22:00:00.999999Z").unwrap();
    let things = [
        thing(&test),
        Thing { int: i64::MAX, small: 0, text: String::new(), bytes: Vec::new(), truth: false, ..thing(&test) },
        Thing { at: first, json: Json("null".to_owned()), ..thing(&test) },
        Thing { at: last, colour: Colour::Red, price: Money::from_minor(i64::MAX), ..thing(&test) },
        Thing { at: Timestamp::from_micros(-1).unwrap(), ..thing(&test) },
    ];
    let sent = things.clone();
    test.write(move |tx| sent.iter().try_for_each(|thing| put(tx, thing))).await.unwrap();
    for thing in things {
        let id = thing.id;
        let found = test.db.read(move |read| read.one::<Thing>(&format!("{THINGS} WHERE id = $1"), params![id])).await;
        assert_eq!(found.unwrap(), thing);
    }
    test.end().await;
}

#[tokio::test]
async fn null_is_none_and_nothing_else() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let id = new_uuid(test.clock.now());
    let nothing = Nothing {
        id,
        truth: None,
        int: None,
        text: None,
        bytes: None,
        at: None,
        json: None,
        colour: None,
        other: None,
    };
    test.write(move |tx| {
        tx.execute(
            "INSERT INTO things (id, truth, int, text, bytes, at, json, colour, other) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                id,
                None::<bool>,
                None::<i64>,
                None::<&str>,
                None::<Vec<u8>>,
                None::<Timestamp>,
                None::<Json>,
                None::<Colour>,
                None::<LeadId>
            ],
        )
    })
    .await
    .unwrap();
    let select = "SELECT id, truth, int, text, bytes, at, json, colour, other FROM things";
    assert_eq!(test.db.read(move |read| read.one::<Nothing>(select, &[])).await.unwrap(), nothing);
    for column in ["truth", "int", "text", "bytes", "at", "json"] {
        let sql = format!("SELECT {column} FROM things");
        let found = test.db.read(move |read| read.one::<(Option<i64>,)>(&sql, &[])).await;
        assert_eq!(found.unwrap().0, None, "{column}");
    }
    assert_eq!(kind(test.db.read(|read| read.one::<(i64,)>("SELECT int FROM things", &[])).await), Kind::Decode);
    test.end().await;
}

#[tokio::test]
async fn what_a_column_does_not_hold_is_an_error() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let odd = Thing { int: 70_000, ..thing(&test) };
    test.write(move |tx| put(tx, &odd)).await.unwrap();
    let read = |sql: &'static str| test.db.read(move |read| read.one::<(u16,)>(sql, &[]));
    assert_eq!(kind(read("SELECT int FROM things").await), Kind::Decode, "too great");
    assert_eq!(kind(read("SELECT text FROM things").await), Kind::Decode, "a text");
    let colours = test.db.read(|read| read.one::<(Colour,)>("SELECT text FROM things", &[])).await;
    assert_eq!(kind(colours), Kind::Decode, "an unknown word");
    let short = test.db.read(|read| read.one::<([u8; 31],)>("SELECT hash FROM things", &[])).await;
    assert_eq!(kind(short), Kind::Decode, "another length");
    let more = test.db.read(|read| read.one::<(i64, i64)>("SELECT int FROM things", &[])).await;
    assert_eq!(kind(more), Kind::Decode, "a column too few");
    test.end().await;
}

#[tokio::test]
async fn the_names_of_a_row_are_compared() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let wrong = Thing { ..thing(&test) };
    test.write(move |tx| put(tx, &wrong)).await.unwrap();
    let swapped = THINGS.replace("int, small", "small, int");
    assert_eq!(kind(test.db.read(move |read| read.one::<Thing>(&swapped, &[])).await), Kind::Decode);
    let longer = THINGS.replace("colour", "colour, other");
    assert_eq!(kind(test.db.read(move |read| read.one::<Thing>(&longer, &[])).await), Kind::Decode);
    test.end().await;
}

#[tokio::test]
async fn parameters_are_bound_by_number() {
    let test = TestDb::new().await;
    test.write(|tx| {
        tx.execute("INSERT INTO marks (n, mark) VALUES ($2, $1)", params![1, 20])?;
        tx.execute("INSERT INTO marks (n, mark) SELECT n + $1, mark + $1 + $2 FROM marks", params![1, 1])
    })
    .await
    .unwrap();
    let marks = test.db.read(|read| read.all::<(i64, i64)>("SELECT mark, n FROM marks ORDER BY mark", &[])).await;
    assert_eq!(marks.unwrap(), [(1, 20), (3, 21)]);
    for (sql, count) in [("($1)", 0), ("($1)", 2), ("($2)", 1), ("($2)", 2)] {
        let sql = format!("INSERT INTO marks (mark) VALUES {sql}");
        let wrong = test.write(move |tx| {
            let params: Vec<&dyn leadhouse::db::Param> = vec![&9_i64; count];
            tx.execute(&sql, &params)
        });
        kind(wrong.await);
    }
    assert_eq!(test.marks().await, [1, 3]);
    test.end().await;
}

#[tokio::test]
async fn nul_reaches_neither_engine() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    for (text, json) in [("a\0b", "{}"), ("ab", "{\"a\": \"\0\"}")] {
        let bad = Thing { text: text.to_owned(), json: Json(json.to_owned()), ..thing(&test) };
        let refused = test.write(move |tx| {
            mark(tx, 1)?;
            put(tx, &bad)
        });
        assert_eq!(kind(refused.await), Kind::Encode);
    }
    assert!(test.marks().await.is_empty(), "the unit left something behind");
    test.end().await;
}

#[tokio::test]
async fn like_takes_its_signs_literally_where_escaped() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let texts = ["100%", "100x", "a_b", "axb", r"back\slash", "JOSÉ", "josé"];
    let things: Vec<Thing> = texts.iter().map(|text| Thing { text: (*text).to_owned(), ..thing(&test) }).collect();
    test.write(move |tx| things.iter().try_for_each(|thing| put(tx, thing))).await.unwrap();
    for (pattern, hits) in
        [(r"100\%", 1), ("100%", 2), (r"a\_b", 1), ("a_b", 2), (r"%\\%", 1), ("%osé", 1), ("%", 7), ("x", 0)]
    {
        let count = test.db.read(move |read| {
            read.one::<(i64,)>(r"SELECT count(*) FROM things WHERE text LIKE $1 ESCAPE '\'", params![pattern])
        });
        assert_eq!(count.await.unwrap().0, hits, "{pattern}");
    }
    test.end().await;
}

#[tokio::test]
async fn times_sort_and_compare_as_times() {
    let test = TestDb::new().await;
    test.write(make_things).await.unwrap();
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let times =
        ["2026-01-01T00:00:40Z", "2026-01-01T00:00:40.000001Z", "2026-01-01T00:00:40.5Z", "2026-01-01T00:00:41Z"];
    let things: Vec<Thing> = times.iter().rev().map(|text| Thing { at: at(text), ..thing(&test) }).collect();
    test.write(move |tx| things.iter().try_for_each(|thing| put(tx, thing))).await.unwrap();
    let sorted = test.db.read(|read| read.all::<(Timestamp,)>("SELECT at FROM things ORDER BY at", &[])).await.unwrap();
    assert_eq!(sorted.into_iter().map(|(found,)| found).collect::<Vec<_>>(), times.map(at));
    let after = at("2026-01-01T00:00:40Z");
    let later =
        test.db.read(move |read| read.one::<(i64,)>("SELECT count(*) FROM things WHERE at > $1", params![after]));
    assert_eq!(later.await.unwrap().0, 3);
    test.end().await;
}

#[tokio::test]
async fn one_is_one_and_optional_at_most_one() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let one = |sql: &'static str| test.db.read(move |read| read.one::<(i64,)>(sql, &[]));
    let optional = |sql: &'static str| test.db.read(move |read| read.optional::<(i64,)>(sql, &[]));
    assert_eq!(one("SELECT mark FROM marks").await.unwrap().0, 1);
    assert_eq!(optional("SELECT mark FROM marks WHERE mark > 1").await.unwrap(), None);
    assert_eq!(kind(one("SELECT mark FROM marks WHERE mark > 1").await), Kind::Rows);
    test.write(|tx| mark(tx, 2)).await.unwrap();
    assert_eq!(kind(one("SELECT mark FROM marks").await), Kind::Rows);
    assert_eq!(kind(optional("SELECT mark FROM marks").await), Kind::Rows);
    test.end().await;
}

#[tokio::test]
async fn broken_constraints_have_their_kind() {
    let test = TestDb::new().await;
    let now = test.clock.now();
    test.write(|tx| mark(tx, 1)).await.unwrap();
    assert_eq!(kind(test.write(|tx| mark(tx, 1)).await), Kind::Unique);
    let null = test.write(|tx| tx.execute("INSERT INTO marks (mark, n) VALUES (2, NULL)", &[])).await;
    assert_eq!(kind(null), Kind::NotNull);
    let stranger = new_uuid(now);
    let account = "INSERT INTO provider_accounts (provider_id, balance) VALUES ($1, $2)";
    assert_eq!(kind(test.write(move |tx| tx.execute(account, params![stranger, 0])).await), Kind::ForeignKey);
    let broke = test.write(move |tx| {
        let columns = "INSERT INTO providers (id, name, email, created_at) VALUES ($1, 'Rita', 'r@example.com', $2)";
        tx.execute(columns, params![stranger, tx.now()])?;
        tx.execute(account, params![stranger, -1])
    });
    let Err(Error::Internal(error)) = broke.await else { panic!("the balance went below its floor") };
    let error = error.downcast_ref::<leadhouse::db::DbError>().unwrap();
    assert_eq!((error.kind, error.constraint.as_deref()), (Kind::Check, Some("balance_floor")));
    test.end().await;
}

#[tokio::test]
async fn a_change_tells_how_many_rows_and_returns_them() {
    let test = TestDb::new().await;
    test.write(|tx| [1, 2, 3].into_iter().try_for_each(|m| mark(tx, m))).await.unwrap();
    let changed = test.write(|tx| tx.execute("UPDATE marks SET n = 5 WHERE mark > $1", params![1])).await.unwrap();
    assert_eq!(changed, 2);
    let returned = test
        .write(|tx| tx.all::<(i64, i64)>("UPDATE marks SET n = n + 1 WHERE mark < $1 RETURNING mark, n", params![3]))
        .await
        .unwrap();
    let mut sorted = returned;
    sorted.sort_unstable();
    assert_eq!(sorted, [(1, 1), (2, 6)]);
    let none = test
        .write(|tx| {
            let lit = if is_postgres(tx) { "TRUE" } else { "1" };
            assert!(tx.one::<(bool,)>(&format!("SELECT {lit}"), &[])?.0);
            tx.optional::<(i64,)>("UPDATE marks SET n = 0 WHERE mark = 9 RETURNING mark", &[])
        })
        .await;
    assert_eq!(none.unwrap(), None);
    test.end().await;
}
