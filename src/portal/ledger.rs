//! `/money/ledger.csv`: every entry of the provider's ledger, newest first, written as it is read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::money::{kind, reason};
use super::pill::who;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::billing::{self, Entry, Kind};
use crate::db::Read;
use crate::error::{Error, Result};
use crate::exports::{harmless, local_time};
use crate::id::{AssignmentId, LedgerEntryId, ProviderId};
use crate::read::{self, MAX_IDS_PER_QUERY, Named};

/// Entries that are in memory at the same time.
const BATCH: i64 = 500;
/// As the exports have it: without it Excel takes UTF-8 for Latin-1.
const MARK: &str = "\u{feff}";
const HEADER: [&str; 11] =
    ["Time", "Entry", "Lead ID", "Name", "Niche", "Level", "Note", "Amount", "Balance after", "Currency", "Time zone"];

/// Whose ledger, and how it is told.
#[derive(Clone)]
struct Teller {
    provider: ProviderId,
    zone: TimeZone,
    currency: String,
}

/// `GET /money/ledger.csv`
pub async fn show(State(app): State<App>, person: ProviderUser) -> Result<Response> {
    let teller =
        Teller { provider: person.provider.id, zone: person.provider.zone(), currency: app.config.currency.clone() };
    // What can't be read at all is an answer of its own; later it can only break off.
    let first = teller.read(&app, None).await?;
    let (lines, rows) = mpsc::channel(2);
    tokio::spawn(async move { drop(teller.tell(&app, first, &lines).await) });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(Rows(rows))).into_response())
}

/// A part of the entries, and whom they are about.
struct Part {
    entries: Vec<Entry>,
    named: Vec<Named>,
}

impl Teller {
    async fn read(&self, app: &App, before: Option<LedgerEntryId>) -> Result<Part> {
        let provider = self.provider;
        let unit = move |read: &mut Read| {
            let entries = billing::ledger(read, provider, before, BATCH)?;
            let about: Vec<AssignmentId> = entries.iter().filter_map(|entry| entry.assignment_id).collect();
            let mut named = Vec::with_capacity(about.len());
            for some in about.chunks(MAX_IDS_PER_QUERY) {
                named.extend(read::named(read, provider, some)?);
            }
            Ok(Part { entries, named })
        };
        app.db.read(unit).await
    }

    /// Until the last entry, or until nobody listens any more.
    async fn tell(self, app: &App, first: Part, to: &mpsc::Sender<io::Result<Bytes>>) -> Result<()> {
        let mut some = first;
        let mut head = MARK.to_owned() + &line(&HEADER.map(str::to_owned))?;
        loop {
            let mut text = std::mem::take(&mut head);
            for entry in &some.entries {
                text += &line(&self.cells(entry, &some.named))?;
            }
            let last = some.entries.last().map(|entry| entry.id);
            let is_last = i64::try_from(some.entries.len()).is_ok_and(|n| n < BATCH);
            if to.send(Ok(text.into())).await.is_err() || is_last {
                return Ok(());
            }
            match self.read(app, last).await {
                Ok(next) => some = next,
                Err(error) => {
                    tracing::error!("the ledger's file broke off: {error}");
                    let _gone = to.send(Err(io::Error::other("the ledger could not be read"))).await;
                    return Err(error);
                }
            }
        }
    }

    fn cells(&self, entry: &Entry, named: &[Named]) -> [String; 11] {
        let about = named.iter().find(|named| Some(named.assignment_id) == entry.assignment_id);
        let name = about.map(|of| {
            let [name, phone, email] = [&of.contact_name, &of.contact_phone, &of.contact_email];
            who(of.erased_at.is_some(), name.as_deref(), phone.as_deref(), email.as_deref())
        });
        let note = match (entry.kind, about) {
            (Kind::Refund, Some(named)) => reason(named),
            _ => entry.note.clone().unwrap_or_default(),
        };
        [
            local_time(entry.created_at, &self.zone),
            kind(entry.kind).to_owned(),
            about.map(|named| named.lead_id.to_string()).unwrap_or_default(),
            name.unwrap_or_default(),
            about.map(|named| named.niche_name.clone()).unwrap_or_default(),
            about.map(|named| named.competition_level.clone()).unwrap_or_default(),
            note,
            entry.amount.fixed(),
            entry.balance_after.fixed(),
            self.currency.clone(),
            self.zone.iana_name().unwrap_or("UTC").to_owned(),
        ]
    }
}

/// One line of the file (RFC 4180).
fn line(cells: &[String; 11]) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| harmless(cell.clone()))).map_err(Error::internal)?;
    let bytes = writer.into_inner().map_err(|error| Error::internal(error.into_error()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// What is written, as it comes.
struct Rows(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Rows {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
