//! `/api/v1/admin/mails`: what was promised, what went, and a second chance for what didn't.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::render::{self, Renderer};
use super::{Filter, Mail, State, Template, store};
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Read, Unit};
use crate::document_words;
use crate::error::Result;
use crate::http::{Both, Fields, Json, List, ListQuery, NoBody, Once, Path, Problems, Query, QueryInput, QueryOf};
use crate::id::{Id, MailId, ProviderId};

document_words!(State as "MailState", "queued → sent, or suppressed, or dead");
document_words!(Template as "MailTemplate", "What the mail tells");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(retry))
}

/// A mail, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
struct MailOut {
    id: MailId,
    #[schema(example = "provider_new_lead")]
    template: Template,
    /// The provider that it goes to; null: the operator
    provider_id: Option<ProviderId>,
    /// The provider's address, as it is now, or the mail's own; null: the operator's
    to: Option<String>,
    /// What it is about: an assignment, an export, …
    subject_id: Uuid,
    state: State,
    /// Why it was suppressed
    reason: Option<String>,
    /// Until when it waits or waited: for the end of quiet hours, or to go together with others of its kind
    held_until: Option<Timestamp>,
    /// The mail that took it along
    carried_by: Option<MailId>,
    attempts: i64,
    /// Why the last failed attempt failed, in the mail server's words
    last_error: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
}

/// A mail as its reader sees it.
#[derive(Debug, Serialize, ToSchema)]
struct MailRendered {
    #[serde(flatten)]
    mail: MailOut,
    subject: String,
    text: String,
    html: String,
}

impl From<Mail> for MailOut {
    fn from(mail: Mail) -> Self {
        Self {
            id: mail.id,
            template: mail.template,
            provider_id: mail.provider_id,
            to: mail.provider_email.or(mail.address),
            subject_id: mail.subject_id,
            state: mail.state,
            reason: mail.reason,
            held_until: mail.held_until,
            carried_by: mail.carried_by,
            attempts: mail.attempts,
            last_error: mail.last_error,
            created_at: mail.created_at,
            sent_at: mail.sent_at,
        }
    }
}

#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
struct Only {
    #[param(example = "dead")]
    state: Option<State>,
    #[param(example = "provider_new_lead")]
    template: Option<Template>,
}

/// The query of the list: what it is narrowed to, and which page of it.
struct ListIn {
    only: Only,
    page: ListQuery,
}

type ListParams = QueryOf<ListIn, Both<Only, ListQuery>>;

impl QueryInput for ListIn {
    fn read(query: &mut Fields) -> Self {
        let only = Only {
            state: query.opt_choice("state", State::CHOICES),
            template: query.opt_choice("template", Template::CHOICES),
        };
        Self { only, page: ListQuery::read(query) }
    }
}

/// Mails, newest first
#[utoipa::path(get, path = "/api/v1/admin/mails", tag = "mails", params(ListParams),
    responses((status = 200, body = List<MailOut>), Problems))]
async fn list(app: App, _admin: CurrentAdmin, Query(query): Query<ListIn>) -> Result<Json<List<MailOut>>> {
    let ListIn { only: Only { state, template }, page } = query;
    let scope = format!("mails {} {}", state.map_or("", State::as_str), template.map_or("", Template::as_str));
    let before = page.below(&app.seals, &scope)?.map(MailId);
    let filter = Filter { state, template, before, limit: page.fetch() };
    let found = app.db.read(move |read| super::list(read, &filter)).await?;
    let shown = found.into_iter().map(MailOut::from).collect();
    Ok(Json(List::new(shown, &page, &app.seals, &scope, |mail: &MailOut| mail.id.uuid())))
}

/// A mail, as its reader sees it
#[utoipa::path(get, path = "/api/v1/admin/mails/{id}", tag = "mails", params(("id" = MailId, Path)),
    responses((status = 200, body = MailRendered), Problems))]
async fn get(app: App, _admin: CurrentAdmin, Path(id): Path<MailId>) -> Result<Json<MailRendered>> {
    let unit = move |read: &mut Read| Ok((super::get(read, id)?, store::carried(read, id)?));
    let (mail, along) = app.db.read(unit).await?;
    let rendered = render::render(Renderer::of(&app), &mail, &along)?;
    let crate::mail::Rendered { subject, text, html } = rendered;
    Ok(Json(MailRendered { mail: mail.into(), subject, text, html }))
}

/// Try a dead mail once more
///
/// It is due at once, with its job, and may be attempted one more time. If that fails too, it is dead again.
#[utoipa::path(post, path = "/api/v1/admin/mails/{id}/retry", tag = "mails", params(("id" = MailId, Path)),
    responses((status = 200, body = MailOut), Problems))]
async fn retry(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<MailId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let unit = super::retry(admin.actor(), id).then(|_, mail| Ok(MailOut::from(mail)));
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}
