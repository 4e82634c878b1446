//! Accepts connections and serves them, within bounds (`axum::serve` closes nothing that is slow, silent or too much),
//! and stops in order. Who may come in: `slots`. What of it is TLS: `tls`. The bytes: [`super::wire`].

pub(super) mod slots;
mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
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
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tower::Service;

use self::slots::{Slot, Slots};
use self::tls::Secure;
pub use self::tls::Tls;
use super::guard::Peer;
use super::wire::{Io, Paced, Shared, Wire};
use ground::clock::Clock;
use ground::error::Result;
use ground::id;
use ground::network::Network;

/// How long a TLS handshake and the first head may take together, each later head, and a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// What hyper reads ahead and buffers of an answer, in bytes.
const BUFFER: usize = 64 * 1024;
/// What the kernel may hold that was not sent yet, in bytes. With more, a socket says that it takes bytes only when
/// very many are gone, and a slow reader looks like one that reads nothing.
const UNSENT: u32 = 16 * 1024;
/// Ended within 10 s of SIGTERM; the database needs some of them.
const DRAIN: Duration = Duration::from_secs(8);
/// How long new connections are still taken after it: a load balancer has to find out that this node is not ready any
/// more.
const LEAD: Duration = Duration::from_secs(2);
/// With no connection, and no new one for this long, there is nobody to wait for.
const QUIET: Duration = Duration::from_millis(300);

/// What a listener is told beside what it serves.
#[derive(Debug, Default)]
pub struct Options {
    /// Of these come the requests of many.
    pub trusted: Vec<Network>,
    /// `None`: plain HTTP.
    pub tls: Option<Tls>,
}

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// All are served still, and told with each answer to come by another connection.
    Leaving,
    /// Nobody comes in any more; what is under way ends.
    Closing,
}

/// Serves until `shutdown`, and some time on: whoever is still sent here meanwhile is answered. Then `closing` is
/// called, nobody is let in any more, and requests that are under way may end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    clock: Clock,
    options: Options,
    shutdown: impl Future<Output = ()>,
    closing: impl FnOnce(),
) -> Result<()> {
    // The sockets that are accepted have it from this one; they work without.
    let _ = socket2::SockRef::from(&listener).set_tcp_notsent_lowat(UNSENT);
    let (stop, stopping) = watch::channel(Stage::Open);
    let door = Door { listener, slots: Slots::new(slots::most(), options.trusted) };
    let served = Served { router, clock, stopping, tls: options.tls };
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = door.accept() => served.begin(accepted),
        }
    }
    stop.send_replace(Stage::Leaving);
    let end = Instant::now() + DRAIN;
    serve_on(&door, &served, &stop).await;
    closing();
    drop(door);
    drop(served);
    stop.send_replace(Stage::Closing);
    if timeout_at(end, stop.closed()).await.is_err() {
        tracing::warn!(target: "leadhouse::http::listen", "some connections did not end in time");
    }
    Ok(())
}

/// Lets in whoever still comes, until the lead is over or nobody is there.
async fn serve_on(door: &Door, served: &Served, stop: &watch::Sender<Stage>) {
    let lead = Instant::now() + LEAD;
    // One that waits for its slot goes on waiting.
    let mut accepting = pin!(door.accept());
    loop {
        match timeout_at(lead.min(Instant::now() + QUIET), accepting.as_mut()).await {
            Ok(accepted) => {
                served.begin(accepted);
                accepting.set(door.accept());
                if Instant::now() >= lead + QUIET {
                    return;
                }
            }
            // Ours is the one receiver that is left.
            Err(_) if Instant::now() >= lead || stop.receiver_count() == 1 => return,
            Err(_) => {}
        }
    }
}

struct Door {
    listener: TcpListener,
    slots: Arc<Slots>,
}

impl Door {
    /// The next connection that gets a slot. Safe to cancel: what was accepted and has no slot yet is closed.
    async fn accept(&self) -> (TcpStream, SocketAddr, Slot) {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    if let Some(slot) = self.slots.take(peer.ip()).await {
                        return (stream, peer, slot);
                    }
                }
                Err(e) if is_of_one_connection(&e) => {}
                // Out of file descriptors or memory: when a connection has ended, or soon, there may be some.
                Err(e) => {
                    tracing::warn!(target: "leadhouse::http::listen", "cannot accept a connection: {e}");
                    self.slots.make_room();
                    let _ = timeout(Duration::from_millis(500), self.slots.freed()).await;
                }
            }
        }
    }
}

fn is_of_one_connection(e: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(e.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What every connection is served with.
#[derive(Clone)]
struct Served {
    router: Router,
    clock: Clock,
    stopping: watch::Receiver<Stage>,
    tls: Option<Tls>,
}

impl Served {
    fn begin(&self, (stream, peer, slot): (TcpStream, SocketAddr, Slot)) {
        let served = self.clone();
        tokio::spawn(async move { served.stream(stream, peer, &slot).await });
    }

    async fn stream(self, stream: TcpStream, peer: SocketAddr, slot: &Slot) {
        // Without it small answers wait for the client's acknowledgement; it works without.
        let _ = stream.set_nodelay(true);
        let stream = Paced::new(stream);
        match &self.tls {
            None => self.connection(stream, peer, slot).await,
            Some(tls) => {
                let secure = Secure::new(tls.accept(stream));
                self.connection(secure, peer, slot).await;
            }
        }
    }

    async fn connection(&self, stream: impl Io, peer: SocketAddr, slot: &Slot) {
        let (router, mut stopping) = (self.router.clone(), self.stopping.clone());
        let (stage, asked) = (self.stopping.clone(), AtomicBool::new(false));
        let endless = Arc::new(AtomicBool::new(false));
        let service = service_fn(|request| {
            asked.store(true, Ordering::Relaxed);
            Box::pin(answer(router.clone(), peer, stage.clone(), endless.clone(), request))
        });
        let wire = Shared::new(Wire::new(stream, self.clock.clone(), slot.activity()));
        let io = TokioIo::new(wire.clone());
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(BUFFER)
            // A client that has said all it will say is answered all the same.
            .half_close(true)
            .serve_connection(io, service);
        let (mut leave, mut told) = (None, false);
        let done = loop {
            tokio::select! {
                // In this order: what the connection finds out about its answer, those after it look at.
                biased;
                done = std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)) => break done,
                () = slot.is_needed() => return,
                // Nobody else would notice before something is written, and nothing may be for long.
                () = std::future::poll_fn(|cx| if_set(&endless, || wire.poll_gone(cx))) => return,
                _ = stopping.wait_for(|stage| *stage == Stage::Closing), if leave.is_none() => {
                    // Whoever came at the last moment has not asked yet, and is not answered if it is told to go.
                    let patience = if asked.load(Ordering::Relaxed) { Duration::ZERO } else { QUIET };
                    leave = Some(Instant::now() + patience);
                }
                () = at(leave), if leave.is_some() && !told => {
                    told = true;
                    Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        // What the wire let through and hyper refuses has an answer without a word; here it has one, and an id.
        if let Err(error) = &done
            && error.is_parse()
        {
            let request_id = id::new_uuid(self.clock.now());
            tracing::info!(target: "access", %request_id, client = %peer.ip(), status = 400_u16, "refused: {error}");
        }
        drop(connection);
        wire.finish(done.is_ok()).await;
    }
}

/// Asks where the flag is set.
fn if_set(flag: &AtomicBool, ask: impl FnOnce() -> Poll<()>) -> Poll<()> {
    if flag.load(Ordering::Relaxed) { ask() } else { Poll::Pending }
}

/// Ends at that time.
async fn at(time: Option<Instant>) {
    if let Some(time) = time {
        let _passed = timeout_at(time, std::future::pending::<()>()).await;
    }
}

async fn answer(
    mut router: Router,
    peer: SocketAddr,
    stage: watch::Receiver<Stage>,
    endless: Arc<AtomicBool>,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    // The wire reads no chunks, so it would not find the head after them.
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = router.call(request).await?;
    let kind = response.headers().get(header::CONTENT_TYPE);
    endless.store(kind.is_some_and(|kind| kind == "text/event-stream"), Ordering::Relaxed);
    if chunked || *stage.borrow() != Stage::Open {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
