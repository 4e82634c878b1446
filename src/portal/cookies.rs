//! The portal's cookies, besides the session's, which is [`crate::accounts::SESSION`].

use axum::extract::FromRef;

use crate::accounts::SESSION;
use crate::app::App;
use crate::http::csrf::FormTokens;
use crate::http::loopback::Ours;

/// How all their names begin.
pub const COOKIES: Ours = Ours("lh_");

/// Ties the forms of somebody who is not signed in to one browser.
pub const ANONYMOUS_VISIT: &str = "__Host-lh_visit";
/// What the next page says of what was just done.
pub const NOTE: &str = "__Host-lh_note";
/// A new token of the API on its way to the one page that shows it, locked.
pub const TOKEN: &str = "__Host-lh_token";
/// There and `off`: this browser's person does not want single-key shortcuts.
pub const KEYS: &str = "__Host-lh_keys";
/// Whose browser this is, to those who count its tries to sign in.
pub const BROWSER: &str = "__Host-lh_browser";

/// A form belongs to a session, or to somebody's visit who is not signed in.
impl FromRef<App> for FormTokens {
    fn from_ref(app: &App) -> Self {
        Self::new(app.seals.clone(), &[SESSION, ANONYMOUS_VISIT])
    }
}
