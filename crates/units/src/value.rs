//! Values as they go to and come from either engine: one enum, and the Rust types that turn into it and back.
//!
//! PostgreSQL keeps uuid, timestamptz, boolean, bytea and json; SQLite keeps blob, integer (microseconds, 0 and 1) and
//! text. Which it is shows nowhere above this file.

use uuid::Uuid;

use super::error::{DbError, Kind};
use ground::clock::Timestamp;
use ground::error::{Error, Result};

/// One value, borrowed. From SQLite only `Null`, `Int`, `Text` and `Bytes` come; the decoders know the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A truth.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Without NUL: neither engine is given one.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A UUID.
    Uuid(Uuid),
    /// A moment, in microseconds.
    Time(Timestamp),
    /// JSON, as text.
    Json(&'a str),
}

/// One column of a row that came back.
pub type Cell<'a> = Value<'a>;

/// JSON as text: json or jsonb on PostgreSQL, text on SQLite. Not looked into here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json(pub String);

/// What a statement can be given for `$1`, `$2`, …
pub trait Param {
    /// The value that is bound.
    fn value(&self) -> Value<'_>;
}

/// What a column can be read as.
pub trait Column: Sized {
    /// `Err` where the column holds something else, or NULL and this is no `Option`.
    fn decode(cell: &Cell<'_>) -> Result<Self>;
}

impl Value<'_> {
    /// The error of a column that is not what the row's type expects.
    pub fn is_no(&self, expected: &'static str) -> Error {
        let found = match self {
            Value::Null => "NULL",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Text(_) => "a text",
            Value::Bytes(_) => "bytes",
            Value::Uuid(_) => "a uuid",
            Value::Time(_) => "a time",
            Value::Json(_) => "json",
        };
        DbError::new(Kind::Decode, format!("expected {expected}, found {found}")).into()
    }
}

/// A reference to a parameter as `params!` needs it.
#[inline]
pub fn param<P: Param>(param: &P) -> &dyn Param {
    param
}

/// The parameters of a statement, for `$1`, `$2`, … in this order.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::param(&$value)),*] };
}

impl<P: Param + ?Sized> Param for &P {
    #[inline]
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<P: Param> Param for Option<P> {
    #[inline]
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<C: Column> Column for Option<C> {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        if matches!(cell, Value::Null) { Ok(None) } else { C::decode(cell).map(Some) }
    }
}

macro_rules! integers {
    ($($int:ty)*) => {$(
        impl Param for $int {
            #[inline]
            fn value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }

        impl Column for $int {
            #[inline]
            fn decode(cell: &Cell<'_>) -> Result<Self> {
                let Value::Int(int) = *cell else { return Err(cell.is_no("an integer")) };
                Self::try_from(int).map_err(|_| cell.is_no(concat!("an integer that fits ", stringify!($int))))
            }
        }
    )*};
}

integers!(i64 i32 i16 u32 u16 u8);

impl Param for bool {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Column for bool {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        match *cell {
            Value::Bool(truth) => Ok(truth),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err(cell.is_no("a boolean")),
        }
    }
}

impl Param for str {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for String {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Column for String {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        let Value::Text(text) = *cell else { return Err(cell.is_no("a text")) };
        Ok(text.to_owned())
    }
}

impl Param for [u8] {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Param for Vec<u8> {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Column for Vec<u8> {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        let Value::Bytes(bytes) = *cell else { return Err(cell.is_no("bytes")) };
        Ok(bytes.to_owned())
    }
}

impl<const N: usize> Param for [u8; N] {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<const N: usize> Column for [u8; N] {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        let Value::Bytes(bytes) = *cell else { return Err(cell.is_no("bytes")) };
        Self::try_from(bytes).map_err(|_| cell.is_no("bytes of another length"))
    }
}

impl Param for Uuid {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Uuid(*self)
    }
}

impl Column for Uuid {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        match *cell {
            Value::Uuid(id) => Ok(id),
            Value::Bytes(bytes) => Self::from_slice(bytes).map_err(|_| cell.is_no("a uuid of 16 bytes")),
            _ => Err(cell.is_no("a uuid")),
        }
    }
}

impl Param for Timestamp {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Time(*self)
    }
}

impl Column for Timestamp {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        match *cell {
            Value::Time(time) => Ok(time),
            Value::Int(micros) => Self::from_micros(micros).ok_or_else(|| cell.is_no("a time in the years 1 to 9999")),
            _ => Err(cell.is_no("a time")),
        }
    }
}

impl Param for Json {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Json(&self.0)
    }
}

impl Column for Json {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        match *cell {
            Value::Json(text) | Value::Text(text) => Ok(Self(text.to_owned())),
            _ => Err(cell.is_no("json")),
        }
    }
}
