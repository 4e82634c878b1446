//! So many a day, exactly.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn of_many_at_once_five_are_taken() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let answers = rita.at_once(20, |me| me.post(ASK, &json!({}))).await;
    assert_eq!((answers.count(202), answers.count(429)), (5, 15));
    let refused = answers.with(429);
    assert_eq!(refused.problem_code(), "export_quota_exceeded");
    let wait: u64 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=86_401).contains(&wait), "{wait}");
    app.advance(Duration::from_secs(wait));
    asking(&rita, &json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(rita.get(EXPORTS).await.expect(200).items().len(), 6);
}

#[tokio::test]
async fn one_that_was_cancelled_does_not_count() {
    let app = TestApp::with_flags(&["--exports-per-day", "1"]).await;
    let rita = app.provider("rita").await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    asking(&rita, &json!({})).await.expect(429);
    rita.post_nothing(format!("{EXPORTS}/{id}/cancel")).await.expect(200);
    asking(&rita, &json!({})).await.expect(202);
    asking(&rita, &json!({})).await.expect(429);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_day_is_the_providers() {
    let app = TestApp::with_flags(&["--exports-per-day", "1"]).await;
    let (rita, kim) = (
        app.provider("rita").timezone("America/Denver").await,
        app.provider("kim").timezone("Pacific/Kiritimati").await,
    );
    for me in [&rita, &kim] {
        asking(me, &json!({})).await.expect(202);
        let wait: u64 = asking(me, &json!({})).await.expect(429).header("retry-after").parse().expect("seconds");
        let now = app.clock.now();
        let zone =
            leadhouse::zone::get(if me.id == rita.id { "America/Denver" } else { "Pacific/Kiritimati" }).unwrap();
        let then = now.plus(Duration::from_secs(wait));
        assert_eq!(then.date_in(&zone), now.date_in(&zone).tomorrow().unwrap());
    }
    app.run_jobs().await;
}

/// East and west, there and back: the day's exports stay used, and no longer than a day.
#[tokio::test]
async fn another_zone_is_no_other_day() {
    let app = TestApp::with_flags(&["--exports-per-day", "2"]).await;
    for zone in ["Pacific/Kiritimati", "Pacific/Midway", "Asia/Tokyo"] {
        let rita = app.provider(&format!("rita in {zone}")).timezone("America/Denver").await;
        asking(&rita, &json!({})).await.expect(202);
        asking(&rita, &json!({})).await.expect(202);
        let path = format!("/api/v1/admin/providers/{}", rita.id);
        let moves = async |zone: &str| app.operator().patch(&path, &json!({ "timezone": zone })).await.expect(200);
        for there in [zone, "America/Denver", zone] {
            moves(there).await;
            let refused = asking(&rita, &json!({})).await.expect(429);
            let wait: u64 = refused.header("retry-after").parse().expect("seconds");
            assert!((1..=25 * 3600).contains(&wait), "{there}: {wait}");
        }
        let wait = asking(&rita, &json!({})).await.expect(429).header("retry-after").parse().expect("seconds");
        app.advance(Duration::from_secs(wait));
        asking(&rita, &json!({})).await.expect(202);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_fails_for_good_is_given_back_and_said() {
    let app = TestApp::with_flags(&["--exports-per-day", "1"]).await;
    app.leaves_a_mess("the export's job is dead").await;
    let rita = app.provider("rita").await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    // A file stands where the folder should be.
    std::fs::write(app.data().join("files/exports"), "in the way").expect("a file");
    for _ in 0..10 {
        app.run_jobs().await;
        app.advance(Duration::from_hours(4));
    }
    let failed = shown(&rita, &id).await;
    assert_eq!((&failed["status"], &failed["row_count"]), (&json!("failed"), &Value::Null));
    assert!(failed["error"].as_str().expect("a reason").contains("could not be made"), "{failed}");
    std::fs::remove_file(app.data().join("files/exports")).expect("out of the way");
    assert_eq!(made(&app, &rita, &json!({})).await["status"], "ready");
}
