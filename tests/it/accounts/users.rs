//! People: one account an address, and what their tokens may.

use leadhouse::accounts::{self, NewUser, Owner, Role};
use leadhouse::audit::Actor;
use leadhouse::db::{Tx, params};
use leadhouse::email;
use leadhouse::error::{Error, Result};
use leadhouse::id::{ProviderId, UserId, parse_uuid};

use crate::support::TestApp;

async fn adds(app: &TestApp, address: &str, role: Role) -> Result<UserId> {
    let new = NewUser { email: email::parse(address).expect("an address"), role, password_hash: None };
    app.runs(accounts::add_user(Actor::System, new)).await
}

async fn token_of(app: &TestApp, user: UserId) -> String {
    let made = app.runs(accounts::create_token(Actor::System, Owner::User(user), "laptop".to_owned())).await;
    made.expect("a token").1.into_text()
}

fn provider_id(text: &str) -> ProviderId {
    ProviderId(parse_uuid(text).expect("an id"))
}

#[tokio::test]
async fn an_address_is_one_account_however_it_is_spelled() {
    let app = TestApp::start().await;
    let bob = adds(&app, "Bob@example.com", Role::Admin).await.expect("an account");
    for spelling in
        ["Bob@example.com", "bob@example.com", "bob@example.com\u{200b}", "ｂob@example.com", "BOB@EXAMPLE.COM"]
    {
        let refused = adds(&app, spelling, Role::Admin).await.expect_err(spelling);
        assert!(matches!(refused, Error::Conflict { code: "email_taken", .. }), "{refused}");
        let found = app.read(move |read| accounts::user_by_email(read, spelling)).await.expect("Bob");
        assert_eq!((found.id, found.email.as_str()), (bob, "Bob@example.com"));
    }
    assert!(app.read(|read| accounts::user_by_email(read, "bo@example.com")).await.is_none());
    assert_eq!(app.audit_of(&bob.to_string()).await, ["user.created"]);
}

#[tokio::test]
async fn a_person_acts_as_what_they_are() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let provider = Role::Provider(provider_id(&rita.id));
    let (anna, bert) = (adds(&app, "anna@example.com", provider).await, adds(&app, "bert@example.com", provider).await);
    for person in [anna.expect("Anna"), bert.expect("Bert")] {
        let person = app.bearer(&token_of(&app, person).await);
        assert_eq!(person.get("/api/v1/provider/me").await.expect(200).str("id"), rita.id);
        person.get("/api/v1/admin/providers").await.expect(403);
    }
    let carla = adds(&app, "carla@example.com", Role::Admin).await.expect("Carla");
    let carla = app.bearer(&token_of(&app, carla).await);
    carla.get("/api/v1/admin/providers").await.expect(200);
    carla.get("/api/v1/provider/me").await.expect(403);
    let tokens = app.operator().get(format!("/api/v1/admin/providers/{}/tokens", rita.id)).await.expect(200).items();
    assert_eq!(tokens.iter().filter(|token| token["user_id"].is_string()).count(), 2);
    let nobody_s = Role::Provider(ProviderId::new(app.clock.now()));
    assert!(matches!(adds(&app, "dora@example.com", nobody_s).await, Err(Error::NotFound("provider"))));
}

#[tokio::test]
async fn who_left_or_was_demoted_is_out() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let carla = adds(&app, "carla@example.com", Role::Admin).await.expect("Carla");
    let client = app.bearer(&token_of(&app, carla).await);
    client.get("/api/v1/admin/providers").await.expect(200);
    let provider = provider_id(&rita.id);
    let identities = app.app.identities.clone();
    let demote = move |tx: &mut Tx| {
        let sql = "UPDATE users SET role = 'provider', provider_id = $2 WHERE id = $1";
        tx.execute(sql, params![carla, provider])
    };
    app.write(demote).await.expect("she is demoted");
    identities.forget_all();
    client.get("/api/v1/admin/providers").await.expect(403);
    client.get("/api/v1/provider/me").await.expect(200);
    let leave = move |tx: &mut Tx| tx.execute("UPDATE users SET active = FALSE WHERE id = $1", params![carla]);
    app.write(leave).await.expect("she leaves");
    identities.forget_all();
    client.get("/api/v1/provider/me").await.expect(401);
}

#[tokio::test]
async fn a_sign_in_link_is_no_token() {
    let app = TestApp::start().await;
    let carla = adds(&app, "carla@example.com", Role::Admin).await.expect("Carla");
    let secret = app.runs(accounts::sign_in_link(carla)).await.expect("a link").into_text();
    app.bearer(&secret).get("/api/v1/admin/providers").await.expect(401);
}
