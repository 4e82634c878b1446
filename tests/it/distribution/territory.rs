//! Where a subscription buys: a prefix and a postal code are read in the country of the lead's source.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::{changes, shown};
use crate::support::{Answer, Provider, Source, TestApp};

/// A lead at this place, of a new person.
async fn sent(source: &Source, code: &str) -> Answer {
    static PEOPLE: AtomicUsize = AtomicUsize::new(0);
    let person = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let lead = json!({ "contact_email": format!("person{person}@example.com"), "postal_code": code });
    source.sending(&lead).await.expect(201)
}

async fn in_country(app: &TestApp, rita: &Provider, country: &str) -> Source {
    app.new_source(&rita.niche, "json", json!({ "country": country })).await
}

#[tokio::test]
async fn a_prefix_ends_where_a_part_of_the_code_does() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(10_000.0).await;
    for (country, prefix, sold, unsold) in [
        ("GB", "E1", &["E1 6AA", "e16aa", "E1W 1LA"][..], &["E16 2AA", "E162AA", "EC1A 1BB"][..]),
        ("GB", "E1 6", &["E1 6AA", "E16AA", "E1-6AA"], &["E16 2AA", "E1 7AA"]),
        ("GB", "E16", &["E16 2AA"], &["E1 6AA"]),
        ("GB", "N1", &["N1 9AA"], &["N10 1AA", "NW1 6XE"]),
        ("GB", "SW1", &["SW1A 1AA", "SW1P 3AA"], &["SW11 1AA"]),
        ("GB", "E", &["E20 1EJ"], &["EC2M 1AA"]),
        ("JP", "150", &["１５０−０００１", "〒150-0001", "150 0001"], &["151-0001"]),
        ("CA", "K1A", &["k1a 0b1", "Ｋ１Ａ０Ｂ１"], &["K1B 0B1"]),
        ("NL", "1012", &["1012ab"], &["1013 AB"]),
        ("IE", "D2", &["D02 X285"], &["D20 X285"]),
        ("PT", "1000", &["1000-001"], &["1100-001"]),
        ("PL", "00-0", &["00-001", "00 010"], &["01-001"]),
        ("US", "802", &["80211", "80211-1234", "８０２１１"], &["80999"]),
        ("US", "021", &["02134", "2134"], &["21340"]),
        ("US", "E1", &["E1 6AA"], &["E16 2AA"]),
    ] {
        changes(&app, &rita, json!({ "postal_prefixes": [prefix] })).await;
        let source = in_country(&app, &rita, country).await;
        for code in sold {
            assert_eq!(sent(&source, code).await.str("status"), "assigned", "{country}: {prefix}, {code}");
        }
        for code in unsold {
            let lead = sent(&source, code).await;
            assert_eq!(lead.str("status"), "unmatched", "{country}: {prefix}, {code}");
            let line = shown(&app, &lead.str("lead_id")).await["trace"][0].clone();
            assert_eq!(line["reason"], "postal_code", "{country}: {prefix}, {code}");
        }
    }
}

#[tokio::test]
async fn a_space_that_means_something_is_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["E1-6", "e16", "SW1A 1", "80 2", "１５０"]).await;
    let path = format!("/api/v1/admin/subscriptions/{}", rita.subscription.clone().expect("one"));
    let kept = app.operator().get(path).await.expect(200).json()["postal_prefixes"].clone();
    assert_eq!(kept, json!(["150", "802", "E1 6", "E16", "SW1A1"]));
}

#[tokio::test]
async fn a_preview_and_a_later_try_read_the_code_the_same_way() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["E1"]).await;
    let source = in_country(&app, &rita, "GB").await;
    for (code, matches) in [("E1 6AA", 1), ("E16 2AA", 0)] {
        let told = source.previews(&json!({ "contact_email": "bob@example.com", "postal_code": code })).await;
        assert_eq!(told.expect(200).json()["matches"].as_array().map(Vec::len), Some(matches), "{code}");
    }
    let waits = sent(&source, "E16 2AA").await.str("lead_id");
    changes(&app, &rita, json!({ "postal_prefixes": ["E1", "E1 6"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &waits).await["status"], "unmatched");
    changes(&app, &rita, json!({ "postal_prefixes": ["E16"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &waits).await["status"], "assigned");
}

#[tokio::test]
async fn what_lies_outside_is_told_by_the_same_comparison() {
    let app = TestApp::start().await;
    app.leaves_a_mess("a lead that was changed past the program").await;
    let rita = app.provider("rita").postal_prefixes(&["E1"]).await;
    let source = in_country(&app, &rita, "GB").await;
    app.operator().patch("/api/v1/admin/return-policy", &json!({ "outside_area": true })).await.expect(200);
    let (near, far) = (sent(&source, "E1 6AA").await.str("lead_id"), sent(&source, "E1 6AB").await.str("lead_id"));
    // It turns out where the second is; and what the provider buys by now is another matter.
    let moved = leadhouse::id::parse_uuid(&far).expect("an id");
    let to = "UPDATE leads SET postal_code = 'E16 2AA' WHERE id = $1";
    let unit = move |tx: &mut leadhouse::db::Tx| {
        tx.execute(to, leadhouse::db::params![moved])?;
        // A search finds it where it is.
        leadhouse::intake::keys::renew(tx, leadhouse::id::LeadId(uuid::Uuid::nil()))
    };
    app.write(unit).await.expect("it is elsewhere");
    changes(&app, &rita, json!({ "postal_prefixes": ["N1"] })).await;
    for (lead, rule) in [(near, json!(null)), (far, json!("outside_area"))] {
        rita.rejects(&lead, "Outside of our area.").await.expect(200);
        assert_eq!(rita.opens(&lead).await.expect(200).json()["return"]["rule"], rule);
    }
}
