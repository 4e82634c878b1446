//! Who was here before: by the platform's id, by the e-mail, by the phone. What is not sought is NULL, which nothing equals.

use super::corrections::Said;
use crate::clock::Timestamp;
use crate::db::sql::{arms, slices};
use crate::db::{Json, Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{LeadId, NicheId, SourceId};

/// By what a person is known again; what is `None` is not looked for.
#[derive(Debug, Clone)]
pub struct Sought<'a> {
    pub source: SourceId,
    pub niche: NicheId,
    /// The platform's id, as it stands on a lead, and as it stands on one that was erased.
    pub external_id: Option<&'a str>,
    pub erased_id: Option<String>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    /// E-mail and phone count on leads received since.
    pub since: Timestamp,
}

/// One that was found, with the lead that the person is known as now: itself, or the one that took its place.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub id: LeadId,
    pub head: LeadId,
    /// By the platform's id, which counts for ever.
    pub by_id: bool,
    pub head_received_at: Timestamp,
    pub erased: bool,
    pub sales: Sales,
    pub said: Said,
}

/// What became of the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sales {
    None,
    /// Every one of them was.
    Refunded,
    /// Somebody bought it and keeps it.
    Kept,
}

/// An index for each, of so many rows; of those that are few, an IN would have both engines look through all. Leads that were corrected or replaced are found by what they said as well.
macro_rules! found {
    ($limit:literal) => {
        concat!(
            "SELECT id, 1 AS place FROM (SELECT id FROM leads
               WHERE source_id = $1 AND external_id IN ($2, $3) AND external_id IS NOT NULL
                 AND status IN ('assigned', 'unmatched') AND known_as IS NULL LIMIT ",
            $limit,
            ") AS by_id
             UNION ALL SELECT id, 1 AS place FROM (SELECT id FROM leads
               WHERE source_id = $1 AND external_id = $2 AND known_as IS NOT NULL LIMIT ",
            $limit,
            ") AS by_old_id
             UNION ALL SELECT id, 1 AS place FROM (SELECT id FROM leads
               WHERE source_id = $1 AND external_id = $3 AND known_as IS NOT NULL LIMIT ",
            $limit,
            ") AS by_erased_id
             UNION ALL SELECT id, 2 AS place FROM (SELECT id FROM leads
               WHERE niche_id = $4 AND contact_email_lower = $5 AND contact_email_lower IS NOT NULL AND received_at >= $6
                 AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL) ORDER BY received_at DESC LIMIT ",
            $limit,
            ") AS by_email
             UNION ALL SELECT id, 3 AS place FROM (SELECT id FROM leads
               WHERE niche_id = $4 AND contact_phone_digits = $7 AND contact_phone_digits IS NOT NULL AND received_at >= $6
                 AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL) ORDER BY received_at DESC LIMIT ",
            $limit,
            ") AS by_phone"
        )
    };
}

const EARLIER: &str = concat!(
    "SELECT l.id, h.id AS head, f.place, h.received_at AS head_received_at, h.erased_at AS head_erased_at,
            l.received_at, l.contact_name, l.contact_email, l.contact_phone, l.contact_email_lower,
            l.contact_phone_digits, l.postal_code, l.form_data, h.status AS head_status,
            (SELECT count(*) FROM lead_assignments a WHERE a.lead_id = h.id AND a.status <> 'refunded') AS held
       FROM (SELECT id, MIN(place) AS place FROM (",
    found!("20"),
    ") AS found GROUP BY id) AS f
       JOIN leads l ON l.id = f.id JOIN leads h ON h.id = COALESCE(l.known_as, l.id)
      WHERE h.status IN ('assigned', 'unmatched')
      ORDER BY f.place, l.received_at DESC, l.id DESC"
);

row! {
    struct Row {
        id: LeadId,
        head: LeadId,
        place: i64,
        head_received_at: Timestamp,
        head_erased_at: Option<Timestamp>,
        received_at: Timestamp,
        contact_name: Option<String>,
        contact_email: Option<String>,
        contact_phone: Option<String>,
        contact_email_lower: Option<String>,
        contact_phone_digits: Option<String>,
        postal_code: Option<String>,
        form_data: Option<Json>,
        head_status: crate::intake::Status,
        held: i64,
    }
}

pub(super) fn statements() -> Vec<(String, String)> {
    vec![("was here".to_owned(), were_here_text(8)), ("earlier search".to_owned(), EARLIER.to_owned())]
}

/// Of so many people those of whom any lead is there, by their numbers. An index for each question, as in [`EARLIER`]: each is
/// asked of one row at a time and only where the one before it found nothing, and none of them can become a join. Where anybody
/// opted out, -1 comes with the installation's secret.
fn were_here_text(people: usize) -> String {
    format!(
        "WITH sought AS MATERIALIZED (
           SELECT CAST(0 AS bigint) AS number, source_id AS source, external_id AS own_id, external_id AS erased_id,
                  niche_id AS niche, contact_email_lower AS email, received_at AS since, contact_phone_digits AS phone
             FROM leads WHERE id = $2 AND FALSE{})
         SELECT number, NULL AS secret FROM sought WHERE COALESCE(
           (SELECT id FROM leads WHERE source_id = source AND external_id IN (own_id, sought.erased_id)
               AND external_id IS NOT NULL AND status IN ('assigned', 'unmatched') AND known_as IS NULL LIMIT 1),
           (SELECT id FROM leads WHERE source_id = source AND external_id = own_id AND external_id IS NOT NULL
               AND known_as IS NOT NULL LIMIT 1),
           (SELECT id FROM leads WHERE source_id = source AND external_id = sought.erased_id
               AND external_id IS NOT NULL AND known_as IS NOT NULL LIMIT 1),
           (SELECT id FROM leads WHERE niche_id = niche AND contact_email_lower = email
               AND contact_email_lower IS NOT NULL AND received_at >= since
               AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL) LIMIT 1),
           (SELECT id FROM leads WHERE niche_id = niche AND contact_phone_digits = phone
               AND contact_phone_digits IS NOT NULL AND received_at >= since
               AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL) LIMIT 1)
         ) IS NOT NULL
         UNION ALL SELECT CAST(-1 AS bigint), secret FROM house
          WHERE id = 1 AND EXISTS (SELECT 1 FROM suppressions)",
        arms(people, 8, 0)
    )
}

/// Who of some people was here before, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WereHere {
    pub were: Vec<bool>,
    /// What the hashes of those who opted out are made with, where anybody did.
    pub secret: Option<[u8; 32]>,
}

/// Whether any lead of each of these people is there; and along with that, whether anybody opted out.
pub fn were_here(read: &mut Read, people: &[Sought<'_>]) -> Result<WereHere> {
    let (mut were, mut known) = (vec![false; people.len()], None);
    let numbers: Vec<i64> = (0..).take(people.len()).collect();
    let numbered: Vec<(&i64, &Sought<'_>)> = numbers.iter().zip(people).collect();
    for people in slices(&numbered) {
        let params: Vec<&dyn Param> = people
            .iter()
            .flat_map(|(number, of)| -> [&dyn Param; 8] {
                [*number, &of.source, &of.external_id, &of.erased_id, &of.niche, &of.email, &of.since, &of.phone]
            })
            .collect();
        let found: Vec<(i64, Option<[u8; 32]>)> = read.all(&were_here_text(people.len()), &params)?;
        for (number, secret) in found {
            known = known.or(secret);
            if let Some(were) = usize::try_from(number).ok().and_then(|number| were.get_mut(number)) {
                *were = true;
            }
        }
    }
    Ok(WereHere { were, secret: known })
}

/// The leads of this person, those of the platform's id first, then the newest of each.
pub fn earlier(read: &mut Read, of: &Sought<'_>) -> Result<Vec<Earlier>> {
    let rows: Vec<Row> =
        read.all(EARLIER, params![of.source, of.external_id, of.erased_id, of.niche, of.email, of.since, of.phone])?;
    Ok(rows.into_iter().map(Earlier::from).collect())
}

impl From<Row> for Earlier {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            head: row.head,
            by_id: row.place == 1,
            head_received_at: row.head_received_at,
            erased: row.head_erased_at.is_some(),
            sales: match row.head_status {
                _ if row.held > 0 => Sales::Kept,
                crate::intake::Status::Assigned => Sales::Refunded,
                _ => Sales::None,
            },
            said: Said {
                received_at: row.received_at,
                contact_name: row.contact_name,
                contact_email: row.contact_email,
                contact_phone: row.contact_phone,
                contact_email_lower: row.contact_email_lower,
                contact_phone_digits: row.contact_phone_digits,
                postal_code: row.postal_code,
                form_data: row.form_data,
            },
        }
    }
}

/// Makes room for a newer lead of the same person, which is not there yet: until it is, this one stands for itself. One
/// that was never sold becomes a duplicate; one that came back stays what it is. Where it was sold meanwhile, the unit runs
/// again.
pub fn step_aside(tx: &mut Tx, lead: LeadId) -> Result<()> {
    tx.execute_exactly(
        1,
        "UPDATE leads SET known_as = id, duplicate_of = CASE WHEN status = 'assigned' THEN NULL ELSE id END,
                status = CASE WHEN status = 'assigned' THEN status ELSE 'duplicate' END
          WHERE id = $1 AND known_as IS NULL AND erased_at IS NULL AND status IN ('assigned', 'unmatched')
            AND NOT EXISTS (SELECT 1 FROM lead_assignments a WHERE a.lead_id = leads.id AND a.status <> 'refunded')",
        params![lead],
    )
}

/// What was known as this lead is known as the newer one. The duplicates of one that was never sold are the newer one's.
pub fn replace(tx: &mut Tx, lead: LeadId, by: LeadId) -> Result<()> {
    tx.execute(
        "UPDATE leads SET duplicate_of = $2 WHERE duplicate_of = $1
            AND EXISTS (SELECT 1 FROM leads AS old WHERE old.id = $1 AND old.status = 'duplicate')",
        params![lead, by],
    )?;
    tx.execute("UPDATE leads SET known_as = $2 WHERE known_as = $1", params![lead, by])?;
    Ok(())
}
