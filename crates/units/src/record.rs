//! Rows that are written whole, many at once, without asking what is there.

use super::value::Value;

/// A row that is written whole, without asking what is there. See [`record!`](crate::record).
pub trait Record {
    /// Its table.
    const TABLE: &'static str;
    /// The columns that are written; all others have their defaults.
    const COLUMNS: &'static [&'static str];

    /// Adds the columns' values, in their order.
    fn values<'a>(&'a self, into: &mut Vec<Value<'a>>);
}

/// Declares a struct whose fields are the columns of a table that [`Tx::insert_all`](crate::Tx::insert_all) fills.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident in $table:literal {
        $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* pub $field: $type),*
        }

        impl $crate::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn values<'a>(&'a self, into: &mut Vec<$crate::Value<'a>>) {
                into.extend([$($crate::Param::value(&self.$field)),*]);
            }
        }
    };
}

/// Records of one table, for the engines.
pub(super) trait Records {
    fn table(&self) -> &'static str;
    fn columns(&self) -> &'static [&'static str];
    fn count(&self) -> usize;
    /// The values of the record at `index`, after what `into` held.
    fn values<'a>(&'a self, index: usize, into: &mut Vec<Value<'a>>);
}

impl<R: Record> Records for &[R] {
    fn table(&self) -> &'static str {
        R::TABLE
    }

    fn columns(&self) -> &'static [&'static str] {
        R::COLUMNS
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn values<'a>(&'a self, index: usize, into: &mut Vec<Value<'a>>) {
        if let Some(record) = self.get(index) {
            record.values(into);
        }
    }
}
