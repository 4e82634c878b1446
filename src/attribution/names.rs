//! The names under which senders say where a lead came from.

/// Parts of a name that nobody's question has, whatever stands around them (`first_utm_source`, `lead[gclid]`): those that
/// begin with this letter.
fn marks_from(letter: u8) -> &'static [&'static str] {
    match letter {
        b'a' => &["adgroupid"],
        b'c' => &["campaignid"],
        b'f' => &["fbclid", "firsttouch"],
        b'g' => &["gbraid", "gclid", "gclsrc"],
        b'h' => &["hsctatracking"],
        b'l' => &["landingpage", "lasttouch", "lifatid"],
        b'm' => &["msclkid"],
        b'u' => &["utmcampaign", "utmcontent", "utmid", "utmmedium", "utmsource", "utmterm"],
        b'w' => &["wbraid"],
        _ => &[],
    }
}
/// How the names of click ids end: `dclid`, `ttclid`, `twclid`, `irclickid`, and those that are still to come.
const CLICK_IDS: &[&str] = &["clid", "clkid", "clickid"];
/// What trackers begin their names with.
const PREFIXES: &[&str] =
    &["utm_", "utm-", "hsa_", "mtm_", "pk_", "matomo_", "piwik_", "gad_", "_hs", "_fb", "_ga", "_gl", "__utm"];
/// Names that mean nothing else, without case, blanks and punctuation; in order.
const NAMES: &[&str] = &[
    "adcampaign",
    "adcontent",
    "adcreative",
    "adcreativeid",
    "adgroup",
    "adgroupname",
    "adid",
    "adkeyword",
    "admedium",
    "adname",
    "adposition",
    "adset",
    "adsetid",
    "adsetname",
    "adsource",
    "affid",
    "affiliateid",
    "affsub",
    "apiversion",
    "assetgroupid",
    "attribution",
    "campaign",
    "campaigncontent",
    "campaignmedium",
    "campaignname",
    "campaignsource",
    "campaignterm",
    "campaigntype",
    "clickid",
    "creative",
    "creativeid",
    "creativename",
    "documentreferrer",
    "efid",
    "entrypage",
    "epik",
    "fbc",
    "fbp",
    "feeditemid",
    "firstpageseen",
    "formid",
    "gaclient",
    "gaclientid",
    "gadcampaignid",
    "gadsource",
    "gasessionid",
    "gclau",
    "httpreferer",
    "httpreferrer",
    "hubspotutk",
    "hutk",
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
    "pageid",
    "placement",
    "publisherid",
    "publisherplatform",
    "rdtcid",
    "referer",
    "refererurl",
    "referrer",
    "referrerurl",
    "sccid",
    "sessionsource",
    "skwcid",
    "sourcemedium",
    "srsltid",
    "subid",
    "subid1",
    "subid2",
    "subid3",
    "subid4",
    "subid5",
    "subsource",
    "targetid",
    "trafficsource",
    "trafficsourcetype",
    "ttp",
    "utm",
    "utmcontent",
    "veroid",
    "wickedid",
];

/// Whether the value under this name says where a lead came from.
pub fn is_attribution(name: &str) -> bool {
    let (last, whole) = (last_part(name), plain(name));
    let is_name = |plain: &str| NAMES.binary_search(&plain).is_ok();
    marks(last, &whole) || if last.len() == name.len() { is_name(&whole) } else { is_name(&plain(last)) }
}

/// The same for names of questions: only what no question is called.
pub fn is_mark(name: &str) -> bool {
    marks(last_part(name), &plain(name))
}

/// `plain` is the whole name. Asked of each answer of each lead that is read: so nothing is allocated here, no searcher is
/// built for texts this short, and most letters are told from the beginning of a mark by themselves.
fn marks(last: &str, plain: &str) -> bool {
    let begins = |with: &&str| last.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    PREFIXES.iter().any(begins)
        || CLICK_IDS.iter().any(|end| plain.ends_with(end))
        || (0..plain.len()).any(|at| plain.as_bytes().get(at..).is_some_and(begins_with_mark))
        || plain.strip_prefix("utm").is_some_and(|rest| rest.len() > 1 && rest != "ost")
}

fn begins_with_mark(rest: &[u8]) -> bool {
    let marks = rest.first().map_or(&[][..], |letter| marks_from(*letter));
    // A second letter tells most of what the first one does not.
    marks.iter().any(|mark| rest.get(1) == mark.as_bytes().get(1) && rest.starts_with(mark.as_bytes()))
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
    use super::{NAMES, is_attribution, is_mark};

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
    fn the_names_are_in_order() {
        assert!(NAMES.is_sorted(), "they are searched in halves");
    }

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
