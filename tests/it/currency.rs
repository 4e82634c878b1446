//! Each currency has its own minor unit, wherever money goes in and comes out. A process serves one installation with
//! one currency: so these are programs of their own.

use leadhouse::money::Currency;
use serde_json::{Value, json};

use crate::support::program::{Program, get, post};

/// The program with this currency, a person of the back office, and where it listens.
struct Installation {
    program: Program,
    token: String,
    address: String,
    _serving: crate::support::program::Running,
}

impl Installation {
    async fn of(currency: &str) -> Self {
        let program = Program::on_an_empty_database().await;
        program.run(&["migrate", "--currency", currency]).well();
        let in_force = ["--currency", currency];
        program
            .run(&[&["user", "add", "--email", "rita@example.com", "--role", "admin"], &in_force[..]].concat())
            .well();
        let token = program.run(&[&["token", "create", "--user", "rita@example.com"], &in_force[..]].concat()).well();
        let mut serving = program.serves(&in_force);
        let address = serving.address();
        Self { program, token: token.trim_end().to_owned(), address, _serving: serving }
    }

    fn posts(&self, path: &str, body: &Value) -> (u16, Value) {
        let headers = format!("authorization: Bearer {}\r\nidempotency-key: {}\r\n", self.token, unique());
        let (status, body) = post(&self.address, &format!("/api/v1/admin{path}"), &headers, body).unwrap();
        (status, serde_json::from_str(&body).unwrap())
    }

    fn makes(&self, path: &str, body: &Value) -> String {
        let (status, made) = self.posts(path, body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    fn reads(&self, path: &str) -> String {
        let (status, body) = get(&self.address, &format!("/api/v1/admin{path}"), &self.token);
        assert_eq!(status, 200, "{body}");
        body
    }
}

fn unique() -> String {
    leadhouse::id::new_uuid(leadhouse::clock::Clock::default().now()).to_string()
}

#[tokio::test]
async fn amounts_have_the_decimals_of_their_currency() {
    for (currency, price, credit, left, refused, says) in [
        ("JPY", "1250", "5000", "3750", ["0.5", "1250.01", "10000001"], "without decimals"),
        ("KWD", "12.345", "10000000.0", "9999987.655", ["0.0005", "12.3456", "10000000.001"], "3 decimals"),
        ("HUF", "12.5", "20.25", "7.75", ["0.005", "12.345", "10000000.01"], "2 decimals"),
    ] {
        let installation = Installation::of(currency).await;
        let amount = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        let niche = installation.makes("/niches", &json!({ "name": "Roofing" }));
        let level = installation.makes("/competition-levels", &json!({ "name": "Exclusive", "max_providers": 1 }));
        let provider = installation.makes("/providers", &json!({ "name": "Rita's", "email": "r@example.com" }));
        let credits = format!("/providers/{provider}/credits");
        for wrong in refused {
            let (status, answer) = installation.posts(&credits, &json!({ "amount": amount(wrong) }));
            let detail = answer["errors"][0]["detail"].as_str().unwrap_or_default().to_owned();
            assert_eq!(status, 422, "{wrong} {currency}: {answer}");
            assert!(detail.contains(says) || wrong.starts_with("10000000.0") || wrong == "10000001", "{detail}");
        }
        installation.makes(&credits, &json!({ "amount": amount(credit) }));
        let terms = json!({ "niche_id": niche, "competition_level_id": level, "price": amount(price) });
        installation.makes(&format!("/providers/{provider}/subscriptions"), &terms);
        let (_, source) =
            installation.posts("/sources", &json!({ "name": "Form", "niche_id": niche, "format": "json" }));
        let intake = format!("/api/v1/intake/{}", source["key"].as_str().unwrap());
        let lead = json!({ "contact_name": "Ann", "contact_email": "ann@example.com" });
        let (status, answer) = post(&installation.address, &intake, "", &lead).unwrap();
        assert!(status == 201 && answer.contains("\"assigned\""), "{status} {answer}");

        let ledger = installation.reads(&format!("/providers/{provider}/ledger"));
        for exact in [format!("\"amount\":-{price},"), format!("\"balance_after\":{left},")] {
            assert!(ledger.contains(&exact), "no {exact} in {ledger}");
        }
        assert!(installation.reads(&format!("/providers/{provider}")).contains(&format!("\"balance\":{left},")));
        let leads = installation.reads("/leads");
        assert!(leads.contains(&format!("\"currency\":\"{currency}\"")) || leads.contains("items"), "{leads}");
        installation.program.run(&["verify", "--currency", currency]).well();
    }
}

#[tokio::test]
async fn a_mail_is_previewed_in_the_currency_in_force() {
    let program = Program::on_an_empty_database().await;
    for (currency, digits) in [("JPY", 0), ("USD", 2), ("KWD", 3)] {
        assert_eq!(Currency::read(currency).unwrap().digits(), digits);
        let mail = program.run(&["mail", "preview", "provider_new_lead", "--currency", currency]).well();
        let line = mail.lines().find(|line| line.starts_with("Price:")).unwrap();
        let amount = line.trim_end_matches(currency).trim_end().rsplit(' ').next().unwrap();
        let decimals = amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert!(line.ends_with(currency) && decimals == usize::from(digits), "{line}");
    }
}

#[tokio::test]
async fn what_is_no_currency_stops_the_start() {
    let program = Program::on_an_empty_database().await;
    for wrong in ["QQQ", "XXX", "XTS", "XAU", "jpy", "DEM", "dollars", "$", ""] {
        for args in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["worker", "--once"], &["verify"]] {
            let ran = program.run(&[args, &["--currency", wrong]].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{wrong:?}: {ran:?}");
            assert!(ran.stderr.starts_with("leadhouse: CURRENCY"), "{wrong:?}: {ran:?}");
        }
    }
}

#[tokio::test]
async fn a_currency_that_was_withdrawn_begins_no_installation() {
    let program = Program::on_an_empty_database().await;
    for (withdrawn, by) in [("BGN", "EUR"), ("HRK", "EUR"), ("SLL", "SLE")] {
        let line = program.run(&["migrate", "--currency", withdrawn]).failed();
        assert!(line.contains("CURRENCY") && line.contains(by), "{line}");
    }
    program.run(&["migrate", "--currency", "EUR"]).well();
    program.execute("UPDATE house SET currency = 'BGN'").await;
    program.run(&["migrate", "--currency", "BGN"]).well();
    let line = program.run(&["serve", "--listen", "127.0.0.1:0", "--currency", "EUR"]).failed();
    assert!(line.contains("BGN") && line.contains("EUR"), "an old installation goes on with what it has: {line}");
}

/// Such an installation has no money yet: it is kept as the currency is divided.
#[tokio::test]
async fn an_old_installation_without_money_takes_its_currencys_unit() {
    let program = Program::on_an_empty_database().await;
    program.run(&["migrate", "--currency", "JPY"]).well();
    program.execute("UPDATE house SET minor_digits = 2").await;
    program.run(&["migrate", "--currency", "JPY"]).well();
    assert_eq!(program.one::<i64>("SELECT minor_digits FROM house").await, 0);
}
