//! Niches, competition levels and subscriptions, as the operator keeps them.

use leadhouse::audit::Actor;
use leadhouse::catalog::{self, SubscriptionChange};
use leadhouse::db::{Lane, Unit};
use leadhouse::id::{Id, SubscriptionId, new_uuid, parse_uuid};
use leadhouse::money::Money;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, at_once};

const NICHES: &str = "/api/v1/admin/niches";
const LEVELS: &str = "/api/v1/admin/competition-levels";
const SUBSCRIPTIONS: &str = "/api/v1/admin/subscriptions";

fn ids(list: &Answer) -> Vec<String> {
    list.items().iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_niche_is_made_read_renamed_and_closed() {
    let app = TestApp::start().await;
    let me = app.operator();
    let made = me.post(NICHES, &json!({ "name": "  Roofing " })).await.expect(201);
    let id = made.str("id");
    assert_eq!((made.json()["name"].clone(), made.json()["active"].clone()), (json!("Roofing"), json!(true)));
    let path = format!("{NICHES}/{id}");
    assert_eq!(me.get(&path).await.expect(200).json(), made.json());
    assert_eq!(me.patch(&path, &json!({ "name": "Roofs" })).await.expect(200).json()["name"], "Roofs");
    let closed = me.patch(&path, &json!({ "active": false })).await.expect(200).json();
    assert_eq!((&closed["name"], &closed["active"]), (&json!("Roofs"), &json!(false)));
    assert_eq!(me.get(&path).await.expect(200).json(), closed);
    let entries = app.audit_entries(&id).await;
    let actions: Vec<&Value> = entries.iter().map(|e| &e["action"]).collect();
    assert_eq!(actions, ["niche.created", "niche.updated", "niche.updated"]);
    assert_eq!(entries[1]["details"], json!({ "name": { "from": "Roofing", "to": "Roofs" } }));
    assert_eq!((&entries[0]["entity"], &entries[0]["actor_id"]), (&json!("niche"), &json!(app.admin_id)));
}

#[tokio::test]
async fn what_changes_nothing_is_not_recorded() {
    let app = TestApp::start().await;
    let me = app.operator();
    let id = me.post(NICHES, &json!({ "name": "Roofing" })).await.expect(201).str("id");
    let path = format!("{NICHES}/{id}");
    me.patch(&path, &json!({})).await.expect(200);
    me.patch(&path, &json!({ "name": "Roofing", "active": true })).await.expect(200);
    assert_eq!(app.audit_of(&id).await, ["niche.created"]);
    let rita = app.provider("rita").postal_prefixes(&["80", "81"]).await;
    let subscription = rita.subscription.clone().expect("a subscription");
    let same = json!({ "price": 25, "postal_prefixes": ["8 1", "80"], "daily_cap": null });
    app.operator().patch(format!("{SUBSCRIPTIONS}/{subscription}"), &same).await.expect(200);
    assert_eq!(app.audit_of(&subscription).await, ["subscription.created"]);
}

#[tokio::test]
async fn names_are_unique() {
    let app = TestApp::start().await;
    let me = app.operator();
    for (path, body) in [(NICHES, json!({ "name": "One" })), (LEVELS, json!({ "name": "One", "max_providers": 1 }))] {
        let mut other = body.clone();
        other["name"] = json!("Two");
        me.post(path, &body).await.expect(201);
        let second = me.post(path, &other).await.expect(201).str("id");
        let taken = me.post(path, &body).await.expect(409);
        assert_eq!(taken.problem_code(), "name_taken");
        let renamed = me.patch(format!("{path}/{second}"), &json!({ "name": "One" })).await.expect(409);
        assert_eq!(renamed.problem_code(), "name_taken");
        me.patch(format!("{path}/{second}"), &json!({ "name": "Two" })).await.expect(200);
    }
    let answers = me.at_once(16, |me| me.post(NICHES, &json!({ "name": "Gutters" }))).await;
    assert_eq!((answers.count(201), answers.count(409)), (1, 15));
}

#[tokio::test]
async fn a_level_says_how_many_may_share_a_lead() {
    let app = TestApp::start().await;
    let me = app.operator();
    let made = me.post(LEVELS, &json!({ "name": "Shared", "max_providers": 3 })).await.expect(201);
    assert_eq!(made.json()["max_providers"], 3);
    let path = format!("{LEVELS}/{}", made.str("id"));
    assert_eq!(me.get(&path).await.expect(200).json(), made.json());
    let changed = me.patch(&path, &json!({ "max_providers": 4 })).await.expect(200).json();
    assert_eq!((&changed["max_providers"], &changed["name"]), (&json!(4), &json!("Shared")));
    for wrong in [json!(0), json!(101), json!(-1), json!(1.5), json!("3"), json!(null)] {
        let answer = me.post(LEVELS, &json!({ "name": "Wrong", "max_providers": wrong })).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["#/max_providers"]);
        let answer = me.patch(&path, &json!({ "max_providers": wrong })).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["#/max_providers"]);
    }
    assert_eq!(app.audit_of(&made.str("id")).await, ["competition_level.created", "competition_level.updated"]);
}

#[tokio::test]
async fn names_are_checked() {
    let app = TestApp::start().await;
    let me = app.operator();
    let longest = "é".repeat(100);
    me.post(NICHES, &json!({ "name": longest })).await.expect(201);
    for wrong in [json!(""), json!("   "), json!("x".repeat(101)), json!("a\u{7}b"), json!(7), json!(null)] {
        let answer = me.post(NICHES, &json!({ "name": wrong })).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["#/name"]);
    }
    let answer = me.post(NICHES, &json!({ "name": "Good", "id": "mine" })).await.expect(422);
    assert_eq!(answer.wrong_fields(), ["#/id"]);
    me.post(NICHES, &json!(["Good"])).await.expect(422);
}

#[tokio::test]
async fn lists_are_newest_first_and_paged() {
    let app = TestApp::start().await;
    let me = app.operator();
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(me.post(NICHES, &json!({ "name": format!("Niche {n}") })).await.expect(201).str("id"));
    }
    made.reverse();
    assert_eq!(ids(&me.get(NICHES).await.expect(200)), made);
    let first = me.get(format!("{NICHES}?limit=2")).await.expect(200);
    assert_eq!(ids(&first), made[..2]);
    let second = me.get(format!("{NICHES}?limit=3")).query(&[("cursor", first.str("next_cursor"))]).await.expect(200);
    assert_eq!(ids(&second), made[2..]);
    assert_eq!(second.json()["next_cursor"], Value::Null);
    // A cursor belongs to its list.
    let foreign = me.get(LEVELS).query(&[("cursor", first.str("next_cursor"))]).await.expect(400);
    assert_eq!(foreign.problem_code(), "invalid_cursor");
    for query in ["page=2", "limit=0", "limit=101", "limit=", "limit=1&limit=1", "cursor=", "active=true"] {
        me.get(format!("{NICHES}?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_subscription_has_its_terms() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").without_subscription().await;
    let level = app.level("Shared", 3).await;
    let path = format!("/api/v1/admin/providers/{}/subscriptions", rita.id);
    let terms = json!({ "niche_id": rita.niche, "competition_level_id": level, "price": 45.5, "daily_cap": 8,
        "monthly_budget": 3000, "postal_prefixes": ["sw1a-1", "80 2", "ec"] });
    let made = me.post(&path, &terms).await.expect(201);
    let expected = json!({ "id": made.str("id"), "provider_id": rita.id, "niche_id": rita.niche,
        "competition_level_id": level, "price": 45.5, "currency": "USD", "daily_cap": 8, "monthly_budget": 3000.0,
        "postal_prefixes": ["802", "EC", "SW1A1"], "active": true, "created_at": made.str("created_at") });
    assert_eq!(made.json(), expected);
    let own = format!("{SUBSCRIPTIONS}/{}", made.str("id"));
    assert_eq!(me.get(&own).await.expect(200).json(), expected);
    assert_eq!(me.get(SUBSCRIPTIONS).await.expect(200).items(), std::slice::from_ref(&expected));
    assert_eq!(me.get(&path).await.expect(200).items(), [expected]);
    let details = &app.audit_entries(&made.str("id")).await[0]["details"];
    assert_eq!((&details["price"], &details["provider_id"]), (&json!(45.5), &json!(rita.id)));
    // The least there is to say: free leads from everywhere.
    let least = json!({ "niche_id": rita.niche, "competition_level_id": level, "price": 0 });
    let made = me.post(&path, &least).await.expect(201).json();
    assert_eq!(made["price"], 0.0);
    for absent in ["daily_cap", "monthly_budget", "postal_prefixes"] {
        assert_eq!(made[absent], Value::Null, "{absent}");
    }
}

#[tokio::test]
async fn a_change_changes_what_it_names() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").price(25.0).daily_cap(8).monthly_budget(300.0).postal_prefixes(&["802"]).await;
    let id = rita.subscription.clone().expect("a subscription");
    let path = format!("{SUBSCRIPTIONS}/{id}");
    let before = me.get(&path).await.expect(200).json();
    let mut expected = before.clone();
    expected["price"] = json!(30.0);
    assert_eq!(me.patch(&path, &json!({ "price": 30 })).await.expect(200).json(), expected);
    let lifted = json!({ "daily_cap": null, "monthly_budget": null, "postal_prefixes": null });
    for name in ["daily_cap", "monthly_budget", "postal_prefixes"] {
        expected[name] = Value::Null;
    }
    assert_eq!(me.patch(&path, &lifted).await.expect(200).json(), expected);
    expected["active"] = json!(false);
    assert_eq!(me.patch(&path, &json!({ "active": false })).await.expect(200).json(), expected);
    assert_eq!(me.get(&path).await.expect(200).json(), expected);
    let entries = app.audit_entries(&id).await;
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[1]["details"], json!({ "price": { "from": 25.0, "to": 30.0 } }));
    assert_eq!(entries[2]["details"]["postal_prefixes"], json!({ "from": ["802"], "to": null }));
    // Whose it is and for what: that is another subscription.
    for fixed in ["niche_id", "provider_id", "competition_level_id"] {
        let answer = me.patch(&path, &json!({ fixed: before[fixed] })).await.expect(422);
        assert_eq!(answer.wrong_fields(), [format!("#/{fixed}")]);
    }
}

#[tokio::test]
async fn two_changes_of_different_fields_are_both_kept() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").await;
    let path = format!("{SUBSCRIPTIONS}/{}", rita.subscription.clone().expect("a subscription"));
    let changes = [json!({ "price": 31 }), json!({ "daily_cap": 5 }), json!({ "monthly_budget": 900 })];
    let answers = at_once(changes.iter().map(|change| me.patch(&path, change))).await;
    assert_eq!(answers.count(200), 3);
    let now = me.get(&path).await.expect(200).json();
    assert_eq!((&now["price"], &now["daily_cap"], &now["monthly_budget"]), (&json!(31.0), &json!(5), &json!(900.0)));
}

#[tokio::test]
async fn changes_on_two_nodes_at_once_are_both_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let id = SubscriptionId::from_uuid(parse_uuid(&rita.subscription.expect("one")).expect("an id"));
    for n in 1_i64..=20 {
        // Past the one lane of the back office, as another node would.
        let price = SubscriptionChange { price: Some(Money::from_minor(n)), ..SubscriptionChange::default() };
        let cap = SubscriptionChange { daily_cap: Some(Some(n)), ..SubscriptionChange::default() };
        let changes = [(0, price), (1, cap)].map(|(lane, change)| {
            let db = app.app.db.clone();
            let unit = catalog::change_subscription(Actor::System, id, change);
            let lane = Lane::of(uuid::Uuid::from_u128(lane));
            tokio::spawn(async move { db.write(lane, move |tx| unit.run(tx)).await })
        });
        for change in changes {
            change.await.expect("joined").expect("changed");
        }
        let now = app.read(move |read| catalog::subscription(read, id)).await;
        assert_eq!((now.price.minor(), now.daily_cap), (n, Some(n)));
    }
}

#[tokio::test]
async fn terms_are_checked() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").await;
    let level = app.level("Shared", 3).await;
    let path = format!("/api/v1/admin/providers/{}/subscriptions", rita.id);
    let own = format!("{SUBSCRIPTIONS}/{}", rita.subscription.clone().expect("a subscription"));
    let good = json!({ "niche_id": rita.niche, "competition_level_id": level, "price": 25 });
    let many: Vec<String> = (0..501).map(|n| format!("{n}")).collect();
    let wrong = [
        ("price", vec![json!(-1), json!(0.001), json!("25"), json!(10_000_000.01), json!(null)]),
        ("daily_cap", vec![json!(0), json!(-1), json!(1.5), json!("8")]),
        ("monthly_budget", vec![json!(0), json!(-5), json!(0.001), json!(10_000_001)]),
        (
            "postal_prefixes",
            vec![
                json!([]),
                json!("802"),
                json!([802]),
                json!([""]),
                json!(["802", ""]),
                json!(["- -"]),
                json!(["80_2"]),
                json!(["é"]),
                json!(["12345678901"]),
                json!(many),
            ],
        ),
        ("active", vec![json!("true"), json!(1), json!(null)]),
    ];
    for (field, values) in wrong {
        for value in values {
            if field != "active" {
                let mut body = good.clone();
                body[field] = value.clone();
                let answer = me.post(&path, &body).await.expect(422);
                assert!(answer.wrong_fields()[0].starts_with(&format!("#/{field}")), "{value} {answer:?}");
            }
            let answer = me.patch(&own, &json!({ field: value })).await.expect(422);
            assert!(answer.wrong_fields()[0].starts_with(&format!("#/{field}")), "{value} {answer:?}");
        }
    }
    assert_eq!(app.audit_of(rita.subscription.as_ref().expect("a subscription")).await, ["subscription.created"]);
}

#[tokio::test]
async fn a_subscription_names_things_that_are_there() {
    let app = TestApp::start().await;
    let me = app.operator();
    let rita = app.provider("rita").await;
    let nothing = new_uuid(app.clock.now()).to_string();
    let body = json!({ "niche_id": nothing, "competition_level_id": nothing, "price": 25 });
    let path = format!("/api/v1/admin/providers/{}/subscriptions", rita.id);
    let answer = me.post(&path, &body).await.expect(422);
    assert_eq!(answer.wrong_fields(), ["#/niche_id", "#/competition_level_id"]);
    me.post(format!("/api/v1/admin/providers/{nothing}/subscriptions"), &body).await.expect(404);
    me.get(format!("/api/v1/admin/providers/{nothing}/subscriptions")).await.expect(404);
    for path in [NICHES, LEVELS, SUBSCRIPTIONS] {
        me.get(format!("{path}/{nothing}")).await.expect(404);
        me.patch(format!("{path}/{nothing}"), &json!({ "active": false })).await.expect(404);
        me.get(format!("{path}/not-an-id")).await.expect(400);
    }
}

#[tokio::test]
async fn the_catalog_is_the_operators() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = format!("/api/v1/admin/providers/{}/subscriptions", rita.id);
    for path in [NICHES, LEVELS, SUBSCRIPTIONS, &path] {
        app.nobody().get(path).await.expect(401);
        rita.get(path).await.expect(403);
    }
    rita.post(NICHES, &json!({ "name": "Mine" })).await.expect(403);
    rita.post(&path, &json!({ "price": 1 })).await.expect(403);
    app.operator().delete(NICHES).await.expect(405);
}

#[tokio::test]
async fn a_new_thing_is_made_once_per_key() {
    let app = TestApp::start().await;
    let me = app.operator();
    let body = json!({ "name": "Roofing" });
    let first = me.post(NICHES, &body).once("n").await.expect(201);
    let again = me.post(NICHES, &body).once("n").await.expect(201);
    assert_eq!((first.json(), again.header("idempotent-replayed")), (again.json(), "true"));
    let rita = app.provider("rita").without_subscription().await;
    let path = format!("/api/v1/admin/providers/{}/subscriptions", rita.id);
    let level = app.level("Shared", 3).await;
    let terms = json!({ "niche_id": rita.niche, "competition_level_id": level, "price": 25 });
    me.post(&path, &terms).once("s").await.expect(201);
    me.post(&path, &terms).once("s").await.expect(201);
    assert_eq!(me.get(&path).await.expect(200).items().len(), 1);
}
