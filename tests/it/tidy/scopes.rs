//! What each module of a file holds: what it declares, brings in and names.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::Token;

/// Where something is declared: the module's path, beginning with its crate.
pub type Module = Vec<String>;

/// What one module holds.
#[derive(Debug, Default)]
pub struct Scope {
    pub file: String,
    /// Names declared here: functions, types, constants, macros.
    pub items: BTreeSet<String>,
    /// Names brought in: the name here, the path it stands for, and whether it is handed on.
    pub brought: Vec<Brought>,
    pub globs: Vec<Vec<String>>,
    /// Every path of two names or more outside `use`.
    pub paths: BTreeSet<Vec<String>>,
    /// Single names outside `use` that are types, constants or called: what a glob may have brought. Any other is taken
    /// for a variable.
    pub words: BTreeSet<String>,
    /// Methods of a type: its path as written, and their names.
    pub methods: Vec<(Vec<String>, String)>,
    /// Methods that are called.
    pub calls: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub struct Brought {
    pub name: String,
    pub path: Vec<String>,
    pub handed_on: bool,
}

impl Brought {
    /// Whether a path begins with it.
    pub fn is_head_of(&self, scope: &Scope) -> bool {
        scope.paths.iter().any(|path| path.first() == Some(&self.name))
    }
}

/// Goes through one file.
pub struct Reader<'t> {
    scopes: &'t mut BTreeMap<Module, Scope>,
    tokens: &'t [Token],
    at: usize,
    file: &'t str,
}

impl<'t> Reader<'t> {
    pub fn new(scopes: &'t mut BTreeMap<Module, Scope>, file: &'t str, tokens: &'t [Token]) -> Self {
        Self { scopes, tokens, at: 0, file }
    }

    fn is(&self, ahead: usize, what: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|t| t.text == what)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        self.tokens.get(self.at + ahead).filter(|t| t.is_word).map(|t| t.text.as_str())
    }

    fn scope(&mut self, module: &Module) -> &mut Scope {
        let scope = self.scopes.entry(module.clone()).or_default();
        self.file.clone_into(&mut scope.file);
        scope
    }

    /// To the end of the file, or of the module's braces.
    pub fn module(&mut self, module: &Module) {
        self.scope(module);
        let mut level = 0_usize;
        // The type whose methods are read, and the level at which its block ends.
        let mut of: Option<(Vec<String>, usize)> = None;
        while let Some(token) = self.tokens.get(self.at) {
            match token.text.as_str() {
                "{" => level += 1,
                "}" if level == 0 => return,
                "}" => {
                    level -= 1;
                    of = of.filter(|(_, end)| level > *end);
                }
                "use" => {
                    let handed_on = ["pub", ")"].contains(&self.before());
                    self.at += 1;
                    self.tree_of_use(module, &mut Vec::new(), handed_on);
                    continue;
                }
                "impl" if level == 0 => of = self.type_of_impl().map(|path| (path, level)).or(of),
                "fn" => {
                    let method = of.as_ref().filter(|(_, end)| level == end + 1).map(|(path, _)| path.as_slice());
                    self.function(module, method, level == 0);
                }
                "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" if level == 0 => {
                    let named = (1..3).filter_map(|n| self.word(n)).find(|w| !["mut", "fn", "unsafe"].contains(w));
                    let name = named.map(str::to_owned);
                    self.scope(module).items.extend(name);
                }
                _ if token.is_word && !self.is_special(module) => {
                    self.path(module);
                    continue;
                }
                "." if self.word(1).is_some() && self.before() != "." => {
                    let name = self.word(1).map(str::to_owned);
                    self.at += 1;
                    self.scope(module).calls.extend(name);
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// What stands before this token.
    fn before(&self) -> &str {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or("", |token| &token.text)
    }

    /// `fn name`: of the module, or of a type.
    fn function(&mut self, module: &Module, method: Option<&[String]>, is_outer: bool) {
        let Some(name) = self.word(1).map(str::to_owned) else { return };
        self.at += 1;
        let scope = self.scope(module);
        match method {
            Some(path) => scope.methods.push((path.to_vec(), name)),
            None if is_outer => drop(scope.items.insert(name)),
            None => {}
        }
    }

    /// A module within the file, read to its end, or a macro that is declared; else false.
    fn is_special(&mut self, module: &Module) -> bool {
        if self.is(0, "mod") && self.is(2, "{") {
            let inner: Module = module.iter().cloned().chain(self.word(1).map(str::to_owned)).collect();
            self.at += 3;
            self.module(&inner);
            return true;
        }
        let is_macro = self.is(0, "macro_rules") && self.is(1, "!");
        let name = self.word(2).filter(|_| is_macro).map(str::to_owned);
        self.scope(module).items.extend(name);
        is_macro
    }

    /// The path of the type in `impl Type {`; nothing for `impl Trait for Type`.
    fn type_of_impl(&self) -> Option<Vec<String>> {
        let (mut angle, mut path) = (0_usize, Vec::new());
        for (n, token) in self.tokens.iter().enumerate().skip(self.at + 1) {
            match token.text.as_str() {
                "<" => angle += 1,
                ">" if self.tokens[n - 1].text != "-" => angle = angle.saturating_sub(1),
                "for" | ";" => return None,
                "{" | "where" if angle == 0 => return Some(path).filter(|p| !p.is_empty()),
                word if angle == 0 && token.is_word => path.push(word.to_owned()),
                _ => {}
            }
        }
        None
    }

    /// A name, or names joined by `::`.
    fn path(&mut self, module: &Module) {
        let mut path = Vec::new();
        while let Some(word) = self.word(0) {
            path.push(word.to_owned());
            self.at += 1;
            if !self.is(0, "::") || self.word(1).is_none() {
                break;
            }
            self.at += 1;
        }
        let is_called = ["(", "!"].iter().any(|mark| self.is(0, mark));
        let is_local = |word: &String| !is_called && word.starts_with(|c: char| c.is_lowercase() || c == '_');
        let scope = self.scope(module);
        if path.len() > 1 {
            scope.calls.extend(path.last().cloned());
            scope.words.insert(path[0].clone());
            scope.paths.insert(path);
        } else {
            scope.words.extend(path.into_iter().filter(|word| !is_local(word)));
        }
    }

    /// What stands behind `use`, up to its `;`, or one part of a group.
    fn tree_of_use(&mut self, module: &Module, before: &mut Vec<String>, handed_on: bool) {
        let depth = before.len();
        loop {
            if self.is(0, "{") {
                self.at += 1;
                while !self.is(0, "}") && self.at < self.tokens.len() {
                    self.tree_of_use(module, &mut before.clone(), handed_on);
                    self.at += usize::from(self.is(0, ","));
                }
                self.at += 1;
                break;
            }
            if self.is(0, "*") {
                self.at += 1;
                self.scope(module).globs.push(before.clone());
                break;
            }
            let Some(word) = self.word(0).map(str::to_owned) else { break };
            self.at += 1;
            if word != "self" || depth == 0 && before.is_empty() {
                before.push(word);
            }
            if self.is(0, "::") {
                self.at += 1;
                continue;
            }
            let mut name = before.last().cloned().unwrap_or_default();
            if self.is(0, "as") {
                self.word(1).unwrap_or("_").clone_into(&mut name);
                self.at += 2;
            }
            self.scope(module).brought.push(Brought { name, path: before.clone(), handed_on });
            break;
        }
        self.at += usize::from(self.is(0, ";"));
    }
}
