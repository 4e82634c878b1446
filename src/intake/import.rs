//! Leads from a file: taken like those that are posted, some at once, with a note of how far the file is done. So the same file
//! again, after a kill or by mistake, makes no lead twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::arrival::{Arrival, Received};
use super::locks::{lock_key, same_lead_keys};
use super::store::{self, Source};
use super::submission::Submission;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Json, Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::SourceId;

/// Of a source the latest of so many files are known.
const MOST_FILES: usize = 20;
/// Of a file so many stretches of refused rows; a file with more of them is all wrong.
const MOST_REFUSED: usize = 500;

/// What is kept with a source of its imports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imports {
    /// What a column of such files holds: header, in lower case → the name it is read by; empty: it is left out.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// The latest last.
    #[serde(default)]
    files: Vec<Progress>,
}

/// How far a file is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    sha256: String,
    /// All up to this line is.
    line: u64,
    /// But for these, from and to, which were refused: they may be readable when the file comes again.
    #[serde(default)]
    refused: Vec<(u64, u64)>,
}

impl Imports {
    fn read(kept: Option<&str>) -> Self {
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    /// Whether the row of this file became a lead before.
    pub fn is_done(&self, file: &str, line: u64) -> bool {
        let known = self.files.iter().find(|known| known.sha256 == file);
        known.is_some_and(|known| {
            line <= known.line && !known.refused.iter().any(|(from, to)| (*from..=*to).contains(&line))
        })
    }

    /// `refused`: of the lines up to this one those that became nothing, in their order.
    fn note(&mut self, file: &str, rows: &[(u64, bool)]) {
        let at = self.files.iter().position(|known| known.sha256 == file);
        let new = || Progress { sha256: file.to_owned(), line: 0, refused: Vec::new() };
        let mut progress = at.map_or_else(new, |at| self.files.remove(at));
        for (line, is_refused) in rows.iter().copied() {
            if line <= progress.line {
                if !is_refused {
                    progress.refused = without(&progress.refused, line);
                }
                continue;
            }
            let (so_far, has_room) = (progress.line, progress.refused.len() < MOST_REFUSED);
            if is_refused {
                match progress.refused.last_mut() {
                    Some((_, to)) if *to == so_far => *to = line,
                    _ if has_room => progress.refused.push((line, line)),
                    _ => {}
                }
            }
            progress.line = line;
        }
        self.files.push(progress);
        let beyond = self.files.len().saturating_sub(MOST_FILES);
        self.files.drain(..beyond);
    }
}

/// The stretches without the line.
fn without(stretches: &[(u64, u64)], line: u64) -> Vec<(u64, u64)> {
    let parts = stretches.iter().flat_map(|&(from, to)| {
        if (from..=to).contains(&line) {
            [(from, line.saturating_sub(1)), (line + 1, to)]
        } else {
            [(from, to), (1, 0)]
        }
    });
    parts.filter(|(from, to)| from <= to).collect()
}

/// What is known of the source's imports.
pub fn imports(read: &mut Read, source: SourceId) -> Result<Imports> {
    Ok(Imports::read(store::imports(read, source)?.as_ref().map(|json| json.0.as_str())))
}

/// Receives the rows of a file, all or none of them, with a note that they are done; of each what became of it. `None`: it was
/// done before, or there is nothing to be received. `file` is what makes it known again; the rows are in their order, each with
/// its line, those that were refused without a submission.
pub fn import(
    source: &Arc<Source>,
    file: String,
    rows: Vec<(u64, Option<Submission>)>,
) -> impl Unit<Vec<Option<Received>>> + use<> {
    let arrival = |submission: Submission| {
        submission.offer(source);
        Arrival { source: Arc::clone(source), submission }
    };
    let rows: Vec<(u64, Option<Arrival>)> =
        rows.into_iter().map(|(line, submission)| (line, submission.map(arrival))).collect();
    let source = source.id;
    Lane::MONEY.unit(move |tx| {
        tx.lock(&[lock_key("source", source.0.as_bytes(), "")])?;
        let mut imports = imports(tx, source)?;
        let is_new: Vec<bool> =
            rows.iter().map(|(line, arrival)| arrival.is_some() && !imports.is_done(&file, *line)).collect();
        let new: Vec<&Arrival> =
            rows.iter().zip(&is_new).filter(|(_, is_new)| **is_new).filter_map(|((_, new), _)| new.as_ref()).collect();
        let mut received = receive_all(&new, tx)?.into_iter();
        let noted: Vec<(u64, bool)> = rows.iter().map(|(line, arrival)| (*line, arrival.is_none())).collect();
        let before = imports.clone();
        imports.note(&file, &noted);
        if imports != before {
            store::keep_imports(tx, source, &Json(serde_json::to_string(&imports).map_err(Error::internal)?))?;
        }
        Ok(is_new.iter().map(|is_new| if *is_new { received.next() } else { None }).collect())
    })
}

fn receive_all(arrivals: &[&Arrival], tx: &mut Tx) -> Result<Vec<Received>> {
    if arrivals.is_empty() { Ok(Vec::new()) } else { Arrival::run_all(arrivals, tx) }
}

/// Says what the columns of the source's files hold, for those whose headers do not.
pub fn map_columns(actor: Actor, source: SourceId, columns: BTreeMap<String, String>) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        tx.lock(&[lock_key("source", source.0.as_bytes(), "")])?;
        super::source(tx, source)?;
        let mut imports = imports(tx, source)?;
        if imports.columns == columns {
            return Ok(());
        }
        imports.columns.clone_from(&columns);
        store::keep_imports(tx, source, &Json(serde_json::to_string(&imports).map_err(Error::internal)?))?;
        let details = json!({ "changed": ["import_columns"] });
        audit::record(tx, actor, Action::SourceUpdated, Entity::Source(source), Some(details))
    })
}

/// By which a row is the same person as another of its file, as far as that can be told without receiving it.
pub fn same_person_keys(source: &Source, submission: &Submission) -> Vec<i64> {
    match (submission.is_test, source.look_back_days) {
        (true, _) => Vec::new(),
        (false, 0) => {
            let by_id = Submission { external_id: submission.external_id.clone(), ..Submission::default() };
            same_lead_keys(source, &by_id)
        }
        (false, _) => same_lead_keys(source, submission),
    }
}

#[cfg(test)]
mod tests {
    use super::Imports;

    #[test]
    fn a_file_is_known_by_how_far_it_is_done() {
        let mut imports = Imports::default();
        assert!(!imports.is_done("a", 2));
        imports.note("a", &[(2, false), (3, true), (4, true), (7, false), (8, true)]);
        let done = |imports: &Imports| (1..=9).filter(|line| imports.is_done("a", *line)).collect::<Vec<_>>();
        assert_eq!(done(&imports), [1, 2, 5, 6, 7]);
        assert!(!imports.is_done("b", 2));
        imports.note("a", &[(2, false), (3, false), (8, true), (9, true)]);
        assert_eq!(done(&imports), [1, 2, 3, 5, 6, 7]);
        let kept = serde_json::to_string(&imports).unwrap();
        assert_eq!(Imports::read(Some(&kept)), imports);
        for file in 0..30 {
            imports.note(&file.to_string(), &[(2, false)]);
        }
        assert!(!imports.is_done("a", 2) && imports.is_done("29", 2) && imports.files.len() == 20);
        assert_eq!(Imports::read(Some("not what we wrote")), Imports::default());
    }
}
