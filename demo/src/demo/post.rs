//! Leads as they are posted: the body a form or Google would send.

use leadhouse::intake::{Format, Source};
use serde_json::{Map, Value, json};

use super::people::Person;
use super::trade::{Trade, answers};
use crate::random::Random;

/// The body of the `n`-th lead, for this source.
pub fn body(source: &Source, trade: &Trade, person: &Person, n: u64, is_test: bool, random: &mut Random) -> Value {
    if source.format == Format::GoogleAds {
        google(source, trade, person, n, is_test, random)
    } else {
        ours(trade, person, n, is_test, random)
    }
}

fn ours(trade: &Trade, person: &Person, n: u64, is_test: bool, random: &mut Random) -> Value {
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            body.insert(name.to_owned(), value);
        }
    };
    set("contact_name", json!(person.name));
    set("contact_email", json!(person.email));
    set("contact_phone", json!(person.phone));
    set("postal_code", json!(person.postal_code));
    set("external_id", json!(format!("web-{n:06}")));
    let (source, medium) =
        *random.pick(&[("google", "organic"), ("facebook", "cpc"), ("newsletter", "email"), ("", "")]);
    if !source.is_empty() {
        set("utm_source", json!(source));
        set("utm_medium", json!(medium));
        set("utm_campaign", json!(trade.slug));
        set("referrer_url", json!(format!("https://www.example.com/{}", trade.slug)));
    }
    let mut form_data = answers(trade, random);
    form_data.insert("city".to_owned(), json!(format!("{}, {}", person.city.name, person.city.state)));
    set("form_data", Value::Object(form_data));
    if random.chance(70) {
        let url = format!("https://quotes.example.com/{}", trade.slug);
        let text = format!("I agree to be called about {} by up to five businesses.", trade.niche.to_lowercase());
        set("consent", json!({ "text": text, "url": url, "ip": format!("203.0.113.{}", random.below(256)) }));
    }
    if is_test {
        set("is_test", json!(true));
    }
    Value::Object(body)
}

fn google(source: &Source, trade: &Trade, person: &Person, n: u64, is_test: bool, random: &mut Random) -> Value {
    let column =
        |id: &str, name: &str, value: &str| json!({ "column_id": id, "column_name": name, "string_value": value });
    let mut columns = vec![column("FULL_NAME", "Full Name", person.name)];
    columns.extend(person.email.as_deref().map(|email| column("EMAIL", "User Email", email)));
    columns.extend(person.phone.as_deref().map(|phone| column("PHONE_NUMBER", "User Phone", phone)));
    columns.push(column("POSTAL_CODE", "Postal Code", &person.postal_code));
    columns.push(column("CITY", "City", person.city.name));
    for (question, answer) in answers(trade, random) {
        columns.push(json!({ "column_id": question, "string_value": answer }));
    }
    json!({
        "lead_id": format!("Cj0KCQ{:016x}{n:06}", random.bits()),
        "user_column_data": columns,
        "api_version": "1.0",
        "form_id": 18_698_608_977_i64,
        "campaign_id": 20_000_000_000_i64 + i64::try_from(random.below(6)).unwrap_or(0),
        "adgroup_id": 140_000_000_000_i64 + i64::try_from(random.below(12)).unwrap_or(0),
        "google_key": source.secret,
        "gcl_id": format!("EAIaIQ{:016x}", random.bits()),
        "is_test": is_test,
    })
}
