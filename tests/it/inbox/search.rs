//! `search`: part of the e-mail in any case, of the name, the place, the need or the phone's digits, or a whole phone number;
//! nothing in it is special.

use serde_json::{Value, json};

use super::leads;
use crate::support::{Provider, Sent, TestApp};

async fn hits(who: &Provider, text: &str) -> Vec<String> {
    let answer = who.get("/api/v1/provider/leads").query(&[("search", text)]).await.expect(200);
    let found = leads(&answer.items());
    assert_eq!(answer.json()["total_count"], found.len(), "{text}");
    found
}

#[tokio::test]
async fn an_email_is_found_by_any_part_in_any_case() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let jose = rita.is_sent(json!({ "contact_email": "José.Müller+roof@Example.com", "contact_phone": null })).await;
    rita.is_sent(json!({ "contact_email": "50%_off@example.net" })).await;
    for text in ["josé.m", "JOSÉ", "MÜLLER+ROOF", "jose\u{301}", "example.com", "ｊｏｓé", " josé ", "@EXAMPLE.COM"]
    {
        assert_eq!(hits(&rita, text).await, [jose.lead.as_str()], "{text}");
    }
    for text in ["jose.", "muller", "com1", "roof@example.comx"] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn nothing_in_a_search_is_special() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let odd = rita.is_sent(json!({ "contact_email": "50%_off@example.net" })).await;
    rita.is_sent_a_lead().await;
    for text in ["0%_", "%_off", "50%_off@example.net"] {
        assert_eq!(hits(&rita, text).await, [odd.lead.as_str()], "{text}");
    }
    for text in [
        "%%%",
        "___",
        "\\\\\\",
        "%25",
        "[a-z]",
        "***",
        "p%n",
        "pers_n",
        "' OR 1=1--",
        "\"; DROP TABLE leads",
        "NEAR(*",
        "a OR b",
        "\\%_",
        "?$1",
    ] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn a_phone_is_found_by_its_digits_however_they_are_written() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ann = rita.is_sent(json!({ "contact_phone": "+1 (555) 123-4567", "contact_email": "ann@example.org" })).await;
    rita.is_sent(json!({ "contact_phone": "+49 30 901820", "contact_email": "berta@example.org" })).await;
    for text in [
        "+1 (555) 123-4567",
        "5551234567",
        "15551234567",
        "５５５ １２３ ４５６７",
        "555.123.4567",
        "555/123 4567",
        "555\u{2011}123\u{a0}4567",
        "123-45",
        "234",
        "(555)",
    ] {
        assert_eq!(hits(&rita, text).await, [ann.lead.as_str()], "{text}");
    }
    for text in ["5551234568", "+1 555 99", "12x345", "555 123 abc"] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
    // Digits are looked for in the e-mail as well, punctuation in the e-mail as it stands.
    let digits = rita.is_sent(json!({ "contact_email": "unit-774@example.org", "contact_phone": null })).await;
    assert_eq!(hits(&rita, "774").await, [digits.lead.as_str()]);
    assert_eq!(hits(&rita, "-774").await, [digits.lead.as_str()]);
    // A phone does not begin where the e-mail ends.
    assert!(hits(&rita, "org1555").await.is_empty());
}

#[tokio::test]
async fn a_name_is_found_whatever_its_case_and_accents() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let named = async |name: &str| rita.is_sent(json!({ "contact_name": name })).await.lead;
    let (bobby, jose) = (named("Bobby  Tables").await, named("José Núñez").await);
    let (lukasz, li, odd) = (named("Łukasz Groß").await, named("王小明先生").await, named("100%_sure \\ Bob").await);
    for (text, found) in [
        ("Bobby", vec![&bobby]),
        ("BOBBY TAB", vec![&bobby]),
        ("jose", vec![&jose]),
        ("JOSÉ NUN", vec![&jose]),
        ("jose\u{301} nu\u{303}ñ", vec![&jose]),
        ("nuñez", vec![&jose]),
        ("lukasz gross", vec![&lukasz]),
        ("小明先", vec![&li]),
        ("0%_s", vec![&odd]),
        ("e \\ b", vec![&odd]),
        ("bob", vec![&odd, &bobby]),
    ] {
        let hits = hits(&rita, text).await;
        let found: Vec<&str> = found.into_iter().map(String::as_str).collect();
        assert_eq!(hits, found, "{text}");
    }
}

#[tokio::test]
async fn a_place_is_found_as_the_row_shows_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let members = json!({ "postal_code": "80211", "form_data": { "City": "Zürich, CO", "project": "Roof" } });
    let lead = rita.is_sent(members).await;
    rita.is_sent_a_lead().await;
    for text in ["zurich", "ZÜRICH, C", "80211", "CO 802"] {
        assert_eq!(hits(&rita, text).await, [lead.lead.as_str()], "{text}");
    }
}

#[tokio::test]
async fn a_need_is_found_as_the_row_shows_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let needing =
        async |email: &str, form: Value| rita.is_sent(json!({ "contact_email": email, "form_data": form })).await;
    let form = json!({ "project_type": "Repair a leak", "Where does it leak?": "Über der Küche", "age": "9" });
    let leak = needing("leak@example.org", form).await;
    let long = json!({ "details": format!("{} the end of it", "So much is broken. ".repeat(6)) });
    let long = needing("long@example.org", long).await;
    rita.is_sent(json!({ "contact_name": "Nothing Needed", "form_data": {} })).await;
    for (text, found) in [
        ("REPAIR A L", vec![&leak]),
        ("kuche", vec![&leak]),
        ("leak · über", vec![&leak]),
        ("much is br", vec![&long]),
        ("end of it", vec![]),
        ("nothing needed repair", vec![]),
    ] {
        let found: Vec<&str> = found.into_iter().map(|sent: &Sent| sent.lead.as_str()).collect();
        assert_eq!(hits(&rita, text).await, found, "{text}");
    }
    // What its person corrects takes nothing of it away; an erasure takes all.
    let later = json!({ "contact_email": "leak@example.org", "contact_phone": "+13035559001", "form_data": {} });
    rita.source.sends(later).await;
    assert_eq!(hits(&rita, "repair a").await, [leak.lead.as_str()]);
    assert_eq!(hits(&rita, "9001").await, [leak.lead.as_str()]);
    app.operator().post_nothing(format!("/api/v1/admin/leads/{leak}/erase")).await.expect(202);
    assert!(hits(&rita, "repair a").await.is_empty());
}

#[tokio::test]
async fn a_phone_is_found_as_it_is_written_in_its_country() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (country, phone, texts) in [
        (
            "GB",
            "020 7183 8750",
            ["020 7183 8750", "+44 (0)20 7183 8750", "0044 20 7183 8750", "02071838750", "7183 87", "020 71"]
                .as_slice(),
        ),
        ("US", "1-800-FLOWERS", &["1-800-FLOWERS", "1800flowers", "(800) 356-9377", "+1 800 356 9377", "800-FLOWERS"]),
        ("AR", "011 15 2345 6789", &["011 15 2345 6789", "+54 9 11 2345 6789", "15 2345", "00 54 9 11 2345-6789"]),
        ("BR", "(21) 99876-5432", &["(21) 99876-5432", "0 15 21 99876-5432", "021 99876 5432", "+55 21 99876-5432"]),
        ("MX", "55 8765 4321", &["55 8765 4321", "+52 1 55 8765 4321", "044 55 8765 4321"]),
        ("US", "650-253-0000 x42", &["650-253-0000 x42", "650 253 0000 ext. 42", "6502530000", "011 1 650 253 0000"]),
        ("IT", "06 6982 1234", &["06 6982 1234", "+39 06 69821234", "0039 06 6982 1234"]),
        ("FR", "٠١ ٤٢ ٧٦ ٤٩ ٧٨", &["01 42 76 49 78", "٠١ ٤٢ ٧٦ ٤٩ ٧٨", "+33 (0)1 42 76 49 78"]),
        ("US", "98712", &["98712"]),
    ] {
        let source = app.new_source(&rita.niche, "json", json!({ "country": country })).await;
        let lead = source.sends(json!({ "contact_phone": phone })).await.expect(201).str("lead_id");
        for text in texts {
            assert_eq!(hits(&rita, text).await, [lead.as_str()], "{text} in {country}");
        }
    }
    for text in ["650-253-0000 x77", "0044 7183", "+44 (0)21 7183 8750", "1-800-FLOWERZ-NOT"] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn an_address_is_found_by_either_form_of_its_domain() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = ["jo@münchen.de", "an@xn--mnchen-3ya.de"].map(|email| json!({ "contact_email": email }));
    let [jo, an] = sent;
    let (jo, an) = (rita.is_sent(jo).await.lead, rita.is_sent(an).await.lead);
    for text in ["MÜNCHEN", "@münchen.de", "xn--mnchen", "@xn--mnchen-3ya.de"] {
        assert_eq!(hits(&rita, text).await, [an.as_str(), jo.as_str()], "{text}");
    }
    assert_eq!(hits(&rita, "jo@xn--mnchen-3ya.de").await, [jo.as_str()]);
    assert_eq!(hits(&rita, "an@münchen.de").await, [an.as_str()]);
    let same = rita.source.sending(&json!({ "contact_email": "JO@xn--mnchen-3ya.de." })).await.expect(201);
    assert_eq!(same.str("status"), "duplicate");
}
