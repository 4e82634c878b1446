//! The portal, as a browser sees it.

mod entry;
mod files;
mod guards;
mod leads;
