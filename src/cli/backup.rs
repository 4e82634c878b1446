//! `leadhouse backup`: a SQLite database that is in use, copied into one file.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, say, start};
use crate::config::{DatabaseUrl, Settings};
use crate::db::backup::{self, Progress};
use crate::error::Error;
use crate::installation::SCHEMA;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the copy goes; beside it there is FILE.partial until it is whole
    file: PathBuf,
    /// Replace FILE where it is there
    #[arg(long)]
    force: bool,
}

pub async fn run(settings: &Settings, args: Args) -> Outcome {
    let DatabaseUrl::Sqlite(database) = settings.database().map_err(Failure::new)? else {
        let file = args.file.display();
        let line = format!(
            "backup is for SQLite; PostgreSQL has its own: pg_dump --format=custom --file='{file}' \"$DATABASE_URL\""
        );
        return Err(Failure::new(line));
    };
    if !database.exists() {
        start::existing(settings).await?;
    }
    let (began, bar) = (Instant::now(), bar("copied"));
    let copied = backup::backup(&database, &args.file, args.force, &SCHEMA, moving(&bar)).await;
    bar.finish_and_clear();
    let copied = copied.map_err(helped("exists", ": name another file, or say --force"))?;
    let (mib, seconds) = (mib(copied.bytes), began.elapsed().as_secs_f64());
    say(&format!("{}: {mib:.1} MiB of schema {} in {seconds:.1} s, whole.", args.file.display(), copied.version));
    Ok(ExitCode::SUCCESS)
}

/// A refusal of this code, with what helps against it.
pub fn helped(code: &str, helps: &str) -> impl Fn(Error) -> Error {
    move |error| match error {
        Error::Conflict { code: refused, detail, .. } if refused == code => {
            Error::conflict(refused, format!("{detail}{helps}"))
        }
        other => other,
    }
}

/// A bar of bytes.
pub fn bar(what: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template(&format!("{{wide_bar}} {{bytes}} of {{total_bytes}} {what}, {{eta}} left"));
    let bar = ProgressBar::new(0);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// What moves a bar of bytes; at its end the file is checked, which takes a moment too.
pub fn moving(bar: &ProgressBar) -> Progress {
    let bar = bar.clone();
    Box::new(move |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a size to be read by a person")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
