//! Who writes which table, and who reads it, made from the SQL in the sources. One room owns a table, and it alone writes
//! it; what joins tables of several rooms to show something stands in `read/`.

use std::collections::BTreeSet;

use super::none;
use super::source::{File, files_below, packages, rust_files};
use super::table::{QUESTIONS, ROOMS};

/// Whose tables are whose.
const OWNERS: &[(&str, &[&str])] = &[
    ("accounts", &["providers", "tokens", "users"]),
    ("assignments", &["assignment_counts", "lead_assignments", "lead_events"]),
    ("audit", &["audit_entries"]),
    ("billing", &["ledger_entries", "provider_accounts"]),
    ("catalog", &["competition_levels", "niches", "subscription_areas", "subscription_meters", "subscriptions"]),
    ("distribution", &["lead_traces"]),
    ("exports", &["export_room", "exports"]),
    ("installation", &["house", "return_windows"]),
    (
        "intake",
        &[
            "erasures",
            "lead_retention",
            "leads",
            "refused_posts",
            "source_countries",
            "sources",
            "suppressed_hashes",
            "suppressions",
        ],
    ),
    ("jobs", &["jobs"]),
    ("web", &["idempotency_keys"]),
    ("outbox", &["mails"]),
    ("returns", &["contact_attempts", "return_policy", "returns"]),
];

/// Who reads tables of others where it decides, each with the reason why it does not ask their owner. What only shows
/// something has no place here.
const ALSO_READ: &[(&str, &[&str], &str)] = &[
    (
        "assignments",
        &["niches"],
        "the niche's name goes into the mail that a decision promises, in the statement that decides",
    ),
    ("assignments", &["leads"], "between a question and the write after it an erasure or a correction could come"),
    (
        "catalog",
        &["providers"],
        "accounts has unmatched leads offered again by catalog, so it cannot be asked from here",
    ),
    (
        "distribution",
        &["competition_levels", "niches", "provider_accounts", "providers", "subscription_meters", "subscriptions"],
        "all candidates of a niche with all that is asked about them, in one look: each lead that comes in waits for it",
    ),
    (
        "installation",
        &["ledger_entries", "subscriptions"],
        "whether there is money yet decides in how many decimals all of it is kept, before any room runs",
    ),
    ("intake", &["niches"], "what a niche asks is read with the source, in the statement that each lead waits for"),
    (
        "intake",
        &["house"],
        "whether anybody opted out is part of finding who was here, and what their hashes are made with comes along: no lead \
         waits for a question more",
    ),
    (
        "intake",
        &["lead_assignments"],
        "whether somebody holds an earlier lead is part of finding it, and of putting it aside",
    ),
    (
        "outbox",
        &["providers"],
        "where a mail goes is as it stands when it goes; accounts sends mails, so it cannot be asked",
    ),
    (
        "returns",
        &["lead_assignments"],
        "an allowance is a share of what was assigned; a rule asks who had the person before",
    ),
    (
        "returns",
        &["leads", "source_countries"],
        "a rule proves by what the lead holds, as it was read when it was sold, that it reaches nobody or is a known person's",
    ),
];

/// What goes past the rooms and reads whatever there is, each with whether it writes too, and why.
const PAST_THE_ROOMS: &[(&str, bool, &str)] = &[
    ("demo/src/seed/", true, "a million rows at once"),
    ("demo/src/demo/", true, "a past that no verb can make"),
    ("src/cli/verify/", false, "recomputes what the rooms claim, so it may not ask them"),
    ("src/installation/transfer.rs", false, "holds two whole databases against each other"),
    ("crates/units/", false, "copies, migrates and backs up whole databases, whatever tables they have"),
];

/// What a statement does to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Reads,
    Writes,
}

fn owner(table: &str) -> Option<&'static str> {
    OWNERS.iter().find(|(_, tables)| tables.contains(&table)).map(|(owner, _)| *owner)
}

/// The words of a file without its comments, and the marks that tell what belongs to a statement.
fn words(file: &File) -> Vec<String> {
    let code = file.code().map(|(_, line)| line).collect::<Vec<_>>().join("\n").replace("\\\n", "\n");
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in code.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        // What stands between words tells a list of tables from one, and a text that is put together from one that is whole.
        if ",(){}\";".contains(c) {
            words.push(c.to_string());
        }
    }
    words
}

/// The tables of the statements in a file, and statements that name what they write only when they run.
fn accesses(words: &[String]) -> (BTreeSet<(Access, String)>, Vec<String>) {
    let at = |i: usize| words.get(i).map_or("", String::as_str);
    let (mut found, mut unnamed) = (BTreeSet::new(), Vec::new());
    for i in 0..words.len() {
        let target = match (at(i), at(i + 1)) {
            ("INSERT", "INTO") | ("DELETE", "FROM") => Some(i + 2),
            // `DO UPDATE SET` writes what the INSERT names; `FOR UPDATE` writes nothing.
            ("UPDATE", next) if !["SET", "OF", "SKIP"].contains(&next) => Some(i + 1),
            _ => None,
        };
        match target {
            Some(table) if owner(at(table)).is_some() => drop(found.insert((Access::Writes, at(table).to_owned()))),
            Some(_) => unnamed.push(format!("{} {} {} {}", at(i), at(i + 1), at(i + 2), at(i + 3))),
            None => {}
        }
        if ["FROM", "JOIN"].contains(&at(i)) && (i == 0 || at(i - 1) != "DELETE") {
            let mut table = i + 1;
            while owner(at(table)).is_some() {
                found.insert((Access::Reads, at(table).to_owned()));
                // `FROM a AS x, b`: whatever alias there is, a comma leads to the next one.
                let Some(comma) = (table + 1..table + 4).find(|j| at(*j) == ",") else { break };
                table = comma + 1;
            }
        }
    }
    (found, unnamed)
}

/// Every table that a file of a package touches.
struct Touch {
    file: String,
    module: String,
    access: Access,
    table: String,
}

impl Touch {
    fn is_owners(&self) -> bool {
        owner(&self.table) == Some(self.module.as_str())
    }

    /// Whether it is one of those that go past the rooms, and writes there.
    fn past(&self) -> Option<bool> {
        PAST_THE_ROOMS.iter().find(|(path, ..)| self.file.starts_with(path)).map(|(_, writes, _)| *writes)
    }

    fn is_listed(&self) -> bool {
        ALSO_READ.iter().any(|(reader, tables, _)| *reader == self.module && tables.contains(&self.table.as_str()))
    }

    fn told(&self) -> String {
        format!("{} {:?} {}, which is {}'s", self.file, self.access, self.table, owner(&self.table).unwrap_or("nobody"))
    }
}

fn all() -> Vec<Touch> {
    let mut all = Vec::new();
    for file in packages() {
        let touch =
            |(access, table)| Touch { file: file.path.clone(), module: file.module().to_owned(), access, table };
        all.extend(accesses(&words(&file)).0.into_iter().map(touch));
    }
    all
}

#[test]
fn a_table_is_written_by_its_owner_alone() {
    let all = all();
    let strange = all.iter().filter(|touch| touch.access == Access::Writes && !touch.is_owners());
    let broken: Vec<_> = strange.filter(|touch| touch.past() != Some(true)).map(Touch::told).collect();
    none(&broken, "tables written by strangers");
}

#[test]
fn what_a_statement_writes_stands_in_its_text() {
    let mut broken = Vec::new();
    for file in packages() {
        // The engines' own words, and loaders, name a table in a variable.
        if PAST_THE_ROOMS.iter().any(|(path, ..)| file.path.starts_with(path)) {
            continue;
        }
        broken.extend(accesses(&words(&file)).1.into_iter().map(|statement| format!("{}: {statement}", file.path)));
    }
    none(&broken, "statements whose table cannot be told from their text");
}

#[test]
fn what_goes_across_rooms_is_read_in_one_place() {
    let all = all();
    let strange = all.iter().filter(|touch| touch.access == Access::Reads && !touch.is_owners());
    let may = |touch: &Touch| QUESTIONS.contains(&touch.module.as_str()) || touch.past().is_some() || touch.is_listed();
    let broken: Vec<_> = strange.filter(|touch| !may(touch)).map(Touch::told).collect();
    none(&broken, "tables read by strangers without a reason in ALSO_READ: ask the owner, or read in read/");
}

#[test]
fn no_reason_outlives_what_it_was_for() {
    let all = all();
    let reads = |module: &str, table: &str| {
        all.iter().any(|touch| touch.access == Access::Reads && touch.module == module && touch.table == table)
    };
    let reasons = ALSO_READ.iter().flat_map(|(reader, tables, _)| tables.iter().map(move |table| (*reader, *table)));
    let idle: Vec<_> =
        reasons.filter(|(reader, table)| !reads(reader, table)).map(|(r, t)| format!("{r} → {t}")).collect();
    none(&idle, "allowed by ALSO_READ and read by nobody");
}

#[test]
fn questions_write_nothing() {
    let broken: Vec<_> = rust_files("src")
        .iter()
        .filter(|file| QUESTIONS.contains(&file.module()))
        .filter(|file| file.code().any(|(_, line)| line.contains("Tx")))
        .map(|file| file.path.clone())
        .collect();
    none(&broken, "a question is asked with a Read");
}

/// The tables there are, when all migrations have run.
#[test]
fn every_table_has_an_owner() {
    let mut tables = BTreeSet::new();
    for (_, text) in files_below("migrations/sqlite") {
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
        for step in words.windows(5) {
            match step {
                // The name comes later, and is met as the next arm has it.
                ["CREATE", "TABLE", "IF", ..] => {}
                ["TABLE", "IF", "NOT", "EXISTS", name]
                | ["CREATE", "TABLE", name, ..]
                | ["TABLE", _, "RENAME", "TO", name] => {
                    tables.insert((*name).to_owned());
                }
                ["DROP", "TABLE", "IF", "EXISTS", name]
                | ["DROP", "TABLE", name, ..]
                | ["ALTER", "TABLE", name, "RENAME", "TO"] => {
                    tables.remove(*name);
                }
                _ => {}
            }
        }
    }
    let owned: BTreeSet<String> =
        OWNERS.iter().flat_map(|(_, tables)| tables.iter().map(|table| (*table).to_owned())).collect();
    assert_eq!(tables, owned, "the tables of the migrations against their owners");
    for (owner, _) in OWNERS {
        assert!(
            ROOMS.contains(owner) || ["installation", "jobs", "web"].contains(owner),
            "{owner} is no room, and no kit"
        );
    }
}

/// The reader of SQL itself: what it would miss would be allowed.
#[test]
fn statements_are_read_as_they_are_meant() {
    let of = |text: &str| {
        let file = File { path: "src/x.rs".to_owned(), text: text.to_owned() };
        let (found, unnamed) = accesses(&words(&file));
        (found.into_iter().map(|(access, table)| format!("{access:?} {table}")).collect::<Vec<_>>(), unnamed.len())
    };
    for (text, found) in [
        (r#""SELECT 1 FROM leads AS l, niches n WHERE l.id = $1""#, vec!["Reads leads", "Reads niches"]),
        ("\"SELECT 1 FROM \\\n   leads\"", vec!["Reads leads"]),
        ("\"SELECT 1 FROM\n   leads JOIN returns r ON true\" // FROM niches", vec!["Reads leads", "Reads returns"]),
        (r#""INSERT INTO mails (id) SELECT id FROM leads""#, vec!["Reads leads", "Writes mails"]),
        (r#""INSERT INTO mails (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = 1""#, vec!["Writes mails"]),
        (r#""UPDATE leads SET a = 1 FROM (SELECT 1 FROM niches) AS n""#, vec!["Reads niches", "Writes leads"]),
        (r#""DELETE FROM returns WHERE id IN (SELECT id FROM leads)""#, vec!["Reads leads", "Writes returns"]),
        (r#""SELECT EXTRACT(DAY FROM at) FROM found f""#, vec![]),
    ] {
        assert_eq!(of(text), (found.into_iter().map(str::to_owned).collect(), 0), "{text}");
    }
    for text in
        [r#"format!("DELETE FROM {table}")"#, r#""UPDATE strangers SET a = 1""#, r#"format!("INSERT INTO {t} (a)")"#]
    {
        assert_eq!(of(text).1, 1, "{text}");
    }
}
