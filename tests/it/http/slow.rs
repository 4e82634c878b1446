//! Clients that are slow on purpose, beside ones that are slow by nature. Hazards F15, I1 and I2.

use std::time::Duration;

use leadhouse::db::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Interval, interval, timeout};

use super::wire::{serve, statuses};
use crate::support::database::engine;
use crate::support::program::{Program, get};

/// A big answer, asked for by a client whose kernel takes next to nothing for it.
async fn asking_for_much(address: std::net::SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    stream
}

fn every(millis: u64) -> Interval {
    interval(Duration::from_millis(millis))
}

/// Reads one byte now and then, until the server has had enough.
async fn drips(mut stream: TcpStream) {
    let mut tick = every(200);
    let cut_off = async {
        // A connection that was reset takes nothing any more; what had come can be read still.
        while stream.try_write(b"x").is_ok() {
            tick.tick().await;
            let _byte = stream.read_u8().await;
        }
    };
    timeout(Duration::from_secs(20), cut_off).await.expect("it is cut off");
}

/// Reads some kilobytes a second, to the end.
async fn plods(mut stream: TcpStream) -> Vec<u8> {
    let mut tick = every(500);
    let (mut all, mut some) = (Vec::new(), vec![0; 12_000]);
    while let read @ 1.. = stream.read(&mut some).await.expect("it goes on") {
        all.extend_from_slice(&some[..read]);
        tick.tick().await;
    }
    all
}

#[tokio::test]
async fn a_reader_that_takes_next_to_nothing_is_cut_off_and_a_slow_one_gets_all() {
    let served = serve().await;
    let (drip, plod) = (asking_for_much(served.address).await, asking_for_much(served.address).await);
    let ((), all) = tokio::join!(drips(drip), plods(plod));
    let text = String::from_utf8(all).expect("text");
    assert_eq!(statuses(&text), [200]);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
}

#[tokio::test]
async fn a_form_from_far_out_gets_through() {
    let served = serve().await;
    let mut stream = served.connect().await;
    let head = "POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12000\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut tick = every(1_000);
    for _ in 0..10 {
        tick.tick().await;
        stream.write_all(&[b'x'; 1_200]).await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(statuses(&answer), [200], "{answer}");
}

/// Many sockets that say nothing, and a program that may open few: each new one is let in, and those that work go on.
#[tokio::test]
async fn idle_sockets_keep_nobody_out_though_few_files_may_be_opened() {
    let program = Program::on_a_migrated_database().await;
    // Connections to PostgreSQL take more of them.
    let limit = if engine() == Engine::Sqlite { "--nofile=64" } else { "--nofile=128" };
    let mut serving = program.serves_by(&["/usr/bin/prlimit", limit], &["--no-worker"]);
    let address = serving.address();
    let mut working = TcpStream::connect(&address).await.unwrap();
    working.write_all(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n").await.unwrap();
    let mut idle = Vec::new();
    for _ in 0..300 {
        idle.push(TcpStream::connect(&address).await.unwrap());
    }
    let asked = address.clone();
    let statuses =
        tokio::task::spawn_blocking(move || (0..20).map(|_| get(&asked, "/readyz", "").0).collect::<Vec<_>>());
    assert_eq!(statuses.await.unwrap(), [200; 20]);
    // The first of the idle had to go; the one whose request had come has its answer.
    assert_eq!(idle[0].read(&mut [0]).await.unwrap_or(0), 0);
    working.write_all(b"x").await.unwrap();
    let mut answer = [0; 12];
    working.read_exact(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
    drop((idle, working));
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}
