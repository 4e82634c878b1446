//! Providers, people, tokens: what the operator does with them, and who gets in.

mod entry;
mod providers;
mod roles;
mod users;
