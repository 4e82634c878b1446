//! What blocks runs on a thread of its own: the drivers must not be called on the async runtime's.

use std::convert::Infallible;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

use ground::error::{Error, Result};

/// How far something long is: so much done, of how much.
pub type Progress = Box<dyn Fn(u64, u64) + Send>;

/// Runs what blocks, on a new thread of this name.
///
/// # Errors
/// Those of `work`; `Unavailable` where there is no thread, `Internal` where `work` panicked.
pub(super) async fn on_a_thread<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _ = reply.send(work());
    });
    started.map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?;
    answer.await.unwrap_or_else(|_| Err(Error::internal(format!("{name} panicked"))))
}

/// How long whoever gives up waits for the thread to let go of the server.
const LETTING_GO: Duration = Duration::from_secs(1);

/// Ends when nobody waits for the thread's answer any more.
pub(super) type GivenUp = oneshot::Receiver<Infallible>;

/// The same, for work that can be given up: where the future is dropped before its end, `GivenUp` ends, and the thread has
/// a second to tell the server.
pub(super) async fn on_a_thread_while_awaited<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce(GivenUp) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (awaited, given_up) = oneshot::channel();
    let (running, ended) = mpsc::channel::<Infallible>();
    let _awaited = Awaited { awaited: Some(awaited), ended };
    on_a_thread(name, move || {
        let _running = running;
        work(given_up)
    })
    .await
}

struct Awaited {
    awaited: Option<oneshot::Sender<Infallible>>,
    ended: mpsc::Receiver<Infallible>,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        drop(self.awaited.take());
        // It says nothing: that it has ended shows in that nobody can say anything any more.
        let _ended = self.ended.recv_timeout(LETTING_GO);
    }
}

/// How far a thread in the background stands back behind the others of its process: it gets a tenth of what another gets of a CPU that both want, so
/// that a busy house has its files in minutes all the same.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// Of what there is, whoever started the process.
#[cfg(target_os = "linux")]
const NICEST: i32 = 19;

/// From now on this thread leaves the CPU to those that somebody waits for.
pub(super) fn stand_back() {
    // Elsewhere than on Linux that would be said of the whole process.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::getpriority_process(None)
        .and_then(|own| rustix::process::setpriority_process(None, (own + NICE).min(NICEST)))
    {
        tracing::debug!("a thread in the background is as important as others: {error}");
    }
}

/// Waits a moment, longer each time and never as long as the next thread.
#[expect(clippy::disallowed_methods, reason = "a database thread steps aside; there is nothing to wait for")]
pub(super) fn pause(tries: u32) {
    let random = getrandom::u32().unwrap_or(0) % 4_000;
    std::thread::sleep(Duration::from_micros(u64::from((1_000 + random) << tries.min(8))));
}
