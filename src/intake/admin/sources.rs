//! `/api/v1/admin/sources`.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::document_words;
use crate::error::{Invalid, Result};
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, NoBody, Once, PatchBody, Path, Problems, Query};
use crate::id::{Id, NicheId, SourceId};
use crate::intake::formats::Mapping;
use crate::intake::pages;
use crate::intake::web_form::Sites;
use crate::intake::{self, Answer, Format, NewSource, Source, SourceChange};
use crate::phone;

const SCOPE: &str = "sources";
const LOOK_BACK_DAYS: std::ops::RangeInclusive<i64> = 0..=3650;

const HOST: &str = r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$";
const ORIGIN: &str = r"^(\*|https?://[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*(:[1-9][0-9]{0,3})?)$";

document_words!(Answer as "SourceAnswer", "How much the sender of a lead is told");
document_words!(Format as "SourceFormat", "How the posts of a source are read");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, update))
        .routes(routes!(rotate))
        .routes(routes!(docs_link))
}

/// A source, with what its sender has to be given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
struct SourceOut {
    id: SourceId,
    name: String,
    niche_id: NicheId,
    format: Format,
    /// Identifies the source: whoever knows it can send leads
    key: String,
    /// Where leads are posted
    url: String,
    /// For `google_ads` the `google_key` to enter at Google; for `meta` the app's secret and for `typeform` the webhook's, by
    /// which posts are signed, as may be those of `mapping`. Meta's verify token is the source's key
    secret: Option<String>,
    /// Whether there is a token to fetch the leads of `meta` with; it is not shown
    has_access_token: bool,
    look_back_days: u32,
    country: String,
    active: bool,
    /// For the format `mapping`: which place of a post is which of our fields
    #[schema(value_type = Option<Object>, required = true)]
    mapping: Option<Box<RawValue>>,
    /// Hosts that the sender of a form may be sent on to by its `redirect_url`
    #[schema(value_type = Vec<String>)]
    redirect_hosts: Sites,
    /// Origins whose pages may post by script; `*`: any
    #[schema(value_type = Vec<String>)]
    cors_origins: Sites,
    /// The name of a form's field that people do not see: a lead in which it is filled is refused
    honeypot: Option<String>,
    answer: Answer,
    /// Whether a lead is refused if a value breaks the niche's fields; else it is kept and flagged
    strict: bool,
    /// Until then the key before this one works too
    previous_key_until: Option<Timestamp>,
    created_at: Timestamp,
}

impl SourceOut {
    fn of(source: Source, app: &App) -> Self {
        Self {
            url: format!("{}/api/v1/intake/{}", app.config.public_url, source.key),
            id: source.id,
            name: source.name,
            niche_id: source.niche_id,
            format: source.format,
            key: source.key,
            has_access_token: source.access_token.is_some(),
            secret: source.secret,
            look_back_days: source.look_back_days,
            country: source.country,
            active: source.active,
            mapping: source.mapping.and_then(|kept| RawValue::from_string(kept.0).ok()),
            redirect_hosts: source.redirect_hosts,
            cors_origins: source.cors_origins,
            honeypot: source.honeypot,
            answer: source.answer,
            strict: source.strict,
            previous_key_until: source.previous_key_until,
            created_at: source.created_at,
        }
    }
}

/// A source to be made.
#[derive(Debug, ToSchema)]
#[schema(as = NewSource)]
#[expect(dead_code, reason = "the shape for the document; the reader is below")]
struct CreateShape {
    name: String,
    niche_id: NicheId,
    format: Format,
    /// Only for formats that use a secret; generated if none is given
    secret: Option<String>,
    /// The page's token, with which leads of `meta` are fetched; other formats have no use for it
    access_token: Option<String>,
    /// For how long a lead with the same e-mail or phone is a duplicate; 0: never
    #[schema(default = 30)]
    look_back_days: Option<u32>,
    /// ISO 3166, two capitals: where phone numbers without a country code are from
    #[schema(default = "US")]
    country: Option<String>,
    /// For the format `mapping`, and only for it: for each of our fields (`contact_email`, …) a JSON pointer into the post
    #[schema(value_type = Option<Object>, example = json!({ "contact_email": "/lead/email" }))]
    mapping: Option<serde_json::Value>,
    /// Hosts that the sender of a form may be sent on to by its `redirect_url`: names, without scheme and port
    #[schema(default = json!([]))]
    redirect_hosts: Option<Vec<String>>,
    /// Origins whose pages may post by script, as `https://www.example.com`; `*`: any
    #[schema(default = json!([]))]
    cors_origins: Option<Vec<String>>,
    /// The name of a form's field that people do not see: a lead in which it is filled is refused
    honeypot: Option<String>,
    /// `outcome`: the sender of a lead is told its price, or why it was not sold
    #[schema(default = "plain")]
    answer: Option<Answer>,
    /// true: a lead is refused if a value breaks the niche's fields; false: it is kept and flagged
    #[schema(default = false)]
    strict: Option<bool>,
}

type CreateBody = NewBody<NewSource, CreateShape>;
type ChangeBody = PatchBody<SourceChange, ChangeShape>;

impl Body for NewSource {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.line("name", 1..=200),
            niche_id: fields.id("niche_id"),
            format: fields.choice("format", Format::CHOICES),
            secret: fields.opt_text("secret", 8..=200),
            access_token: fields.opt_line("access_token", 1..=1_000),
            look_back_days: look_back_days(fields).unwrap_or(30),
            country: country(fields).unwrap_or_else(|| "US".to_owned()),
            mapping: mapping(fields),
            redirect_hosts: redirect_hosts(fields).unwrap_or_default(),
            cors_origins: cors_origins(fields).unwrap_or_default(),
            honeypot: fields.opt_line("honeypot", 1..=100),
            answer: fields.opt_choice("answer", Answer::CHOICES).unwrap_or(Answer::Plain),
            strict: fields.opt_flag("strict").unwrap_or_default(),
        }
    }
}

/// What to change of a source.
#[derive(Debug, ToSchema)]
#[schema(as = SourceChange)]
#[expect(dead_code, reason = "the shape for the document; the reader is below")]
struct ChangeShape {
    name: Option<String>,
    niche_id: Option<NicheId>,
    secret: Option<String>,
    access_token: Option<String>,
    look_back_days: Option<u32>,
    country: Option<String>,
    /// Leads that are sent to an inactive source are refused
    active: Option<bool>,
    #[schema(value_type = Option<Object>)]
    mapping: Option<serde_json::Value>,
    redirect_hosts: Option<Vec<String>>,
    cors_origins: Option<Vec<String>>,
    /// null: none
    honeypot: Option<String>,
    answer: Option<Answer>,
    strict: Option<bool>,
}

impl Body for SourceChange {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.opt_line("name", 1..=200),
            niche_id: fields.opt_id("niche_id"),
            secret: fields.opt_text("secret", 8..=200),
            access_token: fields.opt_line("access_token", 1..=1_000),
            look_back_days: look_back_days(fields),
            country: country(fields),
            active: fields.opt_flag("active"),
            mapping: mapping(fields),
            redirect_hosts: redirect_hosts(fields),
            cors_origins: cors_origins(fields),
            honeypot: fields.patch_line("honeypot", 1..=100),
            answer: fields.opt_choice("answer", Answer::CHOICES),
            strict: fields.opt_flag("strict"),
        }
    }
}

/// A mapping, with all that is wrong with it.
pub(super) fn mapping(fields: &mut Fields) -> Option<Mapping> {
    let takes = || json!({ "type": "object", "additionalProperties": true });
    let written = fields.optional("mapping", &takes, Ok)?;
    Mapping::read(&written).map_err(|wrong| wrong.into_iter().for_each(|one| fields.error(one))).ok()
}

fn look_back_days(fields: &mut Fields) -> Option<u32> {
    fields.opt_int("look_back_days", LOOK_BACK_DAYS).and_then(|days| u32::try_from(days).ok())
}

fn redirect_hosts(fields: &mut Fields) -> Option<Sites> {
    let detail = "must be the name of a host, as www.example.com";
    sites(fields, "redirect_hosts", Sites::hosts, (HOST, 253, detail))
}

fn cors_origins(fields: &mut Fields) -> Option<Sites> {
    let detail = "must be an origin, as https://www.example.com, or *";
    sites(fields, "cors_origins", Sites::origins, (ORIGIN, 260, detail))
}

fn sites(
    fields: &mut Fields,
    name: &str,
    read: fn(&[String]) -> std::result::Result<Sites, Vec<usize>>,
    (pattern, longest, detail): (&str, usize, &'static str),
) -> Option<Sites> {
    fields.says(
        name,
        || json!({ "items": { "type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern } }),
    );
    let list = fields.opt_list_of_text(name, 0..=50, 1..=longest)?;
    read(&list)
        .map_err(|wrong| {
            for at in wrong {
                fields.error(Invalid::field(&format!("{name}/{at}"), "wrong_format", detail));
            }
        })
        .ok()
}

fn country(fields: &mut Fields) -> Option<String> {
    fields.says("country", || json!({ "enum": phone::countries(), "pattern": "^[A-Z]{2}$" }));
    let code = fields.opt_text("country", 2..=2)?;
    if !phone::is_country(&code) {
        fields.error(Invalid::field("country", "invalid_choice", "country must be an ISO 3166 code, as in US"));
    }
    Some(code)
}

/// Make a source
#[utoipa::path(post, path = "/api/v1/admin/sources", tag = "back office", request_body = CreateBody,
    responses((status = 201, body = SourceOut), Problems))]
async fn create(app: App, CurrentAdmin(admin): CurrentAdmin, Once { body, once }: Once<NewSource>) -> Result<Response> {
    let shown = app.clone();
    let made = intake::create_source(admin.actor(), body);
    let unit = made.then(move |_, source| Ok(SourceOut::of(source, &shown)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Sources, newest first
#[utoipa::path(get, path = "/api/v1/admin/sources", tag = "back office", params(ListQuery),
    responses((status = 200, body = List<SourceOut>), Problems))]
async fn list(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<SourceOut>>> {
    let below = query.below(&app.seals, SCOPE)?.map(SourceId);
    let fetch = query.fetch();
    let found = app.db.read(move |read| intake::sources(read, below, fetch)).await?;
    let page = List::new(found, &query, &app.seals, SCOPE, |source| source.id.uuid());
    Ok(Json(page.map(|source| SourceOut::of(source, &app))))
}

/// A source
#[utoipa::path(get, path = "/api/v1/admin/sources/{id}", tag = "back office", params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceOut), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(id): Path<SourceId>) -> Result<Json<SourceOut>> {
    let source = app.db.read(move |read| intake::source(read, id)).await?;
    Ok(Json(SourceOut::of(source, &app)))
}

/// Change a source, or switch it off
#[utoipa::path(patch, path = "/api/v1/admin/sources/{id}", tag = "back office", params(("id" = SourceId, Path)),
    request_body = ChangeBody, responses((status = 200, body = SourceOut), Problems))]
async fn update(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<SourceId>,
    Json(change): Json<SourceChange>,
) -> Result<Json<SourceOut>> {
    let source = app.db.run(intake::update_source(admin.actor(), app.identities.clone(), id, change)).await?;
    Ok(Json(SourceOut::of(source, &app)))
}

/// Give a source a new key
///
/// The old one works for 24 more hours; if the key is changed again meanwhile, it ends at once.
#[utoipa::path(post, path = "/api/v1/admin/sources/{id}/rotate", tag = "back office", params(("id" = SourceId, Path)),
    responses((status = 200, body = SourceOut), Problems))]
async fn rotate(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<SourceId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let shown = app.clone();
    let rotated = intake::rotate_key(admin.actor(), app.identities.clone(), id);
    let unit = rotated.then(move |_, source| Ok(SourceOut::of(source, &shown)));
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}

/// Where a source's sender reads how to send leads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocsLink)]
struct DocsLink {
    /// Whoever has it sees the source's key; it ends when the source gets a new one
    url: String,
}

/// The link to a source's posting page
///
/// The page needs no sign-in: it shows the address, fields, examples, answers, where to paste what, and a form to try it. The
/// link is the same each time until the source gets a new key.
#[utoipa::path(post, path = "/api/v1/admin/sources/{id}/docs-link", tag = "back office", params(("id" = SourceId, Path)),
    responses((status = 200, body = DocsLink), Problems))]
async fn docs_link(
    app: App,
    _: CurrentAdmin,
    Path(id): Path<SourceId>,
    // Nothing is changed, so there is nothing to be had once.
    Once { .. }: Once<NoBody>,
) -> Result<Json<DocsLink>> {
    let source = app.db.read(move |read| intake::source(read, id)).await?;
    Ok(Json(DocsLink { url: pages::posting_page(&app, &source) }))
}
