//! One connection, driven by the thread that uses it, never longer than it may take.
//!
//! This is what the synchronous `postgres` client does around `tokio-postgres`, and one thing that it can't: to stop
//! waiting. A network that swallows bytes would hold its thread for ever.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Connection, Row, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::value::{Encoded, dynamic};

/// Above the number of statement shapes there are; past it the cache starts anew.
const STATEMENTS: usize = 512;

/// How many statements may be on their way without anybody waiting.
const SENT: usize = 256;

/// How long a statement that is out of time may take to be told so.
const CANCEL: Duration = Duration::from_millis(500);

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A runtime of one thread, for one connection after the other.
pub(super) struct Wire {
    runtime: Runtime,
}

pub(super) struct Link {
    client: Arc<Client>,
    line: Line,
    tls: MakeRustlsConnect,
    statements: HashMap<Arc<str>, Statement>,
}

/// The connection itself, and what is on its way.
struct Line {
    connection: Connection<Socket, Stream>,
    /// The connection has ended: polled again it would panic.
    ended: bool,
    /// Statements nobody waits for yet, in order.
    sent: VecDeque<Sent>,
    /// What those came to that somebody will ask for, by their numbers.
    rows: HashMap<u64, Vec<Row>>,
    numbers: u64,
    /// The first of them that failed.
    failed: Option<(tokio_postgres::Error, Arc<str>)>,
}

struct Sent {
    sql: Arc<str>,
    number: u64,
    answer: Pin<Box<dyn Future<Output = Came> + Send>>,
}

/// What a statement came to that nobody waits for; no rows of what only changes something.
type Came = Result<Option<Vec<Row>>, tokio_postgres::Error>;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server's answer is an error, or the request never left.
    Error(tokio_postgres::Error),
    /// A statement before it failed, one that nobody waited for.
    Earlier(tokio_postgres::Error, Arc<str>),
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
        let (client, line) = self.open(config, tls, within)?;
        Ok(Link { client: Arc::new(client), line, tls: tls.clone(), statements: HashMap::new() })
    }

    fn open(&self, config: &Config, tls: &MakeRustlsConnect, within: Duration) -> Result<(Client, Line), String> {
        let connecting = async { tokio::time::timeout(within, config.connect(tls.clone())).await };
        let (client, connection) = match self.runtime.block_on(connecting) {
            Ok(connected) => connected.map_err(|error| {
                let words = said(&error);
                let advice = ground::tls::advice(&words, "");
                words + &advice
            })?,
            Err(_) => return Err("no answer".to_owned()),
        };
        let line =
            Line { connection, ended: false, sent: VecDeque::new(), rows: HashMap::new(), numbers: 0, failed: None };
        Ok((client, line))
    }

    /// Runs `work`, which has errors of its own, on a connection of its own.
    pub fn apart<T>(
        &self,
        config: &Config,
        tls: &MakeRustlsConnect,
        within: (Duration, Duration),
        work: impl AsyncFnOnce(&mut Client) -> T,
    ) -> Result<T, String> {
        let (mut client, mut line) = self.open(config, tls, within.0)?;
        self.wait(&mut line, Instant::now() + within.1, work(&mut client)).map_err(Broken::why)
    }

    /// Waits for the answer to a request on `link`, until `until` at most.
    pub fn drive<T>(
        &self,
        link: &mut Link,
        until: Instant,
        request: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Broken> {
        let answer = self.wait(&mut link.line, until, request(&link.client))?;
        // What failed first is the cause; the answer only says that the transaction is aborted.
        match link.line.failed.take() {
            Some((error, sql)) => Err(Broken::Earlier(error, sql)),
            None => answer.map_err(Broken::Error),
        }
    }

    /// The same for ROLLBACK, to which it is all the same what failed before.
    pub fn roll_back(&self, link: &mut Link, until: Instant) -> Result<(), Broken> {
        let answer = self.wait(&mut link.line, until, link.client.batch_execute("ROLLBACK"))?;
        link.line.failed = None;
        answer.map_err(Broken::Error)
    }

    fn wait<T>(&self, line: &mut Line, until: Instant, work: impl Future<Output = T>) -> Result<T, Broken> {
        let mut work = pin!(work);
        self.runtime.block_on(async {
            let mut time = pin!(tokio::time::sleep_until(until.into()));
            poll_fn(|cx| {
                // First the work, which sends; then the line, which carries; then the work again, if it is done.
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(Ok(done));
                }
                let lost = line.carry(cx);
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

    /// Sends a statement with the next one that is waited for. What it comes to shows then.
    pub fn send(
        &self,
        link: &mut Link,
        until: Instant,
        sql: &str,
        params: Vec<Encoded>,
        statement: Statement,
    ) -> Result<(), Broken> {
        let client = Arc::clone(&link.client);
        self.begin(link, until, sql, async move { client.execute_raw(&statement, params).await.map(|_| None) })
            .map(drop)
    }

    /// The same for what begins a transaction.
    pub fn send_control(&self, link: &mut Link, until: Instant, sql: &'static str) -> Result<(), Broken> {
        let client = Arc::clone(&link.client);
        self.begin(link, until, sql, async move { client.batch_execute(sql).await.map(|()| None) }).map(drop)
    }

    /// Sends a question with the next statement that is waited for. Its rows are there by then, under this number.
    pub fn ask(
        &self,
        link: &mut Link,
        until: Instant,
        sql: &str,
        params: Vec<Encoded>,
        statement: Statement,
    ) -> Result<u64, Broken> {
        let client = Arc::clone(&link.client);
        self.begin(link, until, sql, async move {
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(dynamic).collect();
            client.query(&statement, &params).await.map(Some)
        })
    }

    /// The rows of a question that was asked on this link.
    pub fn answer(&self, link: &mut Link, until: Instant, number: u64) -> Result<Vec<Row>, Broken> {
        if !link.line.rows.contains_key(&number) {
            self.drive(link, until, async |client| client.batch_execute("").await)?;
        }
        link.line.rows.remove(&number).ok_or_else(|| Broken::Lost("it was asked on another connection".to_owned()))
    }

    fn begin(
        &self,
        link: &mut Link,
        until: Instant,
        sql: &str,
        answer: impl Future<Output = Came> + Send + 'static,
    ) -> Result<u64, Broken> {
        if link.line.sent.len() >= SENT {
            self.drive(link, until, async |client| client.batch_execute("").await)?;
        }
        link.line.numbers += 1;
        let number = link.line.numbers;
        let mut sent = Sent { sql: sql.into(), number, answer: Box::pin(answer) };
        match sent.answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => link.line.sent.push_back(sent),
            Poll::Ready(done) => link.line.keep(number, done.map_err(Broken::Error)?),
        }
        Ok(number)
    }

    /// Nobody will ask any more for the rows of what was asked so far.
    pub fn forget(link: &mut Link) {
        link.line.rows.clear();
    }

    /// Whether the server has not hung up, as far as can be seen without asking it.
    pub fn is_up(&self, link: &mut Link) -> bool {
        self.runtime.block_on(async {
            // Yielding once lets the runtime look at the socket.
            tokio::task::yield_now().await;
            poll_fn(|cx| Poll::Ready(link.line.carry(cx).is_none())).await
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

impl Line {
    /// Moves bytes both ways, and takes the answers nobody waits for. `Some`: the connection has ended, and why.
    fn carry(&mut self, cx: &mut Context<'_>) -> Option<String> {
        loop {
            let lost = self.move_bytes(cx);
            let mut answered = false;
            while let Some(Poll::Ready(answer)) = self.sent.front_mut().map(|sent| sent.answer.as_mut().poll(cx)) {
                answered = true;
                let Some(Sent { sql, number, .. }) = self.sent.pop_front() else { break };
                match answer {
                    Ok(rows) => self.keep(number, rows),
                    Err(error) => drop(self.failed.get_or_insert((error, sql))),
                }
            }
            // The connection reads on once its last answer is taken.
            if lost.is_some() || !answered {
                return lost;
            }
        }
    }

    fn keep(&mut self, number: u64, rows: Option<Vec<Row>>) {
        if let Some(rows) = rows {
            self.rows.insert(number, rows);
        }
    }

    fn move_bytes(&mut self, cx: &mut Context<'_>) -> Option<String> {
        if self.ended {
            return Some("the connection is closed".to_owned());
        }
        loop {
            match self.connection.poll_message(cx) {
                Poll::Pending => return None,
                // Notices.
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(None) => {
                    self.ended = true;
                    return Some("the server closed the connection".to_owned());
                }
                Poll::Ready(Some(Err(error))) => {
                    self.ended = true;
                    return Some(said(&error));
                }
            }
        }
    }
}

impl Broken {
    pub fn why(self) -> String {
        match self {
            Self::Error(error) | Self::Earlier(error, _) => said(&error),
            Self::Lost(why) => why,
            Self::Late => "no answer".to_owned(),
        }
    }
}

/// An error with its source: the driver's own text leaves out what the server said.
pub(crate) fn said(error: &tokio_postgres::Error) -> String {
    if let Some(server) = error.as_db_error() {
        return format!("{} [{}]", server.message(), server.code().code());
    }
    std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
