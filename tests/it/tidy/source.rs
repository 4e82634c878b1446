//! Reads the tree as text: the files, their code without comments, and the `crate::` paths in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::at_root;

/// One Rust file.
pub struct File {
    /// From the repository's folder: `src/inbox/store.rs`.
    pub path: String,
    pub text: String,
}

impl File {
    /// The first folder or file below `src` or `crates`: `inbox` for `src/inbox/store.rs`, `id` for `src/id.rs`, `jobs` for
    /// `crates/jobs/src/store.rs`.
    pub fn module(&self) -> &str {
        let inner = ["src/", "crates/"].iter().find_map(|folder| self.path.strip_prefix(folder)).unwrap_or(&self.path);
        inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
    }

    /// The part of a room a file belongs to: `store` for `src/inbox/store.rs` and `src/inbox/store/list.rs`.
    pub fn part(&self) -> &str {
        self.path.split('/').nth(2).unwrap_or("mod").trim_end_matches(".rs")
    }

    /// Every line without its `//` comment, numbered from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, without_comment(line)))
    }

    /// The top-level modules this file names by `crate::…` or by climbing with `super::`.
    pub fn imports(&self) -> Vec<String> {
        let code = self.code().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let mut found = Vec::new();
        for (at, _) in code.match_indices("crate::") {
            let standalone = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$');
            if standalone {
                found.extend(heads(&code[at + "crate::".len()..]));
            }
        }
        let climb = "super::".repeat(self.depth());
        for (at, _) in code.match_indices(&climb) {
            if !code[..at].ends_with("super::") {
                found.extend(heads(&code[at + climb.len()..]).into_iter().filter(|h| h != "super"));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// How many `super::` lead from this file to the crate's root.
    fn depth(&self) -> usize {
        let folders = self.path.matches('/').count();
        if self.path.ends_with("/mod.rs") { folders - 1 } else { folders }
    }
}

/// The first names behind a path: one, or all of a `{…}` group.
fn heads(rest: &str) -> Vec<String> {
    let name = |s: &str| -> String { s.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![name(rest)] };
    let (mut level, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => level -= 1,
            ',' if level == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|n| !n.is_empty());
    names
}

fn without_comment(line: &str) -> &str {
    line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':')).map_or(line, |(at, _)| &line[..at])
}

/// The repository's folder.
pub fn root() -> PathBuf {
    at_root("")
}

/// The crates of this repository: the name that code knows each by, and its folder (`""`, `"demo/"`).
pub fn crates() -> Vec<(String, String)> {
    let folders = |parent: &str| -> Vec<String> {
        let entries = fs::read_dir(root().join(parent)).into_iter().flatten();
        entries.map(|entry| format!("{parent}{}/", entry.unwrap().file_name().to_str().unwrap())).collect()
    };
    let mut all = [vec![String::new()], folders(""), folders("crates/")].concat();
    all.retain(|folder| ["Cargo.toml", "src"].iter().all(|part| root().join(folder).join(part).exists()));
    all.sort();
    let named = |folder: String| {
        let manifest = read(&format!("{folder}Cargo.toml"));
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap_or_default();
        (name.trim().trim_matches('"').replace('-', "_"), folder)
    };
    all.into_iter().map(named).collect()
}

/// A text file of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The files right below `folder`, by name.
pub fn files_below(folder: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let path = entries.map(|entry| entry.unwrap().path());
    path.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// All Rust files below `folder`, sorted by path.
pub fn rust_files(folder: &str) -> Vec<File> {
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// All Rust files of the crates: the product's in `src`, and those of the others in the workspace.
pub fn packages() -> Vec<File> {
    crates().iter().flat_map(|(_, folder)| rust_files(&format!("{folder}src"))).collect()
}

fn walk(folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            files.push(File { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}
