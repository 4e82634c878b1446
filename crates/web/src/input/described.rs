//! What a reader takes, told by the reader itself: it is run over no input, and each field that it asks for says what
//! may stand in it. So the OpenAPI document and the check have one source.

use serde_json::Value;

use super::fields::Fields;
use super::kind::Kind;
use super::{Body, QueryInput};

pub use super::takes::{UUID, line, said};

/// The schema of a body that makes something.
pub fn of_new<T: Body>() -> Value {
    describe(Kind::New, |fields| drop(T::read(fields)))
}

/// The schema of a body that changes something.
pub fn of_patch<T: Body>() -> Value {
    describe(Kind::Patch, |fields| drop(T::read(fields)))
}

/// The parameters of a query, as the properties of an object.
pub fn of_query<T: QueryInput>() -> Value {
    describe(Kind::Query, |fields| drop(T::read(fields)))
}

fn describe(kind: Kind, read: impl FnOnce(&mut Fields)) -> Value {
    let mut fields = Fields::describing(kind);
    read(&mut fields);
    fields.described()
}
