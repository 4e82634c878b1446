//! `leadhouse worker`: jobs, and nothing else.

use std::process::ExitCode;

use super::signals::Shutdown;
use super::{Outcome, start};
use crate::config::Settings;
use crate::worker;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Work what is due and end
    #[arg(long)]
    once: bool,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    let shutdown = Shutdown::listen()?;
    let app = start::app(settings).await?;
    let worked = if args.once {
        worker::run_until_idle(&app, shutdown.asked()).await.map(|jobs| tracing::info!(jobs, "nothing is due any more"))
    } else {
        worker::run(&app, shutdown.asked()).await
    };
    app.db.close().await;
    worked?;
    Ok(ExitCode::SUCCESS)
}
