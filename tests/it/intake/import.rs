//! `leadhouse import`: rows of a file become leads as if they had been posted, each once.

use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::program::{Ran, Running, command, run};
use crate::support::{Provider, Source, TestApp};

const LEADS: &str = "SELECT count(*) FROM leads";

/// The command on the app's database.
fn importing(app: &TestApp, source: &Source, file: &Path, flags: &[&str]) -> std::process::Command {
    let mut import = command(&["import", file.to_str().expect("a path"), "--source", &source.key]);
    import.args(flags).env("DATABASE_URL", app.database_url()).env("RUST_LOG", "warn");
    import
}

fn imports(app: &TestApp, source: &Source, content: impl AsRef<[u8]>, flags: &[&str]) -> Ran {
    let file = app.data().join("leads.csv");
    std::fs::write(&file, content).expect("a file");
    run(importing(app, source, &file, flags))
}

/// What the report says of each row: line, outcome.
fn outcomes(ran: &Ran) -> Vec<(String, String)> {
    let rows = ran.stdout.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect::<Vec<_>>());
    rows.map(|cells| (cells[0].clone(), cells[1].clone())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(line, outcome)| ((*line).to_owned(), (*outcome).to_owned())).collect()
}

async fn count(app: &TestApp) -> i64 {
    app.read(|read| read.one::<(i64,)>(LEADS, &[])).await.0
}

async fn lead_of(app: &TestApp, ran: &Ran, line: &str) -> Value {
    let row = ran.stdout.lines().find(|row| row.starts_with(&format!("{line},"))).expect("its row").to_owned();
    let id = row.split(',').nth(2).expect("an id").to_owned();
    app.operator().get(format!("/api/v1/admin/leads/{id}")).await.expect(200).json()
}

async fn house() -> (TestApp, Provider, Source) {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = rita.source.clone();
    (app, rita, source)
}

const FILE: &str = "FULL NAME;Email;phone number;Postal_Code;Project;consent[ip];Is Test\r\n\
    Ann Lee;ann@example.org;(303) 555-0101;80211;\"Roof; with \"\"slate\"\"\r\nand a gutter\";192.0.2.1;\r\n\
    \r\n\
    Nobody;;;;;;\r\n\
    Bob Roe;not an address;;;;;\r\n\
    Ann Lee;ANN@example.org;;80211;\"Roof; with \"\"slate\"\"\r\nand a gutter\";192.0.2.1;\r\n\
    Tess;tess@example.org;;;;;yes\r\n\
    Cut;cut@example.org;;;a;b;;c\r\n\
    Zoë;zoe@example.org;;;;;no\r\n";

#[tokio::test]
async fn good_rows_become_leads_and_bad_ones_are_named() {
    let (app, rita, source) = house().await;
    let ran = imports(&app, &source, FILE, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        outcomes(&ran),
        pairs(&[
            ("2", "assigned"),
            ("5", "refused"),
            ("6", "refused"),
            ("7", "duplicate"),
            ("9", "test"),
            ("10", "refused"),
            ("11", "assigned"),
        ])
    );
    let said: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[0].starts_with("line 5: contact_email: "), "{said:?}");
    assert!(said[1].starts_with("line 6: contact_email: must be an e-mail address"), "{said:?}");
    assert!(said[2].starts_with("line 10: row: it has 8 cells and the first line has 7"), "{said:?}");
    assert_eq!(said[3], "7 rows: 4 became leads (2 assigned, 1 duplicate, 1 test), 3 refused.");
    let ann = lead_of(&app, &ran, "2").await;
    assert_eq!(
        (&ann["contact_name"], &ann["contact_phone"], &ann["postal_code"], &ann["consent"]),
        (&json!("Ann Lee"), &json!("+13035550101"), &json!("80211"), &json!({ "ip": "192.0.2.1" }))
    );
    assert_eq!(ann["form_data"], json!({ "Project": "Roof; with \"slate\"\r\nand a gutter" }));
    assert_eq!(lead_of(&app, &ran, "11").await["contact_name"], "Zoë");
    assert_eq!(rita.me().await["counts"]["active"], 2);
    // The same file again: nothing twice, and what was wrong still is.
    let again = imports(&app, &source, FILE, &[]);
    assert_eq!((again.code, count(&app).await), (Some(1), 4));
    let before: Vec<_> = outcomes(&again).into_iter().map(|(_, outcome)| outcome).collect();
    let (done, bad) = ("imported before", "refused");
    assert_eq!(before, [done, bad, bad, done, done, bad, done]);
    // It is another file once its rows are put right: who was sold is a duplicate.
    let mended = imports(&app, &source, FILE.replace("Bob Roe;not an address", "Bob Roe;bob@example.org"), &[]);
    let (line, outcome) = &outcomes(&mended)[2];
    assert_eq!((line.as_str(), outcome.as_str()), ("6", "assigned"));
    assert_eq!(rita.me().await["counts"]["active"], 3);
    // In a source of another format a row is read all the same.
    let google = app.new_source(&rita.niche, "google_ads", json!({})).await;
    assert_eq!(imports(&app, &google, "Email\nnew@example.org\n", &[]).code, Some(0));
}

#[tokio::test]
async fn a_dry_run_says_what_would_become_and_stores_nothing() {
    let (app, rita, source) = house().await;
    let ran = imports(&app, &source, FILE, &["--dry-run"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let all: Vec<String> = outcomes(&ran).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(all, ["assigned", "refused", "refused", "duplicate", "test", "refused", "assigned"]);
    assert!(ran.stderr.ends_with("3 refused. Nothing was stored.\n"), "{ran:?}");
    assert_eq!((count(&app).await, &rita.me().await["counts"]["active"]), (0, &json!(0)));
    let imported = imports(&app, &source, FILE, &[]);
    assert_eq!(imported.code, Some(1));
    let ran = imports(&app, &source, FILE, &["--dry-run"]);
    assert_eq!(outcomes(&ran)[0].1, "imported before");
}

#[tokio::test]
async fn any_common_encoding_and_delimiter_is_read() {
    let (app, _rita, source) = house().await;
    for (n, delimiter) in [',', ';', '\t', '|'].into_iter().enumerate() {
        let text = |name: &str| {
            format!(
                "First Name{delimiter}Last Name{delimiter}Email{delimiter}Größe\nZoë{delimiter}{name}{delimiter}{name}{n}@example.org{delimiter}1 €\n"
            )
        };
        let wide = |text: String| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let latin = |text: String| {
            text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).expect("Latin-1") }).collect()
        };
        let files: [(&str, Vec<u8>); 4] = [
            ("plain", text("plain").into_bytes()),
            ("marked", format!("\u{feff}{}", text("marked")).into_bytes()),
            ("wide", wide(format!("\u{feff}{}", text("wide")))),
            ("latin", latin(text("latin"))),
        ];
        for (name, bytes) in files {
            let ran = imports(&app, &source, bytes, &[]);
            assert_eq!(ran.code, Some(0), "{name} {ran:?}");
            let lead = lead_of(&app, &ran, "2").await;
            assert_eq!(
                (&lead["contact_name"], &lead["form_data"]),
                (&json!(format!("Zoë {name}")), &json!({ "Größe": "1 €" }))
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_table_of_leads_is_refused_in_one_line() {
    let (app, _rita, source) = house().await;
    for (content, why) in [
        (&b""[..], "empty"),
        (b"PK\x03\x04...", "workbook"),
        (b"City;Roof\nDenver;slate\n", "Full Name, Email, Phone Number"),
    ] {
        let line = imports(&app, &source, content, &[]).failed();
        assert!(line.contains("leads.csv") && line.contains(why), "{line}");
    }
    let mut unknown = source.clone();
    "no such key".clone_into(&mut unknown.key);
    let line = imports(&app, &unknown, "Email\na@example.org\n", &[]).failed();
    assert!(line.contains("--source") && !line.contains("no such key"), "{line}");
    let missing = run(importing(&app, &source, Path::new("/nowhere/leads.csv"), &[])).failed();
    assert!(missing.contains("/nowhere/leads.csv"), "{missing}");
    // NULs, and rows of nothing but quotes.
    let ran =
        imports(&app, &source, b"Email,Note\na@example.org,a\0b\n\"\",\"\"\n\"b@example.org,x\nc@example.org,\n", &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(outcomes(&ran), pairs(&[("2", "assigned"), ("4", "refused"), ("5", "assigned")]));
    assert!(ran.stderr.contains("line 4: row: a quote in it is never closed"), "{ran:?}");
}

#[tokio::test]
async fn an_import_that_was_killed_is_taken_up_where_it_ended() {
    let (app, rita, source) = house().await;
    let mut text = "Email,Phone Number,External ID\n".to_owned();
    for n in 0..640 {
        let id = if n % 2 == 0 { format!("row-{n}") } else { String::new() };
        writeln!(text, "p{n}@example.org,,{id}").expect("a text");
    }
    let file = app.data().join("many.csv");
    std::fs::write(&file, text).expect("a file");
    for _ in 0..2 {
        let mut import = importing(&app, &source, &file, &[]);
        import.stdout(Stdio::null());
        let running = Running::start(import);
        let begun = count(&app).await;
        for _ in 0..100_000 {
            if count(&app).await > begun {
                break;
            }
        }
        running.kill();
    }
    let begun = count(&app).await;
    assert!(begun > 0 && begun < 640, "{begun}");
    let ran = run(importing(&app, &source, &file, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!((outcomes(&ran).len(), count(&app).await), (640, 640));
    let before = outcomes(&ran).iter().filter(|(_, outcome)| outcome == "imported before").count();
    assert!(i64::try_from(before).is_ok_and(|before| before >= begun), "{before} {begun}");
    assert_eq!(rita.me().await["counts"]["active"], 640);
    assert_eq!(lead_of(&app, &ran, "641").await["status"], "assigned");
}
