//! A table of leads, as spreadsheets and other systems write it: CSV of any common delimiter and encoding. A row is read as
//! the form post that says the same, whatever the source's own format.

mod columns;
mod records;

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::platform::{Incoming, Sent};
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::decode;
use crate::intake::{Source, Submission};
use crate::text;
use records::{Record, Records};

pub use columns::{key, table};

/// More columns than these are no table of leads.
const MOST_COLUMNS: usize = 500;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// Of a row that is kept as the form post it is.
const FORM: &str = "application/x-www-form-urlencoded";
/// What a workbook of Excel begins with, which is a ZIP.
const WORKBOOK: &[u8] = b"PK\x03\x04";

/// A table that was opened: its header is read, its rows are read as they are asked for.
#[derive(Debug, Clone)]
pub struct Sheet {
    text: String,
    delimiter: char,
    /// How many lines the header ends behind, and its columns.
    body_line: u64,
    body: usize,
    pub headers: Vec<String>,
    /// What makes the same file known again: SHA-256 of its bytes, in hex.
    pub digest: String,
}

/// A row as it was read.
#[derive(Debug)]
pub struct Row {
    /// Of the file, from 1; the header's is the first.
    pub line: u64,
    /// What it holds, or why it is no lead.
    pub read: Result<Submission, Vec<Invalid>>,
}

impl Sheet {
    /// Opens a table.
    ///
    /// # Errors
    /// `Invalid` where it is none, in words for the person whose file it is.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        if bytes.starts_with(WORKBOOK) {
            return Err(no_table("this is an Excel workbook: save it as CSV (UTF-8) and take that file"));
        }
        let decoded = decode(bytes, None).ok_or_else(|| no_table("its characters cannot be read: save it as UTF-8"))?;
        let text = decoded.text.into_owned();
        let digest = text::hex(&Sha256::digest(bytes));
        // Excel's own note of the delimiter, on a line of its own.
        let first = text.lines().next().unwrap_or_default().trim().trim_matches('"');
        let noted = first.to_lowercase().strip_prefix("sep=").and_then(|noted| noted.chars().next());
        let skipped = if noted.is_some() { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
        let begin = text.get(skipped..).unwrap_or_default();
        let line = 1 + u64::from(noted.is_some());
        let delimiter = noted.unwrap_or_else(|| delimiter_of(begin, line));
        let mut records = Records::of(begin, line, delimiter);
        let header = records.next().ok_or_else(|| no_table("it is empty"))?;
        let headers = header.cells.map_err(|_| no_table("a quote in its first line is never closed"))?;
        if headers.len() > MOST_COLUMNS {
            return Err(no_table(format!("it has more than {MOST_COLUMNS} columns")));
        }
        let (rest, body_line) = records.rest();
        let body = text.len() - rest.len();
        let headers = headers.into_iter().map(|header| columns::cell(&header)).collect();
        Ok(Self { text, delimiter, body_line, body, headers, digest })
    }

    /// The names by which its columns are read; `None` for one that is left out.
    ///
    /// # Errors
    /// `Invalid` where none of them can say how to reach somebody.
    pub fn names(&self, mapped: &BTreeMap<String, String>) -> Result<Vec<Option<String>>> {
        let names: Vec<Option<String>> =
            self.headers.iter().enumerate().map(|(place, header)| columns::name(header, place, mapped)).collect();
        if names.iter().flatten().any(|name| columns::is_a_way(name)) {
            return Ok(names);
        }
        let found = self.headers.iter().take(20).map(|header| beginning(header)).collect::<Vec<_>>().join(", ");
        Err(no_table(format!(
            "none of its columns is an e-mail address or a phone number: its first line has to name them, as in \
             Full Name, Email, Phone Number; found: {found}"
        )))
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.records().fold(0, |count, _| count + 1)
    }

    /// The cells of the first rows, for a look at them.
    pub fn beginning(&self, rows: usize) -> Vec<Vec<String>> {
        self.records().filter_map(|record| record.cells.ok()).take(rows).collect()
    }

    /// The rows, each read as a lead of the source. `names`: of the columns.
    pub fn rows<'a>(&'a self, source: &'a Source, names: &'a [Option<String>]) -> impl Iterator<Item = Row> + 'a {
        self.records().map(move |record| Row { line: record.line, read: self.row(source, names, record) })
    }

    fn records(&self) -> Records<'_> {
        Records::of(self.text.get(self.body..).unwrap_or_default(), self.body_line, self.delimiter)
    }

    fn row(&self, source: &Source, names: &[Option<String>], record: Record) -> Result<Submission, Vec<Invalid>> {
        let cells = record.cells.map_err(|_| vec![of_row("unclosed_quote", "a quote in it is never closed")])?;
        let beyond = cells.iter().skip(names.len()).any(|cell| !cell.trim().is_empty());
        if beyond {
            let detail = format!(
                "it has {} cells and the first line has {}: is one with {:?} in it not quoted?",
                cells.len(),
                names.len(),
                self.delimiter
            );
            return Err(vec![of_row("too_many_cells", detail)]);
        }
        let cells = names.iter().zip(&cells).filter_map(|(name, cell)| Some((name.clone()?, columns::cell(cell))));
        let pairs: Vec<(String, String)> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        let payload = as_form(&pairs);
        let mut submission = read(source, pairs)?;
        submission.external_id.get_or_insert_with(|| format!("import:{}:{}", self.digest, record.line));
        submission.raw_payload = payload;
        FORM.clone_into(&mut submission.raw_content_type);
        Ok(submission)
    }
}

/// As a post in our own format is read.
fn read(source: &Source, pairs: Vec<(String, String)>) -> Result<Submission, Vec<Invalid>> {
    let wrong = |error| match error {
        Error::Invalid(errors) => errors,
        other => vec![of_row("unreadable", other.to_string())],
    };
    let read = super::read_own(source, Sent::Form(pairs)).map_err(wrong)?;
    let reading = read.into_iter().next().and_then(Incoming::lead);
    let reading = reading.ok_or_else(|| vec![of_row("unreadable", "it holds no lead")])?;
    if reading.errors.is_empty() { Ok(reading.submission) } else { Err(reading.errors) }
}

fn as_form(pairs: &[(String, String)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    pairs.iter().map(|(name, cell)| format!("{}={}", encoded(name), encoded(cell))).collect::<Vec<_>>().join("&")
}

/// The one by which the first line names the most that everybody knows; then the one that makes the most columns.
fn delimiter_of(text: &str, line: u64) -> char {
    let worth = |delimiter: &char| {
        let first = Records::of(text, line, *delimiter).next().and_then(|record| record.cells.ok()).unwrap_or_default();
        let none = BTreeMap::new();
        let names = first.iter().enumerate().filter_map(|(place, header)| columns::name(header, place, &none));
        (names.filter(|name| columns::is_known(name)).count(), first.len())
    };
    // Of those that are alike the first, which `max_by_key` gives from behind.
    DELIMITERS.into_iter().rev().max_by_key(worth).unwrap_or(',')
}

fn no_table(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::Invalid(vec![Invalid { at: At::Pointer("#".into()), code: "no_table", detail: detail.into() }])
}

fn of_row(code: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Invalid {
    Invalid { at: At::Pointer("#/row".into()), code, detail: detail.into() }
}

fn beginning(header: &str) -> String {
    header.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::Sheet;

    fn headers(bytes: &[u8]) -> Vec<String> {
        Sheet::open(bytes).unwrap().headers
    }

    #[test]
    fn a_table_is_read_whatever_wrote_it() {
        let expected = ["Full Name", "Email", "Größe"];
        let wide = |low_first: bool| -> Vec<u8> {
            let units = "\u{feff}Full Name,Email,Größe\r\n".encode_utf16();
            units.flat_map(|unit| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        };
        for bytes in [
            "Full Name,Email,Größe\n".as_bytes().to_vec(),
            "\u{feff}Full Name;Email;Größe\r\n".as_bytes().to_vec(),
            "Full Name\tEmail\tGröße".as_bytes().to_vec(),
            "Full Name|Email|Größe\n1,2,3,4|b|c".as_bytes().to_vec(),
            "sep=;\nFull Name;Email;Größe\n".as_bytes().to_vec(),
            b"Full Name;Email;Gr\xf6\xdfe\r\n".to_vec(),
            wide(true),
            wide(false),
            "\n\nFull Name,Email,\"Größe\"".as_bytes().to_vec(),
        ] {
            assert_eq!(headers(&bytes), expected, "{bytes:?}");
        }
        assert_eq!(headers(b"Email"), ["Email"]);
        for none in [&b""[..], b"PK\x03\x04rest", b"\n\n", b"\"Email"] {
            assert!(Sheet::open(none).is_err(), "{none:?}");
        }
        assert!(Sheet::open(b"City,Roof\nDenver,1").unwrap().names(&super::table(None)).is_err());
    }

    #[test]
    fn a_header_is_one_of_ours_whatever_its_case() {
        let sheet =
            Sheet::open(b"CONTACT_EMAIL,External ID,Is-Test,Consent[IP],form_data.Roof,First Name,City,").unwrap();
        let names: Vec<String> = sheet.names(&super::table(None)).unwrap().into_iter().flatten().collect();
        let expected = [
            "contact_email",
            "external_id",
            "is_test",
            "consent[ip]",
            "form_data.Roof",
            "First Name",
            "City",
            "column 8",
        ];
        assert_eq!(names, expected);
        let mapped = super::table(Some(r#"{"columns": {"CITY": "postal_code", "first name": ""}}"#));
        let names = sheet.names(&mapped).unwrap();
        assert_eq!(names.get(5..7), Some(&[None, Some("postal_code".to_owned())][..]));
    }
}
