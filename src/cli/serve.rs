//! `leadhouse serve`: the API and a worker, until told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;

use super::signals::{self, Shutdown};
use super::{Failure, Outcome, start};
use crate::app::App;
use crate::config::Settings;
use crate::{server, worker};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave the worker out: jobs wait for a `leadhouse worker`
    #[arg(long)]
    no_worker: bool,
}

pub async fn run(mut settings: Settings, args: Args) -> Outcome {
    server::tls(&settings).map_err(Failure::new)?;
    App::judge(&settings).map_err(Failure::new)?;
    let listener = bind(settings.listen).await?;
    let address = listener.local_addr().map_err(|error| Failure::new(format!("LISTEN: {error}")))?;
    if !settings.follow(address) {
        tracing::warn!(
            "PUBLIC_URL is not set: links in mails and the addresses of sources say {}, wherever they are read; set it to \
             where people reach this installation, as in https://leads.example.com",
            settings.public_url
        );
    }
    let shutdown = Shutdown::listen()?;
    // Another node's migration may be waited for, and be long.
    let Some(app) = shutdown.unless_asked(start::serving(settings)).await else { return Ok(ExitCode::SUCCESS) };
    let app = app?;
    until(&app, listener, !args.no_worker, shutdown).await?;
    Ok(ExitCode::SUCCESS)
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::new(format!("LISTEN: cannot listen on {address}: {error}")))
}

/// Serves, and works jobs beside it, until told to stop; then ends both and closes the database.
pub async fn until(app: &App, listener: TcpListener, with_worker: bool, shutdown: Shutdown) -> Result<(), Failure> {
    let tls = server::tls(&app.config).map_err(Failure::new)?;
    if tls.is_some() && !app.config.public_url.starts_with("https://") {
        tracing::warn!(
            "TLS is served, and links lead to PUBLIC_URL, {}: let it begin with https://",
            app.config.public_url
        );
    }
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, worker = with_worker, tls = tls.is_some(), "listening");
    }
    let serving = server::serve(app.clone(), listener, tls.clone(), shutdown.clone().asked());
    if let Some(tls) = tls {
        let mut hangups = signals::hangups()?;
        tokio::spawn(tls.renew(async move || _ = hangups.recv().await));
    }
    let working = async { if with_worker { worker::run(app, shutdown.asked()).await } else { Ok(()) } };
    let (served, worked) = tokio::join!(serving, working);
    app.db.clone().close().await;
    Ok(served.and(worked)?)
}
