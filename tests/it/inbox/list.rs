//! `GET /api/v1/provider/leads`: whose leads, in which order, on which pages.

use axum::http::Method;
use serde_json::{Value, json};

use super::{leads, link, names};
use crate::support::TestApp;

#[tokio::test]
async fn a_provider_sees_its_own_assignments_only() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sam = app.provider("sam").niche("Roofing").await;
    let shared = rita.is_sent_a_lead().await;
    let sams = app.provider("tess").await.is_sent_a_lead().await;
    let (hers, his) = (rita.inbox("").await.expect(200), sam.inbox("").await.expect(200));
    assert_eq!((hers.items().len(), his.items().len()), (1, 1));
    assert_eq!(hers.items()[0]["lead_id"], his.items()[0]["lead_id"]);
    assert_eq!(hers.items()[0]["assignment_id"], shared.assignment.as_str());
    assert_eq!(his.items()[0]["assignment_id"], sam.has(&shared.lead).await.assignment.as_str());
    assert!(!leads(&hers.items()).contains(&sams.lead));
    // What only others have is nothing: not an error, not a hint.
    let only_tess = app.provider("tess 2").niche("Plumbing").await;
    let mail = only_tess.is_sent(json!({ "contact_email": "only.tess@example.org" })).await;
    for query in ["search=only.tess".to_owned(), format!("niche_id={}", only_tess.niche)] {
        let answer = rita.inbox(&query).await.expect(200).json();
        assert_eq!((&answer["total_count"], &answer["items"]), (&json!(0), &json!([])), "{query} {mail:?}");
    }
}

#[tokio::test]
async fn nobody_becomes_another_by_asking() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    sam.is_sent_a_lead().await;
    let refused = rita.inbox(&format!("provider_id={}", sam.id)).await.expect(400);
    assert_eq!(refused.wrong_fields(), ["provider_id"]);
    let answer = rita.get("/api/v1/provider/leads").header("x-provider-id", &sam.id).await.expect(200);
    assert_eq!(answer.json()["total_count"], 0);
}

#[tokio::test]
async fn an_entry_has_what_the_plan_lists() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.5).await;
    let sent = rita.is_sent(json!({ "contact_name": "Zoë", "contact_phone": null, "postal_code": "80211" })).await;
    let answer = rita.inbox("").await.expect(200);
    assert!(answer.text.contains("\"price_charged\":25.5,\"currency\":\"USD\""), "{answer:?}");
    assert_eq!(names(&answer.json()), ["items", "limit", "next_cursor", "page", "total_count", "total_pages"]);
    let item = &answer.items()[0];
    let expected = [
        "accepted_at",
        "appeal_until",
        "assigned_at",
        "assignment_id",
        "contact_email",
        "contact_name",
        "contact_phone",
        "currency",
        "erased_at",
        "lead_id",
        "niche_id",
        "niche_name",
        "postal_code",
        "price_charged",
        "rejected_at",
        "rejection_code",
        "rejection_reason",
        "return",
        "return_until",
        "returns_left",
        "status",
        "undo_until",
        "viewed_at",
    ];
    assert_eq!(names(item), expected);
    assert_eq!(item["lead_id"], sent.lead.as_str());
    assert_eq!(item["niche_id"], rita.niche.as_str());
    assert_eq!((&item["niche_name"], &item["postal_code"]), (&json!("Roofing by rita"), &json!("80211")));
    assert_eq!((&item["status"], &item["contact_name"]), (&json!("active"), &json!("Zoë")));
    for absent in ["contact_phone", "viewed_at", "accepted_at", "rejected_at", "rejection_reason", "erased_at"] {
        assert_eq!(item[absent], Value::Null, "{absent}");
    }
    let assigned = item["assigned_at"].as_str().expect("a time");
    assert!(assigned.len() == 27 && assigned.ends_with('Z'), "{assigned}");
}

#[tokio::test]
async fn pages_are_newest_first_and_say_where_the_others_are() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut sent: Vec<String> = rita.is_sent_leads(7).await.into_iter().map(|sent| sent.lead).collect();
    sent.reverse();
    let mut seen = Vec::new();
    for page in 1..=3 {
        let answer = rita.inbox(&format!("page={page}&limit=3&status=active")).await.expect(200);
        let body = answer.json();
        let figures =
            ["page", "limit", "total_count", "total_pages"].map(|name| body[name].as_i64().expect("a number"));
        assert_eq!(figures, [page, 3, 7, 3]);
        seen.extend(leads(&answer.items()));
        let here = |page: i64| Some(format!("/api/v1/provider/leads?status=active&page={page}&limit=3"));
        let links = answer.header("link");
        assert_eq!(link(links, "first"), here(1));
        assert_eq!(link(links, "last"), here(3));
        assert_eq!(link(links, "prev"), (page > 1).then(|| here(page - 1)).flatten());
        assert_eq!(link(links, "next"), (page < 3).then(|| here(page + 1)).flatten());
        assert_eq!(body["next_cursor"].is_null(), page == 3);
    }
    assert_eq!(seen, sent);
    assert_eq!(rita.inbox("").await.json()["limit"], 25);
    let past = rita.inbox("page=9&limit=3").await.expect(200);
    let body = past.json();
    assert_eq!((&body["total_count"], &body["total_pages"], &body["items"]), (&json!(7), &json!(3), &json!([])));
    assert_eq!(link(past.header("link"), "prev"), Some("/api/v1/provider/leads?page=3&limit=3".to_owned()));
    assert_eq!(link(past.header("link"), "next"), None);
    let head = rita.call(Method::HEAD, "/api/v1/provider/leads").await.expect(200);
    assert_eq!(head.text, "");
}

#[tokio::test]
async fn an_empty_inbox_has_no_pages() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for query in ["", "status=rejected", "viewed=false", "search=nobody", "page=2"] {
        let answer = rita.inbox(query).await.expect(200).json();
        assert_eq!((&answer["total_count"], &answer["total_pages"]), (&json!(0), &json!(0)), "{query}");
        assert_eq!((&answer["items"], &answer["next_cursor"]), (&json!([]), &Value::Null), "{query}");
    }
}

#[tokio::test]
async fn a_cursor_neither_loses_nor_doubles_while_leads_come_in() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut expected: Vec<String> = rita.is_sent_leads(8).await.into_iter().map(|sent| sent.lead).collect();
    expected.reverse();
    let mut answer = rita.inbox("limit=3&search=example.org").await.expect(200);
    let mut seen = leads(&answer.items());
    for page in 2..=3 {
        rita.is_sent_leads(2).await;
        let next = link(answer.header("link"), "next").expect("a next page");
        let cursor = answer.str("next_cursor");
        let by_cursor = rita.get("/api/v1/provider/leads?limit=3&search=example.org").query(&[("cursor", &cursor)]);
        answer = by_cursor.await.expect(200);
        if page == 3 {
            // The link of a page that was reached by cursor leads on by cursor.
            assert_eq!(leads(&rita.get(next).await.expect(200).items()), leads(&answer.items()));
        }
        assert_eq!(answer.json()["page"], page);
        assert_eq!(answer.json()["total_count"], 8 + 2 * (page - 1));
        seen.extend(leads(&answer.items()));
    }
    assert_eq!(seen, expected);
    assert_eq!(answer.json()["next_cursor"], Value::Null);
    assert_eq!(link(answer.header("link"), "next"), None);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    rita.is_sent_leads(3).await;
    let cursor = rita.inbox("limit=1&status=active").await.expect(200).str("next_cursor");
    let ask = |who: &crate::support::Provider, query: &str, cursor: &str| {
        who.get(format!("/api/v1/provider/leads?{query}")).query(&[("cursor", cursor)])
    };
    ask(&rita, "status=active&limit=2", &cursor).await.expect(200);
    let mut flipped = cursor.clone().into_bytes();
    flipped[10] = if flipped[10] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).expect("ASCII");
    let long = "A".repeat(300);
    let cut = cursor.get(..cursor.len() - 2).expect("ASCII");
    for broken in [cut, &flipped, "x", "!!!", &long] {
        let refused = ask(&rita, "status=active", broken).await.expect(400);
        assert_eq!(refused.problem_code(), "invalid_cursor", "{broken}");
        assert_eq!(refused.wrong_fields(), ["cursor"]);
    }
    for (who, query) in
        [(&sam, "status=active"), (&rita, "status=accepted"), (&rita, "limit=1"), (&rita, "viewed=false")]
    {
        assert_eq!(ask(who, query, &cursor).await.expect(400).problem_code(), "invalid_cursor", "{query}");
    }
    let both = ask(&rita, "status=active&page=1", &cursor).await.expect(400);
    assert_eq!(both.wrong_fields(), ["cursor"]);
}

#[tokio::test]
async fn past_a_depth_there_is_only_the_cursor() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    for (query, status) in [
        ("page=100&limit=100", 200),
        ("page=101&limit=100", 400),
        ("page=400", 200),
        ("page=401", 400),
        ("page=10000&limit=1", 200),
        ("page=10001&limit=1", 400),
        ("page=4294967295&limit=100", 400),
        ("page=9223372036854775807&limit=100", 400),
    ] {
        let answer = rita.inbox(query).await.expect(status);
        if status == 400 {
            assert_eq!(answer.problem_code(), "page_too_deep", "{query}");
            assert!(answer.problem()["detail"].as_str().expect("a detail").contains("cursor"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_erased_lead_stays_listed_without_the_person() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent(json!({ "contact_email": "ann.canary@example.org" })).await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
    app.run_jobs().await;
    let answer = rita.inbox("").await.expect(200);
    let item = &answer.items()[0];
    assert!(item["erased_at"].is_string(), "{answer:?}");
    for gone in ["contact_name", "contact_email", "contact_phone"] {
        assert_eq!(item[gone], Value::Null);
    }
    assert_eq!(item["status"], "refunded");
    assert_eq!(rita.inbox("search=canary").await.expect(200).json()["total_count"], 0);
}
