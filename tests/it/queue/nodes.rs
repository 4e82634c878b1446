//! Schedules, other versions of us, and what is forgotten.

use super::*;

#[tokio::test]
async fn a_schedule_is_met_once_in_a_period_by_all_nodes_together() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let hour = Duration::from_hours(1);
    let scheduled = || Kinds::default().every::<Fail>(hour).with::<Count>();
    for _ in 0..3 {
        runner(&base, &bench, scheduled()).run(Mode::UntilIdle, std::future::pending()).await.unwrap();
    }
    assert_eq!(only_job(&base.db).await.attempts, 1);
    base.clock.advance(hour);
    for _ in 0..3 {
        runner(&base, &bench, scheduled()).run(Mode::UntilIdle, std::future::pending()).await.unwrap();
    }
    let attempts: Vec<_> = jobs(&base.db).await.into_iter().map(|job| job.attempts).collect();
    assert_eq!(attempts, [2], "while an earlier period's job waits, a new one is not made");
}

#[tokio::test]
async fn jobs_of_another_version_are_left_alone() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job("test.of_tomorrow", &json!({}))).await;
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    assert_eq!(work(&base, &bench).await, 1);
    let tomorrows = jobs(&base.db).await.into_iter().find(|job| job.kind == "test.of_tomorrow").unwrap();
    assert_eq!((tomorrows.state, tomorrows.attempts), (State::Queued, 0));
}

#[tokio::test]
async fn what_was_done_long_ago_is_forgotten_and_what_died_is_not() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    promise(&base.db, NewJob { max_attempts: 1, ..job(Fail::KIND, &json!({})) }).await;
    work(&base, &bench).await;
    base.clock.advance(Duration::from_hours(7 * 24));
    promise(&base.db, job(Count::KIND, &json!({ "n": 2 }))).await;
    work(&base, &bench).await;
    let week = Duration::from_hours(7 * 24);
    let pruned = base.db.write(queue::lane(), move |tx| queue::prune(tx, week, 100)).await.unwrap();
    assert_eq!(pruned, 1);
    let left: Vec<_> = jobs(&base.db).await.into_iter().map(|job| job.state).collect();
    assert_eq!(left, [State::Done, State::Dead]);
}
