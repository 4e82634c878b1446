//! The portal, as a browser sees it.

mod account;
mod entry;
mod files;
mod forms;
mod guards;
mod guessing;
mod leads;
mod money;
mod office;
mod refused;
mod sources;
mod tabs;
mod told;
mod upload;
