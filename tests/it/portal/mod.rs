//! The portal, as a browser sees it.

mod entry;
