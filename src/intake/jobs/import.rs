//! A file of leads, row by row: taken, or looked at only.

use std::collections::HashSet;
use std::sync::Arc;

use crate::db::Db;
use crate::error::{Invalid, Result};
use crate::intake::formats::{Row, Sheet};
use crate::intake::{self, Imports, Received, Source, Status, Submission};

/// Rows in one unit: what is gained by more is little, and leads that are posted meanwhile wait for it.
const AT_ONCE: usize = 64;

/// What became of a row, or would.
#[derive(Debug)]
pub enum Became {
    Lead(Received),
    /// The status it would have, and how many would get it.
    Likely(Status, usize),
    /// It became a lead when the same file was imported before.
    Before,
    Refused(Vec<Invalid>),
}

/// A file about to be imported into a source.
#[derive(Debug)]
pub struct Import {
    sheet: Sheet,
    source: Arc<Source>,
    names: Vec<Option<String>>,
    imports: Imports,
}

impl Import {
    /// # Errors
    /// `Invalid` where the file has no column that reaches anybody.
    pub async fn of(db: &Db, source: Arc<Source>, sheet: Sheet) -> Result<Self> {
        let id = source.id;
        let imports = db.read(move |read| intake::imports(read, id)).await?;
        let names = sheet.names(&imports.columns)?;
        Ok(Self { sheet, source, names, imports })
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.sheet.count()
    }

    /// Takes the leads; `told` hears of some rows at once, with their lines, once they are stored.
    pub async fn run(&self, db: &Db, mut told: impl FnMut(Vec<(u64, Became)>) -> Result<()>) -> Result<()> {
        let mut rows = self.sheet.rows(&self.source, &self.names);
        loop {
            let some: Vec<Row> = rows.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            let (mut lines, mut taken) = (Vec::with_capacity(some.len()), Vec::with_capacity(some.len()));
            for Row { line, read } in some {
                let (submission, refused) = match read {
                    Ok(submission) => (Some(submission), None),
                    Err(errors) => (None, Some(errors)),
                };
                taken.push((line, submission));
                lines.push((line, refused));
            }
            let unit = intake::import(&self.source, self.sheet.digest.clone(), taken);
            let received = db.run(unit).await?;
            let became = lines.into_iter().zip(received).map(|((line, refused), received)| {
                let became = match (refused, received) {
                    (Some(errors), _) => Became::Refused(errors),
                    (None, Some(received)) => Became::Lead(received),
                    (None, None) => Became::Before,
                };
                (line, became)
            });
            told(became.collect())?;
        }
    }

    /// Says what would become of them now, and stores nothing. Each row for itself: what the rows before it would use up of
    /// caps and balances is not counted, but of several of one person the later ones are duplicates.
    pub async fn rehearse(&self, db: &Db, mut told: impl FnMut(Vec<(u64, Became)>) -> Result<()>) -> Result<()> {
        let mut rows = self.sheet.rows(&self.source, &self.names);
        let mut seen: HashSet<i64> = HashSet::new();
        loop {
            let some: Vec<Row> = rows.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            let (mut became, mut open) = (Vec::with_capacity(some.len()), Vec::new());
            for Row { line, read } in some {
                match self.at_first_sight(line, read, &mut seen) {
                    Ok(submission) => open.push((line, submission)),
                    Err(told) => became.push((line, told)),
                }
            }
            let source = self.source.clone();
            let looked = db.read(move |read| {
                let each = open.iter().map(|(line, submission)| {
                    let outlook = intake::preview(read, &source, submission)?;
                    Ok((*line, Became::Likely(outlook.status, outlook.matches.len())))
                });
                each.collect::<Result<Vec<_>>>()
            });
            became.extend(looked.await?);
            became.sort_by_key(|(line, _)| *line);
            told(became)?;
        }
    }

    /// What needs no look at the database.
    fn at_first_sight(
        &self,
        line: u64,
        read: std::result::Result<Submission, Vec<Invalid>>,
        seen: &mut HashSet<i64>,
    ) -> std::result::Result<Submission, Became> {
        let submission = read.map_err(Became::Refused)?;
        if self.imports.is_done(&self.sheet.digest, line) {
            return Err(Became::Before);
        }
        // Not `any`, which would leave keys out.
        let keys = intake::same_person_keys(&self.source, &submission);
        if keys.into_iter().filter(|key| !seen.insert(*key)).count() > 0 {
            return Err(Became::Likely(Status::Duplicate, 0));
        }
        Ok(submission)
    }
}
