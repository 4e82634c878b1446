//! A connection to PostgreSQL that comes back by itself, with its own prepared statements.

use std::time::{Duration, Instant};

use postgres_types::ToSql;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError as ServerError, Severity, SqlState};

use super::copy;
use super::link::{Broken, Link, Wire, said};
use super::server::{COMMIT, CONNECT, Server};
use super::value::{Bound, Encoded, dynamic};
use crate::error::{Committed, DbError, Failure, Fault, Kind};
use crate::record::Records;
use crate::row::{EachRow, Row};
use crate::value::Param;

/// How long BEGIN and ROLLBACK may take, which do nothing by themselves.
const CONTROL: Duration = Duration::from_secs(3);

/// How long a transaction that writes may stand still because of its client: with no statement, or with an answer that
/// is not fetched. Then the server ends it, so that a program which is frozen in the middle of one does not keep its
/// locks. One that only was slow loses its connection, and its unit runs again.
const STILL: Duration = Duration::from_secs(3);

/// How long a connection counts as there after it was heard of.
const FRESH: Duration = Duration::from_millis(100);

/// After a connect that failed, callers are turned away at once for this long; doubled each time, up to the second.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
    /// Reads a lot.
    Background,
}

pub(crate) struct Conn {
    server: Server,
    wire: Wire,
    link: Option<Link>,
    role: Role,
    /// How long a unit may take here, and how long one that runs alone may.
    limit: Duration,
    long: Duration,
    failed: Option<Failed>,
    /// When the server last said that it is there, at the end of a transaction.
    heard: Option<Instant>,
}

/// The last connect, where it failed.
struct Failed {
    at: Instant,
    /// How long callers are turned away after it.
    wait: Duration,
    why: String,
}

impl Conn {
    pub fn new(server: Server, role: Role, limit: Duration, long: Duration) -> std::io::Result<Self> {
        Ok(Self { server, wire: Wire::new()?, link: None, role, limit, long, failed: None, heard: None })
    }

    /// Connected, or turned away: a connect is tried once in a while. `connected` is told of one that went well.
    pub fn ready(&mut self, connected: impl FnOnce()) -> Result<(), Failure> {
        if self.link.is_some() {
            return Ok(());
        }
        if let Some(failed) = self.failed.as_ref().filter(|failed| failed.at.elapsed() < failed.wait) {
            return Err(Failure::down(format!("no connection: {}", failed.why)));
        }
        match self.connect() {
            Ok(link) => {
                connected();
                self.link = Some(link);
                self.failed = None;
                Ok(())
            }
            Err(why) => {
                tracing::warn!("no connection to PostgreSQL: {why}");
                let (first, longest) = BACKOFF;
                let wait = self.failed.as_ref().map_or(first, |failed| (failed.wait * 2).min(longest));
                let failure = Failure::down(format!("no connection: {why}"));
                self.failed = Some(Failed { at: Instant::now(), wait, why });
                Err(failure)
            }
        }
    }

    fn connect(&self) -> Result<Link, String> {
        let until = Instant::now() + CONNECT;
        let mut link = self.wire.connect(&self.server.config, &self.server.tls, CONNECT)?;
        let limit = self.limit.as_millis();
        // A generic plan judges by an average owner of rows: for that one a bitmap scan and a sort look cheap, and for
        // one with 100,000 rows they are ruin. Without bitmaps what is read through an index comes in its order.
        let own = match self.role {
            // It holds nothing that others wait for.
            Role::Reader | Role::Background => format!(
                "SET idle_in_transaction_session_timeout = {}; SET default_transaction_read_only = on",
                limit + 20_000
            ),
            // While an answer is stuck on its way neither timeout of the server's runs, but the one of its socket does.
            Role::Writer => {
                let still = STILL.as_millis();
                format!("SET idle_in_transaction_session_timeout = {still}; SET tcp_user_timeout = {still}")
            }
        };
        // A plan is kept until the server counts the table's rows anew. One that was made while there were few, as of a queue
        // at night, would read all of many.
        let reads_all = if self.role == Role::Background { "on" } else { "off" };
        let settings = format!(
            "SET plan_cache_mode = force_generic_plan; SET enable_bitmapscan = off; SET enable_seqscan = {reads_all};
             SET jit = off; SET TimeZone = 'UTC'; SET client_min_messages = warning;
             SET statement_timeout = {limit}; SET lock_timeout = 5000; {own}",
        );
        let set = self.wire.drive(&mut link, until, async |client| client.batch_execute(&settings).await);
        set.map(|()| link).map_err(Broken::why)
    }

    pub fn begin_write(&mut self, long: bool) -> Result<(), Failure> {
        if !long {
            return if self.heard.is_some_and(|at| at.elapsed() < FRESH) {
                self.begin_soon()
            } else {
                self.control("BEGIN")
            };
        }
        let long = self.long.as_millis();
        self.control(&format!(
            "BEGIN; SET LOCAL statement_timeout = {long}; SET LOCAL idle_in_transaction_session_timeout = {long}"
        ))
    }

    /// Begins along with the first statement, on a connection that was there just now: one that was at rest may have been cut
    /// meanwhile, and that had better be found out before there is something to lose.
    fn begin_soon(&mut self) -> Result<(), Failure> {
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let until = Instant::now() + CONTROL;
        self.wire.send_control(link, until, "BEGIN").map_err(|broken| self.failure(broken, "BEGIN"))
    }

    pub fn begin_read(&mut self) -> Result<(), Failure> {
        self.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    /// Tells a transaction that certainly failed from one whose outcome nobody here knows.
    pub fn commit(&mut self) -> Committed {
        let Some(link) = &mut self.link else { return Committed::No(Failure::lost("before COMMIT")) };
        if !self.wire.is_up(link) {
            self.link = None;
            return Committed::No(Failure::lost("before COMMIT"));
        }
        let until = Instant::now() + COMMIT;
        match self.wire.drive(link, until, async |client| client.batch_execute("COMMIT").await) {
            Ok(()) => {
                self.heard = Some(Instant::now());
                Committed::Yes
            }
            // COMMIT of a transaction in which something failed is a ROLLBACK, and no error.
            Err(broken @ Broken::Earlier(..)) => Committed::No(self.failure(broken, "COMMIT")),
            Err(Broken::Error(error)) if error.as_db_error().is_some_and(|answer| !ends_session(answer)) => {
                Committed::No(self.failure(Broken::Error(error), "COMMIT"))
            }
            Err(broken) => {
                self.link = None;
                let why = broken.why();
                tracing::error!("connection lost during COMMIT, its outcome is unknown: {why}");
                Committed::Unknown(Failure::lost(format!("during COMMIT, its outcome is unknown: {why}")))
            }
        }
    }

    /// Where the connection is gone the server has rolled back by itself.
    pub fn rollback(&mut self) {
        let until = Instant::now() + CONTROL;
        if let Some(link) = &mut self.link
            && self.wire.roll_back(link, until).is_err()
        {
            self.link = None;
        }
    }

    fn control(&mut self, sql: &str) -> Result<(), Failure> {
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let until = Instant::now() + CONTROL;
        let done = self.wire.drive(link, until, async |client| client.batch_execute(sql).await);
        done.map_err(|broken| match broken {
            Broken::Late => {
                self.link = None;
                Failure::lost("no answer")
            }
            broken => self.failure(broken, sql),
        })
    }

    pub fn query(
        &mut self,
        until: Instant,
        sql: &str,
        params: &[&dyn Param],
        each: EachRow<'_>,
    ) -> Result<(), Failure> {
        let done =
            self.wait_for(until, sql, params, async |client, statement, params| client.query(statement, params).await);
        for row in done? {
            each(&Row::new(&row)).map_err(|error| Failure { fault: Fault::Defect, error })?;
        }
        Ok(())
    }

    pub fn execute(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Result<u64, Failure> {
        self.wait_for(until, sql, params, async |client, statement, params| client.execute(statement, params).await)
    }

    /// Sends a statement along with the next one that is waited for.
    pub fn send(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Result<(), Failure> {
        self.ahead(until, sql, params, Wire::send)
    }

    /// Sends a question along with the next statement that is waited for: its number for [`Self::answer`].
    pub fn ask(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Result<u64, Failure> {
        self.ahead(until, sql, params, Wire::ask)
    }

    /// The rows of what was asked, each once.
    pub fn answer(&mut self, until: Instant, number: u64, each: EachRow<'_>) -> Result<(), Failure> {
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let rows = self.wire.answer(link, until, number).map_err(|broken| self.failure(broken, "an answer"))?;
        for row in rows {
            each(&Row::new(&row)).map_err(|error| Failure { fault: Fault::Defect, error })?;
        }
        Ok(())
    }

    /// What an earlier unit asked, and did not wait for, is nobody's business.
    pub fn forget(&mut self) {
        if let Some(link) = &mut self.link {
            Wire::forget(link);
        }
    }

    fn ahead<T>(
        &mut self,
        until: Instant,
        sql: &str,
        params: &[&dyn Param],
        send: impl FnOnce(&Wire, &mut Link, Instant, &str, Vec<Encoded>, tokio_postgres::Statement) -> Result<T, Broken>,
    ) -> Result<T, Failure> {
        if Instant::now() >= until {
            return Err(Failure::late());
        }
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let statement = match self.wire.prepared(link, sql, until) {
            Ok(statement) => statement,
            Err(broken) => return Err(self.failure(broken, sql)),
        };
        let types = statement.params();
        if types.len() != params.len() {
            let text = format!("the statement takes {} parameters, there are {}", types.len(), params.len());
            return Err(Failure::defect(DbError::new(Kind::Encode, text).during(sql)));
        }
        let encoded = params.iter().zip(types).map(|(param, ty)| Bound(param.value()).encoded(ty));
        let encoded = encoded.collect::<Result<Vec<Encoded>, _>>();
        let encoded =
            encoded.map_err(|wrong| Failure::defect(DbError::new(Kind::Encode, wrong.to_string()).during(sql)))?;
        send(&self.wire, link, until, sql, encoded, statement).map_err(|broken| self.failure(broken, sql))
    }

    pub fn insert_all(&mut self, until: Instant, records: &dyn Records) -> Result<u64, Failure> {
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let sql = copy::statement(records.table(), records.columns());
        copy::insert_all(&self.wire, link, until, &sql, records).map_err(|broken| self.failure(broken, &sql))
    }

    fn wait_for<T>(
        &mut self,
        until: Instant,
        sql: &str,
        params: &[&dyn Param],
        run: impl AsyncFnOnce(
            &Client,
            &tokio_postgres::Statement,
            &[&(dyn ToSql + Sync)],
        ) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Failure> {
        if Instant::now() >= until {
            return Err(Failure::late());
        }
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let answer = self.wire.prepared(link, sql, until).and_then(|statement| {
            let values: Vec<Bound<'_>> = params.iter().map(|param| Bound(param.value())).collect();
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(dynamic).collect();
            self.wire.drive(link, until, async |client| run(client, &statement, &values).await)
        });
        answer.map_err(|broken| self.failure(broken, sql))
    }

    /// What a failed request means; a connection that is no good any more is dropped.
    fn failure(&mut self, broken: Broken, sql: &str) -> Failure {
        match broken {
            Broken::Late => {
                if let Some(link) = self.link.take() {
                    self.wire.cancel(&link);
                }
                Failure::late()
            }
            Broken::Lost(why) => {
                self.link = None;
                Failure::lost(why)
            }
            Broken::Earlier(error, sql) => self.failure(Broken::Error(error), &sql),
            Broken::Error(error) => {
                let failure = judge(&error, sql, self.role);
                if failure.fault == Fault::Lost {
                    self.link = None;
                }
                failure
            }
        }
    }
}

fn ends_session(answer: &ServerError) -> bool {
    matches!(answer.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn judge(error: &tokio_postgres::Error, sql: &str, role: Role) -> Failure {
    let Some(answer) = error.as_db_error() else {
        let source = std::error::Error::source(error);
        if error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>) {
            return Failure::lost(said(error));
        }
        return Failure::defect(DbError::new(Kind::Encode, said(error)).during(sql));
    };
    let code = answer.code();
    // A writer that finds itself on a standby has to look for the primary anew.
    if ends_session(answer) || (role == Role::Writer && *code == SqlState::READ_ONLY_SQL_TRANSACTION) {
        return Failure::lost(said(error));
    }
    match code.code() {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Failure::retry(),
        // query_canceled
        "57014" => Failure::late(),
        // connection exceptions, insufficient resources, operator intervention, system and internal errors
        code if ["08", "53", "57", "58", "XX"].iter().any(|class| code.starts_with(class)) => {
            Failure::down(said(error))
        }
        _ => Failure::defect(defect(answer).during(sql)),
    }
}

/// The server's message, but not its detail, which quotes values.
fn defect(answer: &ServerError) -> DbError {
    let code = answer.code();
    let kind = match *code {
        SqlState::UNIQUE_VIOLATION => Kind::Unique,
        SqlState::FOREIGN_KEY_VIOLATION => Kind::ForeignKey,
        SqlState::CHECK_VIOLATION => Kind::Check,
        SqlState::NOT_NULL_VIOLATION => Kind::NotNull,
        SqlState::READ_ONLY_SQL_TRANSACTION => Kind::ReadOnly,
        _ => Kind::Other,
    };
    let mut error = DbError::coded(kind, code.code(), answer.message());
    error.constraint = answer.constraint().map(str::to_owned);
    error
}
