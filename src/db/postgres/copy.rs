//! COPY, binary: what loads many rows fastest.

use std::pin::pin;
use std::time::Instant;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::value::Bound;
use super::{Conn, dynamic};
use crate::db::bulk::Records;
use crate::db::error::Failure;

impl Conn {
    pub fn insert_all(&mut self, until: Instant, records: &dyn Records) -> Result<u64, Failure> {
        let Some(link) = &mut self.link else { return Err(Failure::lost("not connected")) };
        let (table, columns) = (records.table(), records.columns().join(", "));
        let copy = format!("COPY {table} ({columns}) FROM STDIN BINARY");
        let types = self.wire.prepared(link, &format!("SELECT {columns} FROM {table} LIMIT 0"), until);
        let copied = types.and_then(|statement| {
            let types: Vec<Type> = statement.columns().iter().map(|column| column.type_().clone()).collect();
            self.wire.drive(link, until, async |client| {
                let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&copy).await?, &types));
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
        });
        copied.map_err(|broken| self.failure(broken, &copy))
    }
}
