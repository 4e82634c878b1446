//! `/api/v1/admin/jobs`: what the queue holds, and a second chance for what has died in it.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::{Error, Result};
use crate::http::{Both, Fields, Json, List, ListQuery, NoBody, Once, Path, Problems, Query, QueryInput, QueryOf};
use crate::id::{Id, JobId};
use crate::queue::{self, Filter, Job, State};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(retry))
}

/// A background job and its outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
struct JobOut {
    id: JobId,
    /// The kind of job, as in `outbox.send`
    kind: String,
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    state: State,
    /// When it is due; after a failure: when it is tried again
    run_at: Timestamp,
    attempts: i64,
    max_attempts: i64,
    /// Why the last failed attempt failed
    last_error: Option<String>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl JobOut {
    fn of(job: Job) -> Result<Self> {
        Ok(Self {
            id: job.id,
            kind: job.kind,
            payload: RawValue::from_string(job.payload.0).map_err(Error::internal)?,
            state: job.state,
            run_at: job.run_at,
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            last_error: job.last_error,
            created_at: job.created_at,
            finished_at: job.finished_at,
        })
    }
}

#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
struct Only {
    state: Option<State>,
    #[param(example = "distribution.retry_unmatched")]
    kind: Option<String>,
}

/// The query of the list: what it is narrowed to, and which page of it.
struct ListIn {
    only: Only,
    page: ListQuery,
}

type ListParams = QueryOf<ListIn, Both<Only, ListQuery>>;

impl QueryInput for ListIn {
    fn read(query: &mut Fields) -> Self {
        let only = Only { state: query.opt_choice("state", State::CHOICES), kind: query.opt_text("kind", 1..=100) };
        Self { only, page: ListQuery::read(query) }
    }
}

/// Jobs, newest first
#[utoipa::path(get, path = "/api/v1/admin/jobs", tag = "jobs", params(ListParams),
    responses((status = 200, body = List<JobOut>), Problems))]
async fn list(app: App, _admin: CurrentAdmin, Query(query): Query<ListIn>) -> Result<Json<List<JobOut>>> {
    let ListIn { only: Only { state, kind }, page } = query;
    let scope = format!("jobs {} {}", state.map_or("", State::as_str), kind.as_deref().unwrap_or_default());
    let before = page.below(&app.seals, &scope)?.map(JobId);
    let limit = page.fetch();
    let unit = move |read: &mut _| queue::list(read, &Filter { state, kind: kind.as_deref(), before, limit });
    let found = app.db.read(unit).await?;
    let shown = found.into_iter().map(JobOut::of).collect::<Result<Vec<_>>>()?;
    Ok(Json(List::new(shown, &page, &app.seals, &scope, |job| job.id.uuid())))
}

/// A job
#[utoipa::path(get, path = "/api/v1/admin/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 200, body = JobOut), Problems))]
async fn get(app: App, _admin: CurrentAdmin, Path(id): Path<JobId>) -> Result<Json<JobOut>> {
    let job = app.db.read(move |read| queue::get(read, id)).await?;
    JobOut::of(job).map(Json)
}

/// Try a dead job once more
///
/// It is due at once and may be attempted one more time. If that fails too, it is dead again.
#[utoipa::path(post, path = "/api/v1/admin/jobs/{id}/retry", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 200, body = JobOut), Problems))]
async fn retry(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<JobId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let unit = super::retry(admin.actor(), id).then(|_, job| JobOut::of(job));
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}
