//! What is promised lets those go first who wait for money, and goes on all the same.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{Barrier, oneshot};

use super::*;

const SLOTS: usize = 8;

/// Counts who is at work at the same time.
struct Crowd {
    at_work: AtomicUsize,
    most: AtomicUsize,
    all_here: Barrier,
    left: UnboundedSender<()>,
}

#[derive(Deserialize)]
struct Meet {
    /// Waits until as many are at work as there are slots.
    waits: bool,
}

impl JobKind<Arc<Crowd>> for Meet {
    const KIND: &'static str = "test.meet";

    async fn run(self, crowd: Arc<Crowd>, _: Ticket) -> Result<()> {
        crowd.most.fetch_max(1 + crowd.at_work.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
        if self.waits {
            crowd.all_here.wait().await;
        } else {
            tokio::task::yield_now().await;
        }
        crowd.at_work.fetch_sub(1, Ordering::SeqCst);
        crowd.left.send(()).map_err(Error::internal)
    }
}

#[tokio::test]
async fn while_many_wait_for_money_few_jobs_are_at_work() {
    let base = TestDb::new().await;
    let (left, mut leaving) = unbounded_channel();
    let crowd = Arc::new(Crowd { at_work: 0.into(), most: 0.into(), all_here: Barrier::new(SLOTS), left });
    // Callers that have begun to wait, and of whom nobody asks whether they wait on.
    let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(base.db.write(Lane::MONEY, |_| Ok(())))).collect();
    assert!(!base.db.is_pressed());
    for one in &mut waiting {
        assert!(one.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert!(base.db.is_pressed());
    let pace = Pace { slots: SLOTS, slots_pressed: 2, ..Pace::default() };
    let kinds = Kinds::default().with::<Meet>();
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds, Arc::clone(&crowd), pace);
    let (stop, stopped) = oneshot::channel::<()>();
    for _ in 0..SLOTS {
        promise(&base.db, job(Meet::KIND, &json!({ "waits": false }))).await;
    }
    let working = tokio::spawn(runner.run(Mode::Forever, async { drop(stopped.await) }));
    for _ in 0..SLOTS {
        leaving.recv().await.expect("all of them are done");
    }
    let most = crowd.most.load(Ordering::SeqCst);
    assert!((1..=2).contains(&most), "{most} at once");
    drop(waiting);
    assert!(!base.db.is_pressed());
    for _ in 0..SLOTS {
        promise(&base.db, job(Meet::KIND, &json!({ "waits": true }))).await;
    }
    for _ in 0..SLOTS {
        leaving.recv().await.expect("all of them met");
    }
    drop(stop);
    working.await.unwrap().unwrap();
}
