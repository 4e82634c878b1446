//! Around a page of the back office.

use axum::extract::FromRef;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::error::Result;
use crate::http::csrf::FormTokens;
use crate::portal::assets::{Assets, assets};
use crate::portal::frame::operator;
use crate::portal::words::{self, Calendar};
use crate::read::Waiting;

/// Around a page of the back office.
pub(super) struct Frame {
    pub operator: String,
    pub assets: &'static Assets,
    pub csrf: String,
    pub here: &'static str,
    /// Returns that wait, where some do.
    pub waiting: Option<String>,
}

/// An entry of the navigation.
pub(super) struct Tab {
    pub path: &'static str,
    pub name: &'static str,
    pub icon: &'static str,
    pub waiting: Option<String>,
}

impl Frame {
    pub fn new(app: &App, headers: &HeaderMap, here: &'static str, waiting: Waiting) -> Result<Self> {
        Ok(Self {
            operator: operator(app),
            assets: assets(),
            csrf: FormTokens::from_ref(app).of(headers)?,
            here,
            waiting: (waiting.returns > 0).then(|| many(waiting.returns)),
        })
    }

    pub fn tabs(&self) -> [Tab; 4] {
        let tab = |path, name, icon| Tab { path, name, icon, waiting: None };
        [
            tab("/admin", "Today", "chart"),
            tab("/admin/leads", "Leads", "inbox"),
            tab("/admin/sources", "Sources", "exports"),
            Tab { waiting: self.waiting.clone(), ..tab("/admin/returns", "Returns", "undo") },
        ]
    }
}

/// The operator has no time zone of its own.
pub(super) fn calendar(app: &App) -> Calendar {
    Calendar::new(TimeZone::UTC, app.clock.now())
}

/// Of what is counted to 1,001.
pub(super) fn many(n: i64) -> String {
    if n > 1000 { "1,000+".to_owned() } else { words::count(n.unsigned_abs()) }
}
