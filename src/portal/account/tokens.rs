//! Tokens that act as this provider: made, shown once, revoked.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::super::frame::{Frame, answer, go};
use super::super::notes::Said;
use super::super::sign_in::Nothing;
use super::{Wrong, page};
use crate::accounts::{self, ProviderUser};
use crate::app::App;
use crate::audit::Actor;
use crate::error::Result;
use crate::http::{Body, Fields, Form, Path, cookie};
use crate::id::TokenId;
use crate::portal::cookies::TOKEN;
use crate::read;

/// In characters, as the back office takes it.
const TOKEN_NAME: std::ops::RangeInclusive<usize> = 1..=100;

/// A new token, shown this once.
#[derive(Template)]
#[template(path = "portal/token.html")]
struct TokenPage {
    frame: Frame,
    name: String,
    token: String,
}

/// The name of a new token.
pub struct TokenIn(String);

impl Body for TokenIn {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.line("name", TOKEN_NAME))
    }
}

/// How long a new token waits for the page that shows it.
const TOKEN_WAITS: Duration = Duration::from_mins(5);

/// `POST /account/tokens`. The token travels to its page in a cookie that only we can read.
pub async fn make_token(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Form<TokenIn>,
) -> Result<Response> {
    let Ok(TokenIn(name)) = posted.input else {
        let given = posted.given.text("name");
        let text = if given.trim().is_empty() {
            "Give the token a name, to tell it from others later."
        } else {
            "A name is one line of at most 100 characters."
        };
        let wrong = Wrong { heading: "No token was made", text, at: "name" };
        return page(&app, &person, &headers, given, wrong).await;
    };
    let session = (person.user, person.session);
    let made = accounts::create_token_in_session(person.provider.id, session, name.clone());
    let (id, secret) = app.db.run(made).await?;
    let shown = format!("{}\n{name}", secret.into_text());
    let locked = app.seals.lock(&token_scope(&person, id), shown.as_bytes())?;
    go(&format!("/account/tokens/{id}"), vec![cookie::set(TOKEN, &locked, Some(TOKEN_WAITS))?])
}

/// One token, for the session that made it.
fn token_scope(person: &ProviderUser, id: TokenId) -> String {
    format!("new token {id} of {}", person.session)
}

/// `GET /account/tokens/{id}`: shows a new token once.
pub async fn show_token(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<TokenId>,
    headers: HeaderMap,
) -> Result<Response> {
    let locked = cookie::read(&headers, TOKEN);
    let shown = locked.and_then(|locked| app.seals.unlock(&token_scope(&person, id), locked));
    let shown = shown.and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((token, name)) = shown.as_deref().and_then(|shown| shown.split_once('\n')) else {
        let said =
            Said::failed("A token is shown once.", "Make another where you have not kept it; revoke the lost one.");
        return go("/account", vec![said.cookie(&app, &person)?]);
    };
    let provider = person.provider.clone();
    let summary = app.db.read(move |read| read::summary(read, provider.id)).await?;
    let frame = Frame::new(&app, &person, &headers, &summary, "/account")?;
    let mut response = answer(StatusCode::OK, &TokenPage { frame, name: name.to_owned(), token: token.to_owned() })?;
    response.headers_mut().append(header::SET_COOKIE, cookie::end(TOKEN)?);
    Ok(response)
}

/// `POST /account/tokens/{id}/revoke`
pub async fn revoke_token(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<TokenId>,
    _: Form<Nothing>,
) -> Result<Response> {
    let provider = person.provider.id;
    app.db.run(accounts::revoke_token_of(Actor::Provider(provider), app.identities.clone(), provider, id)).await?;
    let said = Said { more: "Programs that use it are refused from now on.".to_owned(), ..Said::done("Revoked.") };
    go("/account", vec![said.cookie(&app, &person)?])
}
