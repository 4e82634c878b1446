//! Forms on the pages of others: where their visitors go, what they see, and who is no person.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Call, Source, TestApp};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const FORM: &str = "application/x-www-form-urlencoded";

fn posting(source: &Source, body: &str) -> Call {
    source.client.call(Method::POST, source.path()).header("content-type", FORM).body(body)
}

async fn posts(source: &Source, body: &str) -> Answer {
    posting(source, body).await
}

async fn from_a_browser(source: &Source, body: &str) -> Answer {
    posting(source, body).header("accept", BROWSER).await
}

async fn with(members: Value) -> (TestApp, Source) {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "json", members).await;
    (app, source)
}

async fn payloads(app: &TestApp, source: &Source) -> Vec<Value> {
    let path = format!("/api/v1/admin/sources/{}/payloads", source.id);
    app.operator().get(path).await.expect(200).items()
}

fn is_a_page(answer: &Answer) -> bool {
    let policy = answer.header("content-security-policy");
    answer.header("content-type").starts_with("text/html")
        && policy.contains("default-src 'none'")
        && !policy.contains("unsafe")
}

#[tokio::test]
async fn a_visitor_is_sent_on_to_a_listed_host_and_nowhere_else() {
    let (app, source) = with(json!({ "redirect_hosts": ["www.example.com", "localhost"] })).await;
    for (n, (sent, target)) in [
        ("https%3A%2F%2Fwww.example.com%2Fthanks%3Fa%3D1%23top", "https://www.example.com/thanks?a=1#top"),
        ("http://WWW.example.com:80/", "http://www.example.com/"),
        ("http://localhost:3000/thanks", "http://localhost:3000/thanks"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = posts(&source, &format!("contact_email=p{n}@example.org&roof=flat&redirect_url={sent}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, target), "{answer:?}");
    }
    let kept = payloads(&app, &source).await;
    let lead = app.operator().get(format!("/api/v1/admin/leads/{}", kept[0]["id"].as_str().expect("an id"))).await;
    assert_eq!(lead.json()["form_data"], json!({ "roof": "flat" }));
    // A refused lead's visitor goes there too.
    let answer = posts(&source, "name=Nobody&redirect_url=https://www.example.com/t?a=1%23top").await;
    assert_eq!((answer.status, answer.header("location")), (303, "https://www.example.com/t?a=1&lead=refused#top"));
    assert_eq!(payloads(&app, &source).await[0]["errors"][0]["code"], "required");
    for elsewhere in [
        "https://example.com/",
        "https://www.example.com.evil.example/",
        "https://www.example.com@evil.example/",
        "https://evil.example\\@www.example.com/",
        "https://user@www.example.com/",
        "https://www.example.com:8443/",
        "https://www.example.com./",
        "//www.example.com/",
        "/thanks",
        "javascript:alert(1)//www.example.com",
        "ftp://www.example.com/",
        "https://www.example.com/%0d%0aSet-Cookie:a=b%0a",
        "https:%09//www.example.com/",
    ] {
        let body = format!("contact_email=x@example.org&redirect_url={elsewhere}");
        let refused = posts(&source, &body).await.expect(422);
        assert_eq!(refused.problem_code(), "redirect_not_allowed", "{elsewhere}");
        assert_eq!(refused.wrong_fields(), ["#/redirect_url"]);
        assert_eq!(refused.header("location"), "");
    }
    // Neither a source that lists none.
    let closed = app.new_source(&app.niche("Gutters").await, "json", json!({})).await;
    posts(&closed, "contact_email=x@example.org&redirect_url=https://www.example.com/").await.expect(422);
    // An empty one is none, and in JSON it is an answer like any other.
    posts(&closed, "contact_email=y@example.org&redirect_url=").await.expect(201);
    closed.sends(json!({ "redirect_url": "https://evil.example/" })).await.expect(201);
}

#[tokio::test]
async fn a_browser_sees_a_page_and_a_program_gets_json() {
    let (app, source) = with(json!({ "redirect_hosts": ["www.example.com"] })).await;
    let thanks = from_a_browser(&source, "contact_email=ann@example.org").await.expect(200);
    assert!(is_a_page(&thanks) && thanks.text.contains("Thank you"), "{thanks:?}");
    let refused = from_a_browser(&source, "contact_email=not+an+address").await.expect(422);
    assert!(is_a_page(&refused) && refused.text.contains("e-mail address"), "{refused:?}");
    let elsewhere =
        from_a_browser(&source, "contact_email=b@example.org&redirect_url=https://evil.example/%22%3E").await;
    assert!(is_a_page(&elsewhere.clone().expect(422)) && !elsewhere.text.contains("evil"), "{elsewhere:?}");
    let sent = from_a_browser(&source, "contact_email=c@example.org&redirect_url=https://www.example.com/").await;
    assert_eq!(sent.status, 303);
    let broken = source.client.call(Method::POST, source.path()).header("content-type", "multipart/form-data");
    assert!(is_a_page(&broken.header("accept", BROWSER).body("no parts").await.expect(400)));
    // Nobody else is shown pages.
    assert_eq!(posts(&source, "contact_email=d@example.org").await.expect(201).json()["status"], "assigned");
    let json =
        posting(&source, "contact_email=e@example.org").header("accept", "application/json, text/html;q=0.5").await;
    assert_eq!(json.expect(201).json()["ok"], true);
    let platform = source.sending(&source.lead(json!({}))).header("accept", BROWSER).await;
    assert_eq!(platform.expect(201).json()["ok"], true);
    let unknown = source.client.call(Method::POST, "/api/v1/intake/nobody").header("content-type", FORM);
    unknown.header("accept", BROWSER).body("contact_email=a@example.org").await.expect(404);
    assert!(app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", &[])).await.0 >= 5);
}

#[tokio::test]
async fn a_program_that_fills_what_people_do_not_see_is_answered_like_a_person_and_sells_nothing() {
    let (app, source) = with(json!({ "honeypot": "website", "redirect_hosts": ["www.example.com"] })).await;
    let person = posts(&source, "contact_email=ann@example.org&website=&form_data[website]=").await.expect(201).json();
    let program = posts(&source, "contact_email=bot@example.org&website=http://spam.example").await.expect(201).json();
    let members = |answer: &Value| answer.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&person), members(&program));
    assert_eq!(
        (&program["ok"], &program["status"], &program["assignments"]),
        (&json!(true), &json!("unmatched"), &json!(0))
    );
    assert!(leadhouse::id::parse_uuid(program["lead_id"].as_str().expect("an id")).is_some());
    let page = from_a_browser(&source, "contact_email=bot@example.org&website=x").await.expect(200);
    assert!(page.text.contains("Thank you"));
    let sent = posts(&source, "contact_email=bot@example.org&website=x&redirect_url=https://www.example.com/t").await;
    assert_eq!((sent.status, sent.header("location")), (303, "https://www.example.com/t"));
    source.sends(json!({ "website": "x" })).await.expect(201);
    source.sends(json!({ "form_data": { "website": "x" } })).await.expect(201);
    // Within a second of the form's opening.
    let now = app.clock.now().as_micros() / 1_000;
    posts(&source, &format!("contact_email=fast@example.org&form_opened_at={}", now - 900)).await.expect(201);
    posts(&source, &format!("contact_email=slow@example.org&form_opened_at={}&roof=flat", now - 2_000))
        .await
        .expect(201);
    let kept = payloads(&app, &source).await;
    let codes: Vec<_> = kept.iter().map(|one| one["errors"][0]["code"].as_str().unwrap_or("taken")).collect();
    let pot = "honeypot";
    assert_eq!(codes, ["taken", "filled_too_fast", pot, pot, pot, pot, pot, "taken"]);
    let slow =
        app.operator().get(format!("/api/v1/admin/leads/{}", kept[0]["id"].as_str().expect("an id"))).await.json();
    assert_eq!(slow["form_data"], json!({ "roof": "flat" }));
    assert_eq!(app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", &[])).await.0, 2);
    // The operator may judge otherwise.
    let id = kept[1]["id"].as_str().expect("an id");
    let path = format!("/api/v1/admin/sources/{}/payloads/{id}/replay", source.id);
    let lead = app.operator().post_nothing(path).await.expect(200).json();
    assert_eq!((&lead["status"], &lead["contact_email"]), (&json!("assigned"), &json!("fast@example.org")));
    assert_eq!(lead["form_data"], Value::Null);
    // A source without one has a field of that name like any other.
    let open = app.new_source(&app.niche("Gutters").await, "json", json!({ "answer": "outcome" })).await;
    open.sends(json!({ "website": "https://ann.example.org" })).await.expect(201);
    let told = posts(&open, &format!("contact_email=q@example.org&form_opened_at={now}")).await.expect(201).json();
    assert_eq!((&told["price"], &told["reason"]), (&json!(0.0), &json!("unmatched")));
}

fn preflight(source: &Source, path: &str, origin: &str) -> Call {
    let call = source.client.call(Method::OPTIONS, path).header("origin", origin);
    call.header("access-control-request-method", "POST").header("access-control-request-headers", "content-type")
}

#[tokio::test]
async fn pages_of_listed_origins_may_read_the_answer() {
    let (app, source) = with(json!({ "cors_origins": ["https://www.example.com"] })).await;
    let ours = "https://www.example.com";
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").to_owned();
    for path in [source.path(), format!("{}/preview", source.path())] {
        let answer = preflight(&source, &path, ours).await.expect(204);
        assert_eq!((allowed(&answer).as_str(), answer.header("vary")), (ours, "Origin"));
        assert_eq!(answer.header("access-control-allow-methods"), "POST");
        assert!(answer.header("access-control-allow-headers").contains("Content-Type"), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        for other in ["https://evil.example", "http://www.example.com", "https://www.example.com:8443", "null"] {
            let answer = preflight(&source, &path, other).await.expect(405);
            assert_eq!(allowed(&answer), "", "{other}");
        }
        source.client.call(Method::OPTIONS, &path).await.expect(405);
    }
    let lead = |source: &Source| source.sending(&source.lead(json!({})));
    assert_eq!(allowed(&lead(&source).header("origin", ours).await.expect(201)), ours);
    // The page sees why it was refused too; a lead from elsewhere is taken, and its page not told.
    let nobody = source.sending(&json!({ "contact_name": "x" })).header("origin", ours).await.expect(422);
    assert_eq!(allowed(&nobody), ours);
    let too_large = source.sending(&json!({ "x": "y".repeat(3 << 20) })).header("origin", ours).await.expect(413);
    assert_eq!(allowed(&too_large), ours);
    assert_eq!(allowed(&lead(&source).header("origin", "https://evil.example").await.expect(201)), "");
    assert_eq!(allowed(&lead(&source).await.expect(201)), "");
    let previewed = source.client.post(format!("{}/preview", source.path()), &source.lead(json!({})));
    assert_eq!(allowed(&previewed.header("origin", ours).await.expect(200)), ours);
    let any = app.new_source(&app.niche("Gutters").await, "json", json!({ "cors_origins": ["*"] })).await;
    assert_eq!(allowed(&preflight(&any, &any.path(), "https://anywhere.example").await.expect(204)), "*");
    assert_eq!(allowed(&lead(&any).header("origin", "null").await.expect(201)), "*");
    let none = app.new_source(&app.niche("Gutters").await, "json", json!({})).await;
    assert_eq!(allowed(&preflight(&none, &none.path(), ours).await.expect(405)), "");
    assert_eq!(allowed(&preflight(&none, "/api/v1/intake/nobody", ours).await.expect(405)), "");
}
