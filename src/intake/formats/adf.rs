//! ADF 1.0 (Auto-lead Data Format): leads as XML, also as the text of a mail with other words around it. What its examples
//! get wrong (dates, offsets, names in any case) is read; what is not known is an answer.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::names::Common;
use super::platform::{Incoming, Platform, Sent, Takes};
use super::questions::{FilledForm, Question};
use super::texts;
use crate::error::{Error, Result};
use crate::http::json::Value;
use crate::intake::{Flags, Source};

/// Deeper than this no lead is nested, nor has it more elements.
const DEPTH: usize = 32;
const MOST_ELEMENTS: usize = 10_000;
/// Where findings point to.
const CONTACT: &str = "adf/prospect/customer/contact";

/// See the module.
pub struct Adf;

impl Platform for Adf {
    fn takes(&self) -> Takes {
        Takes::Xml
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let Sent::Xml(text) = sent else { return Err(Error::internal("ADF that is no XML")) };
        let root = parse(inner(&text))?;
        let mut prospects = Vec::new();
        root.all("prospect", &mut prospects);
        if prospects.is_empty() {
            return Err(Error::field("adf", "required", "the document must have a prospect inside adf"));
        }
        let is_alone = prospects.len() == 1;
        let read = |prospect: &Element| {
            let mut reading = lead(prospect, source);
            // Each keeps what is its own: an erasure takes one of them and leaves the others.
            if !is_alone {
                reading.submission.raw_payload = prospect.to_xml();
                "application/xml".clone_into(&mut reading.submission.raw_content_type);
            }
            Incoming::Lead(Box::new(reading))
        };
        Ok(prospects.into_iter().map(read).collect())
    }
}

/// An element, its name in lower case.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    /// Its own text, trimmed as a whole.
    text: String,
    children: Vec<Self>,
}

/// What a lead says in one place: the names on the way there, below the prospect.
struct Leaf<'a> {
    path: Vec<&'a str>,
    element: &'a Element,
}

fn lead(prospect: &Element, source: &Source) -> super::reading::Reading {
    let mut flags = Flags::default();
    let mut form = FilledForm { place: CONTACT, ..FilledForm::default() };
    let mut leaves = Vec::new();
    for (name, value) in &prospect.attributes {
        form.about.push((name.clone(), Value::String(value.clone())));
    }
    prospect.leaves(&mut Vec::new(), &mut leaves);
    let mut vehicles = 0;
    for Leaf { path, element } in leaves {
        let text = element.text.as_str();
        match path.as_slice() {
            ["id"] if form.external_id.is_none() => form.external_id = texts::external_id(text, &mut flags),
            ["id" | "requestdate"] | ["vendor" | "provider", ..] => {
                form.about.push((path.join(" "), Value::String(text.to_owned())));
            }
            ["customer", "contact", ..] if !text.is_empty() => form.questions.extend(of_contact(&path, element)),
            ["vehicle"] => {
                vehicles += 1;
                for (name, value) in element.attributes.iter().filter(|(_, value)| !value.is_empty()) {
                    form.questions.push(answer(format!("{} {name}", vehicle(vehicles)), value));
                }
            }
            ["vehicle", rest @ ..] if !text.is_empty() => {
                form.questions.push(answer(format!("{} {}", vehicle(vehicles), rest.join(" ")), text));
            }
            ["customer", rest @ ..] if !text.is_empty() => form.questions.push(answer(rest.join(" "), text)),
            _ if !text.is_empty() => form.questions.push(answer(path.join(" "), text)),
            _ => {}
        }
    }
    form.read(source, flags)
}

/// Of several the second has a number.
fn vehicle(number: usize) -> String {
    if number <= 1 { "vehicle".to_owned() } else { format!("vehicle {number}") }
}

fn answer(label: String, text: &str) -> Question {
    Question { id: String::new(), label, of: None, value: Value::String(text.to_owned()) }
}

/// What of the customer's contact it is; a fax or a pager reaches nobody.
fn of_contact(path: &[&str], element: &Element) -> Option<Question> {
    let kind = |name: &str| element.attribute(name).unwrap_or_default().to_ascii_lowercase();
    let last = *path.last()?;
    let (label, of) = match last {
        "name" => match kind("part").as_str() {
            "first" => ("first name".to_owned(), Some(Common::FirstName)),
            "last" => ("last name".to_owned(), Some(Common::LastName)),
            "full" | "" => ("name".to_owned(), Some(Common::Name)),
            part => (format!("{part} name"), None),
        },
        "email" => ("email".to_owned(), Some(Common::Email)),
        "phone" => match kind("type").as_str() {
            kind @ ("fax" | "pager") => (kind.to_owned(), None),
            "" => ("phone".to_owned(), Some(Common::Phone)),
            kind => (format!("{kind} phone"), Some(Common::Phone)),
        },
        "postalcode" => ("postal code".to_owned(), Some(Common::PostalCode)),
        "regioncode" => ("state".to_owned(), None),
        other => (other.to_owned(), None),
    };
    Some(Question { id: String::new(), label, of, value: Value::String(element.text.clone()) })
}

/// The document without what a mail has around it.
fn inner(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let begin = ["<?xml", "<?adf", "<!doctype", "<adf"].iter().filter_map(|begin| lower.find(begin)).min().unwrap_or(0);
    let end = lower.rfind("</adf>").map_or(text.len(), |at| at + "</adf>".len());
    text.get(begin..end.max(begin)).unwrap_or(text)
}

/// The element `adf`, or whatever the document's only root is.
fn parse(text: &str) -> Result<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    // The first holds the root.
    let mut open = vec![Element::default()];
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|error| malformed(&error.to_string()))?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() > DEPTH || elements > MOST_ELEMENTS {
                    return Err(malformed("it has too many elements, or nests them too deeply"));
                }
                open.push(Element::of(&start));
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err(malformed("it has too many elements"));
                }
                if let Some(parent) = open.last_mut() {
                    parent.children.push(Element::of(&start));
                }
            }
            Event::End(_) => {
                let Some(mut done) = open.pop() else { return Err(malformed("an element ends that did not begin")) };
                let text = done.text.trim().to_owned();
                done.text = text;
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Err(malformed("an element ends that did not begin")),
                }
            }
            Event::Text(text) => push(&mut open, &text.decode().map_err(|error| malformed(&error.to_string()))?),
            Event::CData(text) => push(&mut open, &text.decode().map_err(|error| malformed(&error.to_string()))?),
            Event::GeneralRef(name) => {
                let plain = name.decode().map_err(|error| malformed(&error.to_string()))?.into_owned();
                push(&mut open, &resolved(&plain, name.resolve_char_ref().ok().flatten()));
            }
            // Nothing is ever read from elsewhere, nor repeated by names that a document makes up.
            Event::DocType(_) => return Err(malformed("it has a DOCTYPE, which is not read: leave it out")),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let [document] = <[Element; 1]>::try_from(open).map_err(|_| malformed("it ends within an element"))?;
    let mut roots = document.children;
    match (roots.pop(), roots.is_empty()) {
        (Some(root), true) => Ok(root),
        (None, _) => Err(malformed("it has no element")),
        (Some(_), false) => Err(malformed("it has more than one root")),
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// A name that XML does not know stands as it was written.
fn resolved(name: &str, character: Option<char>) -> String {
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => character,
    };
    known.map_or_else(|| format!("&{name};"), |known| known.to_string())
}

fn malformed(why: &str) -> Error {
    Error::field("adf", "malformed_xml", format!("the document cannot be read as XML: {why}"))
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let local = |name: &[u8]| {
            let name = String::from_utf8_lossy(name).to_lowercase();
            name.rsplit(':').next().unwrap_or_default().to_owned()
        };
        let mut attributes = start.attributes();
        let attributes = attributes.with_checks(false).filter_map(std::result::Result::ok);
        let attribute = |one: quick_xml::events::attributes::Attribute<'_>| {
            let value = one
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| String::from_utf8_lossy(&one.value).into_owned(), Into::into);
            (local(one.key.as_ref()), value.trim().to_owned())
        };
        Self { name: local(start.name().as_ref()), attributes: attributes.map(attribute).collect(), ..Self::default() }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All elements of the name that are in no other of it, this one among them.
    fn all<'a>(&'a self, name: &str, found: &mut Vec<&'a Self>) {
        if self.name == name {
            found.push(self);
            return;
        }
        self.children.iter().for_each(|child| child.all(name, found));
    }

    /// Everything below that says something, in the order of the document; a vehicle itself, for its attributes.
    fn leaves<'a>(&'a self, path: &mut Vec<&'a str>, found: &mut Vec<Leaf<'a>>) {
        for child in &self.children {
            path.push(&child.name);
            if child.children.is_empty() || !child.text.is_empty() || path.as_slice() == ["vehicle"] {
                found.push(Leaf { path: path.clone(), element: child });
            }
            child.leaves(path, found);
            path.pop();
        }
    }

    fn to_xml(&self) -> String {
        let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
        let attributes = self.attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value)));
        let attributes = attributes.collect::<Vec<_>>().concat();
        let children: String = self.children.iter().map(Self::to_xml).collect();
        format!("<{0}{attributes}>{1}{children}</{0}>", self.name, escaped(&self.text))
    }
}
