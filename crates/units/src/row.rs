//! Rows as structs: decoded by position, which costs nothing; the names are compared in debug builds.

use super::error::{DbError, Kind};
use super::value::{Column, Value};
use ground::error::{Error, Result};

/// A row that came back, on loan for as long as it is decoded.
pub struct Row<'a> {
    cells: &'a dyn Cells,
}

/// What an engine's own row can.
pub(super) trait Cells {
    /// The value at `index`; `None` past the end.
    fn cell(&self, index: usize) -> Option<Result<Value<'_>>>;
    fn name(&self, index: usize) -> Option<&str>;
}

/// What is done with each row of a statement.
pub(super) type EachRow<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<()>;

/// What a row can be read as.
pub trait FromRow: Sized {
    /// The names the select list must have, in order; `None`: not compared.
    const COLUMNS: Option<&'static [&'static str]>;

    /// Reads one row.
    fn decode(row: &Row<'_>) -> Result<Self>;
}

impl<'a> Row<'a> {
    pub(super) fn new(cells: &'a dyn Cells) -> Self {
        Self { cells }
    }

    /// The column at `index`, from 0.
    #[inline]
    pub fn get<C: Column>(&self, index: usize) -> Result<C> {
        let cell = self.cells.cell(index).unwrap_or_else(|| {
            let text = format!("the row has no column {index}: the select list is shorter than its type");
            Err(DbError::new(Kind::Decode, text).into())
        })?;
        C::decode(&cell).map_err(|wrong| self.at(index, &wrong))
    }

    fn at(&self, index: usize, wrong: &Error) -> Error {
        let name = self.cells.name(index).unwrap_or("?");
        DbError::new(Kind::Decode, format!("column {index} ({name}): {wrong}")).into()
    }

    /// Whether the select list has exactly the columns that `R` reads.
    pub(super) fn fits<R: FromRow>(&self) -> Result<()> {
        let Some(expected) = R::COLUMNS else { return Ok(()) };
        let names = expected.iter().map(|name| Some(name.strip_prefix("r#").unwrap_or(name)));
        if names.chain([None]).enumerate().all(|(index, name)| self.cells.name(index) == name) {
            return Ok(());
        }
        let found: Vec<&str> = (0..).map_while(|index| self.cells.name(index)).collect();
        Err(DbError::new(Kind::Decode, format!("the columns are {found:?}, the row's type has {expected:?}")).into())
    }
}

/// Declares a struct whose fields are the columns of a select list, in this order and with these names.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type),*
        }

        impl $crate::FromRow for $name {
            const COLUMNS: Option<&'static [&'static str]> = Some(&[$(stringify!($field)),*]);

            #[inline]
            fn decode(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut columns = 0_usize..;
                Ok(Self {
                    $($field: row.get(columns.next().unwrap_or_default())?),*
                })
            }
        }
    };
}

/// Declares an enum that the database keeps as text, each variant with its word.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant),*
        }

        impl $name {
            /// Every variant with its word.
            pub const CHOICES: &'static [(&'static str, Self)] = &[$(($text, Self::$variant)),*];

            /// Its word.
            #[inline]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),*
                }
            }

            /// The variant of a word.
            pub fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $crate::Param for $name {
            #[inline]
            fn value(&self) -> $crate::Value<'_> {
                $crate::Value::Text(self.as_str())
            }
        }

        impl $crate::Column for $name {
            #[inline]
            fn decode(cell: &$crate::Cell<'_>) -> $crate::Result<Self> {
                let $crate::Value::Text(text) = *cell else { return Err(cell.is_no("a text")) };
                Self::from_text(text).ok_or_else(|| cell.is_no(concat!("a word of ", stringify!($name))))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

macro_rules! tuples {
    ($(($($column:ident $index:literal),+))*) => {$(
        impl<$($column: Column),+> FromRow for ($($column,)+) {
            const COLUMNS: Option<&'static [&'static str]> = None;

            #[inline]
            fn decode(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$column>($index)?,)+))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
