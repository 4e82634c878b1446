//! Posts that were refused: kept for 30 days as they came, so that the operator sees why, mends the cause, and reads them again.

use std::time::Duration;

use metrics::counter;
use serde::Serialize;

use super::store::{self, Member, RefusedPost, Source};
use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, Unit};
use crate::error::{At, Error, Invalid, Result};
use crate::id::{RefusedPostId, SourceId};
use crate::queue;

/// How long one is kept.
const KEEP: Duration = Duration::from_hours(30 * 24);
/// Of one source no more are kept: a program that posts nonsense does not fill the disk.
const MOST_OF_A_SOURCE: i64 = 1_000;
/// Of one payload, in bytes.
const MOST_OF_A_PAYLOAD: usize = 64 * 1024;
/// The digits of a phone number that are its own in most plans.
const SUBSCRIBER: usize = 7;
const AT_ONCE: i64 = 50;

/// A post, as it came, and why it was refused.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Of the answer.
    pub status: u16,
    pub errors: Vec<Invalid>,
    pub content_type: String,
    /// Behind the source's address.
    pub query: String,
    pub payload: String,
    /// Where that text is not exactly what came.
    pub bytes: Option<Vec<u8>>,
}

/// One thing that was wrong.
#[derive(Debug, Serialize)]
struct Wrong<'a> {
    pointer: &'a str,
    code: &'static str,
    detail: &'a str,
}

/// Keeps a refused post, without the secrets of its source.
pub fn keep_refused(source: &Source, refused: Refused) -> impl Unit<()> + use<> {
    let Refused { status, errors, content_type, query, payload, bytes } = refused;
    let (key, previous) = (Some(source.key.as_str()), source.previous_key.as_deref());
    let secrets = [source.secret.as_deref(), source.access_token.as_deref(), key, previous];
    let (came, query) = (payload.clone(), without_secrets(&secrets, query));
    let payload = without_secrets(&secrets, payload);
    let is_cut = payload.len() > MOST_OF_A_PAYLOAD || bytes.as_ref().is_some_and(|b| b.len() > MOST_OF_A_PAYLOAD);
    // Bytes that hold a secret are not kept: the text says the same.
    let bytes = bytes.filter(|_| !is_cut && payload == came);
    let payload = beginning(payload);
    let code = errors.first().map_or("unknown", |first| first.code);
    let wrong = errors.iter().map(|Invalid { at: At::Pointer(place) | At::Parameter(place), code, detail }| Wrong {
        pointer: place,
        code,
        detail,
    });
    let errors = serde_json::to_string(&wrong.collect::<Vec<_>>()).unwrap_or_else(|_| "[]".to_owned());
    let source_id = source.id;
    queue::lane().unit(move |tx| {
        let post = RefusedPost {
            id: RefusedPostId::new(tx.now()),
            source_id,
            received_at: tx.now(),
            status: i64::from(status),
            errors: Json(errors.clone()),
            content_type: content_type.clone(),
            query: query.clone(),
            payload: payload.clone(),
            payload_bytes: bytes.clone(),
            is_cut,
            lead_id: None,
        };
        store::insert_refused(tx, &post)?;
        store::delete_refused_beyond(tx, source_id, MOST_OF_A_SOURCE)?;
        tx.after_commit(move || counter!("leadhouse_posts_refused_total", "code" => code).increment(1));
        Ok(())
    })
}

/// The post, of this source.
///
/// # Errors
/// `NotFound`.
pub fn refused_post(read: &mut Read, source: SourceId, id: RefusedPostId) -> Result<RefusedPost> {
    store::refused_post(read, source, id)?.ok_or(Error::NotFound("payload"))
}

/// The newest of a source.
pub fn refused_posts(read: &mut Read, source: SourceId, limit: i64) -> Result<Vec<RefusedPost>> {
    store::refused_posts(read, source, limit)
}

/// How many came since then that are no leads yet, counted so far.
pub fn refused_since(read: &mut Read, since: Timestamp, limit: i64) -> Result<i64> {
    store::refused_since(read, since, limit)
}

/// Deletes posts that nobody may look at any more, some hundreds at a time; how many.
pub fn expire_refused(tx: &mut Tx) -> Result<u64> {
    let oldest = tx.now().minus(KEEP);
    store::delete_refused_before(tx, oldest)
}

/// What tells of a person, however a form has it.
#[derive(Debug, Default)]
pub(super) struct Telling {
    emails: Vec<String>,
    /// The last digits of numbers, as far as all ways to write them have them: without country code and trunk prefix.
    phones: Vec<String>,
}

impl Telling {
    pub fn add_email(&mut self, text: &str) {
        self.emails.extend(Some(text.to_lowercase()).filter(|email| !email.is_empty()));
    }

    pub fn add_phone(&mut self, text: &str) {
        let digits = digits(text);
        let own = digits.len().checked_sub(SUBSCRIBER).and_then(|from| digits.get(from..));
        self.phones.extend(own.map(str::to_owned));
    }

    fn is_in(&self, post: &RefusedPost) -> bool {
        let sent = format!("{} {}", post.query, post.payload).to_lowercase();
        // Forms write `%40`.
        let text = format!("{sent} {}", percent_encoding::percent_decode_str(&sent).decode_utf8_lossy());
        self.emails.iter().any(|email| text.contains(email))
            || (!self.phones.is_empty() && {
                let digits = digits(&text);
                self.phones.iter().any(|phone| digits.contains(phone))
            })
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Deletes what of the lead's source became it, or tells of its person: by the e-mail address, or by the digits of the phone.
pub(super) fn forget(tx: &mut Tx, member: &Member) -> Result<()> {
    let mut telling = Telling::default();
    member.contact_email.iter().for_each(|email| telling.add_email(email));
    member.contact_phone.iter().for_each(|phone| telling.add_phone(phone));
    let mut after = RefusedPostId(uuid::Uuid::nil());
    loop {
        let some = store::refused_after(tx, member.source_id, after, AT_ONCE)?;
        let Some(last) = some.last().map(|post| post.id) else { return Ok(()) };
        for post in some {
            if post.lead_id == Some(member.id) || telling.is_in(&post) {
                store::delete_refused(tx, post.id)?;
            }
        }
        after = last;
    }
}

/// Deletes those of the next posts, of whatever source, that tell of the person; the last that was looked at.
pub(super) fn forget_some(tx: &mut Tx, after: RefusedPostId, telling: &Telling) -> Result<Option<RefusedPostId>> {
    let some = store::refused_of_any(tx, after, AT_ONCE)?;
    for post in some.iter().filter(|post| telling.is_in(post)) {
        store::delete_refused(tx, post.id)?;
    }
    Ok(some.last().map(|post| post.id))
}

fn beginning(mut text: String) -> String {
    let mut end = text.len().min(MOST_OF_A_PAYLOAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// Neither what the source's sender proves itself with, nor what it was once.
fn without_secrets(known: &[Option<&str>], payload: String) -> String {
    let mut payload = known
        .iter()
        .copied()
        .flatten()
        .filter(|secret| !secret.is_empty())
        .fold(payload, |text, secret| text.replace(secret, "…"));
    if let Some(at) = payload.find("\"google_key\"") {
        let behind = at + "\"google_key\"".len();
        let value = payload.get(behind..).and_then(|rest| {
            let open = rest.find('"')?;
            let close = rest.get(open + 1..)?.find('"')?;
            rest.get(..open)?.trim().strip_prefix(':')?.trim().is_empty().then_some((open + 1, open + 1 + close))
        });
        if let Some((open, close)) = value {
            payload.replace_range(behind + open..behind + close, "…");
        }
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::{MOST_OF_A_PAYLOAD, beginning, without_secrets};

    #[test]
    fn secrets_are_struck_out() {
        for (sent, kept) in [
            (r#"{"google_key":"secret","lead_id":"1"}"#, r#"{"google_key":"…","lead_id":"1"}"#),
            (r#"{"google_key" : "an older one"}"#, r#"{"google_key" : "…"}"#),
            (r#"{"google_key":17}"#, r#"{"google_key":17}"#),
            (r#"{"google_key"#, r#"{"google_key"#),
            ("a secret", "a …"),
        ] {
            assert_eq!(without_secrets(&[Some("secret"), None], sent.to_owned()), kept);
        }
        assert_eq!(beginning("é".repeat(MOST_OF_A_PAYLOAD)).len(), MOST_OF_A_PAYLOAD);
        assert_eq!(beginning(format!("a{}", "é".repeat(MOST_OF_A_PAYLOAD))).len(), MOST_OF_A_PAYLOAD - 1);
    }
}
