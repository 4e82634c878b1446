//! The back office's view of the queue.

use super::*;
use crate::support::{Client, TestApp};

/// A dead job of the app's own kinds, made by hand.
async fn dead_job(app: &TestApp) -> String {
    let id = JobId::new(app.clock.now());
    app.write(move |tx| {
        tx.execute(
            "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, max_attempts, last_error, created_at, finished_at)
             VALUES ($1, 'distribution.retry_unmatched', $2, 'dead', $3, 5, 5, 'no luck', $3, $3)",
            params![id, Json(json!({ "niche_id": id.0 }).to_string()), tx.now()],
        )
    })
    .await
    .unwrap();
    id.to_string()
}

async fn states(operator: &Client, query: &str) -> Vec<(String, String)> {
    let items = operator.get(format!("/api/v1/admin/jobs{query}")).await.expect(200).items();
    let text = |job: &Value, name: &str| job[name].as_str().unwrap().to_owned();
    items.iter().map(|job| (text(job, "kind"), text(job, "state"))).collect()
}

#[tokio::test]
async fn the_operator_gives_a_dead_job_another_chance() {
    let app = TestApp::start().await;
    let id = dead_job(&app).await;
    let operator = app.operator();
    let of_a_niche = ("distribution.retry_unmatched".to_owned(), "dead".to_owned());
    assert_eq!(states(&operator, "?state=dead").await, [of_a_niche]);
    let shown = operator.get(format!("/api/v1/admin/jobs/{id}")).await.expect(200).json();
    assert_eq!((&shown["attempts"], &shown["last_error"]), (&json!(5), &json!("no luck")));
    assert_eq!(shown["payload"], json!({ "niche_id": id }));

    let retried = operator.post_nothing(format!("/api/v1/admin/jobs/{id}/retry")).await.expect(200).json();
    assert_eq!((&retried["state"], &retried["attempts"]), (&json!("queued"), &json!(5)));
    assert_eq!(app.audit_of(&id).await, ["job.retried"]);
    let again = operator.post_nothing(format!("/api/v1/admin/jobs/{id}/retry")).await.expect(409);
    assert_eq!(again.problem_code(), "job_not_dead");
    assert_eq!(app.audit_of(&id).await, ["job.retried"], "no entry for what was refused");
    app.run_jobs().await;
    let done = operator.get(format!("/api/v1/admin/jobs/{id}")).await.expect(200).json();
    assert_eq!((&done["state"], &done["attempts"]), (&json!("done"), &json!(6)), "attempts only grow");
}

#[tokio::test]
async fn a_dead_job_whose_work_is_queued_anew_stays_dead() {
    let app = TestApp::start().await;
    let id = dead_job(&app).await;
    let other = dead_job(&app).await;
    let key = "UPDATE jobs SET dedup_key = 'the same' WHERE state = 'dead'";
    app.write(move |tx| tx.execute(key, &[])).await.unwrap();
    app.operator().post_nothing(format!("/api/v1/admin/jobs/{id}/retry")).await.expect(200);
    let refused = app.operator().post_nothing(format!("/api/v1/admin/jobs/{other}/retry")).await.expect(409);
    assert_eq!(refused.problem_code(), "job_already_queued");
    app.leaves_a_mess("the other job stays dead").await;
}

#[tokio::test]
async fn the_list_of_jobs_goes_page_by_page() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(dead_job(&app).await);
    }
    ids.reverse();
    let operator = app.operator();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = operator.get(format!("/api/v1/admin/jobs?state=dead&limit=2{cursor}")).await.expect(200);
        seen.extend(page.items().iter().map(|job| job["id"].as_str().unwrap().to_owned()));
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    let other_filter = operator.get(format!("/api/v1/admin/jobs?state=done{cursor}")).await.expect(400);
    assert_eq!(other_filter.problem_code(), "invalid_cursor");
    for query in ["?state=DEAD", "?state=", "?state=dead&state=done", "?page=1", "?limit=0", "?limit=101"] {
        operator.get(format!("/api/v1/admin/jobs{query}")).await.expect(400);
    }
    app.leaves_a_mess("dead jobs, made by hand").await;
}

#[tokio::test]
async fn jobs_are_the_back_offices_alone() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let unknown = "01890000-0000-7000-8000-000000000000";
    for path in ["/api/v1/admin/jobs".to_owned(), format!("/api/v1/admin/jobs/{unknown}")] {
        app.nobody().get(&path).await.expect(401);
        rita.get(&path).await.expect(403);
    }
    rita.post_nothing(format!("/api/v1/admin/jobs/{unknown}/retry")).await.expect(403);
    app.operator().get(format!("/api/v1/admin/jobs/{unknown}")).await.expect(404);
    app.operator().post_nothing(format!("/api/v1/admin/jobs/{unknown}/retry")).await.expect(404);
}
