//! Where the server is, and connections beside those of the units.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::link::Wire;
use super::tls;
use ground::error::{Error, Result};

/// How long connecting may take: sockets, TLS, sign-in, settings.
pub(super) const CONNECT: Duration = Duration::from_secs(3);

/// How long COMMIT may take, a synchronous standby included.
pub(super) const COMMIT: Duration = Duration::from_secs(10);

/// How long work on a whole database may take.
pub(crate) const LONGEST: Duration = Duration::from_hours(24);

/// Where the server is.
#[derive(Clone)]
pub(crate) struct Server {
    pub(super) config: Arc<Config>,
    pub(super) tls: MakeRustlsConnect,
}

impl Server {
    /// `Err`: the line to show.
    pub fn new(url: &str) -> Result<Self, String> {
        let (mut config, tls) = tls::read(url)?;
        config.connect_timeout(CONNECT).tcp_user_timeout(COMMIT).keepalives_idle(Duration::from_secs(30));
        Ok(Self { config: Arc::new(config), tls })
    }
}

/// Runs `work` on a connection of its own, with the server's settings as they are.
pub(crate) fn apart<T>(url: &str, within: Duration, work: impl AsyncFnOnce(&mut Client) -> T) -> Result<T> {
    let unavailable = |why: String| Error::Unavailable(format!("PostgreSQL: {why}").into());
    let server = Server::new(url).map_err(unavailable)?;
    let wire = Wire::new().map_err(Error::internal)?;
    wire.apart(&server.config, &server.tls, (CONNECT, within), work).map_err(unavailable)
}
