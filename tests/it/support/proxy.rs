//! A network between a program and a server (PostgreSQL, Redis, SMTP, whatever speaks TCP) that does as it is told.
//!
//! ```ignore
//! let proxy = Proxy::to(server.address()).await;
//! proxy.set(Mode::Swallow);                               // from now on, also for the connections there are
//! proxy.set(Mode::Pass);
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leadhouse::config::DatabaseUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

#[derive(Debug, Clone, Copy)]
pub enum Mode {
    Pass,
    /// Takes everything and carries nothing, as a cable does that was pulled out: half-open.
    Swallow,
    /// Hangs up on those there are, and on each who comes.
    Cut,
    /// Carries requests, and keeps the answers until another mode is set.
    Hold,
    /// Carries requests, and each answer so much later.
    Delay(Duration),
    /// Carries so many bytes of a connection's answers, counted from its beginning, and hangs up.
    CutAfter(usize),
    /// Carries requests, and hangs up instead of carrying an answer that has this in it.
    CutAt(&'static str),
}

impl Mode {
    /// The server has committed, and nobody is told.
    pub const CUT_AFTER_COMMIT: Self = Self::CutAt("COMMIT");
}

pub struct Proxy {
    pub port: u16,
    told: Arc<Told>,
}

struct Told {
    mode: watch::Sender<Mode>,
    connections: AtomicUsize,
    cuts: AtomicUsize,
}

impl Proxy {
    /// Before a server, by its address.
    pub async fn to(server: impl Into<String>) -> Self {
        let server = server.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, _) = watch::channel(Mode::Pass);
        let told = Arc::new(Told { mode, connections: AtomicUsize::new(0), cuts: AtomicUsize::new(0) });
        let shared = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let (server, told) = (server.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    // A server that is away: the client finds the connection closed.
                    if let Ok(server) = TcpStream::connect(&server).await {
                        between(client, server, told).await;
                    }
                });
            }
        });
        Self { port, told }
    }

    /// Before the server of a PostgreSQL database.
    pub async fn before(url: &DatabaseUrl) -> Self {
        Self::to(address_of(url)).await
    }

    pub fn set(&self, mode: Mode) {
        self.told.mode.send_replace(mode);
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The way to the same database through here, in the clear: it has to be read.
    pub fn url(&self, url: &DatabaseUrl) -> DatabaseUrl {
        let DatabaseUrl::Postgres(text) = url else { panic!("{url:?} is no server") };
        let text = text.replace(address_of(url), &self.address());
        let joint = if text.contains('?') { '&' } else { '?' };
        DatabaseUrl::Postgres(format!("{text}{joint}sslmode=disable"))
    }

    /// How many came so far.
    pub fn connections(&self) -> usize {
        self.told.connections.load(Ordering::Relaxed)
    }

    /// How many were hung up on so far, by whichever mode.
    pub fn cuts(&self) -> usize {
        self.told.cuts.load(Ordering::Relaxed)
    }
}

fn address_of(url: &DatabaseUrl) -> &str {
    let DatabaseUrl::Postgres(text) = url else { panic!("{url:?} is no server") };
    let rest = text.split_once("://").unwrap().1;
    let authority = rest.split('/').next().unwrap();
    authority.rsplit('@').next().unwrap()
}

/// One connection, until one of the two has had enough or the proxy hangs up on both.
async fn between(client: TcpStream, server: TcpStream, told: Arc<Told>) {
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let mut mode = told.mode.subscribe();
    let cut = tokio::select! {
        cut = requests(from_client, to_server, told.mode.subscribe()) => cut,
        cut = answers(from_server, to_client, told.mode.subscribe()) => cut,
        _ = mode.wait_for(|mode| matches!(mode, Mode::Cut)) => true,
    };
    if cut {
        told.cuts.fetch_add(1, Ordering::Relaxed);
    }
}

/// True where the proxy hangs up; false where an end did.
async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mode: watch::Receiver<Mode>) -> bool {
    let mut bytes = vec![0; 65_536];
    loop {
        let Ok(read @ 1..) = from.read(&mut bytes).await else { return false };
        let swallow = matches!(*mode.borrow(), Mode::Swallow);
        if !swallow && to.write_all(&bytes[..read]).await.is_err() {
            return false;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) -> bool {
    let mut bytes = vec![0; 65_536];
    let mut carried = 0;
    loop {
        let Ok(read @ 1..) = from.read(&mut bytes).await else { return false };
        let answer = &bytes[..read];
        let now = match mode.wait_for(|mode| !matches!(mode, Mode::Hold)).await {
            Ok(mode) => *mode,
            Err(_) => return false,
        };
        let most = match now {
            Mode::Swallow => continue,
            Mode::CutAt(word) if answer.windows(word.len()).any(|part| part == word.as_bytes()) => return true,
            Mode::CutAfter(bytes) => bytes.saturating_sub(carried).min(read),
            _ => read,
        };
        if let Mode::Delay(by) = now {
            let _passed = timeout(by, std::future::pending::<()>()).await;
        }
        if to.write_all(&answer[..most]).await.is_err() {
            return false;
        }
        carried += most;
        if most < read {
            return true;
        }
    }
}
