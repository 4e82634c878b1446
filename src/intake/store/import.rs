//! What is kept with a source of its imports.

use crate::db::{Json, Read, Tx, params};
use crate::error::Result;
use crate::id::SourceId;

pub fn imports(read: &mut Read, source: SourceId) -> Result<Option<Json>> {
    let found: Option<(Option<Json>,)> =
        read.optional("SELECT import_columns FROM sources WHERE id = $1", params![source])?;
    Ok(found.and_then(|(kept,)| kept))
}

pub fn keep_imports(tx: &mut Tx, source: SourceId, imports: &Json) -> Result<()> {
    tx.execute("UPDATE sources SET import_columns = $2 WHERE id = $1", params![source, imports])?;
    Ok(())
}
