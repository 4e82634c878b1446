//! `GET /api/v1/provider/exports/{id}/download`, and how a file is given to whoever may have it.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::error::{Error, Result};
use crate::exports::{self, Export, Format, State, lost};
use crate::http::{Path, Problems};
use crate::id::ExportId;

/// The file
///
/// `Range` works, for one range. `ETag` is the file's SHA-256.
#[utoipa::path(get, path = "/api/v1/provider/exports/{id}/download", tag = "exports", params(("id" = ExportId, Path)),
    responses((status = 200, description = "The file", content(
                  (String = "text/csv"),
                  (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
              (status = 206, description = "The part that was asked for"),
              (status = 304, description = "The client has the file as it is"),
              (status = 416, description = "The file has no such part"), Problems))]
pub(super) async fn download(
    app: App,
    provider: CurrentProvider,
    Path(id): Path<ExportId>,
    headers: HeaderMap,
) -> Result<Response> {
    let provider = provider.id;
    let export = app.db.read(move |read| exports::export(read, provider, id)).await?;
    serve(&app, export, &headers).await
}

/// A part of a file.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    From(u64, u64),
    None,
}

/// Why there is no file for a moment.
const REMADE: &str = "the file is being made again, without a person who was erased: try again in a minute";

/// The file of an export that the caller may have.
///
/// # Errors
/// `Gone` where its time is over; `Conflict` `export_not_ready` where there is none (yet), `file_missing` where the storage
/// has lost it.
pub async fn serve(app: &App, export: Export, headers: &HeaderMap) -> Result<Response> {
    let over = export.is_over(app.clock.now());
    match export.state {
        State::Ready if !over => {}
        State::Ready | State::Expired => return Err(Error::Gone("export")),
        _ if export.is_remade() => return Err(Error::conflict("export_not_ready", REMADE)),
        state => return Err(Error::conflict("export_not_ready", format!("there is no file: this export is {state}"))),
    }
    let (Some(name), Some(size), Some(sha256)) = (export.file.as_ref(), export.size_bytes, export.sha256) else {
        return Err(Error::internal("a ready export without a file"));
    };
    let size = u64::try_from(size).map_err(Error::internal)?;
    let etag = format!("\"{}\"", crate::text::hex(&sha256));
    let mut answer = HeaderMap::new();
    answer.insert(header::ETAG, value(&etag)?);
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if names(headers.get(header::IF_NONE_MATCH), &etag) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let (status, range) = match part(headers, &etag, size) {
        Part::Whole => (StatusCode::OK, 0..size),
        Part::From(first, last) => {
            answer.insert(header::CONTENT_RANGE, value(&format!("bytes {first}-{last}/{size}"))?);
            (StatusCode::PARTIAL_CONTENT, first..last + 1)
        }
        Part::None => {
            answer.insert(header::CONTENT_RANGE, value(&format!("bytes */{size}"))?);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, answer).into_response());
        }
    };
    let length = range.end - range.start;
    let Some(content) = app.files.get(name, range).await? else {
        tracing::error!(export = %export.id, file = name, "the file of a ready export is missing from the storage");
        app.db.run(lost::note(export.id, name.clone(), true)).await?;
        return Err(Error::conflict(
            "file_missing",
            "the file was lost; POST …/again makes it anew, outside the quota",
        ));
    };
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(export.format)));
    answer.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let day = export.day();
    answer.insert(
        header::CONTENT_DISPOSITION,
        value(&format!("attachment; filename=\"leads-{day}.{}\"", export.format))?,
    );
    Ok((status, answer, Body::from_stream(content)).into_response())
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// Whether the header's list of tags has this one.
fn names(given: Option<&HeaderValue>, etag: &str) -> bool {
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.trim() == "*" || given.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

/// RFC 9110, 14: one range of bytes is given; several, other units and what can't be read are as good as none, which the
/// RFC allows. A part of another file than the client has (`If-Range`) is of no use to it.
fn part(headers: &HeaderMap, etag: &str, size: u64) -> Part {
    let Some(range) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else { return Part::Whole };
    if headers.get(header::IF_RANGE).is_some_and(|given| given != etag) {
        return Part::Whole;
    }
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    let number =
        |text: &str| (text.is_empty() || text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u64>().ok());
    let (Some(first), Some(last)) = (number(first), number(last)) else { return Part::Whole };
    match (first, last) {
        (None, None) => Part::Whole,
        (Some(first), Some(last)) if last < first => Part::Whole,
        (Some(first), _) if first >= size => Part::None,
        (Some(first), last) => Part::From(first, last.map_or(size - 1, |last| last.min(size - 1))),
        (None, Some(0)) => Part::None,
        (None, Some(_)) if size == 0 => Part::None,
        (None, Some(tail)) => Part::From(size.saturating_sub(tail), size - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn of(range: &str) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
        part(&headers, "\"a\"", 100)
    }

    #[test]
    fn one_range_is_given() {
        assert_eq!(of("bytes=0-9"), Part::From(0, 9));
        assert_eq!(of("bytes=90-"), Part::From(90, 99));
        assert_eq!(of("bytes=90-200"), Part::From(90, 99));
        assert_eq!(of("bytes=-10"), Part::From(90, 99));
        assert_eq!(of("bytes=-200"), Part::From(0, 99));
    }

    #[test]
    fn what_is_not_there_is_refused() {
        for range in ["bytes=100-", "bytes=200-300", "bytes=-0"] {
            assert_eq!(of(range), Part::None, "{range}");
        }
    }

    #[test]
    fn what_is_no_range_is_ignored() {
        let many = format!("bytes={}", vec!["0-1"; 1000].join(","));
        for range in [
            many.as_str(),
            "bytes=9-0",
            "bytes=-",
            "bytes=a-b",
            "items=0-1",
            "bytes=+1-2",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(of(range), Part::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_of_another_file_is_of_no_use() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"b\""));
        assert_eq!(part(&headers, "\"a\"", 100), Part::Whole);
    }
}
