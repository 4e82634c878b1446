//! `leadhouse migrate`: the schema, up to date.

use std::process::ExitCode;

use super::{Failure, Outcome, say, start};
use crate::clock::Clock;
use crate::config::Settings;

pub async fn run(settings: Settings) -> Outcome {
    let url = settings.database().map_err(Failure::new)?;
    let report = start::brought_up(&url, &Clock::default(), &settings.currency).await?;
    say(&match report.from {
        from if from == report.to => format!("The schema is up to date (version {}).", report.to),
        0 => format!("The schema is there (version {}).", report.to),
        from => format!("The schema went from version {from} to {}.", report.to),
    });
    Ok(ExitCode::SUCCESS)
}
