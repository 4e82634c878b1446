//! `/admin/sources/{id}`: what to give a sender, how its posts are read, and what came lately.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::frame::{Frame, calendar};
use super::rows::pill as of_status;
use super::sources::{called, pill};
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::catalog;
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Invalid, Result};
use crate::http::{Fields, Filters, Path, QueryInput};
use crate::id::{Id, SourceId};
use crate::intake::formats::presets;
use crate::intake::{self, Format, Preview, RefusedPost, Source};
use crate::portal::frame::answer;
use crate::portal::pill::Pill;
use crate::portal::words::Calendar;
use crate::read::{self, Received, waiting_in_all};
use crate::text::cut;

/// The latest payloads on the page, and how much of each is shown, in characters.
const LATEST: i64 = 10;
const SHOWN: usize = 1_500;

#[derive(Template)]
#[template(path = "portal/office/source.html")]
struct SourcePage {
    frame: Frame,
    said: Option<&'static str>,
    wrong: Option<Wrong>,
    path: String,
    name: String,
    about: String,
    pill: Pill,
    given: Vec<(&'static str, String)>,
    active: bool,
    look_back_days: u32,
    mapping: Option<MappingForm>,
    tried: Option<Tried>,
    payloads: Vec<Row>,
}

/// The mapping in its field, and what it can be tried on.
struct MappingForm {
    text: String,
    presets: Vec<(&'static str, &'static str, bool)>,
    notes: Option<&'static str>,
    /// The latest payloads: id, name, whether it is the chosen one.
    on: Vec<(String, String, bool)>,
}

/// Why nothing was changed.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub status: StatusCode,
    pub heading: &'static str,
    pub lines: Vec<String>,
}

impl Wrong {
    pub fn of(heading: &'static str, errors: &[Invalid]) -> Self {
        let lines = errors.iter().take(10).map(|error| error.detail.to_string()).collect();
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, heading, lines }
    }
}

/// What a mapping makes of a payload.
struct Tried {
    outcome: String,
    facts: Vec<(String, String)>,
}

struct Row {
    id: String,
    when: String,
    at: String,
    pill: Pill,
    why: String,
    lead: Option<String>,
    replay: Option<String>,
    payload: String,
}

/// A payload with what became of it.
pub(super) struct Came {
    pub id: String,
    pub at: Timestamp,
    pub content_type: String,
    pub payload: Option<String>,
    pill: Pill,
    lead: Option<String>,
    is_refused: bool,
    why: String,
}

/// What was just done, and which preset is wanted in the field.
pub struct PageQuery {
    said: Option<&'static str>,
    preset: Option<&'static str>,
}

impl QueryInput for PageQuery {
    fn read(query: &mut Fields) -> Self {
        let words = [
            ("made", "The source is made. Give its address to the sender."),
            ("saved", "Saved. It holds from the next post on."),
            ("replayed", "The payload was read again."),
        ];
        let names: Vec<_> = presets().iter().map(|preset| (preset.name, preset.name)).collect();
        Self { said: query.opt_choice("done", &words), preset: query.opt_choice("preset", &names) }
    }
}

/// What the forms hold beyond what is stored.
#[derive(Default)]
pub(super) struct Written {
    pub mapping: Option<String>,
    pub on: String,
    pub preset: Option<&'static str>,
    pub preview: Option<Preview>,
}

/// `GET /admin/sources/{id}`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
    asked: Filters<PageQuery>,
) -> Result<Response> {
    let PageQuery { said, preset } = asked.input.map_err(Error::Invalid)?;
    page(&app, &headers, id, said, None, Written { preset, ..Written::default() }).await
}

pub(super) async fn page(
    app: &App,
    headers: &HeaderMap,
    id: SourceId,
    said: Option<&'static str>,
    wrong: Option<Wrong>,
    written: Written,
) -> Result<Response> {
    let unit = move |read: &mut Read| {
        let source = intake::source(read, id)?;
        let niche = catalog::niche(read, source.niche_id)?.name;
        Ok((source, niche, came(read, id)?, waiting_in_all(read)?))
    };
    let (source, niche, came, waiting) = app.db.read(unit).await?;
    let (calendar, path) = (calendar(app), format!("/admin/sources/{id}"));
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let page = SourcePage {
        frame: Frame::new(app, headers, "/admin/sources", waiting)?,
        said,
        wrong,
        name: source.name.clone(),
        about: format!("{niche}. {}", called(source.format)),
        pill: pill(source.active),
        given: given(app, &source),
        active: source.active,
        look_back_days: source.look_back_days,
        tried: written.preview.as_ref().map(tried),
        mapping: (source.format == Format::Mapping).then(|| mapping_form(&source, &written, &came, &calendar)),
        payloads: came.into_iter().map(|one| row(one, &calendar, &path)).collect(),
        path,
    };
    answer(status, &page)
}

/// The latest payloads of a source, refused ones too, newest first.
pub(super) fn came(read: &mut Read, id: SourceId) -> Result<Vec<Came>> {
    let leads = read::received_from(read, id, LATEST)?.into_iter().map(|lead| {
        let Received { id, received_at, status, raw_payload, raw_content_type, .. } = lead;
        let path = format!("/admin/leads/{id}");
        Came {
            id: id.uuid().to_string(),
            at: received_at,
            content_type: raw_content_type.unwrap_or_default(),
            payload: raw_payload,
            pill: of_status(status),
            lead: Some(path),
            is_refused: false,
            why: String::new(),
        }
    });
    let refused = intake::refused_posts(read, id, LATEST)?.into_iter().map(of_refused);
    let mut all: Vec<Came> = leads.chain(refused).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    all.truncate(usize::try_from(LATEST).unwrap_or(usize::MAX));
    Ok(all)
}

#[derive(Deserialize)]
struct Finding {
    detail: String,
}

fn of_refused(post: RefusedPost) -> Came {
    let findings: Vec<Finding> = serde_json::from_str(&post.errors.0).unwrap_or_default();
    Came {
        id: post.id.uuid().to_string(),
        at: post.received_at,
        content_type: post.content_type,
        payload: Some(post.payload),
        pill: Pill { class: "failed", said: "Refused" },
        lead: post.lead_id.map(|lead| format!("/admin/leads/{lead}")),
        is_refused: true,
        why: findings.first().map_or_else(String::new, |finding| cut(&finding.detail, 200)),
    }
}

fn row(came: Came, calendar: &Calendar, path: &str) -> Row {
    let is_open = came.is_refused && came.lead.is_none();
    Row {
        replay: is_open.then(|| format!("{path}/payloads/{}/replay", came.id)),
        when: calendar.time(came.at),
        at: came.at.to_string(),
        pill: came.pill,
        why: came.why,
        lead: came.lead,
        payload: came.payload.map_or_else(|| "Erased.".to_owned(), |text| cut(&text, SHOWN)),
        id: came.id,
    }
}

/// What a sender has to be given.
fn given(app: &App, source: &Source) -> Vec<(&'static str, String)> {
    let url = format!("{}/api/v1/intake/{}", app.config.public_url, source.key);
    let secret = match source.format {
        Format::GoogleAds => "Key (google_key)",
        Format::Meta => "App secret, from Meta",
        _ => "Secret, by which posts are signed",
    };
    let key = match source.format {
        Format::Meta => "Verify token",
        _ => "Key",
    };
    let url = ("Address to post to", url);
    let page = ("Page for who sends leads, with examples", intake::posting_page(app, source));
    [url, (key, source.key.clone()), page].into_iter().chain(source.secret.clone().map(|text| (secret, text))).collect()
}

fn mapping_form(source: &Source, written: &Written, came: &[Came], calendar: &Calendar) -> MappingForm {
    let chosen = presets().iter().find(|preset| Some(preset.name) == written.preset);
    let stored = || source.mapping.as_ref().map(|kept| laid_out(&kept.0)).unwrap_or_default();
    let text = written.mapping.clone().or_else(|| chosen.map(|preset| preset.mapping.trim().to_owned()));
    MappingForm {
        text: text.unwrap_or_else(stored),
        presets: presets()
            .iter()
            .map(|preset| (preset.name, preset.label, Some(preset.name) == written.preset))
            .collect(),
        notes: chosen.map(|preset| preset.notes),
        on: came
            .iter()
            .filter(|one| one.payload.is_some())
            .map(|one| (one.id.clone(), format!("{}, {}", calendar.time(one.at), one.pill.said), one.id == written.on))
            .collect(),
    }
}

/// JSON with a line for each member, in its order.
fn laid_out(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for c in json.chars() {
        let was_text = in_text;
        match c {
            '"' if !escaped => in_text = !in_text,
            '}' if !in_text => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
            }
            _ => {}
        }
        escaped = was_text && c == '\\' && !escaped;
        out.push(c);
        match c {
            '{' if !in_text => {
                depth += 1;
                line(&mut out, depth);
            }
            ',' if !in_text => line(&mut out, depth),
            ':' if !in_text => out.push(' '),
            _ => {}
        }
    }
    out
}

fn tried(preview: &Preview) -> Tried {
    let fields = &preview.fields;
    let raw = |json: &Option<Box<serde_json::value::RawValue>>| json.as_ref().map(|json| json.get().to_owned());
    let all = [
        ("Name", fields.contact_name.clone()),
        ("E-mail", fields.contact_email.clone()),
        ("Phone", fields.contact_phone.clone()),
        ("Postal code", fields.postal_code.clone()),
        ("External id", fields.external_id.clone()),
        ("UTM source", fields.utm_source.clone()),
        ("Consent", raw(&fields.consent)),
        ("Answers", raw(&fields.form_data)),
        ("Attribution", raw(&fields.attribution)),
    ];
    let facts = all.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), cut(&fact?, SHOWN))));
    let wrong = preview.errors.iter().map(|error| (format!("Wrong at {}", error.pointer), error.detail.clone()));
    let outcome = match preview.status {
        Some(status) => format!("It would be {status}: {} providers would get it.", preview.matches.len()),
        None => "It would be refused.".to_owned(),
    };
    Tried { outcome, facts: facts.chain(wrong).collect() }
}
