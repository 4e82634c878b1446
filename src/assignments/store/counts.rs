//! How many assignments there are, by state: of one provider, and of all.

use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::ProviderId;

row! {
    /// How many assignments a provider has.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Counts {
        pub active: i64,
        pub accepted: i64,
        pub rejected: i64,
        pub refunded: i64,
        pub unviewed: i64,
    }
}

pub(super) const COUNTS: &str = "SELECT tally, n FROM assignment_counts WHERE provider_id = $1";

/// Of all providers: five rows each are added up, and no assignment is looked at.
const TALLIES: &str = "SELECT tally, CAST(SUM(n) AS bigint) AS n FROM assignment_counts GROUP BY tally";

pub(in crate::assignments) fn tallies(read: &mut Read) -> Result<Vec<(String, i64)>> {
    read.all(TALLIES, &[])
}

pub(in crate::assignments) fn counts(read: &mut Read, provider: ProviderId) -> Result<Counts> {
    let tallies: Vec<(String, i64)> = read.all(COUNTS, params![provider])?;
    let of = |name: &str| tallies.iter().find(|(tally, _)| tally == name).map_or(0, |(_, n)| *n);
    let (accepted, rejected, refunded) = (of("accepted"), of("rejected"), of("refunded"));
    Ok(Counts {
        active: of("assigned") - accepted - rejected - refunded,
        accepted,
        rejected,
        refunded,
        unviewed: of("assigned") - of("viewed"),
    })
}
