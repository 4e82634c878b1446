//! HTTP for everybody: strict input, problem documents, idempotency keys, limits, cursors, and the wire below.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod access;
pub mod compression;
mod context;
pub mod cookie;
pub mod csrf;
pub mod form;
pub mod guard;
mod hosts;
pub mod idempotency;
pub mod identities;
pub mod input;
pub mod json;
pub mod limits;
pub mod listen;
pub mod live;
pub mod loopback;
pub mod meters;
pub mod page;
mod prefetch;
pub mod problem;
pub mod schema;
pub mod seal;
mod shapes;
pub mod upload;
mod wire;

pub use context::Context;
pub use form::{Boxes, Entrance, Filters, Form, Given, Ticked, written};
pub use idempotency::{KeyHeader, Once, OnceKey, require_key};
pub use input::{
    Body, Fields, Json, NoBody, Path, PathPair, Query, QueryInput, RawBody, described, link_token, page_parameter,
};
pub use page::{List, ListQuery};
pub use prefetch::is_prefetch;
pub use problem::{Problem, Problems};
pub use shapes::{Both, NewBody, PatchBody, QueryOf};
