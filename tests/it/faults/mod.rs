//! What a crash, a full disk or a broken wire may do to those who were answered: nothing. Over the built program, under load.
//! Hazards J1 to J6 and J9. docs/faults.md has a row for each.

mod killed;
mod postgres;
mod sqlite;
