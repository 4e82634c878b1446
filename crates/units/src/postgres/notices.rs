//! Signals between processes: after a commit that signalled here, `NOTIFY`; and a signal here for each that another process
//! sends.
//!
//! Not in the unit: NOTIFY makes all transactions that do it commit one after the other, over all nodes, disk included. Here
//! it is a transaction of its own that waits for no disk, at most so many a second whatever happens, and beside the lanes. A
//! process that dies in between, or whose connection is away, has told nobody: so whoever waits for a signal looks by
//! himself now and then.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::link::said;
use super::server::{CONNECT, Server};
use crate::signals::{Sent, Signals};

/// Nothing waits for the disk: what a crash of the server loses of this are notices, and whoever listened begins anew. What
/// was signalled while there was no connection is told now.
fn begin(channel: &str) -> String {
    format!(
        "SET synchronous_commit = off; SET application_name = '{channel} listens'; LISTEN {channel}; NOTIFY {channel}, 'work news'"
    )
}

/// From one notice to the next. The first comes at once.
const PAUSE: Duration = Duration::from_millis(50);
/// From one connect to the next.
const REST: Duration = Duration::from_secs(1);
/// How long the server may take to pass a notice on.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells and listens, for ever.
pub(crate) async fn exchange(server: Server, channel: &'static str, signals: Arc<Signals>) {
    let mut away = false;
    loop {
        let why = match timeout(CONNECT, server.config.connect(server.tls.clone())).await {
            Ok(Ok((client, connection))) => {
                away = false;
                let me = AtomicI32::new(0);
                tokio::select! {
                    why = listen(connection, &signals, &me) => why,
                    why = tell(client, channel, &signals, &me) => why,
                }
            }
            Ok(Err(error)) => said(&error),
            Err(_) => "no answer".to_owned(),
        };
        if !away {
            tracing::warn!("nothing is heard of other processes, until the next look: {why}");
        }
        away = true;
        let _pause = timeout(REST, std::future::pending::<()>()).await;
    }
}

/// Signals what others tell; returns why the connection ended.
async fn listen<S>(mut connection: Connection<Socket, S>, signals: &Signals, me: &AtomicI32) -> String
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    loop {
        match poll_fn(|cx| connection.poll_message(cx)).await {
            Some(Ok(AsyncMessage::Notification(notice))) => {
                // Our own come back too.
                if notice.process_id() != me.load(Ordering::Relaxed) {
                    signals.send(Sent::read(notice.payload()));
                }
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return said(&error),
            None => return "the server closed the connection".to_owned(),
        }
    }
}

/// Tells others what was signalled here; returns why that went wrong.
async fn tell(client: Client, channel: &str, signals: &Signals, me: &AtomicI32) -> String {
    let mut untold = signals.others.subscribe();
    let begun = async {
        client.batch_execute(&begin(channel)).await?;
        client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)
    };
    match in_time(begun).await {
        Ok(pid) => me.store(pid, Ordering::Relaxed),
        Err(why) => return why,
    }
    // What was told before now was not heard.
    signals.send(Sent { work: true, news: true });
    while untold.wait_for(|sent| *sent != Sent::default()).await.is_ok() {
        let notice = format!("NOTIFY {channel}, '{}'", signals.take_untold().text());
        if let Err(why) = in_time(client.batch_execute(&notice)).await {
            return why;
        }
        let _pause = timeout(PAUSE, std::future::pending::<()>()).await;
    }
    "the database is closed".to_owned()
}

async fn in_time<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, String> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| said(&error)),
        Err(_) => Err("no answer".to_owned()),
    }
}
