//! `leadhouse import`: leads from a CSV file, taken as if each row had been posted.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, print, say, start};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::error::{At, Error, Invalid, Result};
use crate::id::Id;
use crate::intake::formats::Sheet;
use crate::intake::jobs::{Became, Import};
use crate::intake::{self, Status};

/// Larger files are split by whoever wrote them: it is read at once.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The flags of `leadhouse import`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A CSV file, its first line the names of the columns
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The key of the source that the leads are of
    #[arg(long, value_name = "KEY")]
    source: String,
    /// Store nothing; say what would become of each row
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    // Before a database is opened.
    let at = |why: String| Failure::new(format!("{}: {why}", args.file.display()));
    let bytes = read(&args.file).map_err(at)?;
    let sheet = Sheet::open(&bytes).map_err(|error| at(why(&error)))?;
    drop(bytes);
    let db = start::database(&settings, &Clock::default()).await?;
    let done = import(&db, &args, sheet).await;
    db.close().await;
    match done? {
        0 => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

fn read(file: &Path) -> std::result::Result<Vec<u8>, String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > MOST_BYTES {
        return Err(format!("it is larger than {} MiB: split it", MOST_BYTES >> 20));
    }
    std::fs::read(file).map_err(|error| error.to_string())
}

/// How many rows were refused.
async fn import(db: &Db, args: &Args, sheet: Sheet) -> std::result::Result<u64, Failure> {
    let key = args.source.trim().to_owned();
    let source = db.read(move |read| intake::source_by_key(read, &key)).await.map_err(|error| match error {
        Error::NotFound(_) => Failure::new("no active source has this key: see --source"),
        other => other.into(),
    })?;
    let import = Import::of(db, Arc::new(source), sheet).await;
    let import = import.map_err(|error| Failure::new(format!("{}: {}", args.file.display(), why(&error))))?;
    let bar = progress(import.count());
    let mut told = Told::default();
    print("line,outcome,lead_id,assignments")?;
    let hear = |rows: Vec<(u64, Became)>| told.hear(&bar, rows);
    let ran = if args.dry_run { import.rehearse(db, hear).await } else { import.run(db, hear).await };
    bar.finish_and_clear();
    ran?;
    say(&told.sum(args.dry_run));
    Ok(told.refused)
}

fn progress(rows: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} rows, {per_sec}, {eta} left");
    let bar = ProgressBar::new(rows);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// What was said of the rows so far.
#[derive(Default)]
struct Told {
    rows: u64,
    refused: u64,
    before: u64,
    statuses: Vec<(Status, u64)>,
}

impl Told {
    fn hear(&mut self, bar: &ProgressBar, rows: Vec<(u64, Became)>) -> Result<()> {
        let (mut lines, mut wrong) = (Vec::with_capacity(rows.len()), Vec::new());
        let heard = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        self.rows += heard;
        for (line, became) in rows {
            lines.push(match became {
                Became::Lead(received) => {
                    self.count(received.status);
                    format!("{line},{},{},{}", received.status, received.lead.uuid(), received.assignments.len())
                }
                Became::Likely(status, takers) => {
                    self.count(status);
                    format!("{line},{status},,{takers}")
                }
                Became::Before => {
                    self.before += 1;
                    format!("{line},imported before,,")
                }
                Became::Refused(errors) => {
                    self.refused += 1;
                    wrong.extend(errors.iter().map(|error| format!("line {line}: {}", one_line(error))));
                    format!("{line},refused,,")
                }
            });
        }
        bar.suspend(|| {
            for line in &wrong {
                say(line);
            }
            print(&lines.join("\n"))
        })
        .map_err(|failure| Error::internal(failure.line))?;
        bar.inc(heard);
        Ok(())
    }

    fn count(&mut self, status: Status) {
        match self.statuses.iter_mut().find(|(known, _)| *known == status) {
            Some((_, n)) => *n += 1,
            None => self.statuses.push((status, 1)),
        }
    }

    /// One line of all.
    fn sum(&self, is_rehearsal: bool) -> String {
        let leads: u64 = self.statuses.iter().map(|(_, n)| n).sum();
        let each = self.statuses.iter().map(|(status, n)| format!("{n} {status}")).collect::<Vec<_>>().join(", ");
        let each = if each.is_empty() { each } else { format!(" ({each})") };
        let before = if self.before == 0 { String::new() } else { format!(", {} imported before", self.before) };
        let became = if is_rehearsal { "would become" } else { "became" };
        let stored = if is_rehearsal { " Nothing was stored." } else { "" };
        format!("{} rows: {leads} {became} leads{each}{before}, {} refused.{stored}", self.rows, self.refused)
    }
}

/// The field and the reason, without anything that would begin another line.
fn one_line(Invalid { at, detail, .. }: &Invalid) -> String {
    let (At::Pointer(place) | At::Parameter(place)) = at;
    let field = place.trim_start_matches("#/");
    let reason = detail.strip_prefix(field).map_or(detail.as_ref(), |rest| rest.trim_start_matches([':', ' ']));
    format!("{field}: {reason}").chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What is wrong with a file as such.
fn why(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => errors.iter().map(|one| one.detail.as_ref()).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}
