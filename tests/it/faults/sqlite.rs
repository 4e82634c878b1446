//! A disk that is full or fails, and files that are damaged, protected or taken away.

use std::path::{Path, PathBuf};

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;

use crate::support::database::engine;
use crate::support::load::{Load, market};
use crate::support::program::{Program, Running, command_by, get, run};

const FLAGS: &[&str] = &["--rate-limits", "off"];

/// The program under strace, which lets system calls fail; signals go to the program itself.
fn serves_under(program: &Program, inject: &str) -> Running {
    let calls = inject.split(':').next().expect("calls");
    let (trace, inject) = (format!("trace={calls}"), format!("inject={inject}"));
    let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", &trace, "-e", &inject];
    program.serves_by(&strace, FLAGS)
}

/// On SQLite: the program, its file, and its log.
async fn installation() -> Option<(Program, PathBuf, PathBuf)> {
    if engine() != Engine::Sqlite {
        return None;
    }
    let program = Program::on_a_migrated_database().await;
    let DatabaseUrl::Sqlite(file) = program.url.clone() else { return None };
    let log = file.with_extension("db-wal");
    Some((program, file, log))
}

/// Started again, it takes what was left, and has all that was answered.
async fn all_is_well_after_a_restart(program: &Program, broken: Running, load: Load) {
    assert_eq!(broken.ends_on_sigterm(), Some(0));
    let mut serving = program.serves(FLAGS);
    load.goes_to(&serving.address());
    load.goes_on_for(10);
    load.all_is_there(program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs strace: ./test brings it"]
async fn an_fsync_that_fails_is_the_last_write_until_a_restart() {
    let Some((program, ..)) = installation().await else { return };
    let mut plain = program.serves(FLAGS);
    let address = plain.address();
    let source = market(&program, &address);
    assert_eq!(plain.ends_on_sigterm(), Some(0));
    // The 30th of the thread that writes.
    let mut serving = serves_under(&program, "fdatasync,fsync:error=EIO:when=30");
    let address = serving.address();
    let load = Load::start(&address, &source);
    load.meets(503, 40);
    let taken = load.met(201);
    load.meets(503, 40);
    assert_eq!(load.met(201), taken, "nothing is taken any more");
    assert_eq!((get(&address, "/readyz", "").0, get(&address, "/healthz", "").0), (503, 200));
    serving.hears(|line| line.contains("writes no more until a restart").then_some(()));
    all_is_well_after_a_restart(&program, serving, load).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs strace: ./test brings it"]
async fn a_killed_program_whose_fsync_had_failed_has_all_it_answered_for() {
    let Some((program, ..)) = installation().await else { return };
    let mut plain = program.serves(FLAGS);
    let address = plain.address();
    let source = market(&program, &address);
    assert_eq!(plain.ends_on_sigterm(), Some(0));
    let mut serving = serves_under(&program, "fdatasync,fsync:error=EIO:when=30");
    let load = Load::start(&serving.address(), &source);
    load.meets(503, 10);
    serving.kill();
    let mut serving = program.serves(FLAGS);
    load.goes_to(&serving.address());
    load.goes_on_for(10);
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs strace: ./test brings it"]
async fn a_full_disk_is_503_until_there_is_room_again() {
    let Some((program, ..)) = installation().await else { return };
    let mut plain = program.serves(FLAGS);
    let address = plain.address();
    let source = market(&program, &address);
    assert_eq!(plain.ends_on_sigterm(), Some(0));
    let mut serving = serves_under(&program, "pwrite64:error=ENOSPC:when=300..340");
    let load = Load::start(&serving.address(), &source);
    load.meets(503, 10);
    serving.hears(|line| line.contains("disk is full").then_some(()));
    load.goes_on_for(20);
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0), "no restart was needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_deleted_under_it_takes_nothing_along() {
    let Some((program, _, log)) = installation().await else { return };
    let mut serving = program.serves(FLAGS);
    let address = serving.address();
    let load = Load::start(&address, &market(&program, &address));
    load.goes_on_for(20);
    std::fs::remove_file(&log).unwrap();
    load.meets(503, 20);
    assert_eq!(get(&address, "/readyz", "").0, 503);
    serving.hears(|line| line.contains("deleted, moved or replaced").then_some(()));
    // Whoever kills it now loses nothing either.
    serving.kill();
    let mut serving = program.serves(FLAGS);
    load.goes_to(&serving.address());
    load.goes_on_for(10);
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_replaced_under_it_takes_no_more_writes() {
    let Some((program, file, _)) = installation().await else { return };
    let mut serving = program.serves(FLAGS);
    let address = serving.address();
    let load = Load::start(&address, &market(&program, &address));
    load.goes_on_for(20);
    let aside = file.with_extension("aside");
    std::fs::rename(&file, &aside).unwrap();
    std::fs::copy(&aside, &file).unwrap();
    load.meets(503, 20);
    std::fs::rename(&aside, &file).unwrap();
    all_is_well_after_a_restart(&program, serving, load).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_in_the_log_is_written_anew_at_the_start() {
    let Some((program, file, log)) = installation().await else { return };
    let mut serving = program.serves(FLAGS);
    let address = serving.address();
    let load = Load::start(&address, &market(&program, &address));
    load.goes_on_for(20);
    // Somebody else has it open, else the log would go with the last who closes it.
    let beside = rusqlite::Connection::open(&file).unwrap();
    beside.query_row("SELECT count(*) FROM leads", [], |row| row.get::<_, i64>(0)).unwrap();
    serving.kill();
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    program.run(&["migrate"]).well();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
    drop(beside);
    let mut serving = program.serves(FLAGS);
    load.goes_to(&serving.address());
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

/// What the program says where the file is like this.
fn refuses(program: &Program, command: &str) -> String {
    let line = program.run(&[command, "--listen", "127.0.0.1:0"]).failed();
    assert!(line.contains("test.db: "), "{line}");
    line
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_the_line_says_what_to_do() {
    let Some((program, file, _)) = installation().await else { return };
    let whole = std::fs::read(&file).unwrap();
    let size = whole.len();
    let mut other_magic = whole.clone();
    other_magic[3] ^= 1;
    for (what, bytes) in [
        ("cut off", whole[..size / 2].to_vec()),
        ("cut off a little", whole[..size - 4_096].to_vec()),
        ("cut off within a page", whole[..size / 2 + 1_000].to_vec()),
        ("no database", other_magic),
    ] {
        std::fs::write(&file, bytes).unwrap();
        for command in ["serve", "worker", "verify"] {
            let line = refuses(&program, command);
            assert!(line.contains("damaged") && line.contains("restore the last backup"), "{what}: {line}");
        }
    }
    std::fs::write(&file, &whole).unwrap();
    program.run(&["verify"]).well();
    // A bit in a page: seen by whoever reads that page, and by verify, wherever it is.
    let mut flipped = whole.clone();
    let page = last_page_of_an_index(&file);
    flipped[page] ^= 0x40;
    std::fs::write(&file, flipped).unwrap();
    let ran = program.run(&["verify"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

/// Where a page of an index begins, in bytes.
fn last_page_of_an_index(file: &Path) -> usize {
    let db = rusqlite::Connection::open(file).unwrap();
    let last = "SELECT max(rootpage) FROM sqlite_schema WHERE type = 'index'";
    let page = db.query_row(last, [], |row| row.get::<_, i64>(0)).unwrap();
    usize::try_from(page - 1).unwrap() * 4_096
}

#[tokio::test]
#[ignore = "needs strace: ./test brings it"]
async fn a_file_that_cannot_be_written_is_refused_and_the_line_says_what_to_do() {
    let Some((program, file, _)) = installation().await else { return };
    let name = file.to_str().unwrap();
    // As on a file system that is mounted read-only (opened for writing it is refused, then opened for reading), and where
    // it may not be opened at all.
    for when in ["1+2", "1+"] {
        let inject = format!("inject=openat:error=EROFS:when={when}");
        let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P", name, "-e", "trace=openat", "-e", &inject];
        let mut command = command_by(&strace, &["serve", "--listen", "127.0.0.1:0", "--database-url"]);
        command.arg(format!("sqlite://{name}")).env("RUST_LOG", "off").env("PATH", "/usr/bin:/bin");
        let line = run(command).failed();
        assert!(line.contains("writable for this user"), "{when}: {line}");
    }
    program.run(&["verify"]).well();
}
