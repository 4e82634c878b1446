//! No circle of files: whoever reads one file to the end need not have read another that leads back to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::paths::{Tree, Uses};

/// The files that can be reached from `file`.
fn reached<'u>(uses: &'u Uses, file: &'u str) -> BTreeSet<&'u str> {
    let (mut found, mut next) = (BTreeSet::new(), vec![file]);
    while let Some(file) = next.pop() {
        let further = uses.get(file).into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        next.extend(further.filter(|to| found.insert(*to)));
    }
    found
}

/// All circles: each the set of files that lead to one another.
fn circles(uses: &Uses) -> BTreeSet<BTreeSet<&str>> {
    let reached: BTreeMap<&str, _> = uses.keys().map(|file| (file.as_str(), reached(uses, file))).collect();
    let back = |from: &str, to: &str| reached.get(to).is_some_and(|there| there.contains(from));
    let round = reached.iter().filter(|(file, there)| there.contains(*file));
    round.map(|(file, there)| there.iter().filter(|to| back(file, to)).copied().collect()).collect()
}

/// The shortest way from `file` back to itself.
fn way_back<'u>(uses: &'u Uses, file: &'u str) -> Vec<&'u str> {
    let mut came_from = BTreeMap::<&str, &str>::new();
    let mut next = std::collections::VecDeque::from([file]);
    while let Some(at) = next.pop_front() {
        for to in uses.get(at).into_iter().flat_map(BTreeMap::keys).map(String::as_str) {
            if came_from.contains_key(to) {
                continue;
            }
            came_from.insert(to, at);
            next.push_back(to);
        }
        if came_from.contains_key(file) {
            break;
        }
    }
    let mut way = vec![file];
    while let Some(before) = came_from.get(way[way.len() - 1]).filter(|before| way.len() == 1 || **before != file) {
        way.push(*before);
    }
    way.push(file);
    way.reverse();
    way
}

/// The shortest circle of these files, one file after the other, with the names that tie each to the next.
fn told(uses: &Uses, circle: &BTreeSet<&str>) -> String {
    let mut text = format!("{} files; the shortest way round:", circle.len());
    let way = circle.iter().map(|file| way_back(uses, file)).min_by_key(Vec::len).unwrap_or_default();
    for step in way.windows(2) {
        let names: Vec<_> = uses[step[0]][step[1]].iter().map(String::as_str).collect();
        let _ = write!(text, "\n    {} takes from {}: {}", step[0], step[1], names.join(", "));
    }
    text
}

#[test]
fn no_circle_of_files() {
    let uses = Tree::here().uses();
    assert!(uses.len() > 300, "{} files take names from others", uses.len());
    let broken: Vec<_> = circles(&uses).iter().map(|circle| told(&uses, circle)).collect();
    super::none(&broken, "files that know each other in a circle: what two need goes into a third");
}

/// The reader of paths itself: what it would miss would be allowed.
#[test]
fn circles_are_seen_however_they_are_written() {
    let tied = |files: &[(&str, &str)]| {
        let mut tree = Tree::default();
        for (inner, text) in files {
            tree.add("house", inner, &format!("{inner}.rs"), text);
        }
        let uses = tree.uses();
        circles(&uses).into_iter().map(|circle| circle.into_iter().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let child = ("a/b", "use super::Noun;\npub fn verb() {}");
    for parent in [
        "mod b; pub struct Noun; fn f() { b::verb() }",
        "mod b; pub struct Noun; use b::verb;",
        "mod b; pub struct Noun; use self::b::{verb as done};",
        "mod b; pub struct Noun; pub use b::verb; fn f() { verb() }",
        "mod b; pub struct Noun; use b::*; fn f() { verb() }",
        "mod b; pub enum Noun {} fn f() { crate::a::b::verb() }",
        "mod b; pub type Noun = (); mod c { use super::b as other; fn f() { other::verb() } }",
        "mod b; pub struct Noun; mod tests { use super::*; fn f() { b::verb() } }",
    ] {
        assert_eq!(tied(&[("a/mod", parent), child]), ["a/b.rs a/mod.rs"], "{parent}");
        assert_eq!(tied(&[("a/mod", parent), ("a/b", "// super::Noun \npub fn verb() { \"super::Noun\"; }")]).len(), 0);
    }
    for parent in ["mod b; pub struct Noun;", "mod b; pub struct Noun; pub use b::verb;"] {
        assert_eq!(tied(&[("a/mod", parent), child]).len(), 0, "{parent}: declared and handed on, used by nobody here");
    }
    // Through what a third hands on, and by a method that stands elsewhere.
    let handed = [
        ("lib", "pub use c::Noun;"),
        ("c", "use crate::d::verb; pub struct Noun;"),
        ("d", "fn verb(_: crate::Noun) {}"),
    ];
    assert_eq!(tied(&handed), ["c.rs d.rs"]);
    let method = [
        ("c", "pub struct Noun; fn f(n: Noun) { n.verb() }"),
        ("d", "impl<'a> super::c::Noun { pub fn verb(&self) {} }"),
    ];
    assert_eq!(tied(&method), ["c.rs d.rs"]);
}
