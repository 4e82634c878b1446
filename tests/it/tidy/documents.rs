//! Documents tell the truth: the tests and files that they name exist, every decision is on the list, lines have one width.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::none;
use super::source::{crates, packages, read, root, rust_files};

/// Columns that a line of prose has at most; tables and blocks of code are as wide as they are.
const WIDTH: usize = 120;

/// The repository's documents.
fn documents() -> Vec<PathBuf> {
    let kits = crates().into_iter().map(|(_, folder)| folder);
    let folders = kits.chain(["docs", "docs/decisions"].map(str::to_owned));
    let entries = folders.flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "md")).collect()
}

#[test]
fn lines_of_documents_have_one_width() {
    let mut broken = Vec::new();
    let documents = documents();
    assert!(documents.len() > 40, "{} documents", documents.len());
    for path in documents {
        let mut code = false;
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let fence = line.trim_start().starts_with("```");
            code ^= fence;
            if !code && !line.starts_with('|') && line.chars().count() > WIDTH {
                broken.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    none(&broken, "lines of documents are wrapped at 120 columns");
}

/// The names of all tests, as the review writes them: `inbox::the_first_of_many_accepts_wins`.
fn all_tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in packages().into_iter().chain(rust_files("tests/it")) {
        let path = file.path.replace("/src/", "/");
        let inner = ["tests/it/", "src/", "crates/"].iter().fold(path.as_str(), |path, at| path.trim_start_matches(at));
        let module = inner.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let mut marked = false;
        for (_, line) in file.code() {
            let line = line.trim();
            marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|l| l.split('(').next());
            if let (true, Some(name)) = (marked, name) {
                names.insert(format!("{module}::{name}"));
                marked = false;
            }
        }
    }
    names
}

#[test]
fn the_review_names_tests_that_exist() {
    let (review, tests) = (read("docs/epic-08-review.md"), all_tests());
    let named: Vec<_> = review.split('`').skip(1).step_by(2).filter(|code| code.contains("::")).collect();
    assert!(named.len() > 40, "the review names {} tests", named.len());
    let broken: Vec<_> = named.iter().filter(|n| !tests.contains(**n)).map(|n| (*n).to_owned()).collect();
    none(&broken, "docs/epic-08-review.md names tests that do not exist");
}

#[test]
fn documents_point_at_files_that_exist() {
    let mut broken = BTreeSet::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or(link);
            if !target.is_empty() && !target.contains("://") && !path.parent().unwrap().join(target).exists() {
                broken.insert(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_decision_is_on_the_list() {
    let list = read("docs/decisions/README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut missing = Vec::new();
    for entry in fs::read_dir(root().join("docs/decisions")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = read(&format!("docs/decisions/{name}"));
        let heading = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let Some((number, title)) = heading.split_once(". ") else { continue };
        let line = format!("- {number}. [{title}]({name})");
        if !list.contains(&line) {
            missing.push(line);
        }
    }
    none(&missing, "not in docs/decisions/README.md");
}
