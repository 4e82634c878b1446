//! What blocks runs on a thread of its own: the drivers must not be called on the async runtime's.

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

/// Waits a moment, longer each time and never as long as the next thread.
#[expect(clippy::disallowed_methods, reason = "a database thread steps aside; there is nothing to wait for")]
pub(super) fn pause(tries: u32) {
    let random = getrandom::u32().unwrap_or(0) % 4_000;
    std::thread::sleep(Duration::from_micros(u64::from((1_000 + random) << tries.min(8))));
}
