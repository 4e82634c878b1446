//! The role is read wherever somebody asks for something: one that is not known may do nothing.

use axum::http::Method;
use leadhouse::accounts::{self, NewUser, Owner, Role};
use leadhouse::audit::Actor;
use leadhouse::config::{DatabaseUrl, parse_database_url};
use leadhouse::db::{Tx, params};
use leadhouse::email;
use leadhouse::id::{ProviderId, parse_uuid};
use serde_json::json;

use crate::openapi::{document, routes};
use crate::support::database::beside;
use crate::support::program::{command, run};
use crate::support::{Answer, Browser, TestApp};

const PASSWORD: &str = "correct horse battery";

/// Somebody with a token and a session from before the role changed.
struct Person {
    address: &'static str,
    token: String,
    browser: Browser,
}

async fn comes(app: &TestApp, address: &'static str, role: Role) -> Person {
    let hash = accounts::password::hash(PASSWORD, address).expect("a password");
    let email = email::parse(address).expect("an address");
    let user = app.runs(accounts::add_user(Actor::System, NewUser { email, role, password_hash: Some(hash) })).await;
    let token = accounts::create_token(Actor::System, Owner::User(user.expect("a person")), "laptop".to_owned());
    let token = app.runs(token).await.expect("a token").1.into_text();
    Person { address, token, browser: app.enters(address).await }
}

/// Gives everybody but the operator these roles, past the checks that keep them out of this program's tables.
async fn give(app: &TestApp, role: &str) {
    let sql = format!("UPDATE users SET role = '{role}' WHERE email <> 'operator@example.com'");
    match &parse_database_url(app.database_url()).unwrap() {
        DatabaseUrl::Sqlite(file) => {
            let db = rusqlite::Connection::open(file).unwrap();
            db.execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {sql}")).unwrap();
        }
        url @ DatabaseUrl::Postgres(_) => {
            let unchecked = "ALTER TABLE users DROP CONSTRAINT IF EXISTS users_role_check;
                             ALTER TABLE users DROP CONSTRAINT IF EXISTS users_check;";
            beside(url).await.batch_execute(&format!("{unchecked} {sql}")).await.unwrap();
        }
    }
    app.app.identities.forget_all();
}

/// Back to what they were.
async fn restore(app: &TestApp) {
    let sql = "UPDATE users SET role = CASE WHEN provider_id IS NULL THEN 'admin' ELSE 'provider' END";
    app.write(move |tx: &mut Tx| tx.execute(sql, params![])).await.expect("known roles");
    app.app.identities.forget_all();
}

fn refused(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.problem_code().as_str()), (403, "not_permitted"), "{what}: {answer:?}");
}

#[tokio::test]
async fn an_unknown_role_may_call_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    let provider = Role::Provider(ProviderId(parse_uuid(&rita.id).expect("an id")));
    let people =
        [comes(&app, "carla@example.com", Role::Admin).await, comes(&app, "anna@roofs.example", provider).await];
    let routes = routes(&document(&app).await);
    // The provider's word for its people gives somebody of the back office nothing, nor the other way round.
    for role in ["janitor", "owner", "", "ADMIN", "provider", "admin"] {
        give(&app, role).await;
        for person in &people {
            let is_known = (role == "admin") == (person.address == "carla@example.com");
            if matches!(role, "admin" | "provider") && is_known {
                continue;
            }
            let mut asked = 0;
            for (path, method) in &routes {
                if !path.starts_with("/api/v1/admin/") && !path.starts_with("/api/v1/provider/") {
                    continue;
                }
                let mut call = app.bearer(&person.token).call(method.clone(), path);
                if *method != Method::GET && *method != Method::DELETE {
                    call = call.json(&json!({})).once("no role");
                }
                refused(&call.await, &format!("{method} {path} by {} as {role:?}", person.address));
                asked += 1;
            }
            assert!(asked > 40, "{asked} calls");
        }
    }
    restore(&app).await;
    let [carla, anna] = people;
    app.bearer(&carla.token).get("/api/v1/admin/providers").await.expect(200);
    app.bearer(&anna.token).get("/api/v1/provider/me").await.expect(200);
    app.bearer(&anna.token).get("/api/v1/admin/providers").await.expect(403);
    rita.get("/api/v1/provider/me").await.expect(200);
}

#[tokio::test]
async fn an_unknown_role_sees_no_page_and_can_only_leave() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let provider = Role::Provider(ProviderId(parse_uuid(&rita.id).expect("an id")));
    let people =
        [comes(&app, "carla@example.com", Role::Admin).await, comes(&app, "anna@roofs.example", provider).await];
    give(&app, "janitor").await;
    for Person { mut browser, address, .. } in people {
        let csrf = browser.csrf();
        for path in ["/", "/leads", "/money", "/exports", "/preferences", "/account", "/admin", "/admin/leads"] {
            browser.opens(path).await.expect(403);
            assert!(browser.text().contains("You may not do this"), "{path} of {address}: {}", browser.text());
        }
        for path in [
            format!("/leads/{lead}/accept"),
            format!("/admin/leads/{}/erase", lead.lead),
            "/account/tokens".to_owned(),
            "/account/password".to_owned(),
            "/account/sign-out-everywhere".to_owned(),
        ] {
            browser.posting_only(&path, &[("csrf", csrf.as_str())]).await.expect(403);
        }
        let calls =
            [browser.call(Method::GET, "/api/v1/provider/me"), browser.call(Method::GET, "/api/v1/admin/leads")];
        for call in calls {
            refused(&call.await, address);
        }
        browser.posting_only("/sign-out", &[("csrf", csrf.as_str())]).await.expect(303);
        browser.opens("/leads").await.expect(200);
        assert_eq!(browser.at, "/sign-in?next=%2Fleads", "the session has ended");
    }
    assert_eq!(app.audit_of(&lead).await, ["lead.assigned"]);
    restore(&app).await;
}

#[tokio::test]
async fn an_unknown_role_is_not_let_in() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let provider = Role::Provider(ProviderId(parse_uuid(&rita.id).expect("an id")));
    comes(&app, "carla@example.com", Role::Admin).await;
    comes(&app, "anna@roofs.example", provider).await;
    for address in ["carla@example.com", "anna@roofs.example"] {
        let link = app.link_of(address).await;
        give(&app, "janitor").await;
        let mut browser = app.browser();
        browser.signs_in(address, PASSWORD).await.expect(401);
        browser.opens(format!("/sign-in/link?token={link}")).await.expect(200);
        browser.sends("/sign-in/link", &[("token", &link)]).await.expect(400);
        browser.opens("/sign-in").await.expect(200);
        browser.sends("/sign-in", &[("email", address), ("password", ""), ("by", "link")]).await.expect(200);
        app.run_jobs().await;
        assert!(app.mails().iter().all(|mail| mail.subject != "Your sign-in link"), "no link is mailed");
        restore(&app).await;
        browser.opens("/sign-in").await.expect(200);
        browser.signs_in(address, PASSWORD).await.expect(200);
    }
}

/// A token that opens nothing is no token: who asks for one is told why.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_made_for_an_unknown_role() {
    let app = TestApp::start().await;
    comes(&app, "carla@example.com", Role::Admin).await;
    give(&app, "support").await;
    let mut asked = command(&["token", "create", "--user", "carla@example.com"]);
    asked.env("DATABASE_URL", app.database_url()).env("RUST_LOG", "warn");
    let line = tokio::task::spawn_blocking(move || run(asked)).await.expect("a command").failed();
    assert!(line.contains("carla@example.com has the role support, which this leadhouse does not know"), "{line}");
    let sql = "SELECT count(*) FROM tokens WHERE name = 'command line'";
    let (made,): (i64,) = app.app.db.read(|read| read.one(sql, params![])).await.expect("a count");
    assert_eq!(made, 0);
    restore(&app).await;
}
