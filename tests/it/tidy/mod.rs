//! The tree keeps its own rules: storeys, rooms, floor plan, length, paired migrations, documents that tell the truth.

#![expect(clippy::string_slice, reason = "the tree is read as text; a cut in the wrong place fails the test")]

mod access;
mod circles;
mod documents;
mod paths;
mod scopes;
mod source;
mod table;
mod tokens;
mod watching;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use source::{File, packages, read, root, rust_files};
use table::{
    CELLAR, CRATES, DOORS, EARTH, EVERY_DOOR, GROUND, INSIDE, KITS, MORE_ROOM_DOORS, PRESENTERS, QUESTIONS, ROOM_DOORS,
    ROOMS,
};

/// Files that hold SQL without being a room's store, each for its reason.
const SQL_ELSEWHERE: &[(&str, &str)] = &[
    ("crates/units/", "the engines' own words: pragmas, histories, advisory locks"),
    ("src/installation/", "the installation's own row, what a move compares"),
    ("crates/jobs/", "the kit of jobs owns their table"),
    ("crates/web/src/idempotency", "the kit of HTTP owns `idempotency_keys`"),
    ("src/read/", "questions that go across rooms: each row beside the statement that reads it"),
    ("demo/src/seed/", "a million rows at once, past the rooms"),
    ("demo/src/demo/", "writes a past that no verb can make"),
    ("src/cli/verify", "recomputes what the rooms claim, so it may not ask them"),
];

fn none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

fn listed<'t>(table: &[(&str, &'t [&'t str])], name: &str) -> &'t [&'t str] {
    table.iter().find(|(n, _)| *n == name).map_or(&[], |(_, to)| to)
}

/// Whether this file of a room faces the outside.
fn is_door(file: &File) -> bool {
    ROOM_DOORS.contains(&file.part()) || listed(MORE_ROOM_DOORS, file.module()).contains(&file.part())
}

/// May `file` import the top-level module `to`?
fn may_import(file: &File, to: &str) -> bool {
    let from = file.module();
    if from == to || GROUND.contains(&to) && !GROUND.contains(&from) {
        return true;
    }
    if DOORS.contains(&from) {
        return true;
    }
    if QUESTIONS.contains(&from) {
        return CELLAR.contains(&to) || ROOMS.contains(&to);
    }
    if ROOMS.contains(&from) {
        let presents = is_door(file) || listed(PRESENTERS, from).contains(&file.part());
        return CELLAR.contains(&to) || listed(INSIDE, from).contains(&to) || presents && EVERY_DOOR.contains(&to);
    }
    listed(KITS, from).contains(&to) || listed(EARTH, from).contains(&to)
}

#[test]
fn imports_go_down_the_storeys_and_along_the_list() {
    let mut broken = Vec::new();
    for file in rust_files("src").iter().filter(|f| f.module() != "lib") {
        for to in file.imports() {
            let known = [DOORS, QUESTIONS, ROOMS, CELLAR, GROUND].iter().any(|storey| storey.contains(&to.as_str()));
            if known && !may_import(file, &to) {
                broken.push(format!("{} imports {to}", file.path));
            }
        }
    }
    none(&broken, "imports against the table in tests/it/tidy/table.rs");
}

#[test]
fn the_list_allows_no_more_than_is_used() {
    let files = rust_files("src");
    let used = |from: &str, to: &str| files.iter().any(|f| f.module() == from && f.imports().iter().any(|i| i == to));
    let allowed = [INSIDE, KITS, EARTH].concat();
    let edges = allowed.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to)));
    let idle: Vec<_> = edges.filter(|(from, to)| !used(from, to)).map(|(from, to)| format!("{from} → {to}")).collect();
    none(&idle, "allowed by tests/it/tidy/table.rs and used by nobody");
}

/// The packages of this workspace that a package of the kits depends on.
#[test]
fn crates_depend_on_each_other_as_the_list_says() {
    let there: BTreeSet<_> =
        fs::read_dir(root().join("crates")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, CRATES.iter().map(|(name, _)| (*name).to_owned()).collect(), "crates/ against the table");
    for (name, to) in CRATES {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
        let named: BTreeSet<_> = dependencies.lines().filter_map(|line| line.split(['.', ' ']).next()).collect();
        let ours =
            ["leadhouse", "leadhouse-demo", "leadhouse-program"].into_iter().chain(there.iter().map(String::as_str));
        let found: BTreeSet<_> = ours.filter(|package| named.contains(package)).collect();
        assert_eq!(found, to.iter().copied().collect(), "crates/{name}/Cargo.toml against the table");
    }
}

#[test]
fn every_module_stands_on_a_storey() {
    let known: BTreeSet<_> = [DOORS, QUESTIONS, ROOMS, CELLAR, GROUND].concat().into_iter().collect();
    let files = rust_files("src");
    let there: BTreeSet<_> = files.iter().map(File::module).filter(|m| *m != "lib").collect();
    assert_eq!(there, known, "modules of src against the storeys of the table");
}

#[test]
fn rooms_know_each_other_without_cycles() {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while done.len() < ROOMS.len() {
        let next = ROOMS.iter().find(|r| !done.contains(*r) && listed(INSIDE, r).iter().all(|to| done.contains(to)));
        let Some(room) = next else { panic!("a cycle among the rooms left after {done:?}") };
        done.insert(room);
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut broken = Vec::new();
    let beside = ["tests", "benches"].iter().flat_map(|folder| rust_files(folder));
    for file in packages().into_iter().chain(beside) {
        let lines = file.text.lines().count();
        if lines > 400 {
            broken.push(format!("{}: {lines} lines", file.path));
        }
        if !file.text.starts_with("//!") {
            broken.push(format!("{}: does not start with //!", file.path));
        }
    }
    none(&broken, "files of at most 400 lines, each starting with //!");
}

#[test]
fn rooms_have_one_floor_plan() {
    let mut broken = Vec::new();
    for room in ROOMS {
        let files = rust_files(&format!("src/{room}"));
        let head = files.iter().find(|f| f.path == format!("src/{room}/mod.rs"));
        match head {
            None => broken.push(format!("src/{room}/mod.rs is missing")),
            Some(head) if head.text.contains("pub mod store") => {
                broken.push(format!("{}: a store is private", head.path));
            }
            Some(_) => {}
        }
    }
    none(&broken, "the floor plan of rooms");
}

#[test]
fn sql_stands_in_stores() {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH ", "CREATE ", "ALTER "];
    let mut broken = Vec::new();
    for file in packages() {
        let a_store = ROOMS.contains(&file.module()) && file.part() == "store";
        if a_store || SQL_ELSEWHERE.iter().any(|(path, _)| file.path.starts_with(path)) {
            continue;
        }
        for (number, line) in file.code() {
            let trimmed = line.trim_start().trim_start_matches(['"', '(', ' ']);
            let text = line.match_indices('"').any(|(at, _)| verbs.iter().any(|v| line[at + 1..].starts_with(v)));
            if text || verbs.iter().any(|v| trimmed.starts_with(v)) {
                broken.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none(&broken, "SQL stands in a room's store.rs, in units and jobs, and where SQL_ELSEWHERE says why");
}

#[test]
fn rooms_know_no_http_and_never_wait() {
    let foreign = ["axum", "StatusCode", "async ", ".await", "crate::http", "crate::app"];
    let mut broken = Vec::new();
    for file in rust_files("src") {
        if !ROOMS.contains(&file.module()) && !QUESTIONS.contains(&file.module()) || is_door(&file) {
            continue;
        }
        for (number, line) in file.code() {
            // What is remembered of identities is forgotten by the verb that revokes them; it lies beside HTTP, not in it.
            let line = line.replace("crate::http::identities::IdentityCache", "");
            // So does what is made with the installation's secret.
            let line = line.replace("crate::http::seal::Seals", "");
            if let Some(word) = foreign.iter().find(|word| line.contains(**word)) {
                broken.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    none(&broken, "all of a room but its doors is plain functions, and so are questions");
}

/// Doors that name a lane, each for its reason.
const LANES_ELSEWHERE: &[(&str, &str)] = &[
    ("src/cli/start.rs", "what the installation does before its doors open"),
    ("src/cli/restore.rs", "one long unit over several rooms, before the doors open"),
    ("src/worker", "what it does is the queue's own"),
];

#[test]
fn doors_name_no_lane() {
    let words = ["Lane", "lane(", ".write(", ".write_long("];
    let mut broken = Vec::new();
    for file in rust_files("src") {
        // A job is a part of its room: its units are its own.
        let is_door = DOORS.contains(&file.module()) || is_door(&file) && file.part() != "jobs";
        if !is_door || LANES_ELSEWHERE.iter().any(|(path, _)| file.path.starts_with(path)) {
            continue;
        }
        for (number, line) in file.code() {
            if words.iter().any(|word| line.contains(word)) {
                broken.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none(&broken, "a verb says its lane, beside its rule; a door runs it: app.db.run(inbox::accept(…))");
}

#[test]
fn kits_fork_on_the_engine_and_nobody_else() {
    let mut broken = Vec::new();
    for file in packages().iter().filter(|f| !["units", "jobs", "cli", "config"].contains(&f.module())) {
        for (number, line) in file.code() {
            if line.contains("Engine::") || line.contains(".engine()") {
                broken.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none(&broken, "one text for both engines: only units, jobs and cli/ may ask which it is");
}

#[test]
fn no_test_sleeps() {
    // In src, clippy's disallowed-methods asks each for its reason.
    let words = [concat!(":sle", "ep("), concat!(" sle", "ep(")];
    let mut broken = Vec::new();
    for file in rust_files("tests") {
        let lines = file.code().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        broken.extend(lines.map(|(n, _)| format!("{}:{n}", file.path)));
    }
    none(&broken, "wait for the thing itself");
}

fn migrations(engine: &str) -> Vec<String> {
    let folder = root().join("migrations").join(engine);
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn migrations_come_in_pairs() {
    let names = migrations("sqlite");
    assert_eq!(names, migrations("postgres"));
    let numbers: Vec<_> = names.iter().map(|n| n.trim_start_matches('V').split('_').next().unwrap()).collect();
    let gapless: Vec<_> = (1..=names.len()).map(|n| format!("{n:04}")).collect();
    assert_eq!(numbers, gapless, "numbered from 0001 without gaps");
}

/// The block between the two marks of ARCHITECTURE.md.
fn picture() -> String {
    let mut lines = String::new();
    let _ = writeln!(lines, "```text");
    let storeys =
        [("doors", DOORS), ("questions", QUESTIONS), ("rooms", ROOMS), ("cellar", CELLAR), ("ground", GROUND)];
    for (storey, modules) in storeys {
        let _ = writeln!(lines, "{storey:<10} {}", modules.join("  "));
    }
    let crates: Vec<_> = CRATES.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(lines, "{:<10} {}", "crates", crates.join("  "));
    let _ = writeln!(lines, "\na room's verbs may call");
    for (room, to) in INSIDE {
        let _ = writeln!(lines, "  {room:<13} → {}", if to.is_empty() { "nobody".to_owned() } else { to.join(", ") });
    }
    let _ = writeln!(lines, "every room's door may ask {}", EVERY_DOOR.join(", "));
    let _ = writeln!(lines, "\na kit may use, beside the crates and the ground");
    for (kit, to) in KITS.iter().filter(|(_, to)| !to.is_empty()) {
        let _ = writeln!(lines, "  {kit:<13} → {}", to.join(", "));
    }
    let _ = writeln!(lines, "\na crate depends on");
    for (name, to) in CRATES {
        let _ = writeln!(lines, "  {name:<13} → {}", if to.is_empty() { "nobody".to_owned() } else { to.join(", ") });
    }
    let _ = write!(lines, "```");
    lines
}

#[test]
fn the_architecture_shows_the_table() {
    let text = read("ARCHITECTURE.md");
    assert!(text.lines().count() <= 200, "ARCHITECTURE.md has {} lines", text.lines().count());
    let inside = text
        .split_once("<!-- picture: from tests/it/tidy/table.rs -->")
        .and_then(|(_, rest)| rest.split_once("<!-- /picture -->"))
        .map(|(block, _)| block.trim());
    assert_eq!(inside, Some(picture().as_str()), "copy the right side into ARCHITECTURE.md");
}
