//! The rule: eligible subscriptions, the level that earns most, the rotation within it, and what is kept of it all.

use serde_json::{Value, json};

use super::{changes, crowd, ids, nothing, reason, sends, shown, takers, trace_line};
use crate::support::{Provider, TestApp};

/// What a provider was charged, oldest first.
async fn charges(app: &TestApp, provider: &Provider) -> Vec<f64> {
    let ledger = app.ledger_of(&provider.id).await;
    ledger.into_iter().filter(|(kind, ..)| kind == "charge").map(|(_, amount, _)| amount).collect()
}

#[tokio::test]
async fn the_level_with_the_highest_sum_of_prices_wins() {
    let app = TestApp::start().await;
    let shared_1 = app.provider("a").niche("roof").level("Shared", 3).price(20.0).await;
    let shared_2 = app.provider("b").niche("roof").level("Shared", 3).price(20.0).await;
    let exclusive = app.provider("c").niche("roof").level("Exclusive", 1).price(39.0).await;
    let (lead, _) = sends(&shared_1, nothing()).await;
    // Two of at most three: fewer than the maximum is fine.
    assert_eq!(takers(&app, &lead).await, ids(&[&shared_1, &shared_2]));
    assert_eq!(reason(&app, &lead, &exclusive).await, "level");
    changes(&app, &exclusive, json!({ "price": 41 })).await;
    let (lead, _) = sends(&shared_1, nothing()).await;
    assert_eq!(takers(&app, &lead).await, ids(&[&exclusive]));
    assert_eq!(reason(&app, &lead, &shared_1).await, "level");
}

#[tokio::test]
async fn on_a_tie_the_more_exclusive_level_wins() {
    let app = TestApp::start().await;
    let shared_1 = app.provider("a").niche("roof").level("Shared", 3).price(20.0).await;
    app.provider("b").niche("roof").level("Shared", 3).price(20.0).await;
    let exclusive = app.provider("c").niche("roof").level("Exclusive", 1).price(40.0).await;
    let (lead, _) = sends(&shared_1, nothing()).await;
    assert_eq!(takers(&app, &lead).await, ids(&[&exclusive]));
}

#[tokio::test]
async fn the_least_recently_served_come_first() {
    let app = TestApp::start().await;
    let crowd = crowd(&app, "roof", ("Pair", 2), 5).await;
    let mut turns = Vec::new();
    let mut served = vec![0; crowd.len()];
    for _ in 0..30 {
        let (lead, _) = sends(&crowd[0], nothing()).await;
        let takers = takers(&app, &lead).await;
        assert_eq!(takers.len(), 2);
        for (at, provider) in crowd.iter().enumerate().filter(|(_, provider)| takers.contains(&provider.id)) {
            served[at] += 1;
            turns.push((provider.id.clone(), lead.clone()));
        }
    }
    assert_eq!(served, [12; 5]);
    // Whoever was served waits until the four others were: never twice within two leads.
    for five in turns.chunks(2).collect::<Vec<_>>().windows(2) {
        let (first, second) = (five[0], five[1]);
        assert!(first.iter().all(|(id, _)| second.iter().all(|(other, _)| other != id)), "served twice in a row");
    }
}

#[tokio::test]
async fn a_newcomer_is_served_before_who_was_served_already() {
    let app = TestApp::start().await;
    let old = crowd(&app, "roof", ("Only", 1), 2).await;
    for _ in 0..3 {
        sends(&old[0], nothing()).await;
    }
    let new = app.provider("new").niche("roof").level("Only", 1).await;
    let (lead, _) = sends(&new, nothing()).await;
    assert_eq!(takers(&app, &lead).await, ids(&[&new]));
}

#[tokio::test]
async fn inactive_subscriptions_levels_niches_and_providers_get_nothing() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").niche("roof").level("Mine", 1).await;
    let off = json!({ "active": false });
    let subscription = format!("/api/v1/admin/subscriptions/{}", rita.subscription.clone().expect("one"));
    let level = format!("/api/v1/admin/competition-levels/{}", app.level("Mine", 1).await);
    let niche = format!("/api/v1/admin/niches/{}", rita.niche);
    let provider = format!("/api/v1/admin/providers/{}", rita.id);
    for (path, expected) in [
        (&provider, "provider_inactive"),
        (&niche, "niche_inactive"),
        (&level, "level_inactive"),
        (&subscription, "subscription_inactive"),
    ] {
        // Each switch hides the ones behind it: the first check that fails is named.
        me.patch(path, &off).await.expect(200);
        let (lead, status) = sends(&rita, nothing()).await;
        assert_eq!((status.as_str(), reason(&app, &lead, &rita).await.as_str()), ("unmatched", expected));
    }
}

#[tokio::test]
async fn a_limited_subscription_buys_in_its_postal_codes_only() {
    let app = TestApp::start().await;
    let here = app.provider("here").niche("roof").postal_prefixes(&["802", "sw1a 1"]).await;
    let there = app.provider("there").niche("roof").postal_prefixes(&["71"]).await;
    let anywhere = app.provider("anywhere").niche("roof").await;
    for (code, expected) in [
        (json!("80211"), vec![&here, &anywhere]),
        (json!("802-11 1234"), vec![&here, &anywhere]),
        (json!("SW1A 1AA"), vec![&here, &anywhere]),
        (json!("71000"), vec![&there, &anywhere]),
        (json!("80"), vec![&anywhere]),
        (json!("18021"), vec![&anywhere]),
        (Value::Null, vec![&anywhere]),
    ] {
        let (lead, _) = sends(&here, json!({ "postal_code": code })).await;
        assert_eq!(takers(&app, &lead).await, ids(&expected), "{code}");
        if !expected.iter().any(|provider| provider.id == here.id) {
            assert_eq!(reason(&app, &lead, &here).await, "postal_code");
        }
    }
}

#[tokio::test]
async fn a_provider_gets_a_lead_once_by_its_dearest_subscription() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roof").level("Shared", 3).price(20.0).await;
    let level = app.level("Shared", 3).await;
    let dearer = app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 30 })).await;
    let (lead, _) = sends(&rita, nothing()).await;
    let shown = shown(&app, &lead).await;
    assert_eq!(shown["assignments"].as_array().map(Vec::len), Some(1));
    let lines = shown["trace"].as_array().expect("a trace");
    let reasons: Vec<(&Value, &Value)> = lines.iter().map(|l| (&l["subscription_id"], &l["reason"])).collect();
    let cheaper = json!(rita.subscription);
    assert_eq!(reasons, [(&json!(dearer), &json!("taken")), (&cheaper, &json!("same_provider"))]);
    assert_eq!(charges(&app, &rita).await, vec![-30.0]);
}

#[tokio::test]
async fn a_balance_that_pays_for_one_level_only_is_taken_there() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roof").level("Exclusive", 1).price(100.0).balance(60.0).await;
    let level = app.level("Shared", 3).await;
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 40 })).await;
    let (_, status) = sends(&rita, nothing()).await;
    assert_eq!(status, "assigned");
    let (lead, status) = sends(&rita, nothing()).await;
    assert_eq!((status.as_str(), reason(&app, &lead, &rita).await.as_str()), ("unmatched", "balance"));
    assert_eq!(app.ledger_of(&rita.id).await.last().map(|e| e.2), Some(20.0));
}

#[tokio::test]
async fn the_price_is_frozen_with_the_assignment() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).level("Shared", 3).await;
    let lead = rita.is_sent_a_lead().await;
    changes(&app, &rita, json!({ "price": 99 })).await;
    let level = app.level("Shared", 3).await;
    let levels = format!("/api/v1/admin/competition-levels/{level}");
    app.operator().patch(&levels, &json!({ "max_providers": 9, "name": "Crowded" })).await.expect(200);
    let detail = rita.opens(&lead).await.expect(200).json();
    assert_eq!(detail["billing_context"]["price_charged"], 25.0);
    assert_eq!(detail["sold_to"], json!({ "count": 1, "max": 3 }));
    assert_eq!(charges(&app, &rita).await, vec![-25.0]);
    rita.is_sent_a_lead().await;
    assert_eq!(charges(&app, &rita).await, vec![-25.0, -99.0]);
}

#[tokio::test]
async fn a_lead_that_nobody_can_take_is_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").without_subscription().await;
    let (lead, status) = sends(&rita, nothing()).await;
    assert_eq!(status, "unmatched");
    let shown = shown(&app, &lead).await;
    assert_eq!(
        (&shown["status"], &shown["assignments"], &shown["trace"]),
        (&json!("unmatched"), &json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_test_lead_is_never_assigned() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (lead, status) = sends(&rita, json!({ "is_test": true })).await;
    assert_eq!(status, "test");
    assert!(takers(&app, &lead).await.is_empty());
    assert_eq!(app.ledger_of(&rita.id).await.len(), 1);
}

#[tokio::test]
async fn the_trace_keeps_every_candidate_and_why() {
    let app = TestApp::start().await;
    let taken = app.provider("taken").niche("roof").level("Pair", 2).price(48.0).daily_cap(8).balance(460.5).await;
    let poor = app.provider("poor").niche("roof").level("Pair", 2).price(44.0).balance(31.2).await;
    let away = app.provider("away").niche("roof").level("Pair", 2).price(48.0).postal_prefixes(&["801"]).await;
    let other = app.provider("other niche").niche("gutters").await;
    let (lead, _) = sends(&taken, json!({ "postal_code": "80211", "contact_name": "Marisol Vega" })).await;
    let shown = shown(&app, &lead).await;
    let lines = shown["trace"].as_array().expect("a trace").clone();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        json!({ "provider_id": taken.id, "subscription_id": taken.subscription, "level": "Pair", "price": 48.0,
                "taken": true, "reason": "taken",
                "detail": { "place": 1, "day_count": 0, "daily_cap": 8, "month_spent": 0.0, "balance": 460.5 } })
    );
    let line = trace_line(&app, &lead, &poor).await;
    assert_eq!(
        (&line["taken"], &line["reason"], &line["detail"]["balance"]),
        (&json!(false), &json!("balance"), &json!(31.2))
    );
    let line = trace_line(&app, &lead, &away).await;
    assert_eq!((&line["reason"], &line["detail"]), (&json!("postal_code"), &json!({})));
    assert!(lines.iter().all(|line| line["provider_id"] != other.id.as_str()));
    // What outlives an erasure holds nothing of the person.
    let text = serde_json::to_string(&shown["trace"]).expect("a trace");
    for word in ["Marisol", "80211", "example.org", "303555"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn each_assignment_is_on_record_with_its_terms() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).await;
    let lead = rita.is_sent_a_lead().await;
    let entries = app.audit_entries(&lead).await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!((&entry["action"], &entry["entity"]), (&json!("lead.assigned"), &json!("lead_assignment")));
    assert_eq!((&entry["actor_role"], &entry["actor_id"]), (&json!("source"), &json!(rita.source.id)));
    let expected =
        json!({ "lead_id": lead.lead, "subscription_id": rita.subscription, "level": "Shared", "price": 25.0 });
    assert_eq!(entry["details"], expected);
}

#[tokio::test]
async fn a_preview_says_who_would_get_it_and_changes_nothing() {
    let app = TestApp::start().await;
    let a = app.provider("a").niche("roof").price(20.0).await;
    let b = app.provider("b").niche("roof").price(30.0).postal_prefixes(&["802"]).await;
    let body = a.source.lead(json!({ "postal_code": "80211" }));
    let preview = a.source.previews(&body).await.expect(200).json();
    let matches =
        [(&a, 20.0), (&b, 30.0)].map(|(p, price)| json!({ "provider_id": p.id, "level": "Shared", "price": price }));
    assert_eq!(preview["matches"], json!(matches));
    assert_eq!(app.ledger_of(&a.id).await.len(), 1);
    let lead = a.source.sending(&body).await.expect(201).str("lead_id");
    assert_eq!(takers(&app, &lead).await, ids(&[&a, &b]));
}
