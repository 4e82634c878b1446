//! Which field an answer is of: senders write names as they like.

use super::list::NicheFields;
use crate::attribution::plain;

/// The answers of a form by the fields that they are of.
pub(super) struct Told {
    /// For each field the value that is its answer, as JSON.
    pub listed: Vec<Option<String>>,
    /// All others, in their order.
    pub rest: Vec<(String, String)>,
}

impl NicheFields {
    /// The field whose name or label this is, in whatever spelling; none where that could be two.
    fn place(&self, key: &str) -> Option<usize> {
        let kept = self.0.as_ref()?;
        let plain = plain(key);
        kept.names.get(&plain).copied().or_else(|| kept.labels.get(&plain).copied().flatten())
    }

    /// Whether a provider must not see what stands under this key: also where it is numbered, or part of a path.
    pub(super) fn is_internal(&self, key: &str) -> bool {
        let Some(kept) = &self.0 else { return false };
        if kept.internal.is_empty() {
            return false;
        }
        let key = unnumbered(key);
        let last = key.trim_end_matches(']').rsplit(['[', '.']).find(|part| !part.is_empty()).unwrap_or(key);
        [key, last].into_iter().any(|name| {
            let plain = plain(name);
            match kept.names.get(&plain).and_then(|place| kept.fields.get(*place)) {
                Some(field) => field.internal,
                None => kept.internal.contains(&plain),
            }
        })
    }

    /// Whether a text that cannot be read may hold what a provider must not see.
    pub(super) fn names_internal(&self, text: &str) -> bool {
        let Some(kept) = self.0.as_ref().filter(|kept| !kept.internal.is_empty()) else { return false };
        let plain = plain(text);
        kept.internal.iter().any(|name| plain.contains(name.as_str()))
    }

    /// Tells the members apart. Of several that could be one field's, that of its very name is; else the only one that says
    /// anything.
    pub(super) fn told(&self, members: Vec<(String, String)>) -> Told {
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); self.each().len()];
        for (at, (key, _)) in members.iter().enumerate() {
            if let Some(all) = self.place(key).and_then(|place| of.get_mut(place)) {
                all.push(at);
            }
        }
        let mut members: Vec<Option<(String, String)>> = members.into_iter().map(Some).collect();
        let member = |members: &[Option<(String, String)>], at: usize| members.get(at).cloned().flatten();
        let mut listed = Vec::with_capacity(of.len());
        for (field, all) in self.each().iter().zip(of) {
            let exact = all.iter().copied().find(|at| member(&members, *at).is_some_and(|(key, _)| key == field.name));
            let mut said = all.iter().copied().filter_map(|at| Some((at, member(&members, at)?.1)));
            let mut said_anything = said.clone().filter(|(_, value)| !is_blank(value));
            let only = match (said_anything.next(), said_anything.next()) {
                (Some((at, one)), Some((_, other))) => (one == other).then_some(at),
                (Some((at, _)), None) => Some(at),
                (None, _) => said.next().map(|(at, _)| at),
            };
            let taken = exact.or(only).and_then(|at| members.get_mut(at)?.take());
            listed.push(taken.map(|(_, value)| value));
        }
        Told { listed, rest: members.into_iter().flatten().collect() }
    }
}

/// Whether the JSON says nothing.
pub(super) fn is_blank(json: &str) -> bool {
    matches!(json, "null" | "[]" | "\"\"") || json.strip_prefix('"').is_some_and(|rest| rest.trim() == "\"")
}

/// `name` of `name (2)`, as the second of a name is kept.
fn unnumbered(key: &str) -> &str {
    let Some((name, number)) = key.strip_suffix(')').and_then(|key| key.rsplit_once(" (")) else { return key };
    if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) { name } else { key }
}
