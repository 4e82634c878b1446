//! The same person once more, with something else to say: tried again where nobody holds the lead, told where somebody does.

use std::time::Duration;

use serde_json::{Value, json};

use super::{DAY, shown, status};
use crate::support::{Answer, Provider, TestApp, at_once};

const REASON: &str = "The number belongs to somebody else.";
const WRONG: &str = "+13035550101";
const RIGHT: &str = "+13035550102";

fn lead(answer: &Answer) -> String {
    answer.str("lead_id")
}

async fn by_id(app: &TestApp, lead: &str) -> Value {
    app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).json()
}

async fn charges(app: &TestApp, provider: &Provider) -> usize {
    app.ledger_of(&provider.id).await.iter().filter(|(kind, ..)| kind == "charge").count()
}

/// Ann, with these members on top.
fn ann(members: Value) -> Value {
    let mut ann = json!({ "contact_name": "Ann Lee", "contact_email": "ann@example.com" });
    let Value::Object(members) = members else { panic!("no members") };
    ann.as_object_mut().expect("an object").extend(members);
    ann
}

async fn gives_back(app: &TestApp, provider: &Provider, lead: &str) {
    provider.rejects(lead, REASON).await.expect(200);
    let sent = provider.has(lead).await;
    let path = format!("/api/v1/admin/returns/{}/approve", sent.assignment);
    app.operator().post_nothing(path).await.expect(200);
}

async fn corrections(provider: &Provider, lead: &str) -> Value {
    provider.opens(lead).await.expect(200).json()["corrections"].clone()
}

/// Without the times.
fn told(corrections: &Value) -> Vec<Value> {
    let mut all = corrections.as_array().expect("a list").clone();
    for one in &mut all {
        one.as_object_mut().expect("an object").remove("received_at").expect("a time");
    }
    all
}

#[tokio::test]
async fn who_corrects_what_nobody_took_is_tried_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["802"]).await;
    let far = rita.source.sending(&ann(json!({ "postal_code": "90210" }))).await.expect(201);
    assert_eq!(status(&far), "unmatched");
    let again = rita.source.sending(&ann(json!({ "postal_code": "90210" }))).await.expect(201);
    assert_eq!(status(&again), "duplicate", "exactly the same");
    let told = rita.source.previews(&ann(json!({ "postal_code": "80211" }))).await.expect(200).json();
    assert_eq!((&told["status"], &told["duplicate_of"]), (&json!("assigned"), &Value::Null));
    let near = rita.source.sending(&ann(json!({ "postal_code": "80211" }))).await.expect(201);
    assert_eq!((status(&near), near.json()["assignments"].clone()), ("assigned".to_owned(), json!(1)));
    for older in [&far, &again] {
        let older = shown(&app, older).await;
        assert_eq!((&older["status"], &older["duplicate_of"]), (&json!("duplicate"), &json!(lead(&near))));
        assert_eq!(older["replaced_by"], Value::Null);
    }
    assert_eq!(app.audit_of(lead(&far).as_str()).await, ["lead.received", "lead.replaced"]);
    for code in ["80211", "90210"] {
        let late = rita.source.sending(&ann(json!({ "postal_code": code }))).await.expect(201);
        assert_eq!(status(&late), "duplicate", "{code}: somebody holds it");
    }
    assert_eq!(corrections(&rita, &lead(&near)).await, json!([]), "both were known");
    let path = format!("/api/v1/admin/subscriptions/{}", rita.subscription.clone().expect("one"));
    app.operator().patch(path, &json!({ "postal_prefixes": null })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(charges(&app, &rita).await, 1, "the older one is not sold as well");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", lead(&near))).await.expect(202);
    assert_ne!(shown(&app, &far).await["erased_at"], Value::Null);
}

#[tokio::test]
async fn anything_else_is_other_data_and_another_spelling_is_not() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Nobody's").await).await;
    let first = || {
        ann(json!({ "contact_phone": WRONG, "postal_code": "90210", "external_id": "x1",
                    "form_data": { "roof": "flat", "storeys": 2 } }))
    };
    let with = |members: Value| {
        let mut lead = first();
        lead.as_object_mut().expect("an object").extend(members.as_object().expect("members").clone());
        lead
    };
    let mut newest = lead(&source.sending(&first()).await.expect(201));
    for (members, is_new) in [
        (json!({ "contact_email": "ANN@Example.com", "contact_name": "ann  lee" }), false),
        (json!({ "contact_phone": "(303) 555-0101", "postal_code": "９０２１０" }), false),
        (json!({ "form_data": { "storeys": 2, "roof": "flat", "note": "" } }), false),
        (json!({ "form_data": { "roof": "flat" }, "external_id": "x2" }), false),
        (json!({ "postal_code": "80211" }), true),
        (json!({ "postal_code": "80211", "contact_name": "Ann Leigh" }), true),
        (json!({ "postal_code": "80211", "contact_phone": RIGHT }), true),
        (json!({ "postal_code": "80211", "contact_email": "ann@example.org" }), true),
        (json!({ "postal_code": "80211", "form_data": { "roof": "steep" } }), true),
        (json!({ "postal_code": "80211", "contact_phone": RIGHT }), false),
        (json!({}), false),
    ] {
        let answer = source.sending(&with(members.clone())).await.expect(201);
        let expected = if is_new { "unmatched" } else { "duplicate" };
        assert_eq!(status(&answer), expected, "{members}");
        let kept = shown(&app, &answer).await;
        if is_new {
            let older = by_id(&app, &newest).await;
            assert_eq!(older["duplicate_of"], json!(lead(&answer)), "{members}");
            newest = lead(&answer);
        } else {
            assert_eq!(kept["duplicate_of"], json!(newest), "{members}");
        }
    }
}

#[tokio::test]
async fn two_leads_of_one_person_give_way_to_a_third() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["802"]).await;
    let (by_mail, by_phone) = (json!({ "contact_email": "ann@example.com" }), json!({ "contact_phone": RIGHT }));
    let first = rita.source.sending(&by_mail).await.expect(201);
    let second = rita.source.sending(&by_phone).await.expect(201);
    assert_eq!((status(&first), status(&second)), ("unmatched".to_owned(), "unmatched".to_owned()));
    let both = rita.source.sending(&ann(json!({ "contact_phone": RIGHT, "postal_code": "80211" }))).await.expect(201);
    assert_eq!(status(&both), "assigned");
    for older in [&first, &second] {
        assert_eq!(shown(&app, older).await["duplicate_of"], json!(lead(&both)));
    }
}

#[tokio::test]
async fn who_was_sold_meanwhile_by_another_way_is_not_sold_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["802"]).await;
    let waits = rita.source.sending(&json!({ "contact_email": "ann@example.com" })).await.expect(201);
    let sold = rita.source.sending(&json!({ "contact_phone": RIGHT, "postal_code": "80211" })).await.expect(201);
    assert_eq!((status(&waits), status(&sold)), ("unmatched".to_owned(), "assigned".to_owned()));
    let both = rita.source.sending(&ann(json!({ "contact_phone": RIGHT, "postal_code": "80299" }))).await.expect(201);
    assert_eq!(shown(&app, &both).await["duplicate_of"], json!(lead(&sold)));
    assert_eq!(charges(&app, &rita).await, 1);
}

#[tokio::test]
async fn many_corrections_at_once_are_one_sale() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").postal_prefixes(&["802"]).await;
    let second = app.source_of(&rita.niche).await;
    let far = json!({ "postal_code": "90210", "contact_phone": RIGHT, "external_id": "x1" });
    let waits = rita.source.sending(&ann(far)).await.expect(201);
    assert_eq!(status(&waits), "unmatched");
    // The older one is about to be tried again as well.
    let path = format!("/api/v1/admin/subscriptions/{}", rita.subscription.clone().expect("one"));
    app.operator().patch(path, &json!({ "postal_prefixes": ["802", "902"] })).await.expect(200);
    let by = |n: usize| match n % 3 {
        0 => ann(json!({ "postal_code": "80211", "external_id": "x1" })),
        1 => json!({ "contact_phone": RIGHT, "postal_code": "80212" }),
        _ => ann(json!({ "postal_code": "80213", "contact_phone": RIGHT })),
    };
    let source = |n: usize| if n.is_multiple_of(2) { &rita.source } else { &second };
    let (answers, ()) = tokio::join!(at_once((0..64).map(|n| source(n).sending(&by(n)))), app.run_jobs());
    assert_eq!(answers.count(201), 64, "{answers:?}");
    let new = answers.0.iter().filter(|answer| status(answer) != "duplicate").count();
    let older = shown(&app, &waits).await;
    // Either the newer data were sold, or the older lead was first.
    let expected = if new == 1 { (1, json!("duplicate")) } else { (0, json!("assigned")) };
    assert_eq!((new, older["status"].clone()), expected);
    app.run_jobs().await;
    assert_eq!(charges(&app, &rita).await, 1);
    assert_eq!(rita.me().await["counts"]["active"], 1);
}

#[tokio::test]
async fn what_is_corrected_after_the_sale_is_told_to_who_holds_the_lead() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let form = json!({ "roof": "flat", "storeys": 2 });
    let first = ann(json!({ "contact_phone": WRONG, "postal_code": "80211", "form_data": form }));
    let sold = lead(&rita.source.sending(&first).await.expect(201));
    assert_eq!(corrections(&rita, &sold).await, json!([]));
    let mut events = rita.get("/api/v1/provider/events").watch().await;
    let right = json!({ "contact_phone": "303-555-0102", "form_data": { "roof": "steep", "storeys": 2 } });
    let again = rita.source.sending(&ann(right)).await.expect(201);
    assert_eq!((status(&again), again.json()["assignments"].clone()), ("duplicate".to_owned(), json!(0)));
    let mut happened = events.next().await;
    while happened.event == "lead.assigned" {
        happened = events.next().await;
    }
    assert_eq!((happened.event.as_str(), &happened.data["lead_id"]), ("lead.changed", &json!(sold)));
    for buyer in [&rita, &sam] {
        let lead = buyer.opens(&sold).await.expect(200).json();
        let expected = json!({ "contact_phone": RIGHT, "form_data": { "roof": "steep" } });
        assert_eq!(told(&lead["corrections"]), [expected]);
        assert_eq!((&lead["contact_phone"], &lead["form_data"]), (&json!(WRONG), &form), "as it was sold");
        assert_eq!(charges(&app, buyer).await, 1);
        let kept = app.audit_of(&buyer.has(&sold).await).await;
        assert!(kept.contains(&"lead.corrected".to_owned()), "{kept:?}");
        for search in ["303%20555%200101", "3035550102", "ann@example"] {
            assert_eq!(buyer.inbox(&format!("search={search}")).await.expect(200).items().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_correction_is_mailed_as_preferred_and_only_where_it_says_anything() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    sam.prefers(&json!({ "notify_on_lead_status_change": false })).await.expect(200);
    let first = ann(json!({ "contact_phone": WRONG, "external_id": "x" }));
    let sold = lead(&rita.source.sending(&first).await.expect(201));
    app.run_jobs().await;
    let mails = app.mails().len();
    let right = ann(json!({ "contact_phone": "303-555-0102", "form_data": { "roof": "steep" } }));
    for same in [right.clone(), first, right, json!({ "contact_phone": RIGHT })] {
        let answer = rita.source.sending(&same).await.expect(201);
        assert_eq!(status(&answer), "duplicate", "{same}");
    }
    let all = told(&corrections(&rita, &sold).await);
    assert_eq!(all, [json!({ "contact_phone": RIGHT, "form_data": { "roof": "steep" } })], "what is known is no news");
    app.run_jobs().await;
    let told_by_mail = app.mails().split_off(mails);
    let to: Vec<_> = told_by_mail.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!(to, [vec![rita.email.clone()]]);
    let mail = &told_by_mail[0];
    assert!(mail.text.contains("phone number, answers") && mail.text.contains(&sold), "{}", mail.text);
    assert!(!mail.text.contains("0102") && mail.subject.contains("corrected"), "{mail:?}");
    let mut browser = app.browses_as(&rita).await;
    let page = browser.opens(format!("/leads/{sold}")).await.expect(200).text;
    assert!(page.contains("Corrected by the person") && page.contains("tel:+13035550102"), "{page}");
}

#[tokio::test]
async fn a_file_has_what_is_right_now() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let form = json!({ "roof": "flat", "storeys": 2 });
    rita.source.sending(&ann(json!({ "contact_phone": WRONG, "form_data": form }))).await.expect(201);
    for (phone, code, roof) in [("+13035550103", "80211", "steep"), (RIGHT, "80212", "tile")] {
        app.advance(Duration::from_secs(1));
        let later = json!({ "contact_phone": phone, "postal_code": code, "form_data": { "roof": roof } });
        rita.source.sending(&ann(later)).await.expect(201);
    }
    let asked = rita.post("/api/v1/provider/leads/export", &json!({})).await.expect(202).str("export_id");
    app.run_jobs().await;
    let file = rita.get(format!("/api/v1/provider/exports/{asked}/download")).await.expect(200).text;
    for there in ["3035550102", "80212", "tile", "ann@example.com"] {
        assert!(file.contains(there), "{there}: {file}");
    }
    for gone in ["0101", "0103", "80211", "steep", "flat"] {
        assert!(!file.contains(gone), "{gone}: {file}");
    }
}

#[tokio::test]
async fn the_newest_ten_are_shown_and_the_first_ten_mailed() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sold = lead(&rita.source.sending(&ann(json!({ "contact_phone": WRONG }))).await.expect(201));
    app.run_jobs().await;
    let mails = app.mails().len();
    for n in 0..13 {
        app.advance(Duration::from_secs(1));
        let phone = format!("+13035550{:03}", 200 + n);
        rita.source.sending(&ann(json!({ "contact_phone": phone }))).await.expect(201);
    }
    let shown = told(&corrections(&rita, &sold).await);
    let phones: Vec<String> = (203..213).rev().map(|n| format!("+13035550{n}")).collect();
    let seen: Vec<_> = shown.iter().map(|one| one["contact_phone"].as_str().expect("a phone").to_owned()).collect();
    assert_eq!(seen, phones);
    app.run_jobs().await;
    assert_eq!(app.mails().len(), mails + 10);
    assert_eq!(rita.inbox("search=3035550212").await.expect(200).items().len(), 1);
}

#[tokio::test]
async fn an_erasure_takes_what_was_corrected_with_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sold =
        lead(&rita.source.sending(&ann(json!({ "contact_phone": WRONG, "external_id": "x" }))).await.expect(201));
    let other = json!({ "contact_phone": RIGHT, "contact_name": "Annie", "external_id": "x" });
    let later = rita.source.sending(&ann(other.clone())).await.expect(201);
    app.operator().post_nothing(format!("/api/v1/admin/leads/{sold}/erase")).await.expect(202);
    assert_eq!(corrections(&rita, &sold).await, json!([]));
    let gone = shown(&app, &later).await;
    assert_eq!((&gone["contact_phone"], &gone["raw_payload"]), (&Value::Null, &Value::Null));
    assert_eq!(rita.inbox("search=3035550102").await.expect(200).items().len(), 0);
    let again = rita.source.sending(&ann(other)).await.expect(201);
    assert_eq!(status(&again), "duplicate", "the platform sends it once more");
    assert_eq!(corrections(&rita, &sold).await, json!([]));
}

#[tokio::test]
async fn a_lead_that_came_back_is_sold_again_with_other_data() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.operator().patch("/api/v1/admin/return-policy", &json!({ "known_person": true })).await.expect(200);
    let wrong = || ann(json!({ "contact_phone": WRONG, "external_id": "x1" }));
    let right = || ann(json!({ "contact_phone": RIGHT, "external_id": "x1" }));
    let first = rita.source.sending(&wrong()).await.expect(201);
    gives_back(&app, &rita, &lead(&first)).await;
    assert_eq!(status(&rita.source.sending(&wrong()).await.expect(201)), "duplicate", "the same as came back");
    let second = rita.source.sending(&right()).await.expect(201);
    assert_eq!(status(&second), "assigned", "the same platform id, and other data");
    let old = shown(&app, &first).await;
    assert_eq!((&old["status"], &old["replaced_by"]), (&json!("assigned"), &json!(lead(&second))));
    for (again, what) in [(right(), "held"), (wrong(), "the old data"), (json!({ "contact_phone": WRONG }), "by phone")]
    {
        let answer = rita.source.sending(&again).await.expect(201);
        assert_eq!(shown(&app, &answer).await["duplicate_of"], json!(lead(&second)), "{what}");
    }
    assert_eq!(corrections(&rita, &lead(&second)).await, json!([]));
    assert_eq!(charges(&app, &rita).await, 2);
    rita.rejects(&lead(&second), REASON).await.expect(200);
    let rule = rita.opens(&lead(&second)).await.expect(200).json()["return"]["rule"].clone();
    assert_eq!(rule, Value::Null, "whom it gave back it does not know");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", lead(&second))).await.expect(202);
    assert_ne!(shown(&app, &first).await["erased_at"], Value::Null, "the same person");
}

#[tokio::test]
async fn while_one_buyer_keeps_it_a_lead_is_corrected_for_that_one() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let sold = lead(&rita.source.sending(&ann(json!({ "contact_phone": WRONG }))).await.expect(201));
    let named = rita.source.sending(&ann(json!({ "contact_name": "Annie Lee" }))).await.expect(201);
    assert_eq!(status(&named), "duplicate");
    app.advance(DAY);
    gives_back(&app, &rita, &sold).await;
    app.advance(DAY);
    let later = rita.source.sending(&ann(json!({ "contact_phone": RIGHT }))).await.expect(201);
    assert_eq!(status(&later), "duplicate");
    let name = json!({ "contact_name": "Annie Lee" });
    assert_eq!(told(&corrections(&sam, &sold).await), [json!({ "contact_phone": RIGHT }), name.clone()]);
    assert_eq!(told(&corrections(&rita, &sold).await), [name], "only what came while it was hers");
    assert_eq!(rita.inbox("search=3035550102").await.expect(200).items().len(), 0);
    assert_eq!(sam.inbox("search=3035550102").await.expect(200).items().len(), 1);
    gives_back(&app, &sam, &sold).await;
    let third = rita.source.sending(&ann(json!({ "contact_phone": RIGHT }))).await.expect(201);
    assert_eq!(status(&third), "assigned", "nobody holds it, and it is not what was sold");
    assert_eq!(charges(&app, &sam).await, 2);
}
