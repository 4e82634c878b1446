//! `POST /api/v1/provider/leads/export`, the history of exports, and cancelling one.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::Status;
use crate::clock::Timestamp;
use crate::db::{Read, Unit};
use crate::error::{Error, Result};
use crate::exports::{self, Export, ExportRequest, Format, Preset, State, lost};
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, NoBody, Once, Path, Problems, Query};
use crate::id::{ExportId, Id, NicheId, ProviderId};
use crate::inbox::FilterIn;
use crate::read;

/// What is to be in the file
#[derive(Debug, Clone, ToSchema)]
pub(super) struct ExportIn {
    filters: Option<FilterIn>,
    #[schema(default = "csv")]
    format: Option<Format>,
    #[schema(default = "standard")]
    preset: Option<Preset>,
}

type ExportBody = NewBody<ExportIn>;

impl Body for ExportIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            filters: fields.opt_nested("filters", FilterIn::read),
            format: fields.opt_choice("format", Format::CHOICES),
            preset: fields.opt_choice("preset", Preset::CHOICES),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportAnswer {
    #[schema(example = true)]
    ok: bool,
    export_id: ExportId,
    status: State,
    /// How many rows the file will have
    estimated_rows: i64,
    /// How many leads the filters match now
    matching_rows: i64,
    /// true: more leads match than one file holds; it has the newest
    truncated: bool,
    message: String,
}

/// Ask for my leads as a file
///
/// The worker makes the file; a mail tells when it is ready. The number of exports a day is limited.
#[utoipa::path(post, path = "/api/v1/provider/leads/export", tag = "exports", request_body = ExportBody,
    responses((status = 202, body = ExportAnswer), Problems))]
pub(super) async fn request(
    app: App,
    provider: CurrentProvider,
    Once { body, once }: Once<ExportIn>,
) -> Result<Response> {
    let filters = body.filters.unwrap_or_default();
    let (format, preset) = (body.format.unwrap_or(Format::Csv), body.preset.unwrap_or(Preset::Standard));
    let asked = ExportRequest::new(filters, &provider.zone(), format, preset, app.config.export_max_rows);
    let asked =
        asked.ok_or_else(|| Error::field("filters/date_to", "invalid_period", "date_to is before date_from"))?;
    let per_day = app.config.exports_per_day;
    let provider = provider.0;
    let (id, of, filter) = (provider.id.uuid(), provider.id, asked.filter.clone());
    let matching = app.db.read(move |read| read::count_rows(read, of, &filter, preset.keeps_erased())).await?;
    let asked = exports::request(provider, asked, matching, per_day);
    let unit = asked.then(|_, export| Ok(ExportAnswer::of(&export)));
    once.run(&app.db, id, StatusCode::ACCEPTED, unit).await
}

impl ExportAnswer {
    fn of(export: &Export) -> Self {
        let message = if export.is_remade() {
            "It is being made again already, without a person who was erased.".to_owned()
        } else if export.is_truncated() {
            let (rows, all) = (export.estimated_rows(), export.matching_rows);
            format!("Export queued with the newest {rows} of {all} leads. You will receive an email when ready.")
        } else {
            "Export queued. You will receive an email when ready.".to_owned()
        };
        Self {
            ok: true,
            export_id: export.id,
            status: export.state,
            estimated_rows: export.estimated_rows(),
            matching_rows: export.matching_rows,
            truncated: export.is_truncated(),
            message,
        }
    }
}

/// The filters as they were sent; those that were not sent are absent
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExportFilters)]
struct FiltersOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    niche_id: Option<NicheId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    date_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    viewed: Option<bool>,
}

/// An export.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Export)]
pub(super) struct ExportOut {
    id: ExportId,
    status: State,
    format: Format,
    preset: Preset,
    filters: FiltersOut,
    /// How many rows have been written so far
    rows_done: i64,
    /// How many rows the file has; null until it is ready
    row_count: Option<i64>,
    matching_rows: i64,
    truncated: bool,
    size_bytes: Option<i64>,
    /// The SHA-256 of the whole file, in hexadecimal
    sha256: Option<String>,
    created_at: Timestamp,
    ready_at: Option<Timestamp>,
    /// When the file is deleted
    expires_at: Option<Timestamp>,
    /// Why there is no file
    error: Option<String>,
    /// true: the storage has lost the file; `POST …/again` makes it again
    file_missing: bool,
}

impl From<Export> for ExportOut {
    fn from(export: Export) -> Self {
        let truncated = export.is_truncated();
        Self {
            id: export.id,
            status: export.state,
            format: export.format,
            preset: export.preset,
            filters: FiltersOut {
                status: export.status,
                niche_id: export.niche_id,
                date_from: export.date_from,
                date_to: export.date_to,
                search: export.search,
                viewed: export.viewed,
            },
            rows_done: export.rows_done,
            row_count: export.row_count,
            matching_rows: export.matching_rows,
            truncated,
            size_bytes: export.size_bytes,
            sha256: export.sha256.map(|sha256| crate::text::hex(&sha256)),
            created_at: export.created_at,
            ready_at: export.ready_at,
            expires_at: export.expires_at,
            error: export.error,
            file_missing: export.missing_at.is_some(),
        }
    }
}

/// My exports, newest first
#[utoipa::path(get, path = "/api/v1/provider/exports", tag = "exports", params(ListQuery),
    responses((status = 200, body = List<ExportOut>), Problems))]
pub(super) async fn list(
    app: App,
    provider: CurrentProvider,
    Query(page): Query<ListQuery>,
) -> Result<Json<List<ExportOut>>> {
    let id = provider.id;
    let scope = format!("exports {id}");
    let before = page.below(&app.seals, &scope)?.map(ExportId::from_uuid);
    let fetch = page.fetch();
    let found = app.db.read(move |read| exports::history(read, id, before, fetch)).await?;
    let items = found.into_iter().map(ExportOut::from).collect();
    Ok(Json(List::new(items, &page, &app.seals, &scope, |export| export.id.uuid())))
}

/// One of my exports
#[utoipa::path(get, path = "/api/v1/provider/exports/{id}", tag = "exports", params(("id" = ExportId, Path)),
    responses((status = 200, body = ExportOut), Problems))]
pub(super) async fn get(app: App, provider: CurrentProvider, Path(id): Path<ExportId>) -> Result<Json<ExportOut>> {
    let provider = provider.id;
    let export = app.db.read(move |read| exports::export(read, provider, id)).await?;
    Ok(Json(export.into()))
}

/// Stop an export that is not ready yet
///
/// It no longer counts against the exports of the day.
#[utoipa::path(post, path = "/api/v1/provider/exports/{id}/cancel", tag = "exports", params(("id" = ExportId, Path)),
    responses((status = 200, body = ExportOut), Problems))]
pub(super) async fn cancel(
    app: App,
    provider: CurrentProvider,
    Path(id): Path<ExportId>,
    Once { body: NoBody, once }: Once<NoBody>,
) -> Result<Response> {
    let provider = provider.id;
    // What was searched for may be a person, who can be erased; answers are kept.
    let unit = exports::cancel(provider, id).then(|_, export| {
        let shown = ExportOut::from(export);
        let mut kept = shown.clone();
        kept.filters.search = None;
        Ok((shown, kept))
    });
    once.run_keeping(&app.db, provider.uuid(), StatusCode::OK, unit).await
}

/// Make an export again whose file was lost
///
/// Makes a new export with the same filters, which does not count against the exports of the day.
#[utoipa::path(post, path = "/api/v1/provider/exports/{id}/again", tag = "exports", params(("id" = ExportId, Path)),
    responses((status = 202, body = ExportAnswer), Problems))]
pub(super) async fn again(
    app: App,
    provider: CurrentProvider,
    Path(id): Path<ExportId>,
    Once { body: NoBody, once }: Once<NoBody>,
) -> Result<Response> {
    let provider = provider.id;
    let lost = Lost::find(&app, provider, id).await?;
    let unit = lost.again().then(|_, export| Ok(ExportAnswer::of(&export)));
    once.run(&app.db, provider.uuid(), StatusCode::ACCEPTED, unit).await
}

/// An export whose file may be lost, as the storage says.
pub struct Lost {
    export: Export,
    matching: i64,
    file: Option<String>,
}

impl Lost {
    pub async fn find(app: &App, provider: ProviderId, id: ExportId) -> Result<Self> {
        let look = move |read: &mut Read| {
            let export = exports::export(read, provider, id)?;
            let matching = read::count_rows(read, provider, &export.filter(), export.preset.keeps_erased())?;
            Ok((export, matching))
        };
        let (export, matching) = app.db.read(look).await?;
        let file = match &export.file {
            Some(file) if !app.files.is_there(file).await? => Some(file.clone()),
            _ => None,
        };
        Ok(Self { export, matching, file })
    }

    /// Has it made again: see [`lost::again`].
    pub fn again(self) -> impl Unit<Export> {
        lost::again(self.export, self.file, self.matching)
    }
}
