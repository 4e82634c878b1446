//! An installation restored from a backup: nobody who was erased since is in it, nothing that ended since is alive,
//! nothing is sent twice; and the database that was there goes whole or stays.

use std::path::Path;

use leadhouse::accounts;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;
use leadhouse::id::{UserId, parse_uuid};
use leadhouse::intake::jobs::erase_listed;
use serde_json::json;

use super::{backup_of, count, names, on};
use crate::leads_admin::LEADS;
use crate::support::database::engine;
use crate::support::program::{Program, command_by};
use crate::support::{Answer, Provider, TestApp};

const CANARY: &str = "kanarienvogel";

async fn is_sent_the_canary(rita: &Provider) -> String {
    let members = json!({ "contact_name": CANARY, "contact_email": format!("{CANARY}@example.com") });
    rita.source.sends(members).await.expect(201).str("lead_id")
}

async fn erase(app: &TestApp, lead: &str) {
    app.operator().post_nothing(format!("{LEADS}/{lead}/erase")).once(lead).await.expect(202);
    app.run_jobs().await;
}

fn holds_the_canary(file: &Path) -> bool {
    std::fs::read(file).unwrap().windows(CANARY.len()).any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()))
}

#[tokio::test]
async fn who_was_erased_after_the_backup_is_erased_in_it_by_the_storages_list() {
    if engine() == Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (lead, other) = (is_sent_the_canary(&rita).await, rita.is_sent_a_lead().await);
    app.run_jobs().await;
    let (folder, file) = backup_of(&app).await;
    let after = is_sent_the_canary(&rita).await;
    erase(&app, &lead).await;
    erase(&app, &after).await;
    assert!(holds_the_canary(&file));

    let installation = folder.path().join("house.db");
    let name = file.display().to_string();
    let ran = on(&installation, app.data(), &["restore", &name]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stderr.contains("1 leads"), "{ran:?}");
    assert_eq!(names(folder.path()), ["house.backup", "house.db"], "one file, whole by itself");
    assert!(!holds_the_canary(&installation));
    on(&installation, app.data(), &["verify"]).well();
    let erased = count(&installation, "SELECT count(*) FROM leads WHERE erased_at IS NOT NULL");
    let there = count(&installation, "SELECT count(*) FROM leads WHERE erased_at IS NULL");
    assert_eq!((erased, there), (1, 1), "{} is there", other.lead);
    let refunds = "SELECT count(*) FROM ledger_entries WHERE kind = 'refund'";
    assert_eq!(count(&installation, refunds), 1, "undecided, it is refunded in the restored installation too");
    let told = "SELECT count(*) FROM audit_entries WHERE action = 'house.restored'";
    assert_eq!(count(&installation, told), 1);
}

#[tokio::test]
async fn what_ended_since_is_not_alive_again_and_nothing_is_sent_twice() {
    if engine() == Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = is_sent_the_canary(&rita).await;
    let token = async |name: &str| {
        let path = format!("/api/v1/admin/providers/{}/tokens", rita.id);
        app.operator().post(path, &json!({})).once(name).await.expect(201)
    };
    let (kept, revoked) = (token("kept").await, token("revoked").await);
    let admin = UserId(parse_uuid(&app.admin_id).unwrap());
    app.write(move |tx| accounts::sign_in(tx, admin, "a browser").map(drop)).await.unwrap();
    let (folder, file) = backup_of(&app).await;
    let name = file.display().to_string();
    assert_eq!(count(&file, "SELECT count(*) FROM mails WHERE state = 'queued'"), 1, "nobody has worked it");
    erase(&app, &lead).await;
    app.operator().delete(format!("/api/v1/admin/tokens/{}", revoked.str("id"))).await.expect(204);
    // What is replaced; the storage with the list of erasures is gone.
    let (_later, later) = backup_of(&app).await;
    let installation = folder.path().join("house.db");
    std::fs::copy(later, &installation).unwrap();
    let nothing = tempfile::tempdir().unwrap();
    let there = std::fs::read(&installation).unwrap();
    let line = on(&installation, nothing.path(), &["restore", &name]).failed();
    assert!(line.contains("--force"), "{line}");
    assert!(std::fs::read(&installation).unwrap() == there, "not touched");

    let ran = on(&installation, nothing.path(), &["restore", &name, "--force"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let elsewhere = nothing.path().display().to_string();
    let told = ran.stderr.replace(&folder.path().display().to_string(), "[folder]");
    insta::assert_snapshot!(told.replace(&elsewhere, "[elsewhere]"));
    on(&installation, nothing.path(), &["verify"]).well();
    assert!(!holds_the_canary(&installation), "the replaced database knew");
    assert_eq!(count(&installation, "SELECT count(*) FROM tokens WHERE kind = 'session' AND revoked_at IS NULL"), 0);
    let alive = |token: &Answer| {
        let id = token.str("id").replace('-', "");
        count(&installation, &format!("SELECT count(*) FROM tokens WHERE id = x'{id}' AND revoked_at IS NULL"))
    };
    assert_eq!((alive(&kept), alive(&revoked)), (1, 0));
    let mails = |state: &str| count(&installation, &format!("SELECT count(*) FROM mails WHERE state = '{state}'"));
    assert_eq!((mails("queued"), mails("sent"), mails("dead")), (0, 0, 1));
    on(&installation, nothing.path(), &["worker", "--once"]).well();
    assert!(!nothing.path().join("mail").exists(), "nothing went");
    on(&installation, nothing.path(), &["verify"]).well();

    on(&installation, nothing.path(), &["restore", &name, "--force", "--send-queued", "--revoke-tokens"]).well();
    assert_eq!(
        (mails("queued"), mails("dead"), alive(&kept)),
        (1, 0, 0),
        "an erased lead's own mail is not among them"
    );
    on(&installation, nothing.path(), &["verify"]).well();
}

#[tokio::test]
async fn the_list_is_gone_through_before_anybody_is_served() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let [first, second] = [is_sent_the_canary(&rita).await, rita.is_sent_a_lead().await.lead];
    assert_eq!(erase_listed(&app.app.db, &app.app.files).await.unwrap(), 0);
    // What another installation of the same storage wrote, before this one went back in time.
    let at = |seconds: i64| app.clock.now().as_micros() + seconds * 1_000_000;
    let unknown = leadhouse::id::new_uuid(app.clock.now());
    for (at, lead) in [(at(0), first.as_str()), (at(1), unknown.to_string().as_str())] {
        app.app.files.mark(&format!("erased/{at:018}-{lead}")).await.unwrap();
    }
    assert_eq!(erase_listed(&app.app.db, &app.app.files).await.unwrap(), 1);
    assert_eq!(erase_listed(&app.app.db, &app.app.files).await.unwrap(), 0, "once");
    assert_eq!(app.audit_of(&first).await, ["lead.received", "lead.erased"]);
    assert_eq!(app.audit_of(&second).await, ["lead.received"]);
    // A list that is late by some hours is read all the same.
    app.app.files.mark(&format!("erased/{:018}-{second}", at(-3_600))).await.unwrap();
    assert_eq!(erase_listed(&app.app.db, &app.app.files).await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_put_in_place_by_hand_is_gone_through_at_the_start() {
    if engine() == Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = is_sent_the_canary(&rita).await;
    let (folder, file) = backup_of(&app).await;
    erase(&app, &lead).await;
    let ran = on(&file, app.data(), &["worker", "--once"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("erased again"), "{ran:?}");
    assert_eq!(count(&file, "SELECT count(*) FROM leads WHERE erased_at IS NULL"), 0);
    on(&file, folder.path(), &["verify"]).well();
}

fn file_of(program: &Program) -> &Path {
    let DatabaseUrl::Sqlite(file) = &program.url else { panic!("no SQLite") };
    file
}

#[tokio::test]
async fn what_is_no_backup_of_this_installation_is_refused_and_the_database_stays() {
    if engine() == Engine::Postgres {
        return;
    }
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.backup");
    program.run(&["seed", "--providers", "5", "--assignments", "2000"]).well();
    program.run(&["backup", &good.display().to_string()]).well();
    let there = std::fs::read(file_of(&program)).unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let change = |sql: &str| rusqlite::Connection::open(folder.path().join("bad")).unwrap().execute_batch(sql).unwrap();
    let as_it_is = |content: &[u8]| std::fs::write(folder.path().join("bad"), content).unwrap();
    let refused = |args: &[&str]| {
        let bad = folder.path().join("bad").display().to_string();
        let line = program.run(&[&["restore", &bad, "--force"], args].concat()).failed();
        assert!(std::fs::read(file_of(&program)).unwrap() == there, "the database is as it was: {line}");
        line
    };
    as_it_is(b"");
    assert!(refused(&[]).contains("no Leadhouse"));
    as_it_is(b"no database at all");
    assert!(refused(&[]).contains("no Leadhouse"));
    as_it_is(&bytes[..bytes.len() / 2]);
    assert!(refused(&[]).contains("bad is damaged"));
    let mut turned = bytes.clone();
    turned[bytes.len() / 2..bytes.len() / 2 + 64].fill(0xff);
    as_it_is(&turned);
    assert!(refused(&[]).contains("bad is damaged"));
    as_it_is(&bytes);
    change("UPDATE house SET currency = 'EUR'");
    assert!(refused(&[]).contains("EUR"));
    as_it_is(&bytes);
    change(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         SELECT 999, 'of_tomorrow', applied_on, checksum FROM refinery_schema_history WHERE version = 1",
    );
    assert!(refused(&[]).contains("schema 999"));
    as_it_is(&bytes);
    std::fs::write(folder.path().join("bad-wal"), "a log").unwrap();
    assert!(refused(&[]).contains("leadhouse backup"));
    std::fs::remove_file(folder.path().join("bad-wal")).unwrap();
    std::fs::remove_file(folder.path().join("bad")).unwrap();
    assert!(refused(&[]).contains("No such file"));
    let itself = file_of(&program).display().to_string();
    assert!(program.run(&["restore", &itself, "--force"]).failed().contains("the database itself"));

    let mut serving = program.serves(&[]);
    serving.address();
    let line = program.run(&["restore", &good.display().to_string(), "--force"]).failed();
    assert!(line.contains("another process uses"), "{line}");
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    assert!(super::names(file_of(&program).parent().unwrap()).iter().all(|name| !name.contains("restoring")));
    program.run(&["verify"]).well();
}

#[tokio::test]
async fn a_log_without_its_database_is_not_taken_for_the_new_ones() {
    if engine() == Engine::Postgres {
        return;
    }
    let program = Program::on_a_migrated_database().await;
    let installation = file_of(&program);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("house.backup").display().to_string();
    program.run(&["backup", &backup]).well();
    // A node that was killed leaves its log; then somebody takes the database away.
    let mut serving = program.serves(&[]);
    serving.address();
    serving.kill();
    let log = installation.with_file_name("test.db-wal");
    assert!(log.exists());
    std::fs::remove_file(installation).unwrap();
    program.run(&["restore", &backup]).well();
    assert!(!log.exists());
    program.run(&["verify"]).well();
}

#[tokio::test]
#[ignore = "needs strace: ./test brings it"]
async fn killed_at_any_moment_the_database_is_the_old_one_or_the_new_one() {
    if engine() == Engine::Postgres {
        return;
    }
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("house.backup").display().to_string();
    program.run(&["backup", &backup]).well();
    program.run(&["seed", "--providers", "5", "--assignments", "500"]).well();
    let installation = file_of(&program);
    let calls = "pwrite64,fdatasync,fsync,ftruncate,unlink,rename";
    // The calls of a restore, from its first to its last: each time it is killed at that call.
    let (mut at, mut old, mut new) = (1, 0, 0);
    while new == 0 {
        let inject = format!("inject={calls}:signal=SIGKILL:when={at}");
        let by = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject];
        let mut command = command_by(&by, &["restore", &backup, "--force"]);
        command.env("DATABASE_URL", format!("sqlite://{}", installation.display())).env("DATA_DIR", folder.path());
        let ended = command.env("PATH", "/usr/bin:/bin").output().expect("strace");
        program.run(&["verify"]).well();
        match (count(installation, "SELECT count(*) FROM leads"), ended.status.success()) {
            (0, _) => new += 1,
            (_, false) => old += 1,
            (leads, true) => panic!("it ended well, and {leads} leads are there"),
        }
        at += 1;
    }
    assert!(old > 5, "it was killed {old} times before the end");
    program.run(&["restore", &backup, "--force"]).well();
    assert!(super::names(installation.parent().unwrap()).iter().all(|name| !name.contains("restoring")));
}
