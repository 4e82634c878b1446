//! A payload as pointers find their way in it: JSON as it is; a form as what its names say (`a[b]`, `a.b`, `a[]`), and by its
//! names as they were sent.

use std::collections::{HashMap, HashSet};

use super::pointer::{Pointer, follow, unfold};
use crate::http::json::Value;

/// Texts that are JSON themselves, and are read where a pointer leads into them.
const MOST_TEXTS: usize = 8;
/// A name of more parts is one name.
const MOST_PARTS: usize = 20;

/// See the module.
pub struct Document {
    root: Value,
    /// The names of a form that say more than themselves, and the steps that they stand for.
    names: HashMap<String, Vec<String>>,
}

impl Document {
    pub fn of_json(root: Value) -> Self {
        Self { root, names: HashMap::new() }
    }

    pub fn of_form(pairs: Vec<(String, String)>) -> Self {
        let plain: HashSet<String> =
            pairs.iter().map(|(name, _)| name).filter(|name| !name.contains(['.', '['])).cloned().collect();
        let (mut root, mut names) = (Branch::default(), HashMap::new());
        for (name, value) in pairs {
            let parts = parts(&name).filter(|(parts, is_list)| {
                // `a` beside `a.b` is a field of its own.
                *is_list && parts.len() == 1
                    || parts.len() == 1
                    || !parts.first().is_some_and(|first| plain.contains(*first))
            });
            let put = match &parts {
                Some((parts, is_list)) => root.put(parts, value, *is_list),
                None => Err(value),
            };
            match put {
                Ok(()) => {
                    if let Some((parts, _)) = parts.filter(|(parts, is_list)| parts.len() > 1 || *is_list) {
                        let steps = parts.into_iter().map(str::to_owned).collect();
                        names.insert(name, steps);
                    }
                }
                // What contradicts the others stands under its whole name.
                Err(value) => drop(root.put(&[name.as_str()], value, false)),
            }
        }
        Self { root: root.into_object(), names }
    }

    /// The whole.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// What the pointer leads to.
    pub fn find(&self, pointer: &Pointer) -> Option<&Value> {
        follow(&self.root, way(&self.root, &self.names, pointer).into_iter())
    }

    /// Reads texts that are JSON where one of these pointers leads into them.
    pub fn unfold<'p>(&mut self, pointers: impl Iterator<Item = &'p Pointer>) {
        let mut left = MOST_TEXTS;
        for pointer in pointers {
            let way = way(&self.root, &self.names, pointer);
            unfold(&mut self.root, way.into_iter(), &mut left);
        }
    }
}

/// The steps of a pointer; the first may be a form's name as it was sent.
fn way<'a>(root: &Value, names: &'a HashMap<String, Vec<String>>, pointer: &'a Pointer) -> Vec<&'a str> {
    match names.get(pointer.first()).filter(|_| root.get(pointer.first()).is_none()) {
        Some(steps) => steps.iter().map(String::as_str).chain(pointer.steps().skip(1)).collect(),
        None => pointer.steps().collect(),
    }
}

/// `a`, `b`, `c` of `a[b].c`, and whether it ends in `[]`; `None` where a name is not made of parts.
fn parts(name: &str) -> Option<(Vec<&str>, bool)> {
    let end = |text: &str| text.find(['.', '[']).unwrap_or(text.len());
    let (first, mut rest) = name.split_at_checked(end(name))?;
    let mut parts = vec![first];
    while !rest.is_empty() {
        let (part, after) = if let Some(inner) = rest.strip_prefix('[') {
            let (part, after) = inner.split_once(']')?;
            if part.is_empty() && after.is_empty() {
                return (!first.is_empty()).then_some((parts, true));
            }
            (part, after)
        } else {
            let inner = rest.strip_prefix('.')?;
            inner.split_at_checked(end(inner))?
        };
        if part.is_empty() || parts.len() == MOST_PARTS {
            return None;
        }
        parts.push(part);
        rest = after;
    }
    (parts.len() == 1 || !first.is_empty()).then_some((parts, false))
}

/// What a form's names say, while it is read.
enum Node {
    Leaf { values: Vec<String>, is_list: bool },
    Branch(Branch),
}

#[derive(Default)]
struct Branch {
    members: Vec<(String, Node)>,
    places: HashMap<String, usize>,
}

impl Branch {
    /// Gives the value back where something else stands there.
    fn put(&mut self, parts: &[&str], value: String, is_list: bool) -> Result<(), String> {
        let Some((name, deeper)) = parts.split_first() else { return Err(value) };
        let place = if let Some(place) = self.places.get(*name) {
            *place
        } else {
            let node = if deeper.is_empty() {
                Node::Leaf { values: Vec::new(), is_list }
            } else {
                Node::Branch(Self::default())
            };
            self.places.insert((*name).to_owned(), self.members.len());
            self.members.push(((*name).to_owned(), node));
            self.members.len() - 1
        };
        match self.members.get_mut(place).map(|(_, node)| node) {
            Some(Node::Leaf { values, is_list: is }) if deeper.is_empty() => {
                *is |= is_list;
                values.push(value);
                Ok(())
            }
            Some(Node::Branch(branch)) if !deeper.is_empty() => branch.put(deeper, value, is_list),
            _ => Err(value),
        }
    }

    fn into_object(self) -> Value {
        Value::Object(self.members.into_iter().map(|(name, node)| (name, node.into_value())).collect())
    }
}

impl Node {
    fn into_value(self) -> Value {
        match self {
            Self::Leaf { mut values, is_list: false } if values.len() == 1 => {
                Value::String(values.pop().unwrap_or_default())
            }
            Self::Leaf { values, .. } => Value::Array(values.into_iter().map(Value::String).collect()),
            Self::Branch(branch) => {
                let is_list =
                    branch.members.iter().enumerate().all(|(at, (name, _))| super::pointer::index(name) == Some(at));
                match branch.into_object() {
                    Value::Object(members) if is_list => {
                        Value::Array(members.into_iter().map(|(_, value)| value).collect())
                    }
                    object => object,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Document;
    use super::Pointer;
    use crate::http::input::stranger_pairs;
    use crate::http::json::Value;

    fn form(body: &str) -> Document {
        Document::of_form(stranger_pairs(body.as_bytes(), None).unwrap().0)
    }

    #[test]
    fn a_form_is_what_its_names_say() {
        for (body, said) in [
            ("a=1&b=&a=2", r#"{"a":["1","2"],"b":""}"#),
            ("a[]=1&b=2", r#"{"a":["1"],"b":"2"}"#),
            ("a[b]=1&a[c][d]=2&x=3&a.e=4", r#"{"a":{"b":"1","c":{"d":"2"},"e":"4"},"x":"3"}"#),
            ("a[0]=1&a[1]=2", r#"{"a":["1","2"]}"#),
            ("a[0][n]=1&a[1][n]=2", r#"{"a":[{"n":"1"},{"n":"2"}]}"#),
            ("a[1]=1&a[0]=2", r#"{"a":{"1":"1","0":"2"}}"#),
            ("a.b=1&a=2", r#"{"a.b":"1","a":"2"}"#),
            ("a[b]=1&a[b][c]=2", r#"{"a":{"b":"1"},"a[b][c]":"2"}"#),
            ("a[b][c]=1&a[b]=2", r#"{"a":{"b":{"c":"1"}},"a[b]":"2"}"#),
            (
                "a[=1&]=2&a.=3&.a=4&a[b]c=5&a[][b]=6&=7",
                r#"{"a[":"1","]":"2","a.":"3",".a":"4","a[b]c":"5","a[][b]":"6","":"7"}"#,
            ),
        ] {
            assert_eq!(form(body).root().to_text(), said, "{body}");
        }
        let deep = format!("a{}=1", "[b]".repeat(30));
        assert_eq!(form(&deep).root().members().unwrap().len(), 1);
    }

    #[test]
    fn a_name_leads_there_as_it_was_sent_and_by_its_parts() {
        let mut form = form("a[b]=1&data.json={\"e\":[\"x\"]}&list[]=2&c.d=3&c=4");
        let pointers =
            ["/a/b", "/a[b]", "/data.json/e/0", "/data/json/e", "/list[]", "/list/0", "/c.d", "/c", "/c/d", "/a~1b"];
        let read = pointers.map(|text| Pointer::read(text).unwrap());
        form.unfold(read.iter());
        let found = read.each_ref().map(|pointer| form.find(pointer).map(Value::to_text));
        let found = found.each_ref().map(Option::as_deref);
        let right = [
            Some("\"1\""),
            Some("\"1\""),
            Some("\"x\""),
            Some("[\"x\"]"),
            Some("[\"2\"]"),
            Some("\"2\""),
            Some("\"3\""),
            Some("\"4\""),
            None,
            None,
        ];
        assert_eq!(found, right);
    }
}
