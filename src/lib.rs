//! Leadhouse: a lead marketplace in one binary. The modules in storey order; a request comes in by a door, goes to one
//! room, uses the cellar, and leaves by the door it came through. ARCHITECTURE.md has the map.

// Doors: how the outside reaches in.
pub mod cli;
pub mod portal;
pub mod server;
pub mod worker;

// Questions across rooms, for doors to ask.
pub mod read;

// Rooms: what the business is made of.
pub mod accounts;
pub mod assignments;
pub mod audit;
pub mod billing;
pub mod catalog;
pub mod distribution;
pub mod exports;
pub mod inbox;
pub mod intake;
pub mod outbox;
pub mod preferences;
pub mod returns;

// Cellar: kits that know no room.
pub mod app;
pub mod http;
pub mod installation;
pub mod mail;

// Those in crates/, under the names that the product calls them by.
pub use ::files;
pub use jobs as queue;
pub use limits as limit;
pub use units as db;
pub use units::{params, record, row, text_enum};
pub use web::document_words;

// Ground.
pub mod attribution;
pub mod config;
pub mod consent;
pub mod fields;
pub mod id;
pub mod money;
pub mod need;
pub mod phone;
pub use ground::{clock, email, error, period, text, tls, zone};
