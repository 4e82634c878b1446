//! Accepts connections and serves them, within bounds (`axum::serve` closes nothing that is slow, silent or too much), and
//! stops in order.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tower::Service;

use super::guard::Peer;
use super::wire::Wire;
use crate::clock::Clock;
use crate::error::{Error, Result};

/// More wait in the kernel's queue until one ends.
const MAX_CONNECTIONS: usize = 1024;
/// How long a head may take to come in, and a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// What hyper reads ahead and buffers of an answer, in bytes.
const BUFFER: usize = 64 * 1024;
/// contract.md: ended within 10 s of SIGTERM; the database needs some of them.
const DRAIN: Duration = Duration::from_secs(8);

/// Serves until `shutdown`, then lets requests that are under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    clock: Clock,
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let (stop, stopping) = watch::channel(false);
    let door = Door { listener, permits: Arc::new(Semaphore::new(MAX_CONNECTIONS)), ended: Arc::new(Notify::new()) };
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = door.accept() => {
                let (stream, peer, permit) = accepted?;
                let (router, clock, stopping, ended) = (router.clone(), clock.clone(), stopping.clone(), door.ended.clone());
                tokio::spawn(async move {
                    connection(stream, peer, router, clock, stopping).await;
                    drop(permit);
                    ended.notify_one();
                });
            }
        }
    }
    drop(door);
    drop(stopping);
    stop.send_replace(true);
    if timeout(DRAIN, stop.closed()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
    Ok(())
}

struct Door {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    ended: Arc<Notify>,
}

impl Door {
    /// The next connection, when there is room for one. Safe to cancel.
    async fn accept(&self) -> Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = self.permits.clone().acquire_owned().await.map_err(Error::internal)?;
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => return Ok((stream, peer, permit)),
                Err(e) if is_of_one_connection(&e) => {}
                // Out of file descriptors or memory: when a connection has ended, or soon, there may be some.
                Err(e) => {
                    tracing::warn!("cannot accept a connection: {e}");
                    let _ = timeout(Duration::from_millis(500), self.ended.notified()).await;
                }
            }
        }
    }
}

fn is_of_one_connection(e: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(e.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    clock: Clock,
    mut stopping: watch::Receiver<bool>,
) {
    // Without it small answers wait for the client's acknowledgement; it works without.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| Box::pin(answer(router.clone(), peer, request)));
    let io = TokioIo::new(Wire::new(stream, clock));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(BUFFER)
        // A client that has said all it will say is answered all the same.
        .half_close(true)
        .serve_connection(io, service);
    let mut told = false;
    let done = loop {
        tokio::select! {
            done = std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)) => break done,
            _ = stopping.changed(), if !told => {
                told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    connection.into_parts().io.into_inner().finish(done.is_ok()).await;
}

async fn answer(mut router: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    // The wire reads no chunks, so it would not find the head after them.
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = router.call(request).await?;
    if chunked {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
