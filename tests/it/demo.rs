//! The demo: started by somebody who wants to see what this is. It brings its own SQLite, so it is tested once.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

use leadhouse::db::Engine;
use serde_json::Value;

use crate::support::database::engine;
use crate::support::program::{Program, Running, command, get, mode, run};

fn starts(folder: &Path) -> Running {
    starts_with(folder, &["--still"])
}

fn starts_with(folder: &Path, args: &[&str]) -> Running {
    let mut demo = command(&["demo", "--listen", "127.0.0.1:0"]);
    demo.args(args).current_dir(folder).stdout(Stdio::null());
    Running::start(demo)
}

/// Waits until it serves; its address.
fn address(demo: &mut Running) -> String {
    demo.hears(|line| {
        let (_, rest) = line.split_once("listening address=")?;
        rest.split_whitespace().next().map(str::to_owned)
    })
}

fn keys(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("leadhouse-demo/demo.json")).unwrap()).unwrap()
}

fn texts<'a>(of: &'a Value, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| of[name].as_str().unwrap_or_else(|| panic!("no {name} in {of}"))).collect()
}

fn verifies(folder: &Path) {
    let mut verify =
        command(&["verify", "--database-url", "sqlite://leadhouse-demo/leadhouse.db", "--data-dir", "leadhouse-demo"]);
    verify.current_dir(folder);
    run(verify).well();
}

#[test]
fn a_demo_is_believable_and_goes_on_when_it_is_started_again() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = starts(folder.path());
    let at = address(&mut demo);
    let first = keys(folder.path());
    assert_eq!(mode(&folder.path().join("leadhouse-demo/demo.json")), 0o600);
    assert_eq!(texts(&first, &["url"]), [format!("http://{at}")]);
    texts(&first["admin"], &["email", "password", "token"]);
    let (providers, sources) = (first["providers"].as_array().unwrap(), first["sources"].as_array().unwrap());
    assert_eq!((providers.len(), sources.len()), (12, 6));
    for provider in providers {
        let [.., token] = texts(provider, &["id", "name", "email", "password", "token"])[..] else { unreachable!() };
        let (status, me) = get(&at, "/api/v1/provider/me", token);
        let me: Value = serde_json::from_str(&me).unwrap();
        assert_eq!((status, &me["id"]), (200, &provider["id"]));
        assert!(me["counts"]["accepted"].as_i64() > Some(0), "{me}");
    }
    for source in sources {
        let [.., format, key, url] = texts(source, &["id", "name", "format", "key", "url"])[..] else { unreachable!() };
        assert!(["json", "google_ads"].contains(&format));
        assert_eq!(url, format!("http://{at}/api/v1/intake/{key}"));
    }
    assert_eq!(demo.ends_on_sigterm(), Some(0));
    verifies(folder.path());
    has_a_bit_of_everything(folder.path());
    has_returns_of_every_kind(folder.path());

    let mut again = starts(folder.path());
    let at = address(&mut again);
    let second = keys(folder.path());
    assert_eq!((&second["admin"], &second["providers"]), (&first["admin"], &first["providers"]));
    assert_eq!(get(&at, "/api/v1/admin/leads?limit=1", texts(&second["admin"], &["token"])[0]).0, 200);
    has_exports(&at, texts(&second["providers"][0], &["token"])[0]);
    assert_eq!(again.ends_on_sigterm(), Some(0));
    has_a_bit_of_everything(folder.path());
}

/// The first provider's, once the worker has made them.
fn has_exports(at: &str, token: &str) {
    let made = || {
        let (status, exports) = get(at, "/api/v1/provider/exports", token);
        assert_eq!(status, 200, "{exports}");
        let exports: Value = serde_json::from_str(&exports).unwrap();
        let exports = exports["items"].as_array().unwrap().clone();
        exports.iter().all(|export| !["queued", "running"].contains(&texts(export, &["status"])[0])).then_some(exports)
    };
    let exports = std::iter::repeat_with(made).flatten().next().expect("they are made");
    let states: Vec<_> = exports.iter().map(|export| texts(export, &["status"])[0]).collect();
    assert_eq!(states, ["ready", "ready", "failed", "cancelled", "ready"]);
    assert_eq!(exports[1]["truncated"], Value::Bool(true), "{}", exports[1]);
    for ready in exports.iter().filter(|export| export["status"] == "ready") {
        assert!(ready["row_count"].as_i64() > Some(0), "{ready}");
        let path = format!("/api/v1/provider/exports/{}/download", texts(ready, &["id"])[0]);
        if ready["format"] == "csv" {
            assert_eq!(get(at, &path, token).0, 200);
        }
    }
}

fn has_a_bit_of_everything(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("leadhouse-demo/leadhouse.db")).unwrap();
    let count =
        |what: &str| db.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("leads"), 1_500);
    for status in ["assigned", "unmatched", "duplicate", "test"] {
        assert!(count(&format!("leads WHERE status = '{status}'")) >= 15, "{status}");
    }
    for status in ["active", "accepted", "rejected", "refunded"] {
        assert!(count(&format!("lead_assignments WHERE status = '{status}'")) >= 80, "{status}");
    }
    assert!(count("lead_assignments WHERE viewed_at IS NULL") >= 50);
    for reason in ["postal_code", "level", "rotation", "balance", "daily_cap", "monthly_budget"] {
        assert!(count(&format!("lead_traces WHERE trace LIKE '%\"reason\":\"{reason}\"%'")) > 0, "{reason}");
    }
    for sold in 1..=3 {
        let sold = format!("(SELECT 1 FROM lead_assignments GROUP BY lead_id HAVING count(*) = {sold})");
        assert!(count(&sold) > 10, "{sold}");
    }
    assert_eq!(count("leads WHERE contact_phone NOT LIKE '+1___55501__'"), 0, "nobody's real number");
    assert_eq!(count("leads WHERE contact_email NOT LIKE '%example.%'"), 0, "nobody's real address");
    assert!(count("leads WHERE contact_name GLOB '*[^ -~]*'") > 400, "names from everywhere");
    let span = "SELECT (max(received_at) - min(received_at)) / 86400000000 FROM leads";
    assert_eq!(db.query_row(span, [], |row| row.get::<_, i64>(0)).unwrap(), 59);
}

fn has_returns_of_every_kind(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("leadhouse-demo/leadhouse.db")).unwrap();
    let count =
        |what: &str| db.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get::<_, i64>(0)).unwrap();
    for state in ["pending", "approved", "denied"] {
        assert!(count(&format!("returns WHERE state = '{state}'")) >= 25, "{state}");
    }
    assert!(count("returns WHERE appealed_at IS NOT NULL") >= 5);
    assert!(count("returns WHERE note IS NOT NULL") >= 30);
    assert!(count("contact_attempts") >= 30);
}

#[test]
fn the_first_page_is_alive() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = starts_with(folder.path(), &["--every", "1s"]);
    let at = address(&mut demo);
    let keys = keys(folder.path());
    let token = texts(&keys["providers"][0], &["token"])[0];
    let mut socket = TcpStream::connect(&at).unwrap();
    let call = format!("GET /api/v1/provider/events HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {token}\r\n\r\n");
    socket.write_all(call.as_bytes()).unwrap();
    let mut lines = BufReader::new(socket).lines().map_while(Result::ok);
    for _ in 0..2 {
        let lead = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).expect("a lead");
        let lead: Value = serde_json::from_str(&lead).unwrap();
        assert_eq!((&lead["status"], lead["contact_name"].is_string()), (&Value::from("active"), true), "{lead}");
    }
    assert_eq!(demo.ends_on_sigterm(), Some(0));
    verifies(folder.path());
}

/// Whoever looks at the demo for a day does not see it stop for want of money, new leads or none.
#[test]
fn a_business_that_runs_low_pays_in() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = starts_with(folder.path(), &["--still", "--rate-limits", "off"]);
    let at = address(&mut demo);
    let keys = keys(folder.path());
    let source = keys["sources"].as_array().unwrap().iter().find(|source| source["name"] == "Roofing – web form");
    let source = texts(source.expect("a source"), &["key"])[0].to_owned();
    let (admin, summit) = (texts(&keys["admin"], &["token"])[0], texts(&keys["providers"][0], &["id"])[0]);
    let credits = || {
        let (status, ledger) = get(&at, &format!("/api/v1/admin/providers/{summit}/ledger?limit=100"), admin);
        assert_eq!(status, 200, "{ledger}");
        let ledger: Value = serde_json::from_str(&ledger).unwrap();
        let items = ledger["items"].as_array().unwrap().clone();
        let newest = items.iter().find(|entry| entry["kind"] == "credit").map(|entry| entry["id"].clone());
        (newest, items[0]["balance_after"].as_f64().unwrap())
    };
    let (before, mut balance) = credits();
    assert!(balance >= 1_000.0, "it begins with something to spend: {balance}");
    // Until it is low, then until it has paid in.
    let mut sent = 0;
    let paid = std::iter::repeat_with(|| {
        if balance >= 1_000.0 {
            for _ in 0..20 {
                sent += 1;
                sends(&at, &source, sent);
            }
        }
        let (newest, left) = credits();
        balance = left;
        newest
    });
    // So many leads may have been charged since that no credit is on the page.
    let paid = paid.take(100_000).find(|newest| newest.is_some() && *newest != before);
    assert!(paid.is_some(), "{sent} leads, {balance} left");
    assert_eq!(demo.ends_on_sigterm(), Some(0));
    verifies(folder.path());
}

/// Somebody in Denver asks for a roofer.
fn sends(at: &str, source: &str, n: u32) {
    let lead = serde_json::json!({ "contact_name": "Ada Park", "contact_phone": format!("303-55{:05}", 10_000 + n),
                                   "postal_code": "80203", "form_data": { "project_type": "Repair a leak" } });
    let body = lead.to_string();
    let mut socket = TcpStream::connect(at).unwrap();
    let head = format!(
        "POST /api/v1/intake/{source} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let answer = std::io::read_to_string(socket).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

/// What it prints leads straight to a provider's pages, and to the operator's.
#[test]
fn a_link_for_each_role_opens_its_pages() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = command(&["demo", "--still", "--listen", "127.0.0.1:0"]);
    let mut demo = demo.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(demo.stdout.take().unwrap()).lines().map_while(Result::ok);
    for role in ["a provider", "the operator"] {
        let link = said.find_map(|line| line.trim().strip_prefix("http://").map(str::to_owned)).expect(role);
        let (at, path) = link.split_once('/').unwrap();
        let (status, page) = get(at, &format!("/{path}"), "");
        assert_eq!(status, 200, "{role}: {page}");
        assert!(page.contains("action=\"/sign-in/link\""), "{role}: {page}");
    }
    demo.kill().unwrap();
    demo.wait().unwrap();
}

#[test]
fn keys_that_were_lost_are_made_anew() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = starts(folder.path());
    address(&mut demo);
    assert_eq!(demo.ends_on_sigterm(), Some(0));
    let lost = keys(folder.path());
    std::fs::remove_file(folder.path().join("leadhouse-demo/demo.json")).unwrap();

    let mut demo = starts(folder.path());
    let at = address(&mut demo);
    let made = keys(folder.path());
    assert_eq!(made["admin"]["password"], lost["admin"]["password"], "a password is what it was");
    assert_ne!(made["admin"]["token"], lost["admin"]["token"]);
    for (before, now) in lost["providers"].as_array().unwrap().iter().zip(made["providers"].as_array().unwrap()) {
        assert_eq!((&before["id"], &before["password"]), (&now["id"], &now["password"]));
        assert_eq!(get(&at, "/api/v1/provider/me", texts(now, &["token"])[0]).0, 200);
    }
    drop(demo);
    verifies(folder.path());
}

#[test]
fn a_demo_killed_while_it_was_made_begins_anew() {
    if engine() == Engine::Postgres {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut demo = starts(folder.path());
    demo.hears(|line| line.starts_with("Making sixty days").then_some(()));
    demo.kill();
    let mut demo = starts(folder.path());
    address(&mut demo);
    assert_eq!(demo.ends_on_sigterm(), Some(0));
    verifies(folder.path());
    has_a_bit_of_everything(folder.path());
}

#[tokio::test]
async fn a_port_that_is_taken_is_one_line_and_leaves_no_folder_half_full() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let program = Program::on_an_empty_database().await;
    let data = folder.path().join("data");
    let address = taken.local_addr().unwrap().to_string();
    let line = program.run(&["demo", "--listen", &address, "--data", data.to_str().unwrap()]).failed();
    assert!(line.contains(&address), "{line}");
    assert!(!data.join("leadhouse.db").exists());
}
