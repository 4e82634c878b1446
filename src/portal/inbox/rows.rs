//! The rows of the inbox, and how a lead is named and told in a line.

use super::found::PageData;
use crate::app::App;
use crate::assignments::Status;
use crate::fields::NicheFields;
use crate::id::Id;
use crate::need::Form;
use crate::portal::decided::{Stand, stand};
use crate::portal::pill::{dots, sold_to, who};
use crate::portal::words::{self, Calendar, Left};
use crate::read::Item;

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

pub fn groups(app: &App, calendar: &Calendar, found: &PageData) -> Vec<Group> {
    let (mut groups, nothing): (Vec<Group>, _) = (Vec::new(), NicheFields::default());
    for item in &found.page.items {
        let heading = calendar.group(item.assigned_at);
        let asked = found.niches.iter().find(|niche| niche.id == item.niche_id).map(|niche| &niche.fields);
        let row = row(app, calendar, item, asked.unwrap_or(&nothing));
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(Group { heading, rows: vec![row] }),
        }
    }
    groups
}

fn row(app: &App, calendar: &Calendar, item: &Item, asked: &NicheFields) -> Row {
    let glance = item.glance.as_ref();
    let shown = asked.shown(glance.and_then(|glance| glance.form_data.as_ref()).map_or("", |json| json.0.as_str()));
    let form = Form::read(&shown).asked(asked);
    let (sold, max) = glance.map_or((1, 1), |glance| (glance.sold, glance.sold_max));
    let window = app.return_windows.at(item.assigned_at);
    let is_active = item.status == Status::Active;
    let until = item.assigned_at.plus(window);
    Row {
        id: item.lead_id.uuid().to_string(),
        name: name_of(item),
        need: form.need(),
        niche: item.niche_name.clone(),
        place: form.place(item.postal_code.as_deref()),
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
