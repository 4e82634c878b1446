//! Questions that are asked without waiting: their answers are those of their own statements, in whatever order they are taken.

use leadhouse::db::{Asked, Kind, Read};
use leadhouse::params;

use super::{TestDb, kind};

#[tokio::test]
async fn what_is_asked_ahead_is_answered_like_any_other() {
    let test = TestDb::new().await;
    let (numbers, then, late) = test
        .db
        .read(|read: &mut Read| {
            let asked = (0..600_i64)
                .map(|n| read.ask::<(i64,)>("SELECT CAST($1 AS bigint) + 1 AS n", params![n]))
                .collect::<Result<Vec<_>, _>>()?;
            let forgotten = read.ask::<(String,)>("SELECT CAST('nobody takes it' AS text) AS text", &[])?;
            let then: (i64,) = read.one("SELECT CAST(7 AS bigint) AS n", &[])?;
            let late = read.ask::<(i64,)>("SELECT CAST(8 AS bigint) AS n UNION ALL SELECT 9 ORDER BY 1", &[])?;
            let late = read.answer(late)?;
            drop(forgotten);
            let numbers = asked.into_iter().rev().map(|asked| read.answer(asked)).collect::<Result<Vec<_>, _>>()?;
            Ok((numbers.concat(), then, late))
        })
        .await
        .expect("all are answered");
    assert_eq!(numbers, (1..=600).rev().map(|n| (n,)).collect::<Vec<_>>());
    assert_eq!((then, late), ((7,), vec![(8,), (9,)]));
    test.end().await;
}

#[tokio::test]
async fn a_question_in_a_unit_that_writes_sees_what_it_wrote() {
    let test = TestDb::new().await;
    let seen = test
        .write(|tx| {
            tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![41])?;
            let asked: Asked<(i64,)> = tx.ask("SELECT count(*) AS n FROM marks", &[])?;
            tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![42])?;
            tx.answer(asked)
        })
        .await
        .expect("it is written");
    assert_eq!((seen, test.marks().await), (vec![(1,)], vec![41, 42]));
    test.end().await;
}

#[tokio::test]
async fn a_question_that_fails_fails_its_unit_and_no_other() {
    let test = TestDb::new().await;
    for waits in [false, true] {
        // PostgreSQL divides by nothing only when it comes to it; SQLite makes it NULL, which is no number.
        let unit = move |read: &mut Read| {
            let asked = read.ask::<(i64,)>("SELECT CAST(1 AS bigint) / $1 AS n", params![0])?;
            if waits {
                let _: (i64,) = read.one("SELECT CAST(7 AS bigint) AS n", &[])?;
            }
            read.answer(asked)
        };
        let failed = kind(test.db.read(unit).await);
        assert!(matches!(failed, Kind::Other | Kind::Decode), "{failed:?}");
        let well: (i64,) = test.db.read(|read| read.one("SELECT CAST(7 AS bigint) AS n", &[])).await.expect("as ever");
        assert_eq!(well, (7,));
    }
    test.end().await;
}
