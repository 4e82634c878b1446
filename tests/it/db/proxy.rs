//! A network between the kit and the server that does as it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use leadhouse::config::DatabaseUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

#[derive(Clone, Copy)]
pub enum Mode {
    Pass,
    /// Takes everything and carries nothing.
    Swallow,
    /// Carries a COMMIT to the server, and hangs up instead of carrying the answer back.
    CutAfterCommit,
}

pub struct Proxy {
    port: u16,
    mode: Arc<AtomicU8>,
}

impl Proxy {
    pub async fn start(url: &DatabaseUrl) -> Self {
        let server = address(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(0));
        let told = Arc::clone(&mode);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let cut = Arc::new(Notify::new());
                tokio::spawn(carry(from_client, to_server, Arc::clone(&told), Arc::clone(&cut), true));
                tokio::spawn(carry(from_server, to_client, Arc::clone(&told), cut, false));
            }
        });
        Self { port, mode }
    }

    pub fn set(&self, mode: Mode) {
        let number = match mode {
            Mode::Pass => 0,
            Mode::Swallow => 1,
            Mode::CutAfterCommit => 2,
        };
        self.mode.store(number, Ordering::Relaxed);
    }

    /// The way to the same database through here, in the clear: it has to be read.
    pub fn url(&self, url: &DatabaseUrl) -> DatabaseUrl {
        let DatabaseUrl::Postgres(text) = url else { panic!("{url:?} is no server") };
        let text = text.replace(address(url), &format!("127.0.0.1:{}", self.port));
        let joint = if text.contains('?') { '&' } else { '?' };
        DatabaseUrl::Postgres(format!("{text}{joint}sslmode=disable"))
    }
}

fn address(url: &DatabaseUrl) -> &str {
    let DatabaseUrl::Postgres(text) = url else { panic!("{url:?} is no server") };
    let rest = text.split_once("://").unwrap().1;
    let authority = rest.split('/').next().unwrap();
    authority.rsplit('@').next().unwrap()
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mode: Arc<AtomicU8>,
    cut: Arc<Notify>,
    to_server: bool,
) {
    let mut bytes = vec![0; 65_536];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read,
            () = cut.notified() => return,
        };
        let Ok(read @ 1..) = read else { return };
        let chunk = bytes.get(..read).unwrap();
        let mode = mode.load(Ordering::Relaxed);
        let commits = chunk.windows(6).any(|word| word == b"COMMIT");
        if mode == 1 {
            continue;
        }
        if mode == 2 && commits && !to_server {
            // The server has said that it is done; this end hangs up, and the other one too.
            cut.notify_one();
            return;
        }
        if to.write_all(chunk).await.is_err() {
            return;
        }
    }
}
