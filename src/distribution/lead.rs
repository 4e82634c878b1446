//! A lead as distribution is given it.

use crate::audit::Actor;
use crate::catalog::postal::Code;
use crate::id::{LeadId, NicheId};

/// A lead that looks for providers.
#[derive(Debug, Clone)]
pub struct ToPlace {
    pub lead: LeadId,
    pub niche: NicheId,
    /// Where it is, read in its source's country; nowhere without one.
    pub postal_code: Option<Code>,
    /// What a provider's search looks through ([`crate::assignments::search_text`]).
    pub search_text: String,
    /// What its mails may tell of it ([`crate::need`]): nothing of who it is.
    pub need: String,
    pub place: String,
    /// Who the audit names as the one that had it assigned.
    pub source: Actor,
}
