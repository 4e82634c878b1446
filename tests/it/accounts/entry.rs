//! Who gets in: one header, one live token.

use std::time::Duration;

use leadhouse::db::{Tx, params};

use crate::support::TestApp;

const ME: &str = "/api/v1/provider/me";

#[tokio::test]
async fn only_one_live_bearer_token_gets_in() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let token = rita.token.clone().expect("a token");
    let nobody = app.nobody();
    nobody.get(ME).header("authorization", format!("bearer {token}")).await.expect(200);
    nobody.get(ME).header("authorization", format!("BEARER  {token} ")).await.expect(200);
    let (last, rest) = (token.chars().last().expect("a letter"), token.get(..token.len() - 1).expect("ASCII"));
    let other = if last == 'A' { 'B' } else { 'A' };
    for wrong in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer {}", token.to_uppercase()),
        format!("Bearer {rest}"),
        format!("Bearer {rest}{other}"),
        format!("Bearer {token}{token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer lh_{}", "a".repeat(5_000)),
        "Bearer ' OR 1=1--".to_owned(),
        "Bearer \u{e9}".to_owned(),
    ] {
        let refused = nobody.get(ME).header("authorization", &wrong).await.expect(401);
        assert_eq!(refused.problem_code(), "unauthenticated", "{wrong}");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    let two = rita.get(ME).header("authorization", format!("Bearer {token}")).await.expect(400);
    assert_eq!(two.wrong_fields(), ["Authorization"]);
    nobody.get(format!("{ME}?api_key={token}")).await.expect(401);
    nobody.get(ME).header("x-api-key", &token).await.expect(401);
}

#[tokio::test]
async fn a_token_of_another_kind_is_no_entry() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.get(ME).await.expect(200);
    for (sql, status) in [
        ("UPDATE tokens SET kind = 'sign_in_link' WHERE name = 'test'", 401),
        ("UPDATE tokens SET kind = 'session' WHERE name = 'test'", 401),
        ("UPDATE tokens SET kind = 'api' WHERE name = 'test'", 200),
    ] {
        let identities = app.app.identities.clone();
        let unit = move |tx: &mut Tx| {
            let identities = identities.clone();
            tx.after_commit(move || identities.forget_all());
            tx.execute(sql, params![])
        };
        assert_eq!(app.write(unit).await.expect("it is changed"), 1);
        rita.get(ME).await.expect(status);
    }
}

#[tokio::test]
async fn a_token_ends_when_it_expires_and_not_before() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let unit = |tx: &mut Tx| {
        let end = tx.now().plus(Duration::from_mins(5));
        tx.execute("UPDATE tokens SET expires_at = $1 WHERE name = 'test'", params![end])
    };
    assert_eq!(app.write(unit).await.expect("an end is set"), 1);
    rita.get(ME).await.expect(200);
    app.advance(Duration::from_mins(4));
    rita.get(ME).await.expect(200);
    app.advance(Duration::from_mins(1));
    rita.get(ME).await.expect(401);
}

#[tokio::test]
async fn what_another_process_revokes_is_dead_within_a_second() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.get(ME).await.expect(200);
    let unit = |tx: &mut Tx| {
        let now = tx.now();
        tx.execute("UPDATE tokens SET revoked_at = $1 WHERE name = 'test'", params![now])
    };
    app.write(unit).await.expect("it is revoked");
    app.advance(Duration::from_secs(1));
    rita.get(ME).await.expect(401);
}
