//! The integration tests: one binary, one file per room, the whole suite on each engine.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends"
)]

mod support;

mod accounts;
mod audit;
mod backup;
mod billing;
mod catalog;
mod cli;
mod currency;
mod db;
mod demo;
mod distribution;
mod erasure;
mod exports;
mod faults;
mod google_ads;
mod http;
mod inbox;
mod installations;
mod intake;
mod journey;
mod leads_admin;
mod limits;
mod mails;
mod migrations;
mod moving;
mod nodes;
mod openapi;
mod plans;
mod portal;
mod preferences;
mod queue;
mod readme;
mod returns;
mod seed;
mod settings;
mod sweeps;
mod tidy;
mod verify;
