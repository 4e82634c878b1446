//! How much of the storage files may take, each provider's and all together.

use super::steps::expire;
use super::store::{self, Outlived};
use crate::db::Tx;
use crate::error::Result;
use crate::id::ProviderId;

/// `EXPORT_DISK_PER_PROVIDER` and `EXPORT_DISK_TOTAL`, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub per_provider: i64,
    pub total: i64,
}

/// Why there is no room for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// It alone is more than a provider's files may take.
    TooLarge,
    /// The files of the others take too much.
    Everywhere,
}

impl Full {
    /// What the provider reads.
    pub fn reason(self, budget: Budget) -> String {
        match self {
            Self::TooLarge => format!(
                "The file would be larger than the {} that your files may take together. It does not count against the day; \
                 with a filter it becomes smaller.",
                size(budget.per_provider)
            ),
            Self::Everywhere => {
                "There is no room for one more file just now. It does not count against the day; please \
                                 ask for it again later."
                    .to_owned()
            }
        }
    }
}

/// In the largest unit that it is a whole number of.
fn size(bytes: i64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = units.iter().find(|(shift, _)| bytes >> shift << shift == bytes);
    whole.map_or_else(|| format!("{bytes} bytes"), |(shift, unit)| format!("{} {unit}", bytes >> shift))
}

/// Takes the room for a file that is about to be ready. Where it is scarce the provider's own oldest files are given up
/// for it, and never another's; where that is not enough, all stays as it is.
pub(super) fn take(tx: &mut Tx, provider: ProviderId, size: i64, budget: Budget) -> Result<Option<Full>> {
    // From here to the COMMIT no other file takes room: what is read next holds.
    let all = store::take_room(tx, size)?;
    let kept = store::kept(tx, provider)?;
    let mine = kept.iter().map(|file| file.size_bytes).sum::<i64>() + size;
    let mut over = (mine - budget.per_provider).max(all - budget.total);
    let mut given_up = Vec::new();
    for file in kept {
        if over <= 0 {
            break;
        }
        over -= file.size_bytes;
        given_up.push(Outlived { id: file.id, file: file.file });
    }
    if over > 0 {
        store::take_room(tx, -size)?;
        return Ok(Some(if size > budget.per_provider { Full::TooLarge } else { Full::Everywhere }));
    }
    given_up.iter().try_for_each(|file| expire(tx, file).map(drop)).map(|()| None)
}
