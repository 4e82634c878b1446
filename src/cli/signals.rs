//! When to stop: SIGTERM and SIGINT. A second SIGINT (Ctrl-C by somebody who won't wait) ends the program at once; a second
//! SIGTERM does not, since some supervisors send two.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::Failure;

/// Told to stop, for as many as want to know.
#[derive(Clone)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Listens for the signals from now on.
    pub fn listen() -> Result<Self, Failure> {
        let (mut terminate, mut interrupt) = (on(SignalKind::terminate())?, on(SignalKind::interrupt())?);
        let (told, told_to_stop) = watch::channel(false);
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::info!("stopping");
            told.send_replace(true);
            let _again = interrupt.recv().await;
            tracing::warn!("stopping at once");
            std::process::exit(1);
        });
        Ok(Self(told_to_stop))
    }

    /// What a start comes to; `None` where the program is to stop before. What is cut off then is a transaction at most.
    pub async fn unless_asked<T>(&self, start: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.clone().asked() => None,
            started = start => Some(started),
        }
    }

    /// Ends when the program is to stop.
    pub async fn asked(mut self) {
        let _ended = self.0.wait_for(|stop| *stop).await;
    }
}

/// SIGHUP: files are to be read anew.
pub fn hangups() -> Result<Signal, Failure> {
    on(SignalKind::hangup())
}

fn on(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::new(format!("signals cannot be received: {error}")))
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
