//! The migrations, in order: the same numbers and names for both engines. A new one gets its line here.

use crate::db::Schema;

macro_rules! migrations {
    ($($name:literal = $file:literal),* $(,)?) => {
        const SQLITE: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../migrations/sqlite/", $file)))),*];
        const POSTGRES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../migrations/postgres/", $file)))),*];
    };
}

migrations! {
    "V1__accounts" = "0001_accounts.sql",
    "V2__catalog" = "0002_catalog.sql",
    "V3__intake" = "0003_intake.sql",
    "V4__inbox" = "0004_inbox.sql",
    "V5__distribution" = "0005_distribution.sql",
    "V6__billing" = "0006_billing.sql",
    "V7__audit" = "0007_audit.sql",
    "V8__queue" = "0008_queue.sql",
    "V9__outbox" = "0009_outbox.sql",
    "V10__returns" = "0010_returns.sql",
    "V11__exports" = "0011_exports.sql",
    "V12__export_room" = "0012_export_room.sql",
    "V13__undo" = "0013_undo.sql",
    "V14__events" = "0014_events.sql",
    "V15__portal" = "0015_portal.sql",
    "V16__erased_through" = "0016_erased_through.sql",
    "V17__house" = "0017_house.sql",
    "V18__lead_flags" = "0018_lead_flags.sql",
    "V19__samples" = "0019_samples.sql",
    "V20__corrections" = "0020_corrections.sql",
    "V21__remade_exports" = "0021_remade_exports.sql",
    "V22__reachable" = "0022_reachable.sql",
    "V23__terms" = "0023_terms.sql",
    "V24__return_windows" = "0024_return_windows.sql",
    "V25__searched" = "0025_searched.sql",
    "V26__search_bits" = "0026_search_bits.sql",
    "V27__source_countries" = "0027_source_countries.sql",
    "V28__sales_mails" = "0028_sales_mails.sql",
    "V29__refused_posts" = "0029_refused_posts.sql",
    "V30__doors" = "0030_doors.sql",
    "V31__persons" = "0031_persons.sql",
    "V32__erasures" = "0032_erasures.sql",
}

/// What Leadhouse keeps in a database, and how it is told from others.
pub const SCHEMA: Schema =
    Schema { program: "leadhouse", name: "Leadhouse", mark: "house", sqlite: SQLITE, postgres: POSTGRES };
