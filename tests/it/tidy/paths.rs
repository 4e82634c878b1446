//! Which file takes names from which, read from the sources as text: `use` lines and paths are followed through aliases,
//! globs and re-exports to the file that declares what is named.

use std::collections::{BTreeMap, BTreeSet};

use super::scopes::{Brought, Module, Reader, Scope};
use super::source::{crates, read, rust_files};
use super::tokens::tokens;

/// Who takes what from whom: by the taking file, then by the giving one, the names.
pub type Uses = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// All modules of all crates.
#[derive(Debug, Default)]
pub struct Tree {
    scopes: BTreeMap<Module, Scope>,
    crates: BTreeSet<String>,
}

impl Tree {
    /// Of the crates of this repository.
    pub fn here() -> Self {
        let mut tree = Self::default();
        for (name, folder) in crates() {
            for file in rust_files(&format!("{folder}src")) {
                let inner = file.path.strip_prefix(&format!("{folder}src/")).unwrap().trim_end_matches(".rs");
                // The program beside the library is a crate of its own that knows the library by its name.
                let root = if inner == "main" { format!("{name} (main)") } else { name.clone() };
                tree.add(&root, inner, &file.path, &read(&file.path));
            }
        }
        tree
    }

    /// `inner` is the file's place in its crate, without `.rs`: `inbox/mod`.
    pub fn add(&mut self, root: &str, inner: &str, path: &str, text: &str) {
        let mut module = vec![root.to_owned()];
        module.extend(inner.split('/').filter(|part| !["mod", "lib", "main"].contains(part)).map(str::to_owned));
        self.crates.insert(root.to_owned());
        Reader::new(&mut self.scopes, path, &tokens(text)).module(&module);
    }

    /// Who takes names from whom.
    pub fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        let mut add = |from: &str, to: &str, name: &str| {
            if from != to {
                uses.entry(from.to_owned()).or_default().entry(to.to_owned()).or_default().insert(name.to_owned());
            }
        };
        let foreign = self.methods_elsewhere();
        for (module, scope) in &self.scopes {
            let last = |path: &[String]| path.last().cloned().unwrap_or_default();
            // What is only handed on is used by those who take it; what is brought in for use here is used here.
            let mine =
                scope.brought.iter().filter(|b| !b.handed_on || scope.words.contains(&b.name) || b.is_head_of(scope));
            let mine = mine.map(|brought| brought.path.clone());
            for path in mine.chain(scope.paths.iter().cloned()) {
                if let Some(declared) = self.declared(module, &path, 0) {
                    add(&scope.file, &declared, &last(&path));
                }
            }
            for word in &scope.words {
                let here = scope.items.contains(word) || scope.brought.iter().any(|b| b.name == *word);
                let globs = scope.globs.iter().filter(|_| !here);
                for declared in globs.filter_map(|glob| self.named(&self.module_of(module, glob, 0)?, word, 0)) {
                    add(&scope.file, &declared, word);
                }
            }
            // Methods of a type declared here that stand in another file.
            for (owner, at, method) in &foreign {
                if *owner == scope.file && scope.calls.contains(method) {
                    add(&scope.file, at, method);
                }
            }
        }
        uses
    }

    /// Methods that stand in another file than their type: the type's file, theirs, and the name.
    fn methods_elsewhere(&self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        for (module, scope) in &self.scopes {
            for (path, method) in &scope.methods {
                let owner = self.declared(module, path, 0).filter(|owner| *owner != scope.file);
                found.extend(owner.map(|owner| (owner, scope.file.clone(), method.clone())));
            }
        }
        // Which type a call is of cannot be read here: only a name that no other type has tells.
        let mut times = BTreeMap::<&str, usize>::new();
        for (_, method) in self.scopes.values().flat_map(|scope| &scope.methods) {
            *times.entry(method).or_default() += 1;
        }
        found.retain(|(_, _, method)| times.get(method.as_str()) == Some(&1));
        found
    }

    /// The file that declares what `path` names in `module`; nothing for a module as such and for what is not ours.
    fn declared(&self, module: &Module, path: &[String], hops: usize) -> Option<String> {
        let (start, rest) = self.start(module, path, hops)?;
        self.walk(&start, rest, hops)
    }

    fn walk(&self, start: &Module, rest: &[String], hops: usize) -> Option<String> {
        let (first, rest) = rest.split_first()?;
        let inner = [start.as_slice(), std::slice::from_ref(first)].concat();
        if self.scopes.contains_key(&inner) && !rest.is_empty() {
            return self.walk(&inner, rest, hops);
        }
        if let Some(brought) = self.brought(start, first).filter(|_| !self.scopes.contains_key(&inner)) {
            let path = [brought.path.as_slice(), rest].concat();
            return if hops < 20 { self.declared(start, &path, hops + 1) } else { None };
        }
        if self.scopes.contains_key(&inner) && !self.scopes.get(start)?.items.contains(first) {
            return None;
        }
        // What a macro declares stands where it is looked for.
        self.named(start, first, hops).or_else(|| Some(self.scopes.get(start)?.file.clone()))
    }

    /// The file that declares `name`, looked for in `module`, in what it brings in and in its globs.
    fn named(&self, module: &Module, name: &str, hops: usize) -> Option<String> {
        let scope = self.scopes.get(module)?;
        if scope.items.contains(name) {
            return Some(scope.file.clone());
        }
        if hops > 20 {
            return None;
        }
        if let Some(brought) = self.brought(module, name) {
            return self.declared(module, &brought.path, hops + 1);
        }
        scope.globs.iter().find_map(|glob| self.named(&self.module_of(module, glob, hops)?, name, hops + 1))
    }

    fn brought(&self, module: &Module, name: &str) -> Option<&Brought> {
        let named = |b: &&Brought| b.name == name && b.path != [name.to_owned()];
        self.scopes.get(module)?.brought.iter().find(named)
    }

    /// The module that a path names.
    fn module_of(&self, module: &Module, path: &[String], hops: usize) -> Option<Module> {
        let (mut at, rest) = self.start(module, path, hops)?;
        for part in rest {
            let inner = [at.as_slice(), std::slice::from_ref(part)].concat();
            at = if self.scopes.contains_key(&inner) {
                inner
            } else {
                let brought = self.brought(&at, part).filter(|_| hops < 20)?;
                self.module_of(&at, &brought.path, hops + 1)?
            };
        }
        Some(at)
    }

    /// Where a path sets out, and what is left of it.
    fn start<'p>(&self, module: &Module, path: &'p [String], hops: usize) -> Option<(Module, &'p [String])> {
        let mut rest = path;
        let mut at = module.clone();
        let mut climbed = false;
        while let Some((first, further)) = rest.split_first() {
            match first.as_str() {
                "crate" | "$crate" => at.truncate(1),
                "self" => {}
                "super" => drop(at.pop()),
                _ => break,
            }
            (climbed, rest) = (true, further);
        }
        if climbed {
            return Some((at, rest));
        }
        let first = rest.first()?;
        let inner = [module.as_slice(), std::slice::from_ref(first)].concat();
        if self.scopes.contains_key(&inner) || self.scopes.get(module)?.items.contains(first) {
            return Some((module.clone(), rest));
        }
        if self.brought(module, first).is_some() {
            return Some((module.clone(), rest));
        }
        if self.crates.contains(first) {
            return Some((vec![first.clone()], rest.get(1..)?));
        }
        let globs = &self.scopes.get(module)?.globs;
        let holds = |at: &Module| {
            let inner = [at.as_slice(), std::slice::from_ref(first)].concat();
            self.scopes.contains_key(&inner) || self.named(at, first, hops + 1).is_some()
        };
        globs
            .iter()
            .filter(|_| hops < 20)
            .filter_map(|g| self.module_of(module, g, hops + 1))
            .find(holds)
            .map(|at| (at, rest))
    }
}
