//! The password: set, or changed by whoever knows it.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;

use super::super::frame::go;
use super::super::notes::Said;
use super::super::sign_in::{count_password, count_wrong_password, with_turn};
use super::{Wrong, page};
use crate::accounts::{self, ProviderUser, password};
use crate::app::App;
use crate::db::Read;
use crate::email;
use crate::error::{At, Error, Invalid, Result};
use crate::http::{Body, Fields, Form};

/// The password till now, and from now on.
pub struct PasswordIn {
    current: Option<String>,
    new: Option<String>,
}

impl Body for PasswordIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            current: fields.opt_text("current_password", 1..=*password::LENGTH.end()),
            new: fields.opt_text("new_password", 1..=*password::LENGTH.end()),
        }
    }
}

const NOT_WRITTEN: &str = "A password has at most 256 characters, all of them visible or spaces.";
const CHANGED: &str = "The password was changed in another window meanwhile.";
const NO_CURRENT: &str = "Write the password that you have now.";
const NOT_CURRENT: &str = "This is not the password that you have now.";

/// `POST /account/password`: all other sessions end.
pub async fn change_password(
    State(app): State<App>,
    person: ProviderUser,
    parts: Parts,
    posted: Form<PasswordIn>,
) -> Result<Response> {
    match try_password(&app, &person, &parts, posted).await? {
        Ok(change) => change_to(&app, &person, &parts, change).await,
        Err((at, text)) => not_changed(&app, &person, &parts, (at, text)).await,
    }
}

async fn not_changed(app: &App, person: &ProviderUser, parts: &Parts, (at, text): Fault) -> Result<Response> {
    let wrong = Wrong { heading: "The password was not changed", text, at };
    page(app, person, &parts.headers, "", wrong).await
}

async fn change_to(app: &App, person: &ProviderUser, parts: &Parts, change: Change) -> Result<Response> {
    let (identities, words) = (app.identities.clone(), (change.old, change.hash));
    let changed = accounts::change_password(identities, person.user, words, person.session);
    match app.db.run(changed).await {
        Ok(()) => {
            let said = Said { more: "All other sessions ended.".to_owned(), ..Said::done("Password changed.") };
            go("/account", vec![said.cookie(app, person)?])
        }
        Err(Error::Conflict { code: "password_changed", .. }) => {
            not_changed(app, person, parts, ("current_password", CHANGED)).await
        }
        Err(error) => Err(error),
    }
}

/// Which field is wrong, and what is.
type Fault = (&'static str, &'static str);

/// The hash of the password that was shown, if there is one, and of the one to be.
struct Change {
    old: Option<String>,
    hash: String,
}

/// What is to be, or what is wrong where. A current password that is wrong counts as a try to sign in.
async fn try_password(
    app: &App,
    person: &ProviderUser,
    parts: &Parts,
    posted: Form<PasswordIn>,
) -> Result<std::result::Result<Change, Fault>> {
    let (current, new) = match posted.input {
        Ok(PasswordIn { current, new }) => (current, new.unwrap_or_default()),
        Err(errors) if is_at(&errors, "new_password") => return Ok(Err(("new_password", NOT_WRITTEN))),
        Err(errors) if is_at(&errors, "current_password") => return Ok(Err(("current_password", NOT_CURRENT))),
        Err(errors) => return Err(Error::Invalid(errors)),
    };
    let user = person.user;
    let unit = move |read: &mut Read| {
        let email = accounts::user(read, user)?.email;
        Ok((accounts::credentials(read, &email)?, email))
    };
    let (credentials, email) = app.db.read(unit).await?;
    if let Err(weak) = password::check(&new, &email) {
        return Ok(Err(("new_password", weak.says())));
    }
    let old = credentials.and_then(|found| found.password_hash);
    if let Some(hash) = old.clone() {
        let Some(current) = current else { return Ok(Err(("current_password", NO_CURRENT))) };
        let key = email::key(&email);
        count_password(app, parts, &key).await?;
        if !with_turn(move || password::matches(&current, &hash)).await? {
            count_wrong_password(app, parts, &key).await?;
            return Ok(Err(("current_password", NOT_CURRENT)));
        }
    }
    let hash = with_turn(move || password::hash(&new, &email)).await?;
    Ok(Ok(Change { old, hash }))
}

fn is_at(errors: &[Invalid], field: &str) -> bool {
    errors.iter().any(|error| matches!(&error.at, At::Pointer(pointer) if pointer.trim_start_matches("#/") == field))
}
