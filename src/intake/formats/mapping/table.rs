//! A mapping: for each of our fields where it stands in the payload, what becomes of the rest, how a post is signed.

use super::super::names::Common;
use super::place::{Place, Places};
use super::pointer::Pointer;
use super::signature::Signature;
use crate::db::Json;
use crate::error::{Error, Invalid};
use crate::http::json::{self, Value};

/// Of the whole text.
pub const MOST_BYTES: usize = 16 * 1024;
/// Answers under names of their own, and pointers to what is passed over.
const MOST_NAMED: usize = 100;
/// Of an answer's name, in characters.
const LONGEST_NAME: usize = 200;

/// A text of ours that may say where a lead came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    ExternalId,
    UtmSource,
    UtmMedium,
    UtmCampaign,
    ReferrerUrl,
}

const CONTACT: &[(&str, Common)] = &[
    ("contact_name", Common::Name),
    ("contact_email", Common::Email),
    ("contact_phone", Common::Phone),
    ("postal_code", Common::PostalCode),
];
const LINES: &[(&str, Line)] = &[
    ("external_id", Line::ExternalId),
    ("utm_source", Line::UtmSource),
    ("utm_medium", Line::UtmMedium),
    ("utm_campaign", Line::UtmCampaign),
    ("referrer_url", Line::ReferrerUrl),
];
const CONSENT: &[&str] = &["text", "url", "ip", "at", "trustedform_cert_url", "jornaya_leadid"];

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    text: String,
    pub contact: Vec<(Common, Place)>,
    pub lines: Vec<(Line, Place)>,
    pub consent: Consent,
    pub answers: Vec<(String, Place)>,
    /// What no pointer took is dropped.
    pub drops_rest: bool,
    pub ignored: Vec<Pointer>,
    pub test: Option<Place>,
    pub signature: Option<Signature>,
}

/// The evidence of consent.
#[derive(Debug, Clone, Default)]
pub enum Consent {
    #[default]
    None,
    Whole(Place),
    Parts(Vec<(&'static str, Place)>),
}

impl Mapping {
    /// What somebody wrote, where nothing is wrong with it.
    ///
    /// # Errors
    /// All that is wrong, each with its place below `#/mapping`.
    pub fn read(written: &Value) -> Result<Self, Vec<Invalid>> {
        let mut places = Places::default();
        let Value::Object(members) = written else {
            places.findings.wrong_type("#/mapping", "an object");
            return Err(places.findings.into_all());
        };
        let text = written.to_text();
        if text.len() > MOST_BYTES {
            places.findings.tell("#/mapping", ("too_large", format!("must have {MOST_BYTES} bytes at most")));
            return Err(places.findings.into_all());
        }
        let mut mapping = Self { text, ..Self::default() };
        for (name, written) in members.iter().filter(|(_, written)| *written != Value::Null) {
            mapping.take(name, written, &mut places);
        }
        let is_way = |of: Common| matches!(of, Common::Email | Common::Phone);
        let names_a_way = mapping.contact.iter().any(|(of, place)| is_way(*of) && place.is_of_the_payload());
        let tried = CONTACT.iter().filter(|(name, of)| {
            is_way(*of) && members.iter().any(|(known, written)| known == name && *written != Value::Null)
        });
        // One that is wrong was told of already.
        if !names_a_way && tried.count() == mapping.contact.iter().filter(|(of, _)| is_way(*of)).count() {
            let detail = "or contact_phone must say where in a payload the person's address or number stands";
            places.findings.tell("#/mapping/contact_email", ("required", detail.to_owned()));
        }
        let findings = places.findings.into_all();
        if findings.is_empty() { Ok(mapping) } else { Err(findings) }
    }

    /// One that is kept: it was checked when it was written.
    ///
    /// # Errors
    /// `Internal` where it is none all the same.
    pub fn kept(text: &Json) -> Result<Self, Error> {
        let value = json::parse(text.0.as_bytes()).map_err(|_| Error::internal("a mapping that is no JSON"))?;
        Self::read(&value).map_err(|_| Error::internal("a mapping that is none"))
    }

    /// The same as it is kept.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What somebody wrote as a text.
    ///
    /// # Errors
    /// All that is wrong, each with its place below `#/mapping`.
    pub fn written(text: &str) -> Result<Self, Vec<Invalid>> {
        let Ok(value) = json::parse(text.as_bytes()) else {
            let detail = "the mapping must be a JSON object, in which no name stands twice";
            return Err(vec![Invalid::field("mapping", "malformed_json", detail)]);
        };
        Self::read(&value)
    }

    /// The pointers, each with the field that is read there.
    pub fn read_from(&self) -> Vec<(String, &str)> {
        let name = |of: &Common| CONTACT.iter().find(|(_, known)| known == of).map_or("", |(name, _)| name);
        let line = |of: &Line| LINES.iter().find(|(_, known)| known == of).map_or("", |(name, _)| name);
        let contact = self.contact.iter().map(|(of, place)| (name(of), place));
        let lines = self.lines.iter().map(|(of, place)| (line(of), place));
        let answers = self.answers.iter().map(|(name, place)| (name.as_str(), place));
        let mut all = Vec::new();
        for (name, place) in contact.chain(lines).chain(answers) {
            let mut pointers = Vec::new();
            place.pointers(&mut pointers);
            all.extend(pointers.into_iter().map(|pointer| (pointer.to_string(), name)));
        }
        all
    }

    /// All pointers that lead from the whole payload.
    pub fn pointers(&self) -> Vec<&Pointer> {
        let mut found = Vec::new();
        let parts: &[(&str, Place)] = if let Consent::Parts(parts) = &self.consent { parts } else { &[] };
        let whole = if let Consent::Whole(place) = &self.consent { Some(place) } else { None };
        let contact = self.contact.iter().map(|(_, place)| place);
        let lines = self.lines.iter().map(|(_, place)| place);
        let answers = self.answers.iter().map(|(_, place)| place);
        let others = parts.iter().map(|(_, place)| place).chain(whole).chain(&self.test);
        contact.chain(lines).chain(answers).chain(others).for_each(|place| place.pointers(&mut found));
        found.extend(&self.ignored);
        found
    }

    fn take(&mut self, name: &str, written: &Value, places: &mut Places) {
        let place = json::pointer("#/mapping", name);
        if let Some((_, of)) = CONTACT.iter().find(|(known, _)| *known == name) {
            self.contact.extend(places.read(&place, written).map(|read| (*of, read)));
        } else if let Some((_, line)) = LINES.iter().find(|(known, _)| *known == name) {
            self.lines.extend(places.read(&place, written).map(|read| (*line, read)));
        } else {
            match name {
                "consent" => self.consent = consent(&place, written, places),
                "form_data" => self.answers = answers(&place, written, places),
                "test" => self.test = places.read(&place, written),
                "rest" => match written.as_str() {
                    Some("form_data") => self.drops_rest = false,
                    Some("drop") => self.drops_rest = true,
                    _ => {
                        let detail = "must be one of: form_data, drop".to_owned();
                        places.findings.tell(&place, ("invalid_choice", detail));
                    }
                },
                "ignore" => self.ignored = ignored(&place, written, places),
                "signature" => self.signature = Signature::read(&place, written, &mut places.findings),
                _ => places.findings.unknown("#/mapping", name),
            }
        }
    }
}

fn consent(place: &str, written: &Value, places: &mut Places) -> Consent {
    let is_parts = written.members().is_some_and(|members| {
        !members.iter().any(|(name, _)| matches!(name.as_str(), "join" | "first_of" | "const" | "in"))
    });
    if !is_parts {
        return places.read(place, written).map_or(Consent::None, Consent::Whole);
    }
    let mut parts = Vec::new();
    for (name, written) in written.members().unwrap_or_default() {
        match CONSENT.iter().find(|known| **known == name.as_str()) {
            Some(known) => parts.extend(places.read(&json::pointer(place, name), written).map(|read| (*known, read))),
            None => places.findings.unknown(place, name),
        }
    }
    Consent::Parts(parts)
}

fn answers(place: &str, written: &Value, places: &mut Places) -> Vec<(String, Place)> {
    let Value::Object(members) = written else {
        places.findings.wrong_type(place, "an object of pointers");
        return Vec::new();
    };
    if members.len() > MOST_NAMED {
        places.findings.tell(place, ("too_large", format!("must have {MOST_NAMED} members at most")));
        return Vec::new();
    }
    let mut answers = Vec::new();
    for (name, written) in members {
        let at = json::pointer(place, name);
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.contains('\0') {
            let detail = format!("must have a name of 1 to {LONGEST_NAME} characters");
            places.findings.tell(&at, ("too_long", detail));
        } else {
            answers.extend(places.read(&at, written).map(|read| (name.clone(), read)));
        }
    }
    answers
}

fn ignored(place: &str, written: &Value, places: &mut Places) -> Vec<Pointer> {
    let Value::Array(items) = written else {
        places.findings.wrong_type(place, "a list of JSON pointers");
        return Vec::new();
    };
    if items.len() > MOST_NAMED {
        places.findings.tell(place, ("too_large", format!("must have {MOST_NAMED} entries at most")));
        return Vec::new();
    }
    items.iter().enumerate().filter_map(|(at, item)| places.pointer(&format!("{place}/{at}"), item)).collect()
}

#[cfg(test)]
mod tests {
    use super::Mapping;
    use crate::error::At;
    use crate::http::json::parse;

    fn wrong(written: &str) -> Vec<String> {
        let findings = match Mapping::read(&parse(written.as_bytes()).unwrap()) {
            Ok(_) => Vec::new(),
            Err(findings) => findings,
        };
        let told = findings.into_iter().map(|finding| {
            let At::Pointer(place) = finding.at else { panic!("{finding:?}") };
            format!("{} {}", place.strip_prefix("#/mapping").unwrap(), finding.code)
        });
        told.collect()
    }

    #[test]
    fn a_mapping_says_where_each_field_stands() {
        for right in [
            r#"{"contact_email": "/email"}"#,
            r#"{"contact_phone": {"first_of": ["/a", {"join": ["/b", "/c"], "with": ""}]}, "rest": "drop", "ignore": ["/x"]}"#,
            r#"{"contact_email": "/e", "consent": "/consent", "test": {"const": true}, "form_data": {"roof type": "/a~1b"}}"#,
            r#"{"contact_email": "/e", "consent": {"ip": "/ip", "text": {"const": "I agree"}}, "external_id": null}"#,
            r#"{"contact_email": {"in": "/fields", "where": "/label", "is": "Email", "take": "/value"},
                "signature": {"header": "X-Sig", "algorithm": "hmac-sha1", "encoding": "hex", "prefix": "sha1=", "signed": "body"}}"#,
            r#"{"contact_email": "/e", "signature": {"header": "s", "algorithm": "hmac-sha512", "encoding": "base64",
                "signed": "{timestamp}:{body}", "timestamp_header": "t", "tolerance_seconds": 60}}"#,
        ] {
            assert_eq!(wrong(right), Vec::<String>::new(), "{right}");
        }
    }

    /// Mappings, and what is told of them.
    const WRONG: &[(&str, &[&str])] = &[
        ("[]", &[" wrong_type"]),
        ("{}", &["/contact_email required"]),
        (r#"{"contact_name": "/n"}"#, &["/contact_email required"]),
        (r#"{"contact_email": {"const": "a@b.co"}}"#, &["/contact_email required"]),
        (r#"{"contact_email": "email"}"#, &["/contact_email invalid_pointer"]),
        (r#"{"contact_email": 5}"#, &["/contact_email wrong_type"]),
        (r#"{"contact_email": ["/e"]}"#, &["/contact_email wrong_type"]),
        (r#"{"contact_email": {}}"#, &["/contact_email wrong_type"]),
        (
            r#"{"contact_email": "/e", "e-mail": "/f", "is_test": "/t"}"#,
            &["/e-mail unknown_field", "/is_test unknown_field"],
        ),
        (r#"{"contact_email": {"first_of": ["/e", "f"]}}"#, &["/contact_email/first_of/1 invalid_pointer"]),
        (r#"{"contact_email": {"first_of": []}}"#, &["/contact_email/first_of out_of_range"]),
        (r#"{"contact_email": {"join": "/e"}}"#, &["/contact_email/join wrong_type"]),
        (
            r#"{"contact_email": {"join": ["/e"], "with": 5, "by": 1}}"#,
            &["/contact_email/by unknown_field", "/contact_email/with wrong_type"],
        ),
        (
            r#"{"contact_email": {"join": [{"join": [{"join": [{"join": ["/e"]}]}]}]}}"#,
            &["/contact_email/join/0/join/0/join/0 too_deep"],
        ),
        (r#"{"contact_email": "/e", "rest": "keep"}"#, &["/rest invalid_choice"]),
        (r#"{"contact_email": "/e", "form_data": "/a"}"#, &["/form_data wrong_type"]),
        (
            r#"{"contact_email": "/e", "form_data": {"a/b": "c", "": "/c"}}"#,
            &["/form_data/a~1b invalid_pointer", "/form_data/ too_long"],
        ),
        (
            r#"{"contact_email": "/e", "consent": {"when": "/a", "ip": "b"}}"#,
            &["/consent/when unknown_field", "/consent/ip invalid_pointer"],
        ),
        (r#"{"contact_email": "/e", "test": {"const": {}}}"#, &["/test/const wrong_type"]),
        (
            r#"{"contact_email": "/e", "ignore": ["/a", "b", 1]}"#,
            &["/ignore/1 invalid_pointer", "/ignore/2 wrong_type"],
        ),
        (
            r#"{"contact_email": {"in": "/a", "where": "b"}}"#,
            &["/contact_email/is required", "/contact_email/take required", "/contact_email/where invalid_pointer"],
        ),
        (
            r#"{"contact_email": "/e", "signature": {}}"#,
            &[
                "/signature/header required",
                "/signature/algorithm required",
                "/signature/encoding required",
                "/signature/signed required",
            ],
        ),
        (
            r#"{"contact_email": "/e", "signature": {"header": "a b", "algorithm": "md5", "encoding": "hex", "signed": "{body}", "timestamp_header": "t", "x": 1}}"#,
            &[
                "/signature/x unknown_field",
                "/signature/header wrong_type",
                "/signature/algorithm invalid_choice",
                "/signature/timestamp_header unsigned_timestamp",
            ],
        ),
        (
            r#"{"contact_email": "/e", "signature": {"header": "a", "algorithm": "hmac-sha256", "encoding": "hex", "signed": "{timestamp}{body}", "tolerance_seconds": 0}}"#,
            &["/signature/tolerance_seconds out_of_range", "/signature/timestamp_header required"],
        ),
    ];

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (written, told) in WRONG {
            assert_eq!(wrong(written), *told, "{written}");
        }
    }

    #[test]
    fn a_mapping_has_bounds() {
        let many: Vec<String> = (0..11)
            .map(|n| format!(r#"{{"first_of": [{}]}}"#, vec!["\"/a\""; 20].join(",")) + &" ".repeat(n))
            .collect();
        assert_eq!(wrong(&format!(r#"{{"contact_email": {{"first_of": [{}]}}}}"#, many.join(","))), [" too_large"]);
        let long = format!(r#"{{"contact_email": "/e", "form_data": {{"a": {{"const": "{}"}}}}}}"#, "x".repeat(17_000));
        assert_eq!(wrong(&long), [" too_large"]);
        let wide: Vec<String> = (0..101).map(|n| format!(r#""a{n}": "/a""#)).collect();
        assert_eq!(
            wrong(&format!(r#"{{"contact_email": "/e", "form_data": {{{}}}}}"#, wide.join(","))),
            ["/form_data too_large"]
        );
    }
}
