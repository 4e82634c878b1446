//! A mail's bytes: headers and two parts, built so that nothing in it can break out of its place.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use ground::clock::Timestamp;
use ground::email;
use lettre::address::{Address, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use uuid::Uuid;

use super::Failed;

/// A longer subject is of no use to anybody.
const SUBJECT_CHARS: usize = 200;

/// A mail to one address.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// Makes the Message-ID, the same each time.
    pub id: Uuid,
    /// Whom it is from.
    pub from: &'a Mailbox,
    /// One address, as it was given.
    pub to: &'a str,
    /// Control characters in it become spaces; what is too long is cut.
    pub subject: &'a str,
    /// The part in plain text.
    pub text: &'a str,
    /// The part in HTML.
    pub html: &'a str,
    /// Where one click (RFC 8058) ends mails of this kind, and what they are called.
    pub unsubscribe: Option<(&'a str, &'a str)>,
    /// When it was written.
    pub date: Timestamp,
}

/// A mail as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Built {
    /// From whom, and to whom.
    pub envelope: Envelope,
    /// Headers and parts.
    pub bytes: Vec<u8>,
}

impl Letter<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// `Failed`, permanent: an address that is none; and whatever the library does not survive.
    pub fn build(&self) -> Result<Built, Failed> {
        if self.to.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Failed::permanent(format!("no mail address: {}", self.to.escape_debug())));
        }
        let none = || Failed::permanent(format!("no mail address: {}", self.to));
        let wire = email::on_the_wire(self.to).ok_or_else(none)?;
        let to: Address =
            wire.parse().map_err(|error| Failed::permanent(format!("no mail address: {} ({error})", self.to)))?;
        let built = catch_unwind(AssertUnwindSafe(|| self.message(to)));
        let message = built.map_err(|_| Failed::permanent("the mail cannot be built"))??;
        Ok(Built { envelope: message.envelope().clone(), bytes: message.formatted() })
    }

    fn message(&self, to: Address) -> Result<Message, Failed> {
        let failed = |error: lettre::error::Error| Failed::permanent(format!("the mail cannot be built: {error}"));
        let micros = u64::try_from(self.date.as_micros()).unwrap_or(0);
        let id = format!("<{}@{}>", self.id, self.from.email.domain());
        let mut message = Message::builder()
            .message_id(Some(id))
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(self.subject))
            .raw_header(header("Auto-Submitted", "auto-generated")?);
        if let Some((url, kind)) = self.unsubscribe {
            // RFC 2919: by it people sort, and filters see that this is no unwanted list.
            let list = format!("<{}.{}>", kind.replace('_', "-"), self.from.email.domain());
            message = message
                .raw_header(header("List-Id", &list)?)
                .raw_header(header("List-Unsubscribe", &format!("<{url}>"))?)
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        }
        let parts = MultiPart::alternative_plain_html(clean(self.text), clean(self.html));
        message.multipart(parts).map_err(failed)
    }
}

fn header(name: &'static str, value: &str) -> Result<HeaderValue, Failed> {
    if value.chars().any(char::is_control) {
        return Err(Failed::permanent(format!("{name} cannot be written")));
    }
    Ok(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()))
}

/// Control characters become spaces, and the end of what is too long is left out.
fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.trim();
    if clean.chars().count() <= SUBJECT_CHARS {
        return clean.to_owned();
    }
    clean.chars().take(SUBJECT_CHARS - 1).chain(['…']).collect()
}

/// Without the control characters that some reader would choke on.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use ground::clock::Timestamp;
    use lettre::message::Mailbox;
    use uuid::Uuid;

    use super::Letter;

    fn letter<'a>(from: &'a Mailbox, to: &'a str, subject: &'a str) -> Letter<'a> {
        let date = Timestamp::from_micros(1_795_514_400_000_000).unwrap();
        Letter { id: Uuid::from_u128(7), from, to, subject, text: "a\0b", html: "<p>", unsubscribe: None, date }
    }

    #[test]
    fn nothing_breaks_out_of_a_header() {
        let from: Mailbox = "Leadhouse <leads@example.com>".parse().unwrap();
        let long = "x".repeat(1_000);
        for subject in ["a\r\nBcc: v@evil.example", "\0", "ü\u{202e}\n\n<script>", &long] {
            let built = letter(&from, "rita@example.com", subject).build().unwrap();
            let text = String::from_utf8(built.bytes).unwrap();
            let head = text.split("\r\n\r\n").next().unwrap();
            assert_eq!(built.envelope.to().len(), 1);
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
            assert!(head.lines().all(|line| line.len() <= 998) && text.is_ascii(), "{head}");
            assert!(head.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.com>"), "{head}");
        }
    }

    #[test]
    fn a_domain_goes_out_in_a_labels() {
        let from: Mailbox = "leads@example.com".parse().unwrap();
        let built = letter(&from, "info@Müller.example", "x").build().unwrap();
        assert_eq!(built.envelope.to()[0].to_string(), "info@xn--mller-kva.example");
        assert!(String::from_utf8(built.bytes).unwrap().contains("To: info@xn--mller-kva.example\r\n"));
    }

    #[test]
    fn a_mail_that_can_be_ended_names_its_list() {
        let from: Mailbox = "leads@example.com".parse().unwrap();
        let mut letter = letter(&from, "rita@example.com", "x");
        assert!(!String::from_utf8(letter.build().unwrap().bytes).unwrap().contains("List-"));
        letter.unsubscribe = Some(("https://leads.example.com/unsubscribe?token=x", "notify_on_new_lead"));
        let text = String::from_utf8(letter.build().unwrap().bytes).unwrap();
        assert!(text.contains("List-Id: <notify-on-new-lead.example.com>\r\n"), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        let from: Mailbox = "leads@example.com".parse().unwrap();
        for to in ["", "rita", "a@b\r\nRCPT TO:<v@evil>", "a@example.com, v@evil.example", "a b@example.com", "a@\0b"] {
            assert!(letter(&from, to, "x").build().unwrap_err().permanent, "{to}");
        }
    }
}
