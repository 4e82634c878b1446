//! The doors that leads come in by: `/api/v1/intake/{source_key}`. The key is the sender's identity.

mod cors;
mod preview;
mod sender;
mod visitor;

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{options, post};
use bytes::Bytes;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use cors::Cors;
use sender::CurrentSource;
use visitor::Visitor;

use super::formats::{Incoming, Posted, Reading, Sent, as_text, is_same};
use super::shapes::{Acknowledged, LeadForm, LeadReceipt, LeadShape, Receipt};
use super::{Received, Refused, Source, Status, Submission};
use crate::app::App;
use crate::db::Unit;
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::{ContentType, stranger_pairs};
use crate::http::{Json, Problem, Problems, RawBody};
use crate::id::{Id, LeadId};
use crate::intake;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(receive, greet))
        .routes(routes!(preview::preview))
        // As some senders write every address.
        .route("/api/v1/intake/{source_key}/", post(receive).get(greet))
        .route("/api/v1/intake/{source_key}//", post(receive).get(greet))
        .route("/api/v1/intake/{source_key}/preview/", post(preview::preview))
        .route("/api/v1/intake/{source_key}", options(cors::preflight))
        .route("/api/v1/intake/{source_key}/preview", options(cors::preflight))
        .merge(super::admin::routes())
        .merge(super::pages::routes())
}

/// Send a lead
///
/// The source's format says what the body is; shown here is our own, which is answered with 201. Platforms are answered
/// with 200. A browser that posts a form and asks for `text/html` sees a page.
#[utoipa::path(post, path = "/api/v1/intake/{source_key}", tag = "intake",
    params(("source_key" = String, Path, description = "The source's key")),
    request_body(content((LeadShape = "application/json"), (LeadForm = "application/x-www-form-urlencoded"),
        (LeadForm = "multipart/form-data"))),
    responses((status = 201, body = LeadReceipt),
        (status = 200, content((Acknowledged = "application/json"), (String = "text/html")),
            description = "To platforms; a page that says thank you to browsers"),
        (status = 303, description = "To the form's redirect_url"), Problems))]
async fn receive(
    app: App,
    cors: Cors,
    source: std::result::Result<CurrentSource, Problem>,
    request: Request,
) -> Response {
    let received = async {
        let CurrentSource { source, query } = source?;
        let body = RawBody::from_request(request, &app).await?;
        receive_from(&app, source, query, body).await
    };
    cors.allow(received.await.into_response())
}

async fn receive_from(
    app: &App,
    source: Arc<Source>,
    query: String,
    body: RawBody,
) -> std::result::Result<Response, Problem> {
    let came = (body.content_type.clone(), body.bytes.clone());
    let mut visitor = Visitor::of(&body);
    let taken = match take(app, &source, &query, body, &mut visitor).await {
        Err(Stopped::Refused(problem)) => {
            keep_refused(app, &source, query, came, &problem).await;
            Err(problem)
        }
        Err(Stopped::NoPerson(problem)) => {
            keep_refused(app, &source, query, came, &problem).await;
            Ok(as_if_taken(app, &source))
        }
        Ok(taken) => Ok(taken),
    };
    visitor.answer(taken)
}

/// Why a post is no lead.
enum Stopped {
    Refused(Problem),
    /// A program filled the form. It is not told.
    NoPerson(Problem),
}

impl<E: Into<Problem>> From<E> for Stopped {
    fn from(refused: E) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a program is answered that filled a form: the same as a person whose lead nobody took.
fn as_if_taken(app: &App, source: &Source) -> Response {
    let platform = source.format.platform();
    let received = Received::unsold(LeadId::new(app.clock.now()), Status::Unmatched);
    let status = if platform.is_created() { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(platform.receipt(&received).telling(source.answer, &received))).into_response()
}

async fn take(
    app: &App,
    source: &Arc<Source>,
    query: &str,
    body: RawBody,
    visitor: &mut Visitor,
) -> std::result::Result<Response, Stopped> {
    let platform = source.format.platform();
    platform.check_sender(source, &body, app.clock.now())?;
    let mut posted = Posted::of(platform.takes(), &body.content_type, &body.bytes).await?;
    posted.check_sender(source)?;
    let beside = posted.take_beside(source);
    visitor.wants(source, beside.redirect.as_deref())?;
    if let Some(giveaway) = beside.giveaway(app.clock.now()) {
        let at = At::Pointer(format!("#/{}", giveaway.field(source)).into());
        let invalid = Invalid { at, code: giveaway.code(), detail: giveaway.detail().into() };
        return Err(Stopped::NoPerson(Error::Invalid(vec![invalid]).into()));
    }
    let once = match &posted.sent {
        Sent::Json(value) => body.once.with_json(value),
        Sent::Form(_) | Sent::Xml(_) => body.once.with_bytes(&body.bytes),
    };
    let mut incoming = posted.read(source, query)?;
    let reading = match incoming.pop() {
        Some(Incoming::Lead(reading)) if incoming.is_empty() => reading,
        last => {
            incoming.extend(last);
            return Ok(take_all(app, source, query, incoming).await?);
        }
    };
    let status = if platform.is_created() { StatusCode::CREATED } else { StatusCode::OK };
    let principal = source.id.uuid();
    let answer = source.answer;
    let unit = intake::receive(source.clone(), reading.whole()?)
        .then(move |_, received| Ok(platform.receipt(&received).telling(answer, &received)));
    Ok(once.run(&app.db, principal, status, unit).await?)
}

/// Takes the leads of a post, each for itself: one that is wrong is kept as refused and is in no other's way. They are known
/// by their platform's ids, so the same post again has no other effect.
async fn take_all(app: &App, source: &Arc<Source>, query: &str, incoming: Vec<Incoming>) -> Result<Response> {
    let mut notices = Vec::new();
    for one in incoming {
        match one {
            Incoming::Elsewhere(notice) => notices.push(notice),
            Incoming::Lead(reading) if reading.errors.is_empty() => {
                app.db.run(intake::receive(source.clone(), reading.submission)).await?;
            }
            Incoming::Lead(reading) => {
                let Reading { submission, errors } = *reading;
                let Submission { raw_payload: payload, raw_content_type: content_type, .. } = submission;
                let status = StatusCode::UNPROCESSABLE_ENTITY.as_u16();
                let refused = Refused { status, errors, content_type, query: query.to_owned(), payload, bytes: None };
                app.db.run(intake::keep_refused(source, refused)).await?;
            }
        }
    }
    if !notices.is_empty() {
        app.db.run(intake::fetch_later(source, notices)).await?;
    }
    Ok(Json(Receipt::NOTHING).into_response())
}

/// Keeps what its sender has to mend, or the operator. Where that fails, the answer is the same.
async fn keep_refused(app: &App, source: &Source, query: String, came: (ContentType, Bytes), problem: &Problem) {
    let is_kept = [
        StatusCode::BAD_REQUEST,
        StatusCode::FORBIDDEN,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ];
    if !is_kept.contains(&problem.status) {
        return;
    }
    let (kind, bytes) = came;
    let (payload, bytes) = as_text(&kind, &bytes);
    let errors = match problem.errors.as_slice() {
        [] => vec![Invalid { at: At::Pointer("#".into()), code: problem.code, detail: problem.detail.clone() }],
        some => some.to_vec(),
    };
    let refused = Refused {
        status: problem.status.as_u16(),
        errors,
        content_type: kind.kept().to_owned(),
        query,
        payload,
        bytes,
    };
    if let Err(error) = app.db.run(intake::keep_refused(source, refused)).await {
        tracing::warn!("a refused post of source {} was not kept: {error}", source.id.uuid());
    }
}

/// Say that this is the address, or send a lead in it
///
/// Meta asks once, before it sends anything: `hub.verify_token` is the source's key, and the answer is its `hub.challenge`.
/// For a source of the format `mapping` the query is a lead, answered as a post of the same fields.
#[utoipa::path(get, path = "/api/v1/intake/{source_key}", tag = "intake",
    params(("source_key" = String, Path, description = "The source's key"),
        ("hub.mode" = Option<String>, Query, description = "`subscribe`"),
        ("hub.verify_token" = Option<String>, Query, description = "The source's key"),
        ("hub.challenge" = Option<String>, Query, description = "What is to be answered")),
    responses((status = 200, body = String, content_type = "text/plain", description = "The challenge"),
        (status = 201, body = LeadReceipt),
        (status = 405, description = "The source's platform asks for nothing", content_type = "application/problem+json",
            body = inline(serde_json::Value)), Problems))]
async fn greet(
    app: App,
    method: Method,
    CurrentSource { source, query }: CurrentSource,
    body: RawBody,
) -> std::result::Result<Response, Problem> {
    let platform = source.format.platform();
    let said = query.trim_matches('&');
    // Who asks for the head alone wants nothing done.
    if platform.takes_get() && method == Method::GET && !said.is_empty() {
        let bytes = Bytes::copy_from_slice(said.as_bytes());
        let body = RawBody { content_type: ContentType::parse(FORM), bytes, ..body };
        return receive_from(&app, source, String::new(), body).await;
    }
    if !platform.greets() {
        return Ok(([(header::ALLOW, "POST")], Problem::method_not_allowed()).into_response());
    }
    let (pairs, _) = stranger_pairs(query.as_bytes(), None)?;
    let said = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
    let is_its_key = |token: &str| {
        is_same(token, &source.key) || source.previous_key.as_ref().is_some_and(|key| is_same(token, key))
    };
    if !said("hub.verify_token").is_some_and(|token| is_its_key(token.trim())) {
        return Err(Error::forbidden("wrong_verify_token", "hub.verify_token is not the key of this source").into());
    }
    let challenge = said("hub.challenge").filter(|text| text.len() <= MOST_OF_A_CHALLENGE);
    let challenge = challenge.ok_or_else(|| Problem::bad_request("no_challenge", "Send hub.challenge."))?;
    Ok(challenge.to_owned().into_response())
}

/// What a query is, once it is a body.
const FORM: &str = "application/x-www-form-urlencoded";
/// Meta's have some ten digits.
const MOST_OF_A_CHALLENGE: usize = 256;
