//! Whether connections are our own. A pooler that gives each transaction another connection of the server loses what is set
//! on one and locked by one, and runs what another client prepared under the same name. So it is refused at start.

use std::time::Duration;

use tokio_postgres::{Client, SimpleQueryMessage};

use super::link::{Wire, said};
use super::server::{CONNECT, Server};
use crate::thread::GivenUp;
use ground::error::{Error, Result};

/// How often it is looked: between two looks a pooler that others use too may happen to give the same connection.
const LOOKS: usize = 3;

/// How long an answer may take that needs no work.
const AT_ONCE: Duration = Duration::from_secs(5);

/// How long the server may take to be told that somebody gave up.
const CANCEL: Duration = Duration::from_millis(500);

/// Runs `work` on a connection of its own, while another holds the advisory lock `lock` in a transaction: it ends with that,
/// whoever is in between. Where `given_up` ends first, the server is told to stop both.
///
/// # Errors
/// `Conflict` `pooled_connection`; `Unavailable` where there is no connection, or the lock is not had within `patience`.
pub(crate) fn locked<T>(
    url: &str,
    within: Duration,
    (lock, patience): (i64, Duration),
    given_up: GivenUp,
    work: impl AsyncFnOnce(&mut Client) -> Result<T>,
) -> Result<T> {
    let unavailable = |why: String| Error::Unavailable(format!("PostgreSQL: {why}").into());
    let server = Server::new(url).map_err(unavailable)?;
    let wire = Wire::new().map_err(Error::internal)?;
    let done = wire.apart(&server.config, &server.tls, (CONNECT, within), async |client| {
        let (keeper, connection) =
            server.config.connect(server.tls.clone()).await.map_err(|error| unavailable(said(&error)))?;
        let carried = tokio::spawn(connection);
        let statements = [keeper.cancel_token(), client.cancel_token()];
        let done = tokio::select! {
            done = under_lock(client, &keeper, lock, patience, work) => done,
            _ = given_up => {
                for statement in statements {
                    let _told = tokio::time::timeout(CANCEL, statement.cancel_query(server.tls.clone())).await;
                }
                Err(unavailable("given up".to_owned()))
            }
        };
        drop(keeper);
        // What ended it is told by the statement that it cut off. One that a pooler has no connection for is not waited for.
        let _ended = tokio::time::timeout(CANCEL, carried).await;
        done
    });
    done.map_err(unavailable)?
}

async fn under_lock<T>(
    client: &mut Client,
    keeper: &Client,
    lock: i64,
    patience: Duration,
    work: impl AsyncFnOnce(&mut Client) -> Result<T>,
) -> Result<T> {
    for _ in 0..LOOKS {
        refuse_shared(client, keeper).await?;
    }
    let wait = format!(
        "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
         SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({lock})",
        patience.as_millis()
    );
    keeper.batch_execute(&wait).await.map_err(|error| {
        Error::Unavailable(format!("another node is migrating, or the lock cannot be had: {}", said(&error)).into())
    })?;
    let done = work(client).await;
    keeper.batch_execute("ROLLBACK").await.map_err(|error| Error::Unavailable(said(&error).into()))?;
    done
}

/// Two connections at once are two, and each stays the one that it is.
async fn refuse_shared(one: &Client, other: &Client) -> Result<()> {
    let failed = |error: tokio_postgres::Error| Error::Unavailable(format!("PostgreSQL: {}", said(&error)).into());
    let before = backend(one).await.map_err(failed)?;
    // Where each statement may go to another connection there are no transactions.
    let begun = tokio::time::timeout(AT_ONCE, other.batch_execute("BEGIN")).await;
    let Ok(begun) = begun else {
        let why = "PostgreSQL: a second connection gets no answer: a pooler in between needs a default_pool_size that is enough for \
                   all connections of all nodes";
        return Err(Error::Unavailable(why.into()));
    };
    if let Err(error) = begun {
        return Err(if error.as_db_error().is_some() { pooled(&said(&error)) } else { failed(error) });
    }
    let beside = backend(other).await.map_err(failed)?;
    let after =
        if beside == before { Ok(Ok(before.clone())) } else { tokio::time::timeout(AT_ONCE, backend(one)).await };
    other.batch_execute("COMMIT").await.map_err(failed)?;
    let Ok(after) = after else { return Err(Error::Unavailable("PostgreSQL: no answer".into())) };
    if beside == before || after.map_err(failed)? != before {
        return Err(pooled("two connections were one"));
    }
    Ok(())
}

/// Which of the server's processes answers. Nothing is prepared for it.
async fn backend(client: &Client) -> std::result::Result<String, tokio_postgres::Error> {
    let rows = client.simple_query("SELECT pg_backend_pid()").await?;
    Ok(rows.iter().find_map(first).unwrap_or_default())
}

/// The first cell of a row.
fn first(message: &SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }
}

fn pooled(why: &str) -> Error {
    let detail = format!(
        "DATABASE_URL leads to a pooler that shares its connections, as PgBouncer does with pool_mode=transaction or statement \
         ({why}): name the PostgreSQL server itself, or give the pooler pool_mode=session"
    );
    Error::conflict("pooled_connection", detail)
}
