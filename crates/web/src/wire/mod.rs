//! The bytes of a connection on their way to and from hyper. Each request's head is held back until it is complete and
//! was looked at (`head`): hyper takes a Content-Length twice or beside a Transfer-Encoding, and bare line feeds, and
//! shows nobody that it did; and it answers what it refuses without a body or a request id. Here that is a problem
//! document, and the end of the connection (docs/decisions/0025).

mod head;
mod pace;
mod shared;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use self::head::{BodyIs, Head, Scan};
pub use self::pace::{Io, Paced};
pub use self::shared::Shared;
use super::listen::slots::Activity;
use super::problem::Problem;
use ground::clock::Clock;
use ground::id;

const CHUNK: usize = 8 * 1024;
/// At the end the other side may read what we said before it finds the connection closed.
const LINGER: Duration = Duration::from_secs(2);
/// What is thrown away meanwhile: a body that was too large.
const LINGER_BYTES: usize = 8 * 1024 * 1024;

/// A connection, as hyper sees it.
pub struct Wire<S> {
    stream: S,
    clock: Clock,
    /// What came and was not handed on, from `at`.
    input: Vec<u8>,
    at: usize,
    stage: Stage,
    refusal: Option<Problem>,
    activity: Activity,
}

enum Stage {
    /// A head is coming in.
    Head(Head),
    /// So many bytes of a head that was found good are to be handed on.
    Passing(usize, BodyIs),
    /// So many bytes of a body are still to come.
    Body(u64),
    /// A chunked body: the connection ends after it (`listen` sees to that), so what follows is no head.
    Rest,
    /// Nothing more comes in: the client ended, or was refused.
    Ended,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub fn new(stream: S, clock: Clock, activity: Activity) -> Self {
        let stage = Stage::Head(Head::default());
        Self { stream, clock, input: Vec::new(), at: 0, stage, refusal: None, activity }
    }

    fn held(&self) -> &[u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// Hands on up to `most` bytes of what is held; says how many.
    fn pass(&mut self, most: usize, buf: &mut ReadBuf<'_>) -> usize {
        let length = most.min(buf.remaining()).min(self.held().len());
        buf.put_slice(self.held().get(..length).unwrap_or_default());
        self.at += length;
        if self.at == self.input.len() {
            self.input.clear();
            self.at = 0;
        }
        length
    }

    /// Takes in what the client sent. Ready with 0: it ended.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.at > 0 {
            self.input.drain(..self.at);
            self.at = 0;
        }
        let length = self.input.len();
        self.input.resize(length + CHUNK, 0);
        let mut room = ReadBuf::new(self.input.get_mut(length..).unwrap_or_default());
        let polled = Pin::new(&mut self.stream).poll_read(cx, &mut room);
        let came = room.filled().len();
        self.input.truncate(length + came);
        ready!(polled)?;
        Poll::Ready(Ok(came))
    }

    /// Ready when the client has closed its side. What it sends before that is kept for later, up to [`CHUNK`]: who
    /// sends more is not looked after.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.held().len() < CHUNK && !matches!(self.stage, Stage::Ended) {
            match ready!(self.fill(cx)) {
                Ok(0) | Err(_) => self.stage = Stage::Ended,
                Ok(_) => {}
            }
        }
        if matches!(self.stage, Stage::Ended) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Goes on with what is held. True where there is something to hand on, or nothing will come any more.
    fn advance(&mut self) -> bool {
        loop {
            match &mut self.stage {
                Stage::Head(head) => match head.scan(self.input.get(self.at..).unwrap_or_default()) {
                    Scan::Partial => return false,
                    Scan::Complete { skip, length, body } => {
                        self.activity.works();
                        self.at += skip;
                        self.stage = Stage::Passing(length, body);
                    }
                    Scan::Refused(problem) => {
                        self.refusal = Some(problem);
                        self.stage = Stage::Ended;
                    }
                },
                Stage::Passing(0, BodyIs::Chunked) => self.stage = Stage::Rest,
                Stage::Passing(0, BodyIs::Long(length)) => self.stage = Stage::Body(*length),
                Stage::Body(0) => self.stage = Stage::Head(Head::default()),
                Stage::Passing(..) | Stage::Ended => return true,
                Stage::Body(_) | Stage::Rest => return self.at < self.input.len(),
            }
        }
    }

    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) {
        match self.stage {
            Stage::Passing(left, body) => {
                let passed = self.pass(left, buf);
                self.stage = Stage::Passing(left - passed, body);
            }
            Stage::Body(left) => {
                let passed = self.pass(usize::try_from(left).unwrap_or(usize::MAX), buf);
                self.stage = Stage::Body(left - u64::try_from(passed).unwrap_or(left));
            }
            Stage::Rest => {
                self.pass(usize::MAX, buf);
            }
            Stage::Head(_) | Stage::Ended => {}
        }
    }

    /// The end, after hyper is done: says what was refused, and lets the client read it. `in_order` where hyper ended
    /// well; where it gave up on the client, so do we.
    pub async fn finish(mut self, in_order: bool) {
        let client_ended = matches!(self.stage, Stage::Ended) && self.refusal.is_none();
        if client_ended || (!in_order && self.refusal.is_none()) {
            return;
        }
        let refusal = self.refusal.take().map(|problem| self.render(&problem)).unwrap_or_default();
        let end = async {
            self.stream.write_all(&refusal).await?;
            self.stream.shutdown().await?;
            let mut rest = vec![0; CHUNK];
            let mut thrown_away = 0;
            while thrown_away < LINGER_BYTES {
                match self.stream.read(&mut rest).await? {
                    0 => break,
                    length => thrown_away += length,
                }
            }
            io::Result::Ok(())
        };
        // Whether it ended well is the client's affair.
        let _ = timeout(LINGER, end).await;
    }

    fn render(&self, problem: &Problem) -> Vec<u8> {
        let now = self.clock.now();
        let request_id = id::new_uuid(now).to_string();
        let status = problem.status;
        tracing::info!(target: "access", request_id, status = status.as_u16(), "refused: {}", problem.detail);
        metrics::counter!("leadhouse_http_refused_total", "status" => status.as_u16().to_string()).increment(1);
        let document = problem.document(&request_id, None);
        let date = now.to_jiff().strftime("%a, %d %b %Y %H:%M:%S GMT");
        let mut answer = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nx-request-id: {request_id}\r\n\
             x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\ndate: {date}\r\n\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or("Refused"),
            document.len(),
        )
        .into_bytes();
        answer.extend(document);
        answer
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while !self.advance() {
            if matches!(self.stage, Stage::Head(_)) {
                self.activity.waits();
            }
            if ready!(self.fill(cx))? == 0 {
                self.stage = Stage::Ended;
            }
        }
        self.hand_on(buf);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
