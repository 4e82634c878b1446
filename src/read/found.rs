//! Leads of the whole installation that somebody looks for.

use super::leads::{LeadFilter, LeadRow, lead_rows, leads};
use crate::assignments::Search;
use crate::db::sql::Conditions;
use crate::db::{Read, row};
use crate::email;
use crate::error::Result;
use crate::id::{Id, LeadId};
use crate::intake;
use crate::phone;

/// How many leads one question looks through, newest first: some tenths of a second.
const LOOKED_THROUGH: i64 = 50_000;
/// Leads that are read at once.
const AT_ONCE: i64 = 2_000;

/// What the operator looks for: a part of an e-mail address, of a name or of a phone number, or a whole id.
#[derive(Debug, Clone)]
pub struct Sought(String);

/// Those that were found, newest first, and where the next question goes on.
#[derive(Debug, Clone)]
pub struct Found {
    pub leads: Vec<LeadRow>,
    /// `None`: there are no older ones.
    pub below: Option<LeadId>,
}

impl Sought {
    /// `None` where nothing is left of the text without the white space at its ends.
    pub fn new(text: &str) -> Option<Self> {
        let text = crate::text::trim(text);
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

/// Leads that the filter lets through and that hold what is sought, as many as `limit` at most. One question looks through so
/// many leads and no more, and says where the next goes on.
pub fn find(read: &mut Read, filter: &LeadFilter, sought: &Sought, limit: i64) -> Result<Found> {
    if let Some(id) = uuid::Uuid::try_parse(&sought.0).ok().map(LeadId::from_uuid) {
        return Ok(Found { leads: leads(read, &LeadFilter { id: Some(id), ..*filter }, limit)?, below: None });
    }
    let search = Search::meant(&sought.0, &intake::countries(read)?);
    let (mut found, mut filter, mut looked) = (Vec::new(), *filter, 0);
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    loop {
        let some = candidates(read, &filter)?;
        let Some(oldest) = some.last().map(|one| one.id) else {
            return Ok(Found { leads: lead_rows(read, &found)?, below: None });
        };
        for one in some.iter().filter(|one| one.holds(sought, search.as_ref())) {
            found.push(one.id);
            if found.len() == most {
                return Ok(Found { leads: lead_rows(read, &found)?, below: Some(one.id) });
            }
        }
        filter.before = Some(oldest);
        looked += AT_ONCE;
        if looked >= LOOKED_THROUGH {
            return Ok(Found { leads: lead_rows(read, &found)?, below: Some(oldest) });
        }
    }
}

row! {
    /// What a lead is found by.
    struct Candidate {
        id: LeadId,
        contact_name: Option<String>,
        contact_email_lower: Option<String>,
        contact_phone: Option<String>,
        contact_phone_digits: Option<String>,
        external_id: Option<String>,
    }
}

fn candidates(read: &mut Read, filter: &LeadFilter) -> Result<Vec<Candidate>> {
    let oldest = filter.oldest();
    let mut only = Conditions::default();
    filter.narrow(&mut only, oldest.as_ref());
    let limit = only.bind(&AT_ONCE);
    let sql = format!(
        "SELECT id, contact_name, contact_email_lower, contact_phone, contact_phone_digits, external_id
           FROM leads{} ORDER BY id DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}

impl Candidate {
    fn holds(&self, sought: &Sought, search: Option<&Search>) -> bool {
        self.external_id.as_ref() == Some(&sought.0) || search.is_some_and(|search| search.finds(&self.text()))
    }

    /// As [`crate::assignments::search_text`] has it, without what only providers see.
    fn text(&self) -> String {
        let email = self.contact_email_lower.as_deref().map(email::searched).unwrap_or_default();
        let written = self.contact_phone.as_deref().map(phone::digits).unwrap_or_default();
        let mut phone = String::new();
        for digits in [self.contact_phone_digits.as_deref().unwrap_or_default(), &written] {
            if !digits.is_empty() && !phone.contains(digits) {
                phone = format!("{phone}\t{digits}");
            }
        }
        crate::assignments::search_text(&email, self.contact_name.as_deref(), "", "", &phone)
    }
}
