//! COPY, binary: what loads many rows fastest.

use std::pin::pin;
use std::time::Instant;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::link::{Broken, Link, Wire};
use super::value::{Bound, dynamic};
use crate::record::Records;

pub(super) fn statement(table: &str, columns: &[&str]) -> String {
    format!("COPY {table} ({}) FROM STDIN BINARY", columns.join(", "))
}

/// Copies all records by the statement `copy`; how many there were.
pub(super) fn insert_all(
    wire: &Wire,
    link: &mut Link,
    until: Instant,
    copy: &str,
    records: &dyn Records,
) -> Result<u64, Broken> {
    let shape = format!("SELECT {} FROM {} LIMIT 0", records.columns().join(", "), records.table());
    let statement = wire.prepared(link, &shape, until)?;
    let types: Vec<Type> = statement.columns().iter().map(|column| column.type_().clone()).collect();
    wire.drive(link, until, async |client| {
        let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(copy).await?, &types));
        let mut values = Vec::with_capacity(types.len());
        for index in 0..records.count() {
            values.clear();
            records.values(index, &mut values);
            let bound: Vec<Bound<'_>> = values.iter().copied().map(Bound).collect();
            let bound: Vec<&(dyn ToSql + Sync)> = bound.iter().map(dynamic).collect();
            writer.as_mut().write(&bound).await?;
        }
        writer.finish().await
    })
}
