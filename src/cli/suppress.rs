//! `leadhouse suppress FILE`: a list of people who opted out.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, say, start};
use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::email;
use crate::error::Result;
use crate::intake::{self, NewSuppression};

/// People in one unit.
const AT_ONCE: usize = 50;
/// Longer files are no lists of people.
const MOST_BYTES: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// E-mail addresses, phone numbers or SHA-256 of either, one person a line or as CSV
    file: PathBuf,
    /// Where they come from, for yourself
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    if args
        .reason
        .as_ref()
        .is_some_and(|text| text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control))
    {
        return Err(Failure::usage("--reason: 1 to 200 characters, no control characters"));
    }
    let name = args.file.display();
    let file = std::fs::File::open(&args.file).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let mut text = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut text).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let lines = lines(&String::from_utf8_lossy(&text), args.reason.as_deref());
    let db = start::database(&settings, &Clock::default()).await?;
    let told = suppress(&db, lines).await;
    db.close().await;
    let (good, bad) = told?;
    say(&format!("{good} people are suppressed; {bad} lines could not be read."));
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A line that says something: its number, and who is in it.
type Line = (u64, Option<NewSuppression>);

/// How many are on the list now, and how many lines told of nobody.
async fn suppress(db: &Db, lines: Vec<Line>) -> Result<(u64, u64)> {
    let bar = bar(lines.len());
    let (mut good, mut bad) = (0, 0);
    let unreadable = |number: u64| {
        bar.suspend(|| say(&format!("line {number}: no e-mail address, no phone number and no SHA-256")));
    };
    for some in lines.chunks(AT_ONCE) {
        let people: Vec<_> = some.iter().filter_map(|(number, new)| Some((*number, new.clone()?))).collect();
        let (numbers, people): (Vec<u64>, Vec<NewSuppression>) = people.into_iter().unzip();
        let refused = db.run(intake::suppress_all(Actor::System, people)).await?;
        let refused: Vec<u64> = refused.into_iter().filter_map(|at| numbers.get(at).copied()).collect();
        let nobody = some.iter().filter(|(_, new)| new.is_none()).map(|(number, _)| *number);
        let mut wrong: Vec<u64> = nobody.chain(refused.iter().copied()).collect();
        wrong.sort_unstable();
        wrong.iter().copied().for_each(unreadable);
        good += count(numbers.len() - refused.len());
        bad += count(wrong.len());
        bar.inc(count(some.len()));
    }
    bar.finish_and_clear();
    Ok((good, bad))
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn bar(lines: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} lines, {per_sec}, {eta} left");
    let bar = ProgressBar::new(count(lines));
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Email,
    Phone,
    EmailSha,
    PhoneSha,
    /// Whatever it looks like.
    Any,
    /// Nothing of ours.
    Other,
}

fn column(name: &str) -> Column {
    let plain: String = name.trim().to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.as_str() {
        "email" | "mail" | "emailaddress" | "contactemail" => Column::Email,
        "phone" | "phonenumber" | "tel" | "telephone" | "mobile" | "contactphone" => Column::Phone,
        "emailsha256" | "emailhash" | "hashedemail" => Column::EmailSha,
        "phonesha256" | "phonehash" | "hashedphone" => Column::PhoneSha,
        _ => Column::Other,
    }
}

/// The lines that say something, each with its number.
fn lines(text: &str, reason: Option<&str>) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let counted = |delimiter: char| first.matches(delimiter).count();
    let delimiter = [(',', b','), (';', b';'), ('\t', b'\t')].into_iter().max_by_key(|(mark, _)| counted(*mark));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.map_or(b',', |(_, byte)| byte))
        .from_reader(text.as_bytes());
    let (mut lines, mut columns) = (Vec::new(), None::<Vec<Column>>);
    for record in reader.records() {
        // Text is UTF-8 by now, and rows may be of any length: nothing else can be wrong.
        let Ok(record) = record else { continue };
        let number = record.position().map_or(0, |position| line_of(text, position));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if columns.is_none() {
            let named: Vec<Column> = record.iter().map(column).collect();
            let is_header = named.iter().any(|column| *column != Column::Other);
            columns = Some(if is_header { named } else { Vec::new() });
            if is_header {
                continue;
            }
        }
        let columns = columns.as_deref().unwrap_or_default();
        let kind = |at: usize| {
            if columns.is_empty() { Column::Any } else { columns.get(at).copied().unwrap_or(Column::Other) }
        };
        let cells = record.iter().enumerate().map(|(at, cell)| (kind(at), cell.trim()));
        lines.push((number, person(cells, reason)));
    }
    lines
}

/// The line on which a record stands: the reader says where it began to look for one, which may be an empty line before it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.get(at..)).unwrap_or_default();
    let empty = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n').count();
    position.line() + u64::try_from(empty).unwrap_or_default()
}

/// Who is in these cells.
fn person<'a>(cells: impl Iterator<Item = (Column, &'a str)>, reason: Option<&str>) -> Option<NewSuppression> {
    let mut new = NewSuppression::default();
    for (column, cell) in cells {
        let is = |kind: Column| column == kind || column == Column::Any;
        let email = email::parse_any(cell).filter(|_| is(Column::Email));
        let sha = intake::read_sha(cell);
        let is_number = cell.chars().any(|c| c.is_ascii_digit()) && cell.chars().count() <= 40;
        if let Some(email) = email {
            new.email = new.email.or(Some(email.key));
        } else if sha.is_some() && column != Column::Other {
            // Of which of the two it is, nobody can tell: it is nobody's of the other kind.
            if is(Column::EmailSha) || column == Column::Email {
                new.email_sha256 = sha;
            }
            if is(Column::PhoneSha) || column == Column::Phone {
                new.phone_sha256 = sha;
            }
        } else if is(Column::Phone) && is_number && !cell.chars().any(char::is_control) {
            new.phone = new.phone.or_else(|| Some(cell.to_owned()));
        }
    }
    let is_somebody =
        new.email.is_some() || new.phone.is_some() || new.email_sha256.is_some() || new.phone_sha256.is_some();
    is_somebody.then(|| NewSuppression { reason: reason.map(str::to_owned), ..new })
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_list_is_read_as_people_write_lists() {
        let sha = "a".repeat(64);
        let text =
            format!("\u{feff}Name;E-Mail;Phone\nAnn;Ann@Example.com;\n\n;;(650) 253-0000\nBob;nothing;\nEve;{sha};\n");
        let read = lines(&text, None);
        let [(2, Some(ann)), (4, Some(phone)), (5, None), (6, Some(eve))] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!((ann.email.as_deref(), ann.phone.as_deref()), (Some("ann@example.com"), None));
        assert_eq!(phone.phone.as_deref(), Some("(650) 253-0000"));
        assert!(eve.email_sha256.is_some() && eve.phone_sha256.is_none());
        let plain = lines(&format!("ann@example.com\n+44 20 7183 8750\n{sha}\nwho knows\n"), Some("a list"));
        assert_eq!(plain.iter().map(|(_, new)| new.is_some()).collect::<Vec<_>>(), [true, true, true, false]);
        let reasons = plain.iter().filter_map(|(_, new)| new.as_ref()?.reason.as_deref());
        assert!(reasons.eq(["a list"; 3]));
    }
}
