//! What the kits stand on.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod clock;
pub mod email;
pub mod error;
pub mod id;
pub mod network;
pub mod period;
pub mod text;
pub mod tls;
#[cfg(feature = "web")]
pub mod web;
pub mod zone;
