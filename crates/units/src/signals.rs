//! What is signalled after a COMMIT, to those who would else look now and then.

use tokio::sync::watch;

#[derive(Default)]
pub(super) struct Signals {
    /// There is work for somebody.
    pub work: watch::Sender<u64>,
    /// Something happened that somebody may be watching for.
    pub news: watch::Sender<u64>,
    /// What other processes have not been told yet.
    pub others: watch::Sender<Sent>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sent {
    pub work: bool,
    pub news: bool,
}

impl Signals {
    /// In this process alone.
    pub fn send(&self, sent: Sent) {
        for (signal, is_sent) in [(&self.work, sent.work), (&self.news, sent.news)] {
            if is_sent {
                signal.send_modify(|times| *times = times.wrapping_add(1));
            }
        }
    }

    /// Here, and wherever else somebody listens.
    pub fn send_to_all(&self, sent: Sent) {
        self.send(sent);
        self.others.send_if_modified(|told| {
            let before = *told;
            told.work |= sent.work;
            told.news |= sent.news;
            before != *told
        });
    }

    /// What others are to be told now.
    pub fn take_untold(&self) -> Sent {
        let mut taken = Sent::default();
        self.others.send_if_modified(|told| {
            taken = std::mem::take(told);
            false
        });
        taken
    }
}

impl Sent {
    pub fn text(self) -> &'static str {
        match (self.work, self.news) {
            (true, true) => "work news",
            (true, false) => "work",
            (false, _) => "news",
        }
    }

    /// What is not understood is a newer program's.
    pub fn read(text: &str) -> Self {
        let has = |word| text.split(' ').any(|part| part == word);
        Self { work: has("work"), news: has("news") }
    }
}
