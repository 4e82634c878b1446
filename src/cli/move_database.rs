//! `leadhouse move`: a SQLite installation into PostgreSQL.

use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Outcome, say, start};
use crate::clock::Clock;
use crate::config::{DatabaseUrl, Settings, parse_database_url};
use crate::db::{self, transfer};
use crate::installation;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// An empty PostgreSQL database: postgres://USER:PASSWORD@HOST:PORT/DATABASE
    #[arg(long, env = "MOVE_TO", hide_env_values = true, value_name = "URL")]
    to: String,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    let DatabaseUrl::Sqlite(from) = settings.database().map_err(Failure::new)? else {
        return Err(Failure::new("move is from SQLite: DATABASE_URL names the installation that is to be moved"));
    };
    let Ok(DatabaseUrl::Postgres(to)) = parse_database_url(&args.to) else {
        return Err(Failure::usage("--to must start with postgres://"));
    };
    // A migration would make it.
    start::existing(&settings).await?;
    db::judge(&DatabaseUrl::Postgres(to.clone()))
        .map_err(|why| Failure::new(why.replacen("DATABASE_URL", "--to", 1)))?;
    transfer::refuse_others(&to).await?;
    for url in [DatabaseUrl::Sqlite(from.clone()), DatabaseUrl::Postgres(to.clone())] {
        installation::up(&url, &Clock::default(), &settings.currency).await?;
    }
    let (began, bar) = (Instant::now(), bar());
    let moving = bar.clone();
    let progress = Box::new(move |done, all| {
        moving.set_length(all);
        moving.set_position(done);
    });
    let carried = installation::transfer(&from, &to, progress).await;
    bar.finish_and_clear();
    let carried = carried?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("{} rows of {} tables in {seconds:.1} s, alike on both sides.", carried.rows, carried.tables));
    say(&format!("{} holds what it held, and where it went: no command goes on with it any more.", from.display()));
    say(
        "Next, with DATABASE_URL naming the new database: leadhouse verify, then serve. Files stay where STORAGE_URL says.",
    );
    Ok(ExitCode::SUCCESS)
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} rows, {per_sec}, {eta} left");
    let bar = ProgressBar::new(0);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}
