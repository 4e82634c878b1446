//! E-mail addresses: which ones are taken, how they are kept, and when two are the same.

use email_address::{EmailAddress, Options};
use unicode_normalization::UnicodeNormalization;

use crate::text;

/// An address that a mail can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// As it was sent, but for white space around it, invisible characters and compatibility forms (`ｂob`).
    pub address: String,
    /// What makes two addresses the same: [`key`].
    pub key: String,
}

/// RFC 5321: a path is at most 256 octets, brackets included.
pub const MAX_BYTES: usize = 254;
/// Longer than this is a letter and no list of addresses.
const MAX_TEXT: usize = 2_000;

impl Email {
    /// What a search looks through: the address as it is compared, and with its domain as people write it.
    pub fn searched(&self) -> String {
        searched(&self.key)
    }
}

/// [`Email::searched`] of an address that is there as its [`key`].
pub fn searched(key: &str) -> String {
    let written = key.rsplit_once('@').filter(|(_, domain)| domain.contains("xn--")).map(|(local, domain)| {
        let (domain, _) = idna::domain_to_unicode(domain);
        format!("{local}@{domain}")
    });
    match written {
        Some(written) if written != key => format!("{key} {written}"),
        _ => key.to_owned(),
    }
}

/// Reads an address; `None` where it is none, and for what is valid on paper only and dangerous in practice: a quoted
/// local part, an address literal, a domain without a dot, white space or control characters anywhere inside.
pub fn parse(text: &str) -> Option<Email> {
    let address: String = text.trim().chars().filter(|c| !text::is_invisible(*c)).nfkc().collect();
    let address = with_plain_domain(&address);
    if address.len() > MAX_BYTES || address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '"') {
        return None;
    }
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let parsed = EmailAddress::parse_with_options(&address, options).ok()?;
    if !is_domain(parsed.domain()) {
        return None;
    }
    let key = key(&address);
    Some(Email { address, key })
}

/// As [`parse`], and an address at one of the names that are reserved to lead nowhere, alone: `ann@localhost`.
pub fn parse_any(text: &str) -> Option<Email> {
    parse(text).or_else(|| {
        let (local, domain) = text.trim().rsplit_once('@')?;
        let key = key(text);
        let (_, name) = key.rsplit_once('@')?;
        // It is an address but for its domain.
        let is_one = NOWHERE.contains(&name) && parse(&format!("{local}@example.com")).is_some();
        is_one.then(|| Email { address: format!("{local}@{}", domain.trim()), key })
    })
}

/// The address in a text that says more than one: `Ann Lee <ann@example.com>`, `ann@example.com (work)`, the first of
/// `ann@example.com, bob@example.com`. Only where an address may begin: of `ann lee@example.com` nobody knows what was meant.
pub fn first_in(text: &str) -> Option<Email> {
    if text.len() > MAX_TEXT || text.trim().chars().any(char::is_control) {
        return None;
    }
    let begins = |c: char| ",;|<>()[]{}\":/?".contains(c);
    text.split(begins)
        .filter_map(|part| part.split_whitespace().next())
        .filter(|word| word.contains('@'))
        .find_map(parse)
}

/// The form of an address in which it is compared: NFKC, lower case, without invisible characters, the domain in A-labels.
pub fn key(text: &str) -> String {
    let folded = with_plain_domain(&text::fold(text.trim()));
    match folded.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() || domain.contains("xn--") => {
            ascii_domain(domain).map(|domain| format!("{local}@{domain}")).unwrap_or(folded)
        }
        _ => folded,
    }
}

/// Without the dot of the root, and with the full stops of East Asia as dots.
fn with_plain_domain(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    let domain = domain.replace('\u{3002}', ".");
    format!("{local}@{}", domain.strip_suffix('.').unwrap_or(&domain))
}

/// The domain as it goes over the wire and is compared: A-labels (`xn--mnchen-3ya.de` for `münchen.de`), lower case. `None`:
/// it has no such form.
pub fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii(domain).ok().filter(|ascii| !ascii.is_empty())
}

/// The address with its domain in A-labels; its local part stays what it is. `None`: the domain has no such form.
pub fn on_the_wire(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    ascii_domain(domain).map(|domain| format!("{local}@{domain}"))
}

/// Top-level domains that lead to no mail server in the world: RFC 2606, 6761, 6762, 7686 and 9476, and ICANN's `internal`.
const NOWHERE: [&str; 9] = ["alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"];

/// Whether no mail can ever reach this address: its domain has no dot, or ends in digits or in a name that is reserved.
pub fn is_nowhere(address: &str) -> bool {
    let key = key(address);
    let domain = key.rsplit('@').next().unwrap_or_default().trim_end_matches('.');
    let Some((_, top)) = domain.rsplit_once('.') else { return true };
    top.is_empty() || top.chars().all(|c| c.is_ascii_digit()) || NOWHERE.contains(&top)
}

/// Names only, not `1.2.3.4`; letters of any script, digits and hyphens.
fn is_domain(domain: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii());
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.split('.').all(label) && !top.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{ascii_domain, first_in, is_nowhere, key, on_the_wire, parse, parse_any};

    #[test]
    fn takes_real_addresses() {
        for (text, address) in [
            ("bob@example.com", "bob@example.com"),
            (" Bob.O'Hara+leads@Example.co.uk ", "Bob.O'Hara+leads@Example.co.uk"),
            ("josé@exämple.com", "josé@exämple.com"),
            ("ｂob@example.com", "bob@example.com"),
            ("bob@example.com\u{200b}", "bob@example.com"),
            ("bob@example.com.", "bob@example.com"),
            ("bob@例え。jp", "bob@例え.jp"),
        ] {
            assert_eq!(parse(text).map(|e| e.address).as_deref(), Some(address), "{text}");
        }
    }

    #[test]
    fn refuses_what_a_mail_server_could_be_tricked_with() {
        let long = format!("{}@{}.example.com", "a".repeat(64), "b.".repeat(100));
        for text in [
            "",
            "bob",
            "@example.com",
            "bob@",
            "c@d",
            "c@d.",
            "c@.d",
            "c@d..e",
            "\"a b\"@example.com",
            "\"a\"@example.com",
            "c@[127.0.0.1]",
            "c@127.0.0.1",
            "c@d.com, v@e.com",
            "c@d.com\r\nRCPT TO:<v@e.com>",
            "c@d.com\nBcc: v@e.com",
            "Bob <bob@example.com>",
            "<bob@example.com>",
            "a b@example.com",
            "bob@exa mple.com",
            "bob@exam_ple.com",
            "a@b@example.com",
            "bob@-example.com",
            "bob\0@example.com",
            ".bob@example.com",
            &long,
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_address_that_leads_nowhere_is_one_all_the_same() {
        for (text, key) in [
            ("Jo@localhost", Some("jo@localhost")),
            ("jo@TEST", Some("jo@test")),
            ("jo@invalid.", Some("jo@invalid")),
            ("jo@x.io", Some("jo@x.io")),
            ("jo@x", None),
            ("j o@localhost", None),
            ("@localhost", None),
            ("localhost", None),
            ("\"jo\"@localhost", None),
        ] {
            assert_eq!(parse_any(text).map(|email| email.key).as_deref(), key, "{text}");
        }
        assert_eq!(parse("jo@localhost"), None);
    }

    #[test]
    fn an_address_is_found_where_it_begins() {
        for (text, address) in [
            ("Ann Lee <ann@example.com>", Some("ann@example.com")),
            ("\"Lee, Ann\" <ann@example.com>", Some("ann@example.com")),
            ("<ann@example.com>", Some("ann@example.com")),
            ("ann@example.com, bob@example.com", Some("ann@example.com")),
            ("ann@example.com; bob@example.com", Some("ann@example.com")),
            ("ann@example.com or bob@example.com", Some("ann@example.com")),
            ("ann@example.com/bob@example.com", Some("ann@example.com")),
            ("ann@example.com (work)", Some("ann@example.com")),
            ("ann@example.com,", Some("ann@example.com")),
            ("E-mail: ann@example.com", Some("ann@example.com")),
            ("mailto:ann@example.com?subject=Roof", Some("ann@example.com")),
            ("MAILTO:ann@example.com", Some("ann@example.com")),
            ("nonsense, ann@example.com", Some("ann@example.com")),
            ("ann lee@example.com", None),
            ("write to ann@example.com", None),
            ("ann @example.com", None),
            ("ann@example,com", None),
            ("ann@example.com\r\nBcc: bob@example.com", None),
            ("\"a b\"@example.com", None),
            ("c@[127.0.0.1]", None),
            ("a@b@example.com", None),
            ("@", None),
            ("", None),
        ] {
            assert_eq!(first_in(text).map(|email| email.address).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn a_domain_has_one_form_on_the_wire() {
        for domain in ["münchen.de", "MÜNCHEN.de", "xn--mnchen-3ya.de", "XN--MNCHEN-3YA.DE", "mu\u{308}nchen.de"] {
            assert_eq!(ascii_domain(domain).as_deref(), Some("xn--mnchen-3ya.de"), "{domain}");
        }
        for (address, wire) in [
            ("Jo@Example.com", Some("Jo@example.com")),
            ("José@müller.example", Some("José@xn--mller-kva.example")),
            ("info@straße.de", Some("info@xn--strae-oqa.de")),
            ("a@例え.テスト", Some("a@xn--r8jz45g.xn--zckzah")),
            ("a@localhost", Some("a@localhost")),
            ("a@xn--zz--zz.de", None),
            ("a@", None),
            ("nobody", None),
        ] {
            assert_eq!(on_the_wire(address).as_deref(), wire, "{address}");
        }
    }

    #[test]
    fn some_domains_cannot_be() {
        for address in
            ["a@b", "a@b.test", "a@B.INVALID", "a@b.example.", "a@mail.localhost", "a@10.0.0.1", "a@ｂ.ｔest", "a"]
        {
            assert!(is_nowhere(address), "{address}");
        }
        for address in ["a@example.com", "a@b.io", "a@latest", "a@b.latest", "a@test.de", "a@xn--p1ai.xn--p1ai"] {
            assert_eq!(is_nowhere(address), address == "a@latest", "{address}");
        }
    }

    #[test]
    fn one_account_has_one_key() {
        for text in ["Bob@x.com", "bob@x.com", "bob@x.com\u{200b}", "ｂob@x.com", " BOB@X.COM "] {
            assert_eq!(parse(text).map(|e| e.key).as_deref(), Some("bob@x.com"), "{text:?}");
            assert_eq!(key(text), "bob@x.com");
        }
        for text in
            ["jo@münchen.de", "Jo@MÜNCHEN.DE", "jo@xn--mnchen-3ya.de", "JO@XN--MNCHEN-3YA.de.", "jo@mu\u{308}nchen。de"]
        {
            let email = parse(text).unwrap();
            assert_eq!(email.key, "jo@xn--mnchen-3ya.de", "{text}");
            assert_eq!(email.searched(), "jo@xn--mnchen-3ya.de jo@münchen.de", "{text}");
        }
        assert_ne!(key("jo@straße.de"), key("jo@strasse.de"), "two domains since IDNA 2008");
        assert_eq!(key("JO@STRAẞE.DE"), key("jo@straße.de"));
        assert_eq!(parse("bob@x.com").unwrap().searched(), "bob@x.com");
    }
}
