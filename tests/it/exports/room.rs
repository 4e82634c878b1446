//! How much files may take, and those that are lost.

use std::time::Duration;

use super::*;

/// A file of three leads, or of eight bare ones of a CRM, is larger than half of this, and smaller than it.
const KIBIBYTE: &[&str] = &["--export-disk-per-provider", "1KiB", "--exports-per-day", "2"];
const KIBIBYTE_IN_ALL: &[&str] = &["--export-disk-total", "1KiB"];

async fn states(me: &Provider) -> Vec<String> {
    let newest_first = me.get(EXPORTS).await.expect(200).items();
    newest_first.iter().rev().map(|export| export["status"].as_str().expect("a status").to_owned()).collect()
}

#[tokio::test]
async fn a_providers_oldest_files_make_room_for_its_newest() {
    let app = TestApp::with_flags(KIBIBYTE).await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    rita.is_sent_leads(3).await;
    sam.is_sent_leads(3).await;
    let (first, others) = (made(&app, &rita, &json!({})).await, made(&app, &sam, &json!({})).await);
    let second = made(&app, &rita, &json!({})).await;
    for made in [&first, &others, &second] {
        let size = made["size_bytes"].as_i64().expect("a size");
        assert!((513..=1024).contains(&size), "two are too much, one is not: {size}");
    }
    assert_eq!(states(&rita).await, ["expired", "ready"]);
    fetched(&rita, &first).await.expect(410);
    fetched(&rita, &second).await.expect(200);
    fetched(&sam, &others).await.expect(200);
    let first = shown(&rita, first["id"].as_str().unwrap()).await;
    assert!(first["expires_at"].as_str() <= second["ready_at"].as_str(), "that it is over shows: {first}");
    assert_eq!(files(&app), 2);
}

#[tokio::test]
async fn a_file_larger_than_all_its_providers_room_fails_and_says_so() {
    let app = TestApp::with_flags(KIBIBYTE).await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let kept = made(&app, &rita, &json!({})).await;
    rita.is_sent_leads(5).await;
    let failed = made(&app, &rita, &json!({})).await;
    assert_eq!(failed["status"], "failed");
    let reason = failed["error"].as_str().expect("a reason");
    assert!(reason.contains("larger than the 1 KiB") && reason.contains("does not count"), "{reason}");
    fetched(&rita, &kept).await.expect(200);
    assert_eq!(files(&app), 1);
    assert_eq!(
        app.audit_of(failed["id"].as_str().unwrap()).await,
        ["lead.export_requested", "lead.export_failed"],
        "given up at once: it would not become smaller"
    );
    asking(&rita, &json!({})).await.expect(202);
    app.run_jobs().await;
}

#[tokio::test]
async fn no_provider_takes_anothers_room() {
    let app = TestApp::with_flags(KIBIBYTE_IN_ALL).await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    rita.is_sent_leads(3).await;
    sam.is_sent_leads(3).await;
    made(&app, &rita, &json!({})).await;
    let failed = made(&app, &sam, &json!({})).await;
    assert!(failed["error"].as_str().expect("a reason").contains("no room"), "{failed}");
    made(&app, &rita, &json!({})).await;
    assert_eq!(
        (states(&rita).await, states(&sam).await),
        (vec!["expired".into(), "ready".into()], vec!["failed".into()])
    );
}

#[tokio::test]
async fn of_many_that_are_ready_at_once_those_that_fit_are_kept() {
    let app = TestApp::with_flags(KIBIBYTE_IN_ALL).await;
    let mut people = Vec::new();
    for name in ["ann", "bob", "cid", "dee", "eve", "fay"] {
        let me = app.provider(name).await;
        me.is_sent_leads(3).await;
        asking(&me, &json!({})).await.expect(202);
        people.push(me);
    }
    app.run_jobs().await;
    let mut all = Vec::new();
    for me in &people {
        all.extend(states(me).await);
    }
    assert_eq!(all.iter().filter(|state| *state == "ready").count(), 1, "{all:?}");
    assert_eq!(files(&app), 1);
}

fn loses_its_files(app: &TestApp) {
    for file in std::fs::read_dir(app.data().join("files/exports")).expect("a folder") {
        std::fs::remove_file(file.unwrap().path()).expect("it is removed");
    }
}

#[tokio::test]
async fn a_file_that_is_lost_says_so_and_is_made_again_at_no_cost() {
    let app = TestApp::with_flags(&["--exports-per-day", "1"]).await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let sent = rita.is_sent(json!({ "contact_email": "ann@example.com" })).await;
    rita.is_sent_a_lead().await;
    let asked = json!({ "filters": { "search": "ann@", "viewed": false }, "format": "xlsx", "preset": "hubspot" });
    let old = made(&app, &rita, &asked).await;
    let again = format!("{EXPORTS}/{}/again", old["id"].as_str().unwrap());
    assert_eq!(rita.post_nothing(&again).await.expect(409).problem_code(), "file_not_missing");
    loses_its_files(&app);
    assert_eq!(old["file_missing"], json!(false));
    assert_eq!(fetched(&rita, &old).await.expect(409).problem_code(), "file_missing");
    assert_eq!(shown(&rita, old["id"].as_str().unwrap()).await["file_missing"], json!(true));
    let link = super::link::link(&app);
    for page in [app.nobody().get(&link).await.expect(409), app.nobody().post_nothing(&link).await.expect(409)] {
        assert!(page.text.contains("made again"), "{page:?}");
    }
    sam.post_nothing(&again).await.expect(404);
    let answers = rita.at_once(8, |me| me.post_nothing(&again)).await;
    assert_eq!((answers.count(202), answers.count(409)), (1, 7));
    let new = answers.with(202).str("export_id");
    app.run_jobs().await;
    let ready = shown(&rita, &new).await;
    for same in ["filters", "format", "preset"] {
        assert_eq!(ready[same], old[same], "{same}");
    }
    assert_eq!((&ready["status"], &ready["row_count"]), (&json!("ready"), &json!(1)));
    fetched(&rita, &ready).await.expect(200);
    assert_eq!(states(&rita).await, ["expired", "ready"]);
    assert_eq!(app.audit_of(new.as_str()).await, ["lead.export_requested", "lead.export_completed"]);
    asking(&rita, &json!({})).await.expect(429);
    rita.opens(&sent).await.expect(200);
}

#[tokio::test]
async fn files_that_are_lost_are_found_out_and_so_are_those_that_come_back() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (lost, kept) = (made(&app, &rita, &json!({})).await, made(&app, &rita, &json!({})).await);
    let folder = app.data().join("files/exports");
    let file = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let file = file.into_iter().find(|file| file.to_string_lossy().contains(lost["id"].as_str().unwrap())).unwrap();
    std::fs::rename(&file, app.data().join("away")).unwrap();
    let missing = || async {
        app.advance(Duration::from_hours(1));
        app.run_jobs().await;
        let shown = rita.get(EXPORTS).await.expect(200).items();
        let missing = shown.into_iter().filter(|export| export["file_missing"] == json!(true));
        missing.map(|export| export["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(missing().await, [lost["id"].clone()]);
    fetched(&rita, &kept).await.expect(200);
    std::fs::rename(app.data().join("away"), &file).unwrap();
    assert_eq!(missing().await, [Value::Null; 0]);
    fetched(&rita, &lost).await.expect(200);
}
