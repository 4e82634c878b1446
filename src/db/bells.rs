//! What is rung after a COMMIT, for those who would else look now and then.

use tokio::sync::watch;

#[derive(Default)]
pub(super) struct Bells {
    /// There is work for somebody.
    pub work: watch::Sender<u64>,
    /// Something happened that somebody may be watching for.
    pub news: watch::Sender<u64>,
    /// What other processes have not been told yet.
    pub others: watch::Sender<Rung>,
}

/// Which of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rung {
    pub work: bool,
    pub news: bool,
}

impl Bells {
    /// In this process alone.
    pub fn ring(&self, rung: Rung) {
        for (bell, is_rung) in [(&self.work, rung.work), (&self.news, rung.news)] {
            if is_rung {
                bell.send_modify(|rings| *rings = rings.wrapping_add(1));
            }
        }
    }

    /// Here, and wherever else somebody listens.
    pub fn ring_for_all(&self, rung: Rung) {
        self.ring(rung);
        self.others.send_if_modified(|told| {
            let before = *told;
            told.work |= rung.work;
            told.news |= rung.news;
            before != *told
        });
    }

    /// What others are to be told now.
    pub fn take_rung(&self) -> Rung {
        let mut taken = Rung::default();
        self.others.send_if_modified(|told| {
            taken = std::mem::take(told);
            false
        });
        taken
    }
}

impl Rung {
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
