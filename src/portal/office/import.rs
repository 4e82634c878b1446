//! `/admin/sources/{id}/import`: a file of leads, looked at first and then taken, and what its columns hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::frame::Frame;
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::error::{At, Error, Invalid, Result};
use crate::http::upload::Upload;
use crate::http::{Body, Fields, Form, Path};
use crate::id::{Id, SourceId};
use crate::intake::formats::{Sheet, column_key};
use crate::intake::jobs::{Became, Import};
use crate::intake::{self, Imports, Source, Status};
use crate::portal::frame::{answer, go};
use crate::portal::words;
use crate::read::{Waiting, waiting_in_all};

/// Rows that are named one by one.
const MOST_NAMED: usize = 100;
/// Before a header in the names of the form's fields.
const COLUMN: &str = "column:";
/// What a column may hold, as the form says it: the name it is read by, and that in words. The first: what its header says.
const CHOICES: &[(&str, &str)] = &[
    ("", "As its header says"),
    ("contact_name", "Name"),
    ("First Name", "First name"),
    ("Last Name", "Last name"),
    ("contact_email", "E-mail address"),
    ("contact_phone", "Phone number"),
    ("postal_code", "Postal code"),
    ("external_id", "Id of the lead"),
    ("is_test", "Whether it is a test"),
    (LEFT_OUT, "Nothing: leave it out"),
];
const LEFT_OUT: &str = "-";

#[derive(Template)]
#[template(path = "portal/office/import.html")]
struct ImportPage {
    frame: Frame,
    path: String,
    source: String,
    /// Why the file could not be taken at all.
    wrong: Option<String>,
    done: Option<Done>,
    columns: Vec<Column>,
}

/// What became of a file.
#[derive(Default)]
struct Done {
    is_look: bool,
    rows: u64,
    refused: u64,
    /// Outcome and how many.
    outcomes: Vec<(String, u64)>,
    /// Line and reason of those that were refused, the first of them.
    named: Vec<(u64, String)>,
}

/// A column of the file, and what it may hold.
struct Column {
    header: String,
    field: String,
    choices: Vec<(&'static str, &'static str, bool)>,
}

/// `GET /admin/sources/{id}/import`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
) -> Result<Response> {
    let (source, _, waiting) = found(&app, id).await?;
    answer(StatusCode::OK, &page(&app, &headers, waiting, &source)?)
}

async fn found(app: &App, id: SourceId) -> Result<(Source, Imports, Waiting)> {
    let asked = move |read: &mut crate::db::Read| {
        Ok((intake::source(read, id)?, intake::imports(read, id)?, waiting_in_all(read)?))
    };
    app.db.read(asked).await
}

fn page(app: &App, headers: &HeaderMap, waiting: Waiting, source: &Source) -> Result<ImportPage> {
    Ok(ImportPage {
        frame: Frame::new(app, headers, "/admin/leads", waiting)?,
        path: format!("/admin/sources/{}/import", source.id.uuid()),
        source: source.name.clone(),
        wrong: None,
        done: None,
        columns: Vec::new(),
    })
}

/// `POST /admin/sources/{id}/import`
pub async fn take(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response> {
    let (source, imports, waiting) = found(&app, id).await?;
    let mut page = page(&app, &headers, waiting, &source)?;
    let is_look = upload.given.text("do") != "import";
    if let Err(error) = fill(&app, &mut page, source, &imports, &upload, is_look).await {
        let Error::Invalid(wrong) = error else { return Err(error) };
        page.wrong = Some(wrong.iter().map(|one| sentence(&one.detail)).collect::<Vec<_>>().join(" "));
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    answer(StatusCode::OK, &page)
}

async fn fill(
    app: &App,
    page: &mut ImportPage,
    source: Source,
    imports: &Imports,
    upload: &Upload,
    is_look: bool,
) -> Result<()> {
    if upload.file.is_empty() {
        return Err(Error::field("file", "required", "choose a file first"));
    }
    let sheet = Sheet::open(&upload.file)?;
    page.columns = columns(&sheet, &imports.columns);
    if !source.active {
        return Err(Error::field("source", "inactive", "this source is switched off, so it takes no leads"));
    }
    let import = Import::of(&app.db, Arc::new(source), sheet).await?;
    let mut done = Done { is_look, ..Done::default() };
    let hear = |rows: Vec<(u64, Became)>| {
        for (line, became) in rows {
            done.hear(line, became);
        }
        Ok(())
    };
    if is_look {
        import.rehearse(&app.db, hear).await?;
    } else {
        import.run(&app.db, hear).await?;
    }
    page.done = Some(done);
    Ok(())
}

fn columns(sheet: &Sheet, mapped: &BTreeMap<String, String>) -> Vec<Column> {
    let column = |header: &String| {
        let now = mapped.get(&column_key(header)).map(|name| if name.is_empty() { LEFT_OUT } else { name.as_str() });
        let choices = CHOICES.iter().map(|(name, words)| (*name, *words, *name == now.unwrap_or_default()));
        Column { header: header.clone(), field: format!("{COLUMN}{header}"), choices: choices.collect() }
    };
    sheet.headers.iter().filter(|header| !header.is_empty()).map(column).collect()
}

impl Done {
    fn hear(&mut self, line: u64, became: Became) {
        self.rows += 1;
        let outcome = match became {
            Became::Lead(received) => said(received.status).to_owned(),
            Became::Likely(status, _) => said(status).to_owned(),
            Became::Before => "imported before".to_owned(),
            Became::Refused(errors) => {
                self.refused += 1;
                if self.named.len() < MOST_NAMED {
                    self.named.push((line, errors.iter().map(reason).collect::<Vec<_>>().join("; ")));
                }
                "refused".to_owned()
            }
        };
        match self.outcomes.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, n)) => *n += 1,
            None => self.outcomes.push((outcome, 1)),
        }
    }

    /// How many rows there are, in words.
    fn sum(&self) -> String {
        let rows = words::count(self.rows);
        if self.is_look { format!("{rows} rows, and nothing was stored") } else { format!("{rows} rows were read") }
    }
}

fn said(status: Status) -> &'static str {
    status.as_str()
}

fn reason(Invalid { at: At::Pointer(place) | At::Parameter(place), detail, .. }: &Invalid) -> String {
    let field = place.trim_start_matches("#/");
    if detail.starts_with(field) { detail.to_string() } else { format!("{field}: {detail}") }
}

fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let begun: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{begun}{}.", letters.as_str().trim_end_matches('.'))
}

/// What each column of such files holds: header → name.
pub struct ColumnsForm(BTreeMap<String, String>);

impl Body for ColumnsForm {
    fn read(fields: &mut Fields) -> Self {
        let mut columns = BTreeMap::new();
        for (name, value) in fields.take_rest() {
            let header = name.strip_prefix(COLUMN);
            let chosen = value.as_str().filter(|chosen| CHOICES.iter().any(|(known, _)| known == chosen));
            match (header, chosen) {
                (Some(header), Some(LEFT_OUT)) => drop(columns.insert(column_key(header), String::new())),
                (Some(header), Some(chosen)) => drop(columns.insert(column_key(header), chosen.to_owned())),
                _ => fields.refuse(&name, "unknown_field", "is not known here".to_owned()),
            }
        }
        Self(columns)
    }
}

/// `GET` of the form's own address: the page.
pub async fn back(_: CurrentAdmin, _: SignedIn, Path(id): Path<SourceId>) -> Result<Response> {
    go(&format!("/admin/sources/{}/import", id.uuid()), Vec::new())
}

/// `POST /admin/sources/{id}/import/columns`
pub async fn map(
    State(app): State<App>,
    CurrentAdmin(admin): CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    form: Form<ColumnsForm>,
) -> Result<Response> {
    let ColumnsForm(columns) = form.input.map_err(Error::Invalid)?;
    app.db.run(intake::map_columns(admin.actor(), id, columns)).await?;
    go(&format!("/admin/sources/{}/import", id.uuid()), Vec::new())
}
