//! One connection, driven by the thread that uses it, never longer than it may take.
//!
//! This is what the synchronous `postgres` client does around `tokio-postgres`, and one thing that it can't: to stop
//! waiting. A network that swallows bytes would hold its thread for ever.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Above the number of statement shapes there are; past it the cache starts anew.
const STATEMENTS: usize = 512;

/// How long a statement that is out of time may take to be told so.
const CANCEL: Duration = Duration::from_millis(500);

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A runtime of one thread, for one connection after the other.
pub(super) struct Wire {
    runtime: Runtime,
}

pub(super) struct Link {
    client: Client,
    connection: Connection<Socket, Stream>,
    tls: MakeRustlsConnect,
    statements: HashMap<Box<str>, Statement>,
    /// The connection has ended: polled again it would panic.
    ended: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server's answer is an error, or the request never left.
    Error(tokio_postgres::Error),
    /// The connection ended.
    Lost(String),
    /// It takes too long. The connection must not be used any more.
    Late,
}

impl Wire {
    pub fn new() -> io::Result<Self> {
        Ok(Self { runtime: Builder::new_current_thread().enable_all().build()? })
    }

    pub fn connect(&self, config: &Config, tls: &MakeRustlsConnect, within: Duration) -> Result<Link, String> {
        let connecting = async { tokio::time::timeout(within, config.connect(tls.clone())).await };
        match self.runtime.block_on(connecting) {
            Ok(Ok((client, connection))) => {
                Ok(Link { client, connection, tls: tls.clone(), statements: HashMap::new(), ended: false })
            }
            Ok(Err(error)) => Err(said(&error)),
            Err(_) => Err("no answer".to_owned()),
        }
    }

    /// Waits for the answer to a request on `link`, until `until` at most.
    pub fn drive<T>(
        &self,
        link: &mut Link,
        until: Instant,
        request: impl AsyncFnOnce(&mut Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Broken> {
        self.carry_out(link, until, request)?.map_err(Broken::Error)
    }

    /// The same for work that has errors of its own.
    pub fn carry_out<T>(
        &self,
        link: &mut Link,
        until: Instant,
        work: impl AsyncFnOnce(&mut Client) -> T,
    ) -> Result<T, Broken> {
        let Link { client, connection, ended, .. } = link;
        let mut work = pin!(work(client));
        self.runtime.block_on(async {
            let mut time = pin!(tokio::time::sleep_until(until.into()));
            poll_fn(|cx| {
                // First the work, which sends; then the connection, which carries; then the work again, if it is done.
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(Ok(done));
                }
                let lost = carry(connection, ended, cx);
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(Ok(done));
                }
                match lost {
                    Some(why) => Poll::Ready(Err(Broken::Lost(why))),
                    None => time.as_mut().poll(cx).map(|()| Err(Broken::Late)),
                }
            })
            .await
        })
    }

    /// Whether the server has not hung up, as far as can be seen without asking it.
    pub fn is_up(&self, link: &mut Link) -> bool {
        let Link { connection, ended, .. } = link;
        self.runtime.block_on(async {
            // Yielding once lets the runtime look at the socket.
            tokio::task::yield_now().await;
            poll_fn(|cx| Poll::Ready(carry(connection, ended, cx).is_none())).await
        })
    }

    /// Asks the server to stop what it does for `link`, which must not be used any more: the request may arrive late
    /// and hit another statement.
    pub fn cancel(&self, link: &Link) {
        let token = link.client.cancel_token();
        let tls = link.tls.clone();
        self.runtime.block_on(async {
            if tokio::time::timeout(CANCEL, token.cancel_query(tls)).await.is_err() {
                tracing::warn!("PostgreSQL does not take the request to cancel a statement");
            }
        });
    }

    pub fn prepared(&self, link: &mut Link, sql: &str, until: Instant) -> Result<Statement, Broken> {
        if let Some(statement) = link.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.drive(link, until, async |client| client.prepare(sql).await)?;
        if link.statements.len() >= STATEMENTS {
            link.statements.clear();
        }
        link.statements.insert(sql.into(), statement.clone());
        Ok(statement)
    }
}

/// Moves bytes both ways. `Some`: the connection has ended, and why.
fn carry(connection: &mut Connection<Socket, Stream>, ended: &mut bool, cx: &mut Context<'_>) -> Option<String> {
    if *ended {
        return Some("the connection is closed".to_owned());
    }
    loop {
        match connection.poll_message(cx) {
            Poll::Pending => return None,
            // Notices.
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(None) => {
                *ended = true;
                return Some("the server closed the connection".to_owned());
            }
            Poll::Ready(Some(Err(error))) => {
                *ended = true;
                return Some(said(&error));
            }
        }
    }
}

impl Broken {
    pub fn why(self) -> String {
        match self {
            Self::Error(error) => said(&error),
            Self::Lost(why) => why,
            Self::Late => "no answer".to_owned(),
        }
    }
}

/// An error with its source: the driver's own text leaves out what the server said.
pub fn said(error: &tokio_postgres::Error) -> String {
    if let Some(server) = error.as_db_error() {
        return format!("{} [{}]", server.message(), server.code().code());
    }
    std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
