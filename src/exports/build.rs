//! Makes the file of an export, out of one moment of the data.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use sha2::{Digest, Sha256};

use super::Export;
use super::sheet::{Sheet, Survey};
use crate::accounts;
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::id::AssignmentId;
use crate::read::{self, FullItem};

/// Rows that are in memory at the same time.
const BATCH: i64 = 500;

/// What is to be made, and how whoever waits sees how far it is.
#[derive(Debug, Clone)]
pub struct Plan {
    pub export: Export,
    pub currency: String,
    /// Whether providers may see where a lead came from.
    pub attribution: bool,
    pub rows_done: Arc<AtomicI64>,
    /// Set where nobody wants the file any more.
    pub unwanted: Arc<AtomicBool>,
}

impl Plan {
    /// Whoever was erased since the file was first made is not in it again; who was erased before is the row that it was, and
    /// none to a CRM.
    fn leaves_out(&self, row: &FullItem) -> bool {
        let made = self.export.data_until;
        row.erased_at
            .is_some_and(|erased| !self.export.preset.keeps_erased() || made.is_some_and(|made| erased >= made))
    }
}

/// What was written.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    pub row_count: i64,
    pub matching_rows: i64,
    pub size_bytes: i64,
    pub sha256: [u8; 32],
}

/// Writes the file anew. To be called with one snapshot of the database: the rows are read twice, first for what columns
/// there are.
pub fn build(read: &mut Read, plan: &Plan, file: &File) -> Result<Written> {
    let matching = read::count(read, plan.export.provider_id, &plan.export.of_file())?;
    let zone = accounts::provider(read, plan.export.provider_id)?.zone();
    let mut survey = Survey::new(plan.export.preset, &plan.currency, plan.attribution).within(zone);
    survey = survey.asking(read::asked_of(read, plan.export.provider_id)?);
    let left_out = each(read, plan, |row| {
        survey.see(&row);
        Ok(())
    })?;
    // As far as it was gone through: where it was cut off before its end there are more than fit all the same.
    let matching_rows = matching - left_out;
    let mut file = file.try_clone().map_err(|error| disk(&error))?;
    file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(|error| disk(&error))?;
    let mut sheet = Sheet::begin(plan.export.format, survey, BufWriter::new(file)).map_err(|error| disk(&error))?;
    let mut row_count = 0;
    each(read, plan, |row| {
        sheet.write(&row).map_err(|error| disk(&error))?;
        row_count += 1;
        plan.rows_done.store(row_count, Ordering::Relaxed);
        Ok(())
    })?;
    let mut to = sheet.end().map_err(|error| disk(&error))?;
    to.flush().map_err(|error| disk(&error))?;
    let mut file = to.into_inner().map_err(|error| disk(error.error()))?;
    let (size_bytes, sha256) = digest(read, &mut file).map_err(|error| disk(&error))?;
    Ok(Written { row_count, matching_rows, size_bytes, sha256 })
}

/// The rows of the file, one after another; how many are left out.
fn each(read: &mut Read, plan: &Plan, mut take: impl FnMut(FullItem) -> Result<()>) -> Result<i64> {
    let (provider, filter) = (plan.export.provider_id, plan.export.of_file());
    let mut after: Option<(Timestamp, AssignmentId)> = None;
    let (mut left, mut left_out) = (plan.export.max_rows, 0);
    while left > 0 {
        if plan.unwanted.load(Ordering::Relaxed) {
            return Err(Error::conflict("export_ended", "nobody wants this file any more"));
        }
        // Of few lengths, so that there are few statements.
        let rows = read::rows(read, provider, &filter, after, BATCH)?;
        let Some(last) = rows.last() else { break };
        after = Some((last.assigned_at, last.assignment_id));
        let (found, most) = (rows.len(), usize::try_from(left).unwrap_or(usize::MAX));
        let (out, wanted): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| plan.leaves_out(row));
        left_out += i64::try_from(out.len()).unwrap_or(0);
        let wanted: Vec<_> = wanted.into_iter().take(most).collect();
        left -= i64::try_from(wanted.len()).unwrap_or(left);
        for row in wanted {
            take(row)?;
            read.give_way();
        }
        if i64::try_from(found).is_ok_and(|found| found < BATCH) {
            break;
        }
    }
    Ok(left_out)
}

fn digest(database: &Read, file: &mut File) -> io::Result<(i64, [u8; 32])> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hash, mut part, mut size) = (Sha256::new(), vec![0; 64 * 1024], 0);
    loop {
        let read = file.read(&mut part)?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        database.give_way();
        size += i64::try_from(read).unwrap_or(0);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok((size, hash.finalize().into()))
}

/// A full disk passes; so it is tried again.
fn disk(error: &io::Error) -> Error {
    Error::Unavailable(format!("the file cannot be written: {error}").into())
}
