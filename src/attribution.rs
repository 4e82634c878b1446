//! Where a lead came from: names of what sites, ad platforms and trackers send along with a form, told apart from what the
//! person answered. Which campaign brought somebody is the operator's business, and goes to providers only where the operator
//! shows it.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// Parts of a name that nobody's question has, whatever stands around them (`first_utm_source`, `lead[gclid]`).
const MARKS: &[&str] = &[
    "utmsource",
    "utmmedium",
    "utmcampaign",
    "utmterm",
    "utmcontent",
    "utmid",
    "gclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "lifatid",
    "gclsrc",
    "firsttouch",
    "lasttouch",
    "landingpage",
    "adgroupid",
    "campaignid",
    "hsctatracking",
];
/// How the names of click ids end: `dclid`, `ttclid`, `twclid`, `irclickid`, and those that are still to come.
const CLICK_IDS: &[&str] = &["clid", "clkid", "clickid"];
/// What trackers begin their names with.
const PREFIXES: &[&str] =
    &["utm_", "utm-", "hsa_", "mtm_", "pk_", "matomo_", "piwik_", "gad_", "_hs", "_fb", "_ga", "_gl", "__utm"];
/// Names that mean nothing else, without case, blanks and punctuation.
const NAMES: &[&str] = &[
    "adgroup",
    "adgroupname",
    "adid",
    "adname",
    "adsetid",
    "adsetname",
    "affid",
    "affiliateid",
    "affsub",
    "apiversion",
    "assetgroupid",
    "attribution",
    "campaign",
    "campaignname",
    "creativeid",
    "creativename",
    "documentreferrer",
    "efid",
    "epik",
    "fbc",
    "fbp",
    "feeditemid",
    "formid",
    "gaclientid",
    "gadcampaignid",
    "gadsource",
    "httpreferer",
    "httpreferrer",
    "igshid",
    "keyword",
    "keywordid",
    "landingurl",
    "leadgenid",
    "leadsource",
    "leadstage",
    "leadsubmittime",
    "locinterestms",
    "locphysicalms",
    "lpcampaignid",
    "lpsubid1",
    "lpsubid2",
    "lpsupplierid",
    "matchtype",
    "mccid",
    "mceid",
    "mkttok",
    "olyencid",
    "rdtcid",
    "referer",
    "refererurl",
    "referrer",
    "referrerurl",
    "sccid",
    "skwcid",
    "subid",
    "subid1",
    "subid2",
    "subid3",
    "subid4",
    "subid5",
    "targetid",
    "trafficsource",
    "utm",
    "utmcontent",
    "veroid",
    "wickedid",
];
/// In an object of two members, one of these names what the other says.
const PAIR_NAMES: &[&str] = &["name", "key", "label", "field", "id", "question", "column_id"];

/// A JSON object in which attribution stood among answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What is left, as it was written.
    pub answers: String,
    /// The names as they were sent, and their values as JSON.
    pub taken: Vec<(String, String)>,
}

/// Whether the value under this name says where a lead came from.
pub fn is_attribution(name: &str) -> bool {
    let last = last_part(name);
    is_mark(name) || NAMES.contains(&plain(last).as_str())
}

/// The same for names of questions: only what no question is called.
pub fn is_mark(name: &str) -> bool {
    let (lower, plain) = (last_part(name).to_lowercase(), plain(name));
    PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
        || CLICK_IDS.iter().any(|end| plain.ends_with(end))
        || MARKS.iter().any(|mark| plain.contains(mark))
        || plain.strip_prefix("utm").is_some_and(|rest| rest.len() > 1 && rest != "ost")
}

/// Letters and digits in lower case: `UTM-Source`, `utmSource` and `utm source` are one name.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `gclid` of `lead[gclid]` and of `tracking.gclid`.
fn last_part(name: &str) -> &str {
    let inner = name.trim().trim_end_matches(']');
    inner.rsplit(['[', '.']).find(|part| !part.is_empty()).unwrap_or(inner)
}

/// Takes what `is_it` says out of an object, and out of what is nested in it; `None` where there is nothing of it.
pub fn split(object: &str, is_it: fn(&str) -> bool) -> Option<Split> {
    let mut taken = Vec::new();
    let answers = rest_of(object, is_it, &mut taken)?;
    Some(Split { answers, taken })
}

/// An object of these members; a name that is taken gets a number.
pub fn object(members: &[(String, String)]) -> String {
    let mut names = HashSet::new();
    let mut text = String::from("{");
    for (name, value) in members {
        let mut unlike = name.clone();
        for n in 2.. {
            if names.insert(unlike.clone()) {
                break;
            }
            unlike = format!("{name} ({n})");
        }
        push_member(&mut text, '{', &unlike, value);
    }
    text.push('}');
    text
}

/// The members of an object, each value as JSON; none where the text is no object.
pub fn members(object: &str) -> Vec<(String, String)> {
    let members = serde_json::from_str::<Members<'_>>(object).map(|members| members.0).unwrap_or_default();
    members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

/// The JSON without what was taken out of it; `None` where nothing was.
fn rest_of(json: &str, is_it: fn(&str) -> bool, taken: &mut Vec<(String, String)>) -> Option<String> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(json).ok()?;
            let before = taken.len();
            let mut rest = String::from("{");
            for (name, value) in members {
                if is_it(&name) || is_tracked_url(value.get()) {
                    taken.push((name, value.get().to_owned()));
                } else {
                    let less = rest_of(value.get(), is_it, taken);
                    push_member(&mut rest, '{', &name, less.as_deref().unwrap_or(value.get()));
                }
            }
            rest.push('}');
            (taken.len() > before).then_some(rest)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let before = taken.len();
            let mut rest = String::from("[");
            for item in items {
                if let Some(pair) = pair(item.get(), is_it) {
                    taken.push(pair);
                    continue;
                }
                let less = rest_of(item.get(), is_it, taken);
                push_separator(&mut rest, '[');
                rest.push_str(less.as_deref().unwrap_or(item.get()));
            }
            rest.push(']');
            (taken.len() > before).then_some(rest)
        }
        _ => None,
    }
}

/// `{"name": "gclid", "value": "x"}` as a name and its value.
fn pair(json: &str, is_it: fn(&str) -> bool) -> Option<(String, String)> {
    let Members(members) = serde_json::from_str(json).ok().filter(|_| json.starts_with('{'))?;
    let named = members.iter().find(|(key, _)| PAIR_NAMES.contains(&key.to_lowercase().as_str()))?;
    let name: String = serde_json::from_str(named.1.get()).ok().filter(|name: &String| is_it(name))?;
    let value = members.iter().find(|(key, _)| *key != named.0)?;
    Some((name, value.1.get().to_owned()))
}

/// An address that carries a click id or a campaign in its query.
fn is_tracked_url(json: &str) -> bool {
    let Some(text) = json.strip_prefix('"').filter(|text| text.contains("://")) else { return false };
    let Some((_, query)) = text.split_once('?') else { return false };
    query.split(['&', '#', '?']).filter_map(|part| part.split_once('=')).any(|(name, _)| is_mark(name))
}

fn push_member(text: &mut String, open: char, name: &str, value: &str) {
    push_separator(text, open);
    text.push_str(&serde_json::Value::from(name).to_string());
    text.push(':');
    text.push_str(value);
}

fn push_separator(text: &mut String, open: char) {
    if !(text.len() == 1 && text.starts_with(open)) {
        text.push(',');
    }
}

/// In the order of the text.
#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Split, is_attribution, is_mark, members, object, split};

    /// Every name that is known to come, in some of the spellings in which it comes.
    const SENT: &[&str] = &[
        "campaign_id",
        "gcl_id",
        "gclid",
        "GCLID",
        "adgroup_id",
        "Ad Group ID",
        "creative_id",
        "form_id",
        "asset_group_id",
        "api_version",
        "fbclid",
        "msclkid",
        "utm_source",
        "UTM Source",
        "utmSource",
        "utm-medium",
        "utm_term",
        "utm_content",
        "utm_id",
        "utm_source_platform",
        "gbraid",
        "wbraid",
        "dclid",
        "ttclid",
        "li_fat_id",
        "twclid",
        "yclid",
        "hsa_cam",
        "_hsenc",
        "fbp",
        "_fbc",
        "_ga",
        "gad_source",
        "lead[gclid]",
        "tracking.campaign_id",
        "hidden_utm_campaign",
        "first_utm_source",
        "landing_page",
        "Landing Page URL",
        "referrer",
        "HTTP_REFERER",
        "adset_name",
        "Campaign",
        "lead_stage",
        "lead_submit_time",
        "mtm_campaign",
        "irclickid",
        "msclkid__c",
        "00N_gclid",
        "lead source",
    ];
    const ANSWERED: &[&str] = &[
        "project_type",
        "roof",
        "utmost",
        "city",
        "Where does it leak?",
        "name",
        "message",
        "address",
        "source",
        "medium",
        "how did you hear about us",
        "budget",
        "id",
        "date",
        "device",
        "add_on",
        "reference",
        "service",
        "terms",
        "content",
        "key",
        "nuclide",
        "",
    ];

    #[test]
    fn what_trackers_send_is_told_from_what_people_say() {
        for name in SENT {
            assert!(is_attribution(name), "{name}");
        }
        for name in ANSWERED {
            assert!(!is_attribution(name) && !is_mark(name), "{name}");
        }
        assert!(is_mark("gclid") && !is_mark("form_id"), "a question may be called form_id");
    }

    #[test]
    fn the_rest_stays_as_it_was_written() {
        let sent = r#"{"n":9007199254740993.10,"gclid":"g","in":{"deep":[{"utm_term":["a"],"b":1e2}]},"list":[{"name":"fbclid","value":"f"},{"name":"roof","value":"flat"}],"page":"https://a.example/?gclid=x&y=1","é\"":null}"#;
        let Split { answers, taken } = split(sent, is_attribution).unwrap();
        let rest =
            r#"{"n":9007199254740993.10,"in":{"deep":[{"b":1e2}]},"list":[{"name":"roof","value":"flat"}],"é\"":null}"#;
        assert_eq!(answers, rest);
        let named: Vec<_> = taken.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            named,
            ["gclid=\"g\"", "utm_term=[\"a\"]", "fbclid=\"f\"", "page=\"https://a.example/?gclid=x&y=1\""]
        );
        assert_eq!(split(rest, is_attribution), None);
        for none in ["", "[", "null", "\"gclid\"", "{}", "[]", "{\"gclid\""] {
            assert_eq!(split(none, is_attribution), None, "{none}");
        }
    }

    #[test]
    fn members_of_one_name_get_numbers() {
        let twice = [("a".to_owned(), "1".to_owned()), ("a".to_owned(), "[2]".to_owned())];
        assert_eq!(object(&twice), r#"{"a":1,"a (2)":[2]}"#);
        assert_eq!(members(r#"{"a":1,"a (2)":[2]}"#).len(), 2);
        assert_eq!(object(&[]), "{}");
    }
}
