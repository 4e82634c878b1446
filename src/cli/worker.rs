//! `leadhouse worker`: jobs, and nothing else.

use std::process::ExitCode;
use std::time::Duration;

use super::signals::Shutdown;
use super::{Failure, Outcome, start};
use crate::app::App;
use crate::config::Settings;
use crate::worker;

/// A new installation's nodes and workers may be started at once: how long these wait for those.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Work what is due and end
    #[arg(long)]
    once: bool,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    App::judge(&settings).map_err(Failure::new)?;
    let shutdown = Shutdown::listen()?;
    let patience = if args.once { Duration::ZERO } else { PATIENCE };
    let starting = async {
        start::existing_within(&settings, patience).await?;
        start::app(settings).await
    };
    let Some(app) = shutdown.unless_asked(starting).await else { return Ok(ExitCode::SUCCESS) };
    let app = app?;
    let worked = if args.once {
        worker::run_until_idle(&app, shutdown.asked()).await.map(|jobs| tracing::info!(jobs, "nothing is due any more"))
    } else {
        worker::run(&app, shutdown.asked()).await
    };
    app.db.clone().close().await;
    worked?;
    Ok(ExitCode::SUCCESS)
}
