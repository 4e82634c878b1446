//! The names under which senders say where a lead came from.

/// Whether the value under this name says where a lead came from.
pub fn is_attribution(name: &str) -> bool {
    let last = last_part(name);
    let (whole, plain_last) = (plain(name), plain(last));
    marks(last, &whole) || NAMES.contains(&plain_last.as_str())
}

/// The same for names of questions: only what no question is called.
pub fn is_mark(name: &str) -> bool {
    marks(last_part(name), &plain(name))
}

/// `plain` is the whole name. Asked of each answer of each lead that is read: so nothing is allocated here, and no searcher
/// is built for texts this short.
fn marks(last: &str, plain: &str) -> bool {
    let begins = |with: &&str| last.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    let from_each_letter = || plain.char_indices().filter_map(|(at, _)| plain.get(at..));
    PREFIXES.iter().any(begins)
        || CLICK_IDS.iter().any(|end| plain.ends_with(end))
        || from_each_letter().any(|rest| MARKS.iter().any(|mark| rest.starts_with(mark)))
        || plain.strip_prefix("utm").is_some_and(|rest| rest.len() > 1 && rest != "ost")
}

/// Letters and digits in lower case: `UTM-Source`, `utmSource` and `utm source` are one name.
pub fn plain(name: &str) -> String {
    if name.is_ascii() {
        return name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `gclid` of `lead[gclid]` and of `tracking.gclid`.
fn last_part(name: &str) -> &str {
    let inner = name.trim().trim_end_matches(']');
    inner.rsplit(['[', '.']).find(|part| !part.is_empty()).unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::{is_attribution, is_mark};

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
        "placement",
        "adposition",
        "ad_set",
        "publisher_platform",
        "hubspotutk",
        "_gcl_au",
        "srsltid",
        "campaign_type",
        "first_page_seen",
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
        "landing",
        "page",
        "partner",
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
}
