//! Which columns a file has, and what stands in them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::clock::Timestamp;
use crate::db::Json;
use crate::exports::Preset;
use crate::fields::NicheFields;
use crate::id::NicheId;
use crate::read::FullItem;
use crate::text;

/// More columns of answers than this go together into one, as JSON: a sheet has 16,384 columns at most, and nobody reads
/// as many as this.
const MAX_ANSWERS: usize = 500;
const OTHER_ANSWERS: &str = "Other answers";
const NAMELESS: &str = "Answer without a question";
const UNREADABLE_ANSWERS: &str = "Unreadable answers";
const ERASED: &str = "erased";

/// What a file's columns are made from: the preset, and every key of the answers in it.
#[derive(Debug, Clone)]
pub struct Survey {
    preset: Preset,
    currency: String,
    attribution: bool,
    /// On whose clock times are.
    zone: TimeZone,
    /// What niches ask, of those that ask anything.
    asked: HashMap<NicheId, NicheFields>,
    /// Those of them that there are leads of.
    seen: HashSet<NicheId>,
    /// What was asked, in the order in which it first came.
    keys: Vec<(Key, usize)>,
    places: HashMap<Key, usize>,
    /// Where there are keys beyond `MAX_ANSWERS`: the length of the longest cell that holds them.
    others: Option<usize>,
}

/// What a column holds: the key of an answer, and the label where a niche asks it. Keys with the length of the longest value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    key: String,
    label: Option<String>,
}

/// The columns of a file.
pub(super) struct Columns {
    survey: Survey,
    pub header: Vec<String>,
}

type Fixed = (&'static str, fn(&FullItem, &Survey) -> String);

const STANDARD: &[Fixed] = &[
    ("Lead ID", |row, _| row.lead_id.to_string()),
    ("Status", |row, _| row.status.as_str().to_owned()),
    ("Niche", |row, _| row.niche_name.clone()),
    ("Name", |row, _| contact(row, row.contact_name.as_ref())),
    ("Email", |row, _| contact(row, row.contact_email.as_ref())),
    ("Phone", |row, _| contact(row, row.contact_phone.as_ref())),
    ("Postal code", |row, _| contact(row, row.postal_code.as_ref())),
    ("Price", |row, _| row.price_charged.fixed()),
    ("Currency", |_, survey| survey.currency.clone()),
    ("Assigned at", |row, survey| survey.time(Some(row.assigned_at))),
    ("Viewed at", |row, survey| survey.time(row.viewed_at)),
    ("Accepted at", |row, survey| survey.time(row.accepted_at)),
    ("Rejected at", |row, survey| survey.time(row.rejected_at)),
    ("Time zone", |_, survey| survey.zone_name()),
    ("Rejection reason", |row, _| row.rejection_reason.clone().unwrap_or_default()),
];

/// `HubSpot` maps headers freely; these are the ones that it maps by itself.
const HUBSPOT: &[Fixed] = &[
    ("First Name", |row, _| names(row).0),
    ("Last Name", |row, _| names(row).1),
    ("Email", |row, _| contact(row, row.contact_email.as_ref())),
    ("Phone Number", |row, _| contact(row, row.contact_phone.as_ref())),
    ("Postal Code", |row, _| contact(row, row.postal_code.as_ref())),
    ("Niche", |row, _| row.niche_name.clone()),
    ("Status", |row, _| row.status.as_str().to_owned()),
    ("Create Date", |row, survey| survey.time(Some(row.assigned_at))),
    ("Time zone", |_, survey| survey.zone_name()),
    ("Lead ID", |row, _| row.lead_id.to_string()),
];

/// Salesforce's Lead wants `LastName` and `Company`; a homeowner has no company, so their full name stands there.
const SALESFORCE: &[Fixed] = &[
    ("FirstName", |row, _| names(row).0),
    ("LastName", |row, _| or_unknown(names(row).1)),
    ("Company", |row, _| or_unknown(contact(row, row.contact_name.as_ref()))),
    ("Email", |row, _| contact(row, row.contact_email.as_ref())),
    ("Phone", |row, _| contact(row, row.contact_phone.as_ref())),
    ("PostalCode", |row, _| contact(row, row.postal_code.as_ref())),
    ("LeadSource", |_, _| "Leadhouse".to_owned()),
    ("Status", |row, _| row.status.as_str().to_owned()),
    ("Niche", |row, _| row.niche_name.clone()),
    ("Lead ID", |row, _| row.lead_id.to_string()),
];

const ATTRIBUTION: &[Fixed] = &[
    ("UTM source", |row, _| row.utm_source.clone().unwrap_or_default()),
    ("UTM medium", |row, _| row.utm_medium.clone().unwrap_or_default()),
    ("UTM campaign", |row, _| row.utm_campaign.clone().unwrap_or_default()),
    ("Referrer", |row, _| row.referrer_url.clone().unwrap_or_default()),
];

impl Preset {
    /// Whether an erased lead has a row. To a CRM it would be a contact without a name.
    pub fn keeps_erased(self) -> bool {
        matches!(self, Self::Standard)
    }

    fn fixed(self) -> &'static [Fixed] {
        match self {
            Self::Standard => STANDARD,
            Self::Hubspot => HUBSPOT,
            Self::Salesforce => SALESFORCE,
        }
    }
}

impl Survey {
    /// `attribution`: whether providers may see where a lead came from.
    pub fn new(preset: Preset, currency: &str, attribution: bool) -> Self {
        let currency = currency.to_owned();
        Self {
            preset,
            currency,
            attribution,
            zone: TimeZone::UTC,
            asked: HashMap::new(),
            seen: HashSet::new(),
            keys: Vec::new(),
            places: HashMap::new(),
            others: None,
        }
    }

    /// With what niches ask in columns of their own, in its order and under its labels, whether anybody answered or not.
    pub fn asking(self, asked: HashMap<NicheId, NicheFields>) -> Self {
        Self { asked, ..self }
    }

    /// With times as they are on the clocks of this zone.
    pub fn within(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    fn time(&self, at: Option<Timestamp>) -> String {
        at.map(|at| local_time(at, &self.zone)).unwrap_or_default()
    }

    fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    /// Takes the answers of a row of the file into account.
    pub fn see(&mut self, row: &FullItem) {
        if self.seen.insert(row.niche_id)
            && let Some(asked) = self.asked.get(&row.niche_id).cloned()
        {
            for field in asked.visible() {
                self.note(Key { key: field.name.clone(), label: Some(field.label.clone()) }, 0);
            }
        }
        let mut others = BTreeMap::new();
        for (key, value) in self.answers(row) {
            if !self.note(key.clone(), units(&value)) {
                others.insert(key.key, value);
            }
        }
        if !others.is_empty() {
            self.others = self.others.max(Some(units(&together(&others))));
        }
    }

    /// Gives the key a column of so many units at least; false where there are too many columns.
    fn note(&mut self, key: Key, length: usize) -> bool {
        if let Some((_, longest)) = self.places.get(&key).and_then(|place| self.keys.get_mut(*place)) {
            *longest = length.max(*longest);
            return true;
        }
        let has_room = self.keys.len() < MAX_ANSWERS;
        if has_room {
            self.places.insert(key.clone(), self.keys.len());
            self.keys.push((key, length));
        }
        has_room
    }

    /// All rows were seen: what niches ask comes before what else was answered.
    #[must_use]
    pub(super) fn settled(mut self) -> Self {
        // Stable: otherwise they stay as they came.
        self.keys.sort_by_key(|(key, _)| key.label.is_none());
        self.places = self.keys.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect();
        self
    }

    /// What the row's form asked, and where it is shown, what its sender told of where it came from.
    fn answers(&self, row: &FullItem) -> Vec<(Key, String)> {
        let asked = self.asked.get(&row.niche_id);
        let label = |key: &str| asked.and_then(|asked| asked.label(key)).map(str::to_owned);
        let told = answers(row.form_data.as_ref()).into_iter();
        let mut all: Vec<_> = told.map(|(key, value)| (Key { label: label(&key), key }, value)).collect();
        if self.attribution {
            let from = answers(row.attribution.as_ref()).into_iter();
            all.extend(from.map(|(key, value)| (Key { key, label: None }, value)));
        }
        all
    }

    fn fixed(&self) -> impl Iterator<Item = &'static Fixed> {
        let attribution = if self.attribution { ATTRIBUTION } else { &[] };
        self.preset.fixed().iter().chain(attribution)
    }

    /// The length of the longest value of each answer's column, in UTF-16 units: what a cell of XLSX is limited in.
    pub(super) fn longest(&self) -> impl Iterator<Item = usize> {
        self.keys.iter().map(|(_, longest)| *longest).chain(self.others)
    }

    pub(super) fn columns(self) -> Columns {
        let mut taken = HashSet::new();
        let mut header: Vec<String> = self.fixed().map(|(name, _)| (*name).to_owned()).collect();
        taken.extend(header.iter().map(|name| name.to_lowercase()));
        let others = self.others.map(|_| OTHER_ANSWERS.to_owned());
        let fixed = taken.clone();
        let keys = self.keys.iter().map(|(key, _)| key.label.as_ref().unwrap_or(&key.key));
        for key in keys.chain(&others) {
            let name = told(key);
            let is_ours = fixed.contains(&name.to_lowercase());
            let name = if is_ours { format!("{name} (form)") } else { name };
            header.push(unlike(&mut taken, &name));
        }
        Columns { survey: self, header }
    }
}

impl Columns {
    /// How many columns come before the answers.
    pub fn fixed(&self) -> usize {
        self.survey.fixed().count()
    }

    pub fn cells(&self, row: &FullItem) -> Vec<String> {
        let survey = &self.survey;
        let mut cells: Vec<String> = survey.fixed().map(|(_, cell)| cell(row, survey)).collect();
        let fixed = cells.len();
        cells.resize(self.header.len(), String::new());
        let mut others = BTreeMap::new();
        for (key, value) in survey.answers(row) {
            match survey.places.get(&key).and_then(|place| cells.get_mut(fixed + place)) {
                Some(cell) => *cell = value,
                None => drop(others.insert(key.key, value)),
            }
        }
        if !others.is_empty()
            && let Some(cell) = cells.last_mut()
        {
            *cell = together(&others);
        }
        cells
    }
}

/// A question as a header: in one line, and never empty.
fn told(key: &str) -> String {
    let line: String = key.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = text::trim(&line);
    if line.is_empty() { NAMELESS.to_owned() } else { line.to_owned() }
}

/// Headers are unique, since importers map by them; case makes no difference to them.
pub(super) fn unlike(taken: &mut HashSet<String>, name: &str) -> String {
    let mut unique = name.to_owned();
    let mut number = 2;
    while !taken.insert(unique.to_lowercase()) {
        unique = format!("{name} ({number})");
        number += 1;
    }
    unique
}

/// Keys and values of a form, in its order: texts as they are, numbers with their digits, lists and objects as JSON. What
/// can't be read is there as it stands, in a column that says so: one damaged row fails no file, and is not passed over.
fn answers(form_data: Option<&Json>) -> Vec<(String, String)> {
    let Some(json) = form_data else { return Vec::new() };
    match serde_json::from_str::<Answers>(&json.0) {
        Ok(answers) => answers.0,
        Err(_) => vec![(UNREADABLE_ANSWERS.to_owned(), json.0.clone())],
    }
}

fn together(others: &BTreeMap<String, String>) -> String {
    serde_json::to_string(others).unwrap_or_default()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

struct Answers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Answers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
        let mut answers = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
            answers.push((key, shown(value.get())));
        }
        Ok(Answers(answers))
    }
}

fn shown(json: &str) -> String {
    match json {
        "null" => String::new(),
        text if text.starts_with('"') => serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()),
        other => other.to_owned(),
    }
}

fn contact(row: &FullItem, of: Option<&String>) -> String {
    match of {
        _ if row.erased_at.is_some() => ERASED.to_owned(),
        Some(text) => text.clone(),
        None => String::new(),
    }
}

/// `2026-11-24T10:05:00-07:00`: a time as it is on the clocks of a zone, with what they are behind UTC (RFC 3339).
pub fn local_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// First and last name: the last word is the last name.
fn names(row: &FullItem) -> (String, String) {
    let name = contact(row, row.contact_name.as_ref());
    let name = name.trim();
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim_end().to_owned(), last.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

fn or_unknown(name: String) -> String {
    if name.is_empty() { "Unknown".to_owned() } else { name }
}
