//! A worker that is killed, frozen, or out of disk: each export has one file, one mail and one completion all the same.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use leadhouse::app::{App, Keys};
use leadhouse::cli::verify;
use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Engine};
use leadhouse::{params, worker};

use super::*;

use crate::support::database::{beside, engine, options};
use crate::support::program::command_by;
use crate::support::proxy::{Mode, Proxy};

const MANY: &[&str] = &["--exports-per-day", "1000"];

/// Where a process changes what outlives it.
const STEPS: &str = "write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,unlinkat,linkat,sendto";

/// `leadhouse worker --once` of this app, started by these words; what it leaves in its temporary folder can be seen.
fn program(app: &TestApp, by: &[&str]) -> Command {
    let temporary = app.data().join("tmp");
    std::fs::create_dir_all(&temporary).expect("a folder");
    let mut command = command_by(by, &["worker", "--once"]);
    command.env("DATABASE_URL", app.database_url()).env("DATA_DIR", app.data()).env("TMPDIR", temporary);
    command.env("PATH", "/usr/bin:/bin").env("RUST_LOG", "off").env("RUST_BACKTRACE", "0");
    command
}

fn ends(mut command: Command) -> ExitStatus {
    command.stderr(std::process::Stdio::null()).status().expect("the worker runs")
}

/// Works off what the fault has left. Each of these exports is there once, and nothing else is.
async fn all_is_well_in_the_end(app: &TestApp, me: &Provider, exports: &[String]) {
    app.advance(Duration::from_mins(1));
    app.run_jobs().await;
    // What a killed attempt left is taken for one that is under way, for a while.
    app.advance(Duration::from_hours(3));
    app.run_jobs().await;
    for id in exports {
        assert_eq!(shown(me, id).await["status"], "ready", "{id}");
        let mut told = app.audit_of(id).await;
        // Several processes wrote them, each with ids of its own clock.
        told.sort();
        assert_eq!(told, ["lead.export_completed", "lead.export_requested"], "{id}");
    }
    let mails = app.read(|read| {
        read.one::<(i64, i64)>(
            "SELECT COUNT(*), COUNT(DISTINCT subject_id) FROM mails WHERE template = 'lead_export_ready' AND state = 'sent'",
            params![],
        )
    });
    let n = exports.len();
    let each_once = i64::try_from(n).unwrap();
    assert_eq!(mails.await, (each_once, each_once), "one mail each");
    assert_eq!(files(app), n, "one file each, and none beside");
    assert_eq!(verify::files(&app.app.db, &app.app.files).await.expect("the storage is there"), []);
    assert_eq!(std::fs::read_dir(app.data().join("tmp")).expect("a folder").count(), 0, "no temporary file");
}

#[tokio::test]
#[ignore = "needs strace: ./test brings it"]
async fn a_worker_that_is_killed_at_any_step_changes_nothing() {
    let app = TestApp::with_flags(MANY).await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    app.run_jobs().await;
    let mut exports = Vec::new();
    for calls in [STEPS, "write", "fsync", "rename"] {
        let mut killed = 0;
        for n in (1..30).chain((30..200).step_by(5)) {
            exports.push(asking(&rita, &json!({})).await.expect(202).str("export_id"));
            // The n-th such call of each of its threads: whichever comes there first.
            let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:signal=SIGKILL:when={n}"));
            let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
            if ends(program(&app, &strace)).success() {
                break;
            }
            killed += 1;
            rita.get(EXPORTS).await.expect(200);
        }
        assert!((1..60).contains(&killed), "{calls}: it was killed {killed} times, and then it never was");
    }
    all_is_well_in_the_end(&app, &rita, &exports).await;
}

/// The process that `strace` runs.
fn traced(strace: &Child) -> String {
    let id = strace.id();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).expect("it has children");
    children.trim().to_owned()
}

#[tokio::test]
#[ignore = "needs strace: ./test brings it"]
async fn a_worker_that_was_frozen_past_its_lease_publishes_nothing() {
    let app = TestApp::with_flags(MANY).await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    app.run_jobs().await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    // Its first rename puts the file into the storage; to publish it comes after that.
    let strace =
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e", "inject=rename:signal=SIGSTOP:when=1"];
    let mut frozen = program(&app, &strace).stderr(std::process::Stdio::null()).spawn().expect("strace runs");
    let folder = app.data().join("files/exports");
    until(|| is_there(&folder, &format!("{id}.1.csv"))).await;
    let process = traced(&frozen);
    until(|| is_stopped(&process)).await;
    assert_eq!(shown(&rita, &id).await["status"], "running");
    app.advance(Duration::from_secs(30));
    app.run_jobs().await;
    let ready = shown(&rita, &id).await;
    assert_eq!(ready["status"], "ready");
    assert!(is_there(&folder, &format!("{id}.1.csv")) && is_there(&folder, &format!("{id}.2.csv")), "both made it");
    let thawed = Command::new("kill").args(["-CONT", &process]).status().expect("kill");
    assert!(thawed.success() && frozen.wait().expect("it ends").success());
    assert!(!is_there(&folder, &format!("{id}.1.csv")), "it took its own file away");
    assert_eq!(shown(&rita, &id).await, ready);
    all_is_well_in_the_end(&app, &rita, &[id]).await;
}

#[tokio::test]
async fn a_disk_that_is_full_at_any_byte_fails_the_attempt_alone() {
    let app = TestApp::with_flags(MANY).await;
    let rita = app.provider("rita").await;
    for n in 0..40 {
        rita.is_sent(json!({ "form_data": { "story": format!("{n} {}", "wörds ".repeat(500)) } })).await;
    }
    app.run_jobs().await;
    let mut exports = Vec::new();
    for format in ["csv", "xlsx"] {
        for bytes in [0, 1, 5_000, 20_000, 100_000] {
            exports.push(asking(&rita, &json!({ "format": format })).await.expect(202).str("export_id"));
            // As a full disk, but for this process alone: no file of it becomes longer than that.
            let limit = format!("--fsize={bytes}");
            ends(program(&app, &["env", "--ignore-signal=XFSZ", "prlimit", &limit]));
            let limited = shown(&rita, exports.last().expect("one")).await;
            let smaller = format == "xlsx" && bytes == 100_000 && limited["status"] == "ready";
            assert!(smaller || ["queued", "running"].contains(&limited["status"].as_str().unwrap()), "{limited}");
            rita.inbox("").await.expect(200);
        }
    }
    all_is_well_in_the_end(&app, &rita, &exports).await;
}

/// Where a COMMIT goes over a wire.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_keeps_the_file_that_it_made_ready() {
    if engine() != Engine::Postgres {
        return;
    }
    let app = TestApp::with_flags(MANY).await;
    let rita = app.provider("rita").await;
    app.run_jobs().await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    let url = parse_database_url(app.database_url()).unwrap();
    let proxy = Proxy::before(&url).await;
    let db = Db::open(&proxy.url(&url), &app.clock, options(&url)).await.expect("the way is open");
    let far = App::from(Keys { db, ..Keys::clone(&app.app) });
    // Publishing takes room, and waits for this.
    let (holder, watch) = (beside(&url).await, beside(&url).await);
    holder.batch_execute("BEGIN; UPDATE export_room SET bytes = bytes").await.unwrap();
    let working = tokio::spawn(async move {
        let worked = worker::run_due(&far).await;
        far.db.clone().close().await;
        worked
    });
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%export_room%'";
    while watch.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {}
    proxy.set(Mode::CUT_AFTER_COMMIT);
    holder.batch_execute("ROLLBACK").await.unwrap();
    while shown(&rita, &id).await["status"] != "ready" {}
    proxy.set(Mode::Pass);
    let _ = working.await.expect("it ends");
    std::fs::create_dir_all(app.data().join("tmp")).unwrap();
    all_is_well_in_the_end(&app, &rita, &[id]).await;
}

fn is_there(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

fn is_stopped(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it lives");
    let (_, rest) = stat.rsplit_once(") ").expect("a state");
    rest.starts_with(['T', 't'])
}

async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}
