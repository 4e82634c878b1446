//! The rows of the inbox, and how a lead is named and told in a line.

use super::Found;
use crate::app::App;
use crate::assignments::Status;
use crate::id::Id;
use crate::need;
use crate::portal::decided::{Stand, stand};
use crate::portal::words::{self, Calendar, Left};
use crate::read::{Glance, Item};

pub struct Group {
    pub heading: String,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub id: String,
    pub name: String,
    pub need: String,
    pub niche: String,
    pub place: String,
    pub price: String,
    pub dots: Vec<bool>,
    pub sold: String,
    pub left: Option<Left>,
    pub stand: Option<Stand>,
    pub when: String,
    pub at: String,
    pub is_new: bool,
    pub is_active: bool,
}

/// A status in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pill {
    pub class: &'static str,
    pub said: &'static str,
}

pub fn groups(app: &App, calendar: &Calendar, found: &Found) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for item in &found.page.items {
        let heading = calendar.group(item.assigned_at);
        let glance = found.glances.iter().find(|glance| glance.assignment_id == item.assignment_id);
        let row = row(app, calendar, item, glance);
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(Group { heading, rows: vec![row] }),
        }
    }
    groups
}

fn row(app: &App, calendar: &Calendar, item: &Item, glance: Option<&Glance>) -> Row {
    let form = glance.and_then(|glance| glance.form_data.as_ref()).map_or("", |json| json.0.as_str());
    let (sold, max) = glance.map_or((1, 1), |glance| (glance.sold, glance.sold_max));
    let window = app.return_windows.at(item.assigned_at);
    let is_active = item.status == Status::Active;
    let until = item.assigned_at.plus(window);
    Row {
        id: item.lead_id.uuid().to_string(),
        name: name_of(item),
        need: need::need(form),
        niche: item.niche_name.clone(),
        place: need::place(form, glance.and_then(|glance| glance.postal_code.as_deref())),
        price: words::money(item.price_charged, &app.config.currency),
        dots: dots(sold, max),
        sold: sold_to(sold, max),
        left: is_active.then(|| Left::of(calendar.now, until, window)),
        stand: stand(calendar, item),
        when: calendar.ago(item.assigned_at),
        at: item.assigned_at.to_string(),
        is_new: item.viewed_at.is_none(),
        is_active,
    }
}

/// Who it is, as far as is known.
fn name_of(item: &Item) -> String {
    who(
        item.erased_at.is_some(),
        item.contact_name.as_deref(),
        item.contact_phone.as_deref(),
        item.contact_email.as_deref(),
    )
}

/// Who somebody is, as far as is known.
pub fn who(erased: bool, name: Option<&str>, phone: Option<&str>, email: Option<&str>) -> String {
    if erased {
        return "Erased".to_owned();
    }
    let phone = phone.map(words::phone);
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    name.or(phone).or(email.map(str::to_owned)).unwrap_or_else(|| "No name".to_owned())
}

/// One dot for each who could have the lead, filled for each who has.
pub fn dots(sold: i64, max: i64) -> Vec<bool> {
    if (2..=6).contains(&max) { (0..max).map(|n| n < sold).collect() } else { Vec::new() }
}

/// `2 of 3`, `only you`.
pub fn sold_to(sold: i64, max: i64) -> String {
    if max == 1 { "only you".to_owned() } else { format!("{sold} of {max}") }
}

pub fn pill(status: Status) -> Pill {
    let (class, said) = match status {
        Status::Active => ("active", "Active"),
        Status::Accepted => ("accepted", "Accepted"),
        Status::Rejected => ("rejected", "Rejected"),
        Status::Refunded => ("refunded", "Refunded"),
    };
    Pill { class, said }
}
