//! Who can be reached, and what tells people apart.

use serde_json::{Value, json};

use super::{shown, status};
use crate::support::{Source, TestApp, at_once};

const NICHES: &str = "/api/v1/admin/niches";

/// What became of a lead with these members alone.
async fn fate(source: &Source, members: Value) -> String {
    status(&source.sending(&members).await.expect(201))
}

async fn decides(app: &TestApp, niche: &str, unreachable: &str) {
    let path = format!("{NICHES}/{niche}");
    let niche = app.operator().patch(path, &json!({ "unreachable": unreachable })).await.expect(200).json();
    assert_eq!(niche["unreachable"], unreachable);
}

#[tokio::test]
async fn nobody_buys_a_person_that_nobody_can_reach() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (phone, email) in [
        (Some("call my mom"), None),
        (Some("abc"), None),
        (Some("000"), None),
        (Some("0"), None),
        (Some("+1"), None),
        (Some("0000000000"), None),
        (Some("3.03555E+09"), None),
        (Some("123"), Some("jo@nowhere.invalid")),
        (None, Some("jo@shop.test")),
        (None, Some("jo@shop.example")),
        (None, Some("jo@mail.LOCALHOST")),
        (None, Some("jo@printer.local")),
        (None, Some("jo@localhost")),
        (None, Some("Jo@Invalid.")),
    ] {
        let body = json!({ "contact_phone": phone, "contact_email": email });
        let answer = rita.source.sending(&body).await.expect(201).json();
        assert_eq!((&answer["status"], &answer["assignments"]), (&json!("invalid"), &json!(0)), "{body}");
        let told = rita.source.previews(&body).await.expect(200).json();
        assert_eq!((&told["status"], &told["matches"]), (&json!("invalid"), &json!([])), "{body}");
    }
    assert_eq!(rita.me().await["counts"]["active"], 0);
    let listed = app.operator().get("/api/v1/admin/leads?status=invalid").await.expect(200).items();
    assert_eq!(listed.len(), 14);
    assert_eq!(app.audit_of(listed[0]["id"].as_str().expect("an id")).await, ["lead.received"]);
    for body in [
        json!({ "contact_phone": "call my mom", "contact_email": "jo@example.com" }),
        json!({ "contact_phone": "512-555-0123", "contact_email": "jo@shop.test" }),
        json!({ "contact_phone": "555-0199" }),
        json!({ "contact_phone": "1-800-FLOWERS" }),
        json!({ "contact_phone": "+33 1 42 76 49 78" }),
        json!({ "contact_email": "jo@example.net" }),
    ] {
        assert_eq!(fate(&rita.source, body.clone()).await, "assigned", "{body}");
    }
}

#[tokio::test]
async fn who_cannot_be_reached_is_nobody_s_duplicate_nor_original() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let nobody = json!({ "contact_email": "jo@nowhere.invalid", "contact_phone": "000", "external_id": "x" });
    assert_eq!(fate(&rita.source, nobody.clone()).await, "invalid");
    assert_eq!(fate(&rita.source, nobody).await, "invalid");
    let corrected =
        json!({ "contact_email": "jo@nowhere.invalid", "contact_phone": "512-555-0123", "external_id": "x" });
    assert_eq!(fate(&rita.source, corrected.clone()).await, "assigned");
    assert_eq!(fate(&rita.source, corrected).await, "duplicate");
    // Many make up the same address.
    let other = json!({ "contact_email": "jo@nowhere.invalid", "contact_phone": "512-555-0124" });
    assert_eq!(fate(&rita.source, other).await, "assigned");
}

#[tokio::test]
async fn a_niche_says_what_becomes_of_them() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let made = operator.post(NICHES, &json!({ "name": "Solar" })).await.expect(201).json();
    assert_eq!(made["unreachable"], "invalid");
    let held = operator.post(NICHES, &json!({ "name": "Pools", "unreachable": "held" })).await.expect(201);
    assert_eq!(held.str("unreachable"), "held");
    let path = format!("{NICHES}/{}", held.str("id"));
    assert_eq!(operator.get(&path).await.expect(200).str("unreachable"), "held");
    for wrong in [json!("never"), json!(null), json!(1), json!("HELD")] {
        let body = json!({ "unreachable": wrong });
        assert_eq!(operator.patch(&path, &body).await.expect(422).wrong_fields(), ["#/unreachable"]);
    }
    let rita = app.provider("rita").await;
    for (unreachable, status) in [("sell", "assigned"), ("held", "held"), ("invalid", "invalid"), ("sell", "assigned")]
    {
        decides(&app, &rita.niche, unreachable).await;
        let body = json!({ "contact_email": "jo@nowhere.invalid" });
        assert_eq!(rita.source.previews(&body).await.expect(200).str("status"), status);
        assert_eq!(fate(&rita.source, body).await, status);
    }
    let entries = operator.get(format!("/api/v1/admin/audit?entity_id={}", rita.niche)).await.expect(200).items();
    assert_eq!(entries[0]["details"]["unreachable"], json!({ "from": "invalid", "to": "sell" }));
}

#[tokio::test]
async fn the_operator_releases_what_is_held_or_gives_it_up() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let rita = app.provider("rita").balance(25.0).await;
    decides(&app, &rita.niche, "held").await;
    let held = async |n: usize| {
        let body = json!({ "contact_email": format!("jo{n}@nowhere.invalid"), "form_data": { "n": n } });
        let answer = rita.source.sending(&body).await.expect(201);
        assert_eq!((status(&answer), answer.json()["assignments"].clone()), ("held".to_owned(), json!(0)));
        answer.str("lead_id")
    };
    let (sold, late, worthless) = (held(1).await, held(2).await, held(3).await);
    assert_eq!(operator.get("/api/v1/admin/leads?status=held").await.expect(200).items().len(), 3);
    let call = |lead: &str, what: &str| operator.post_nothing(format!("/api/v1/admin/leads/{lead}/{what}"));
    let answer = call(&sold, "release").await.expect(200).json();
    assert_eq!(answer, json!({ "ok": true, "lead_id": sold, "status": "assigned", "assignments": 1 }));
    assert_eq!(call(&late, "release").await.expect(200).str("status"), "unmatched", "she has no money left");
    assert_eq!(call(&worthless, "discard").await.expect(200).str("status"), "invalid");
    assert_eq!(app.audit_of(&sold).await, ["lead.received", "lead.released"]);
    assert_eq!(app.audit_of(&worthless).await, ["lead.received", "lead.discarded"]);
    assert_eq!(rita.opens(&sold).await.expect(200).json()["form_data"], json!({ "n": 1 }));
    assert_eq!(rita.inbox("search=jo1@").await.expect(200).json()["total_count"], 1);
    for (lead, now) in [(&sold, "assigned"), (&late, "unmatched"), (&worthless, "invalid")] {
        for what in ["release", "discard"] {
            let refused = call(lead, what).await.expect(409);
            assert_eq!((refused.problem_code(), refused.str("lead_status")), ("not_held".to_owned(), now.to_owned()));
        }
    }
    call("00000000-0000-7000-8000-000000000000", "release").await.expect(404);
    rita.post_nothing(format!("/api/v1/admin/leads/{late}/release")).await.expect(403);
    app.credits(&rita.id, 25.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(operator.get(format!("/api/v1/admin/leads/{late}")).await.expect(200).str("status"), "assigned");
}

/// Leads of the last day that wait for a niche that would sell them now wait for nothing.
#[tokio::test]
async fn what_a_niche_held_is_offered_when_it_sells_such_leads() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let rita = app.provider("rita").await;
    let pools = app.niche("Pools").await;
    let elsewhere = app.source_of(&pools).await;
    decides(&app, &rita.niche, "held").await;
    decides(&app, &pools, "held").await;
    let nobody = |n: u32| json!({ "contact_email": format!("jo{n}@nowhere.invalid"), "external_id": format!("x{n}") });
    let stale = rita.source.sending(&nobody(0)).await.expect(201).str("lead_id");
    app.advance(std::time::Duration::from_hours(24));
    let mut waiting = Vec::new();
    for n in [1, 1, 2, 3] {
        waiting.push(rita.source.sending(&nobody(n)).await.expect(201).str("lead_id"));
        app.advance(std::time::Duration::from_secs(1));
    }
    let other = elsewhere.sending(&nobody(4)).await.expect(201).str("lead_id");
    operator.post_nothing(format!("/api/v1/admin/leads/{}/erase", waiting[3])).await.expect(202);
    for kept in ["invalid", "held"] {
        decides(&app, &rita.niche, kept).await;
        app.run_jobs().await;
        assert_eq!(operator.get("/api/v1/admin/leads?status=held").await.expect(200).items().len(), 5, "{kept}");
    }
    decides(&app, &rita.niche, "sell").await;
    app.run_jobs().await;
    let now = async |lead: &str| operator.get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).str("status");
    for (lead, status) in [
        (&waiting[0], "assigned"),
        (&waiting[1], "duplicate"),
        (&waiting[2], "assigned"),
        (&stale, "held"),
        (&other, "held"),
    ] {
        assert_eq!(now(lead).await, status);
    }
    assert_eq!(app.audit_of(&waiting[0]).await, ["lead.received", "lead.released"]);
    assert_eq!(rita.me().await["counts"]["active"], 2);
    // Switched back before the job runs, it holds on.
    let late = {
        decides(&app, &rita.niche, "held").await;
        rita.source.sending(&nobody(5)).await.expect(201).str("lead_id")
    };
    decides(&app, &rita.niche, "sell").await;
    decides(&app, &rita.niche, "held").await;
    app.run_jobs().await;
    assert_eq!(now(&late).await, "held");
}

#[tokio::test]
async fn a_lead_is_released_once_and_sold_once() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let rita = app.provider("rita").await;
    decides(&app, &rita.niche, "held").await;
    let body = json!({ "contact_email": "jo@nowhere.invalid", "external_id": "x" });
    let (first, second) = (rita.source.sending(&body).await, rita.source.sending(&body).await);
    assert_eq!((status(&first), status(&second)), ("held".to_owned(), "held".to_owned()));
    let path =
        |answer: &crate::support::Answer, what: &str| format!("/api/v1/admin/leads/{}/{what}", answer.str("lead_id"));
    let calls = ["release", "release", "discard", "release"].map(|what| operator.post_nothing(path(&first, what)));
    let answers = at_once(calls).await;
    assert_eq!((answers.count(200), answers.count(409)), (1, 3), "{answers:?}");
    if shown(&app, &first).await["status"] == "assigned" {
        let answer = operator.post_nothing(path(&second, "release")).await.expect(200);
        assert_eq!(status(&answer), "duplicate");
        assert_eq!(shown(&app, &second).await["duplicate_of"], first.str("lead_id"));
    }
    assert!(rita.me().await["counts"]["active"].as_i64() <= Some(1));
}

/// Two posts of one platform id wait; what the later says of the earlier, which is sold first, is a correction. The other way
/// round it is what the person said before, and corrects nothing.
#[tokio::test]
async fn a_lead_released_as_a_duplicate_corrects_the_one_that_was_sold_before_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    decides(&app, &rita.niche, "held").await;
    for (sold, told) in [(0, json!(["call my son"])), (1, json!([]))] {
        let mut leads = Vec::new();
        for phone in ["call my mom", "call my son"] {
            let body = json!({ "contact_phone": phone, "external_id": format!("x{sold}") });
            leads.push(rita.source.sending(&body).await.expect(201).str("lead_id"));
            app.advance(std::time::Duration::from_secs(1));
        }
        let release = |lead: &str| app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/release"));
        assert_eq!(status(&release(&leads[sold]).await.expect(200)), "assigned");
        app.run_jobs().await;
        let mails = app.mails().len();
        assert_eq!(status(&release(&leads[1 - sold]).await.expect(200)), "duplicate");
        let corrections = rita.opens(&leads[sold]).await.expect(200).json()["corrections"].clone();
        let phones: Vec<_> =
            corrections.as_array().expect("a list").iter().map(|one| one["contact_phone"].clone()).collect();
        assert_eq!(Value::Array(phones), told);
        app.run_jobs().await;
        assert_eq!(app.mails().len() - mails, told.as_array().map_or(0, Vec::len));
        assert_eq!(app.ledger_of(&rita.id).await.iter().filter(|(kind, ..)| kind == "charge").count(), sold + 1);
    }
}

#[tokio::test]
async fn an_erased_lead_waits_no_more() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    decides(&app, &rita.niche, "held").await;
    let lead = rita.source.sending(&json!({ "contact_phone": "call me" })).await.expect(201).str("lead_id");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    assert!(app.operator().get("/api/v1/admin/leads?status=held").await.expect(200).items().is_empty());
    let refused = app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/release")).await.expect(409);
    assert_eq!(refused.problem_code(), "lead_erased");
}

#[tokio::test]
async fn what_is_no_number_tells_nobody_apart() {
    let app = TestApp::start().await;
    for (n, phone) in
        ["0", "+1", "123", "000", "0000000000", "1111111111", "1234567890", "3.03555E+09", "none", "555-0100"]
            .into_iter()
            .enumerate()
    {
        let source = app.source_of(&app.niche(&format!("Niche {n}")).await).await;
        for email in ["ann@example.com", "bob@example.com"] {
            let body = json!({ "contact_email": email, "contact_phone": phone });
            assert_eq!(fate(&source, body).await, "unmatched", "{email} {phone}");
        }
    }
}

#[tokio::test]
async fn one_person_has_one_number_in_every_country() {
    let app = TestApp::start().await;
    let alike: [(&str, &[&str]); 6] = [
        (
            "US",
            &["+1 512 555 0123", "0015125550123", "011 1 512 555 0123", "15125550123", "(512) 555-0123", "٥١٢٥٥٥٠١٢٣"],
        ),
        (
            "GB",
            &[
                "0161 496 0000 or 0161 496 0001",
                "0161 496 0000",
                "+44 (0)161 496 0000",
                "0044 161 496 0000",
                "441614960000",
            ],
        ),
        ("AR", &["011 15 2345 6789", "+54 9 11 2345 6789", "11 15 2345-6789"]),
        ("MX", &["+52 1 55 1234 5678", "55 1234 5678", "044 55 1234 5678"]),
        ("BR", &["(11) 91234-5678", "0 15 11 91234-5678", "+55 11 91234-5678", "11 9123-45678"]),
        ("IT", &["06 6982 1234", "+39 06 6982 1234", "0039 06 69821234"]),
    ];
    for (country, texts) in alike {
        let provider = app.provider(&format!("Roofs in {country}")).await;
        let source = app.new_source(&provider.niche, "json", json!({ "country": country })).await;
        for (n, text) in texts.iter().enumerate() {
            let body = json!({ "contact_email": format!("p{n}@example.com"), "contact_phone": text });
            let expected = if n == 0 { "assigned" } else { "duplicate" };
            assert_eq!(fate(&source, body).await, expected, "{text} in {country}");
        }
    }
}

#[tokio::test]
async fn two_extensions_are_two_people() {
    let app = TestApp::start().await;
    let source = app.provider("rita").await.source;
    for (phone, email, expected) in [
        ("650-253-0000 x42", "ann@example.com", "assigned"),
        ("650-253-0000 x77", "bob@example.com", "assigned"),
        ("650-253-0000", "cy@example.com", "assigned"),
        ("+16502530000;ext=42", "ann@example.net", "duplicate"),
        ("(650) 253-0000 ext. 77", "bob@example.net", "duplicate"),
        ("650.253.0000 #42", "ann@example.org", "duplicate"),
    ] {
        assert_eq!(fate(&source, json!({ "contact_phone": phone, "contact_email": email })).await, expected, "{phone}");
    }
}

#[tokio::test]
async fn what_stood_beside_the_number_is_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "json", json!({ "country": "GB" })).await;
    for (n, (phone, form, kept)) in [
        ("020 7183 8750 or 0161 496 0001", json!({ "a": { "b": [1] } }), "020 7183 8750 or 0161 496 0001"),
        ("020 7183 8751 after \"5\"", Value::Null, "020 7183 8751 after \"5\""),
        ("020 7183 8752; 020 7183 8753", json!({}), "020 7183 8752; 020 7183 8753"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = json!({ "contact_phone": phone, "contact_email": format!("p{n}@example.com") });
        if form.is_object() {
            body["form_data"] = form.clone();
        }
        let told = source.previews(&body).await.expect(200).json();
        let lead = rita.opens(source.sending(&body).await.expect(201).str("lead_id")).await.expect(200).json();
        assert_eq!(lead["contact_phone"], format!("+44207183875{n}"), "{lead}");
        assert_eq!(lead["form_data"]["contact_phone"], kept, "{lead}");
        assert_eq!(lead["form_data"]["a"], form["a"]);
        assert_eq!(told["fields"]["form_data"], lead["form_data"]);
    }
}
