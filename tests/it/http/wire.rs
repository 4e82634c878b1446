//! The wire: raw sockets against the real server. Hazards C24, C25, I1 and J9.

use std::net::SocketAddr;
use std::time::Duration;

use leadhouse::app::App;
use leadhouse::http::listen::Tls;
use leadhouse::http::{Json, RawBody};
use leadhouse::server;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Web, doors};

#[utoipa::path(post, path = "/api/test/echo", responses((status = 200)))]
async fn echo(raw: RawBody) -> Json<Value> {
    Json(json!({ "length": raw.bytes.len(), "start": String::from_utf8_lossy(&raw.bytes[..raw.bytes.len().min(20)]) }))
}

#[utoipa::path(post, path = "/api/test/lazy", responses((status = 200)))]
async fn lazy() -> Json<Value> {
    Json(json!({}))
}

/// Waits until the test says so.
static WAITING: Notify = Notify::const_new();
static GO: Notify = Notify::const_new();

#[utoipa::path(get, path = "/api/test/waits", responses((status = 200)))]
async fn waits() -> Json<Value> {
    WAITING.notify_one();
    GO.notified().await;
    Json(json!({ "waited": true }))
}

/// A server on a port of its own.
pub struct Served {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<leadhouse::error::Result<()>>,
    _web: Web,
}

pub async fn serve() -> Served {
    serve_over(None).await
}

/// The same over TLS.
pub async fn serve_over(tls: Option<Tls>) -> Served {
    let more: OpenApiRouter<App> = doors().routes(routes!(echo)).routes(routes!(lazy)).routes(routes!(waits));
    let web = Web::open(&[], more).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let (app, router) = (web.app.clone(), web.router.clone());
    let server = tokio::spawn(server::serve_router(app, router, listener, tls, async {
        let _ = stopped.await;
    }));
    Served { address, stop: Some(stop), server, _web: web }
}

impl Served {
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Everything the server says to `bytes` until it closes.
    async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        until_closed(&mut stream).await
    }
}

pub async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
    String::from_utf8(answer).unwrap()
}

/// The statuses of all answers in `text`.
pub fn statuses(text: &str) -> Vec<u16> {
    text.split("HTTP/1.1 ").skip(1).map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect()
}

#[track_caller]
fn is_problem(text: &str) {
    for part in [
        "content-type: application/problem+json\r\n",
        "x-request-id: ",
        "\"request_id\":\"",
        "date: ",
        "connection: close",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

const CLOSE: &str = "Connection: close\r\n\r\n";

#[tokio::test]
async fn heads_that_are_too_much_are_431() {
    let served = serve().await;
    let headers = |n: usize| format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{}{CLOSE}", "A: b\r\n".repeat(n));
    assert_eq!(statuses(&served.say(headers(98)).await), [200]);
    let answer = served.say(headers(99)).await;
    assert_eq!(statuses(&answer), [431]);
    is_problem(&answer);
    for size in [17_000, 300_000, 2_000_000] {
        let answer =
            served.say(format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: {}\r\n{CLOSE}", "x".repeat(size))).await;
        assert_eq!(statuses(&answer), [431], "{size}");
        is_problem(&answer);
    }
}

#[tokio::test]
async fn requests_that_can_be_read_in_two_ways_are_400_and_the_end() {
    let served = serve().await;
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for rest in [
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 2\r\nA: b\r\n c\r\n\r\n{}",
        "Content-Length: 2\nA: b\r\n\r\n{}",
        "Content-Length : 2\r\n\r\n{}",
        "Content-Length: -2\r\n\r\n{}",
    ] {
        let answer = served.say(format!("POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\n{rest}{smuggled}")).await;
        assert_eq!(statuses(&answer), [400], "{rest:?}: {answer}");
        is_problem(&answer);
    }
    for first in [
        "GET /healthz\r\n\r\n",
        "GET /healthz HTTP/2.0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\r\n\r\n",
        "GET /\u{e9} HTTP/1.1\r\n\r\n",
    ] {
        let answer = served.say(format!("{first}{smuggled}")).await;
        assert_eq!(statuses(&answer), [400], "{first:?}");
    }
    for (first, status) in [
        ("TRACE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        ("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ] {
        assert_eq!(statuses(&served.say(format!("{first}{smuggled}")).await), [status], "{first:?}");
    }
    let no_host = served.say(format!("GET /healthz HTTP/1.1\r\n{CLOSE}")).await;
    assert_eq!(statuses(&no_host), [400]);
    let two_hosts = served.say(format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n{CLOSE}")).await;
    assert_eq!(statuses(&two_hosts), [400]);
}

#[tokio::test]
async fn a_refusal_waits_its_turn() {
    let served = serve().await;
    let good = "POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
    let answer = served.say(format!("{good}{good}BAD\r\n\r\n")).await;
    assert_eq!(statuses(&answer), [200, 200, 400], "{answer}");
    assert_eq!(answer.matches("\"start\":\"hello\"").count(), 2);
}

#[tokio::test]
async fn bodies_end_where_they_say() {
    let served = serve().await;
    let last = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{CLOSE}");
    let body = "x".repeat(100_000);
    let long = format!("POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{body}");
    let answer = served.say(format!("{long}\r\n{long}{last}")).await;
    assert_eq!(statuses(&answer), [200, 200, 200]);
    assert_eq!(answer.matches("\"length\":100000").count(), 2);
    // A body nobody reads is not taken for a request.
    let inner = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let unread =
        format!("POST /api/test/lazy HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{inner}", inner.len());
    let answer = statuses(&served.say(format!("{unread}{last}")).await);
    assert!(answer == [200, 200] || answer == [200], "{answer:?}");
    // After a chunked body the connection ends.
    let chunked =
        "POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let answer = served.say(format!("{chunked}{last}")).await;
    assert_eq!(statuses(&answer), [200]);
    assert!(answer.contains("connection: close") && answer.contains("hello"));
    // Who expects to be told to go on is told.
    let mut stream = served.connect().await;
    let expects = "POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    stream.write_all(expects.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    assert_eq!(statuses(&until_closed(&mut stream).await), [200]);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered() {
    let served = serve().await;
    for head in ["Content-Length: 7000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n6acfc0\r\n"] {
        let mut stream = served.connect().await;
        // Most clients say all they have to say before they listen.
        let start = format!("POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\n{head}");
        stream.write_all(start.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; 7_000_000]).await.unwrap();
        assert_eq!(statuses(&until_closed(&mut stream).await), [413], "{head}");
    }
}

#[tokio::test]
async fn slow_and_silent_clients_are_cut_off() {
    let served = serve().await;
    let silent = async { until_closed(&mut served.connect().await).await };
    let partial = async {
        let mut stream = served.connect().await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: local").await.unwrap();
        until_closed(&mut stream).await
    };
    let idle = async {
        let mut stream = served.connect().await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        until_closed(&mut stream).await
    };
    let stalled = async {
        let mut stream = served.connect().await;
        stream
            .write_all(b"POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nh")
            .await
            .unwrap();
        until_closed(&mut stream).await
    };
    let dripping = async {
        let mut stream = served.connect().await;
        stream
            .write_all(b"POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n")
            .await
            .unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut tick = tokio::time::interval(Duration::from_millis(200));
        let drip = async {
            while writer.write_all(b"x").await.is_ok() {
                tick.tick().await;
            }
        };
        let mut answer = Vec::new();
        tokio::select! {
            () = drip => {}
            read = timeout(Duration::from_secs(20), reader.read_to_end(&mut answer)) => { read.expect("the server closes").unwrap(); }
        }
        String::from_utf8(answer).unwrap()
    };
    let (silent, partial, idle, stalled, dripping) = tokio::join!(silent, partial, idle, stalled, dripping);
    assert_eq!((silent.as_str(), partial.as_str()), ("", ""));
    assert_eq!(statuses(&idle), [200]);
    assert_eq!(statuses(&stalled), [408], "{stalled}");
    assert_eq!(statuses(&dripping), [408], "{dripping}");
}

#[tokio::test]
async fn a_stop_lets_requests_end() {
    let mut served = serve().await;
    let mut idle = served.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    let mut busy = served.connect().await;
    busy.write_all(b"GET /api/test/waits HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    WAITING.notified().await;
    served.stop.take().unwrap().send(()).unwrap();
    until_closed(&mut idle).await;
    assert!(TcpStream::connect(served.address).await.is_err(), "no new connections");
    assert!(!served.server.is_finished());
    GO.notify_one();
    let answer = until_closed(&mut busy).await;
    assert_eq!(statuses(&answer), [200]);
    assert!(answer.contains("\"waited\":true"));
    timeout(Duration::from_secs(10), served.server).await.expect("it ends").unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_half_closes_is_answered() {
    let served = serve().await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(statuses(&until_closed(&mut stream).await), [200]);
}
