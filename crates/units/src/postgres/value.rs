//! Values to and from PostgreSQL's binary format, by the type the server says it wants or sends.

use std::error::Error as StdError;
use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use postgres_types::{FromSql, IsNull, ToSql, Type};
use uuid::Uuid;

use crate::error::{DbError, Kind};
use crate::row::Cells;
use crate::value::Value;
use ground::clock::Timestamp;
use ground::error::Result;

type Wrong = Box<dyn StdError + Sync + Send>;

/// 2000-01-01T00:00:00Z, where PostgreSQL counts from, in microseconds since 1970.
const EPOCH: i64 = 946_684_800_000_000;

/// jsonb says first which version of its format follows.
const JSONB_VERSION: u8 = 1;

/// A parameter on its way out. Its `Debug` shows no value: the driver logs parameters at level debug.
pub(super) struct Bound<'a>(pub Value<'a>);

/// As the driver takes it.
pub(super) fn dynamic<P: ToSql + Sync>(param: &P) -> &(dyn ToSql + Sync) {
    param
}

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        let refused = || Err(format!("a parameter of type {ty} cannot be this kind of value").into());
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bool(truth) if *ty == Type::BOOL => out.put_u8(u8::from(truth)),
            Value::Int(int) => return put_integer(int, ty, out),
            Value::Text(text) | Value::Json(text) => return put_text(text, ty, out),
            Value::Bytes(bytes) if *ty == Type::BYTEA => out.put_slice(bytes),
            Value::Uuid(id) if *ty == Type::UUID => out.put_slice(id.as_bytes()),
            Value::Time(time) if *ty == Type::TIMESTAMPTZ => out.put_i64(time.as_micros() - EPOCH),
            Value::Bool(_) | Value::Bytes(_) | Value::Uuid(_) | Value::Time(_) => return refused(),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres_types::to_sql_checked!();
}

/// A parameter that stays when what it was made of is gone: its bytes, or NULL.
#[derive(Clone)]
pub(super) struct Encoded(Option<Bytes>);

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl Bound<'_> {
    pub fn encoded(&self, ty: &Type) -> Result<Encoded, Wrong> {
        let mut bytes = BytesMut::new();
        let is_null = matches!(self.to_sql(ty, &mut bytes)?, IsNull::Yes);
        Ok(Encoded((!is_null).then(|| bytes.freeze())))
    }
}

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        let Some(bytes) = &self.0 else { return Ok(IsNull::Yes) };
        out.put_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres_types::to_sql_checked!();
}

fn put_integer(int: i64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
    match *ty {
        Type::INT8 => out.put_i64(int),
        Type::INT4 => out.put_i32(i32::try_from(int)?),
        Type::INT2 => out.put_i16(i16::try_from(int)?),
        _ => return Err(format!("a parameter of type {ty} cannot be an integer").into()),
    }
    Ok(IsNull::No)
}

fn put_text(text: &str, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
    if text.contains('\0') {
        return Err("a text holds NUL".into());
    }
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {}
        Type::JSONB => out.put_u8(JSONB_VERSION),
        _ => return Err(format!("a parameter of type {ty} cannot be a text").into()),
    }
    out.put_slice(text.as_bytes());
    Ok(IsNull::No)
}

/// A column on its way in.
struct ColumnValue<'a>(Value<'a>);

impl<'a> FromSql<'a> for ColumnValue<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Value::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Value::Bool(raw != [0]),
            Type::UUID => Value::Uuid(Uuid::from_slice(raw)?),
            Type::TIMESTAMPTZ => Value::Time(time(i64::from_be_bytes(raw.try_into()?))?),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => Value::Text(str::from_utf8(raw)?),
            Type::BYTEA => Value::Bytes(raw),
            Type::JSON => Value::Json(str::from_utf8(raw)?),
            Type::JSONB => Value::Json(str::from_utf8(raw.strip_prefix(&[JSONB_VERSION]).ok_or("an unknown jsonb")?)?),
            // Of no columns of ours: what a function without a result gives.
            Type::VOID => Value::Null,
            _ => return Err(format!("type {ty} is not read here: CAST it (a sum of bigint to bigint)").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Wrong> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// `infinity` and what lies outside the years 1 to 9999 is none of ours.
fn time(micros: i64) -> Result<Timestamp, Wrong> {
    micros.checked_add(EPOCH).and_then(Timestamp::from_micros).ok_or_else(|| "a time out of range".into())
}

impl Cells for tokio_postgres::Row {
    fn cell(&self, index: usize) -> Option<Result<Value<'_>>> {
        self.columns().get(index)?;
        let found = self.try_get::<_, ColumnValue<'_>>(index);
        Some(found.map(|found| found.0).map_err(|error| {
            let why = error.into_source().map_or_else(String::new, |source| source.to_string());
            DbError::new(Kind::Decode, why).into()
        }))
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.columns().get(index).map(tokio_postgres::Column::name)
    }
}
