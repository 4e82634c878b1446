//! Who gets a file, and how.

use std::time::Duration;

use leadhouse::cli::verify;
use leadhouse::exports;
use leadhouse::id::ExportId;
use leadhouse::text;
use sha2::{Digest, Sha256};

use super::*;

#[tokio::test]
async fn a_file_is_given_whole_or_in_part() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let ready = made(&app, &rita, &json!({})).await;
    let whole = fetched(&rita, &ready).await.expect(200);
    let sha256 = text::hex(&Sha256::digest(&whole.bytes));
    assert_eq!(ready["sha256"], sha256);
    assert_eq!(ready["size_bytes"], whole.bytes.len());
    assert_eq!(whole.header("content-length"), whole.bytes.len().to_string());
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert!(whole.header("content-disposition").starts_with("attachment; filename=\"leads-"), "{whole:?}");
    let etag = whole.header("etag").to_owned();
    assert_eq!(etag, format!("\"{sha256}\""));
    let path = format!("{EXPORTS}/{}/download", ready["id"].as_str().unwrap());
    let part = rita.get(&path).header("range", "bytes=3-9").await.expect(206);
    assert_eq!(part.bytes, whole.bytes[3..10]);
    assert_eq!(part.header("content-range"), format!("bytes 3-9/{}", whole.bytes.len()));
    rita.get(&path).header("range", "bytes=1000000-").await.expect(416);
    assert!(rita.get(&path).header("if-none-match", &etag).await.expect(304).bytes.is_empty());
}

#[tokio::test]
async fn anothers_export_is_as_if_it_were_not_there() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let ready = made(&app, &rita, &json!({})).await;
    let id = ready["id"].as_str().expect("an id");
    let unknown = leadhouse::id::new_uuid(app.clock.now());
    for end in ["", "/download"] {
        let theirs = sam.get(format!("{EXPORTS}/{id}{end}")).await.expect(404);
        let nobodys = sam.get(format!("{EXPORTS}/{unknown}{end}")).await.expect(404);
        assert_eq!(theirs.without_request_id(), nobodys.without_request_id());
    }
    sam.post_nothing(format!("{EXPORTS}/{id}/cancel")).await.expect(404);
    app.operator().get(format!("{EXPORTS}/{id}")).await.expect(403);
    app.nobody().get(format!("{EXPORTS}/{id}/download")).await.expect(401);
}

#[tokio::test]
async fn when_its_time_is_over_a_file_is_gone() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ready = made(&app, &rita, &json!({})).await;
    app.advance(Duration::from_hours(7 * 24));
    fetched(&rita, &ready).await.expect(410);
    assert_eq!(files(&app), 1);
    app.run_jobs().await;
    assert_eq!(files(&app), 0);
    fetched(&rita, &ready).await.expect(410);
    assert_eq!(shown(&rita, ready["id"].as_str().unwrap()).await["status"], "expired");
}

#[tokio::test]
async fn a_file_that_nobody_owns_is_swept_away() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ready = made(&app, &rita, &json!({})).await;
    // Written whole and not published; and cut off while it was written.
    for left in ["left.by.a.killed.worker", "half.csv#1"] {
        std::fs::write(app.data().join("files/exports").join(left), "x").expect("a file");
    }
    app.run_jobs().await;
    assert_eq!(files(&app), 3, "they might be an attempt's that is under way");
    app.advance(Duration::from_hours(3));
    app.run_jobs().await;
    assert_eq!(files(&app), 1);
    fetched(&rita, &ready).await.expect(200);
}

#[tokio::test]
async fn verify_reads_the_files() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ready = made(&app, &rita, &json!({})).await;
    let found = || async { verify::files(&app.app.db, &app.app.files).await.expect("the storage is there") };
    assert_eq!(found().await, []);
    let folder = app.data().join("files/exports");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(found().await[0].subject.to_string(), ready["id"]);
    std::fs::remove_file(&file).unwrap();
    assert!(found().await[0].detail.contains("is missing"));
    assert_eq!(fetched(&rita, &ready).await.expect(409).problem_code(), "file_missing");
}

#[tokio::test]
async fn an_erased_person_is_in_no_file_any_more() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("roofing").await, app.provider("sam").await);
    let before = made(&app, &rita, &json!({})).await;
    app.advance(Duration::from_secs(1));
    let sent = rita.is_sent(json!({ "contact_email": "ann@example.com" })).await;
    let with = made(&app, &rita, &json!({ "filters": { "search": "Ann@" } })).await;
    let others = made(&app, &sam, &json!({})).await;
    let queued = asking(&rita, &json!({ "filters": { "search": "ann@example" } })).await.expect(202).str("export_id");
    let harmless = asking(&rita, &json!({ "filters": { "search": "bob" } })).await.expect(202).str("export_id");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", sent.lead)).await.expect(202);
    fetched(&rita, &with).await.expect(410);
    fetched(&rita, &before).await.expect(200);
    fetched(&sam, &others).await.expect(200);
    app.run_jobs().await;
    assert_eq!(files(&app), 3, "two from before, and the one that was harmless");
    let with = shown(&rita, with["id"].as_str().unwrap()).await;
    assert_eq!((&with["status"], &with["filters"]), (&json!("expired"), &json!({})));
    assert_eq!(shown(&rita, &queued).await["status"], "cancelled");
    let harmless = shown(&rita, &harmless).await;
    assert_eq!((&harmless["status"], &harmless["filters"]["search"]), (&json!("ready"), &json!("bob")));
}

#[tokio::test]
async fn what_was_being_made_when_a_person_was_erased_is_made_anew() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent(json!({ "contact_name": "Ann" })).await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    // A worker that was about to publish what it had read before.
    let export = ExportId(leadhouse::id::parse_uuid(&id).unwrap());
    let begun = app.app.db.run(exports::begin(export)).await.unwrap().expect("it is to be made").begun;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", sent.lead)).await.expect(202);
    let again = app.app.db.run(exports::begin(export)).await.unwrap().expect("it is to be made anew").begun;
    assert!(again > begun);
    assert!(!app.app.db.run(exports::progress(export, begun, 1)).await.unwrap());
    let late = exports::Made {
        begun,
        name: "exports/late".to_owned(),
        row_count: 1,
        matching_rows: 1,
        size_bytes: 1,
        sha256: [0; 32],
    };
    let week = Duration::from_hours(7 * 24);
    let budget = exports::Budget { per_provider: 1, total: 1 };
    assert!(!app.app.db.run(exports::publish(export, late, week, [0; 32], budget)).await.unwrap());
    app.run_jobs().await;
    let ready = shown(&rita, &id).await;
    assert_eq!(column(&rows(&rita, &ready).await, "Name"), ["erased"]);
}
