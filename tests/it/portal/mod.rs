//! The portal, as a browser sees it.

mod account;
mod entry;
mod files;
mod guards;
mod leads;
mod money;
mod office;
