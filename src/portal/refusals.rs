//! What a page says when something does not work: the API's problem, told to a person, with what is certain and what to do.

use std::borrow::Cow;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets::{Assets, assets};
use super::frame::{self, contact, operator};
use crate::app::App;
use crate::error::Result;
use crate::http::problem::Pending;
use crate::http::{Context, Problem, written};
use crate::text::{self, cut};

/// The first segments of the paths that are pages.
const PAGES: &[&str] =
    &["", "leads", "money", "exports", "preferences", "account", "sign-in", "sign-out", "admin", "sources"];

/// A page with a heading, a text and where to go from there.
#[derive(askama::Template)]
#[template(path = "portal/said.html")]
pub struct Page<'a> {
    pub operator: String,
    pub assets: &'static Assets,
    pub heading: &'a str,
    pub text: &'a str,
    pub actions: Vec<Action>,
    /// What was written into the form that did not get through.
    pub kept: String,
    pub small: String,
}

/// Where to go.
#[derive(Debug, Clone)]
pub struct Action {
    pub path: Cow<'static, str>,
    pub label: &'static str,
}

impl Action {
    pub const fn to(path: &'static str, label: &'static str) -> Self {
        Self { path: Cow::Borrowed(path), label }
    }
}

/// The fields of our forms that take more than a word.
const PROSE: &[&str] = &["rejection_reason", "note", "text"];
/// Of what was written, this much is shown again.
const MOST_KEPT: usize = 1_500;

const INBOX: Action = Action::to("/leads", "Inbox");
const OFFICE: Action = Action::to("/admin", "Back office");

/// What the layer keeps of a request.
struct OriginalRequest {
    changes: bool,
    target: String,
    /// The page with the form, where it is one of ours.
    from: Option<String>,
    request_id: String,
    written: String,
}

impl OriginalRequest {
    /// Where whoever asked for this is at home.
    fn home(&self) -> Action {
        match self.target.split(['/', '?']).nth(1) {
            Some("admin") => OFFICE,
            Some("sign-in" | "sign-out") => Action::to("/sign-in", "Sign in"),
            Some("leads" | "money" | "exports" | "preferences" | "account") => INBOX,
            _ => Action::to("/", "Home"),
        }
    }
}

/// The layer: problems of pages become pages.
pub async fn as_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if !is_page(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut asked = OriginalRequest {
        changes: !matches!(parts.method, Method::GET | Method::HEAD),
        target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        from: path_of_referer(&parts.headers),
        request_id: Context::of(&parts).map(|context| context.request_id.clone()).unwrap_or_default(),
        written: String::new(),
    };
    let response = match written(Request::from_parts(parts, body), PROSE).await {
        Ok((text, request)) => {
            asked.written = cut(&text::said(&text), MOST_KEPT);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    let Some(Pending(problem)) = response.extensions().get::<Pending>().cloned() else { return response };
    page_of(&app, &problem, &asked, &response).unwrap_or_else(IntoResponse::into_response)
}

fn path_of_referer(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_ours = referer.authority().is_some_and(|authority| authority.as_str() == host);
    Some(referer.path_and_query()?.to_string()).filter(|_| is_ours)
}

fn sign_in_for(path: &str) -> String {
    format!("/sign-in?next={}", utf8_percent_encode(path, NON_ALPHANUMERIC))
}

/// A route of the portal; or none at all, where the caller is a browser.
fn is_page(request: &Request) -> bool {
    match request.extensions().get::<MatchedPath>() {
        Some(route) => route.as_str().split('/').nth(1).is_some_and(|first| PAGES.contains(&first)),
        None => !request.uri().path().starts_with("/api/") && takes_html(request.headers()),
    }
}

fn takes_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"))
}

/// The problem as a page, with the status and headers of the problem's own answer.
fn page_of(app: &App, problem: &Problem, asked: &OriginalRequest, bare: &Response) -> Result<Response> {
    if problem.status == StatusCode::UNAUTHORIZED && !asked.changes {
        let path = if asked.target == "/" { "/sign-in".to_owned() } else { sign_in_for(&asked.target) };
        return frame::go(&path, Vec::new());
    }
    let (heading, text, actions) = told(app, problem, asked);
    let small = if problem.status.is_client_error() && problem.status != StatusCode::CONFLICT {
        String::new()
    } else {
        format!(
            "If it happens again, tell {} this number: {}.",
            contact(app).as_deref().unwrap_or("the operator"),
            asked.request_id
        )
    };
    let (operator, kept) = (operator(app), asked.written.clone());
    let page = Page { operator, assets: assets(), heading: &heading, text: &text, actions, kept, small };
    let mut response = frame::answer(problem.status, &page)?;
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    *response.extensions_mut() = bare.extensions().clone();
    Ok(response)
}

/// Heading, text, and where to go.
fn told(app: &App, problem: &Problem, asked: &OriginalRequest) -> (String, String, Vec<Action>) {
    let said = |heading: &str, text: String, action: Action| (heading.to_owned(), text, vec![action]);
    match (problem.status, problem.code) {
        (StatusCode::UNAUTHORIZED, _) => {
            let path = asked.from.as_deref().map_or_else(|| "/sign-in".to_owned(), sign_in_for);
            let action = Action { path: path.into(), label: "Sign in" };
            said("You are signed out", "Nothing was changed. Sign in, then do it again.".to_owned(), action)
        }
        (_, "account_suspended") => {
            let whom = contact(app).unwrap_or_else(|| operator(app));
            let text = format!(
                "No leads come, and nothing can be changed. Your leads and your money are kept. Write to {whom}."
            );
            said("This account is suspended", text, Action::to("/sign-in", "Sign in as somebody else"))
        }
        (_, "not_permitted") => {
            let whom = contact(app).unwrap_or_else(|| operator(app));
            let text = format!("Your role may do nothing here. Write to {whom}.");
            said("You may not do this", text, Action::to("/sign-in", "Sign in as somebody else"))
        }
        (_, "wrong_role") if asked.target.starts_with("/admin") => {
            said("This page is for the operator", "You are signed in as a provider.".to_owned(), INBOX)
        }
        (_, "wrong_role") => {
            said("This page is for providers", "You are signed in as the operator.".to_owned(), OFFICE)
        }
        (_, "stale_form") => said("This form is too old", problem.detail.clone().into_owned(), asked.home()),
        (StatusCode::NOT_FOUND, _) => {
            said("There is nothing here", "It is gone, was never there, or is not yours.".to_owned(), asked.home())
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            let seconds = problem.retry_after.unwrap_or(60);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            let kept = if asked.changes { " This one was not carried out." } else { "" };
            (format!("Wait {seconds} {unit}, then go on"), format!("{}{kept}", problem.detail), vec![asked.home()])
        }
        (StatusCode::SERVICE_UNAVAILABLE, _) => said(
            "Not available at the moment",
            "Something this needs does not answer. Try again in some seconds; doing it again does no harm.".to_owned(),
            asked.home(),
        ),
        (status, _) if status.is_server_error() => {
            let text = if asked.changes {
                "We can’t say whether your last action was saved. Look at it again; doing it again does no harm, nothing is charged twice."
            } else {
                "The page could not be made. Nothing was changed."
            };
            said("Something broke on our side", text.to_owned(), asked.home())
        }
        _ => said("That did not work", problem.detail.clone().into_owned(), asked.home()),
    }
}
