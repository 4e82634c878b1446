//! What a program's transfer from SQLite to PostgreSQL has to mind, handed in by the program.

/// What a program's transfer has to mind. See [`over`](super::transfer::over).
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Tables in which a database has rows before anybody uses it, made by migrations or at the first start: those of the
    /// moved one come in their place.
    pub furnished: &'static [&'static str],
    /// What must be the same on both sides at the end, beside the number of rows in each table.
    pub alike: &'static [Alike],
    /// The statement that notes in the SQLite database where it went, as `$1`.
    pub moved: &'static str,
    /// What tells whether all was kept, where the connection broke while the server was at it.
    pub told_by: &'static str,
}

/// Something that must be the same on both sides, told by one statement a side as one text.
#[derive(Debug, Clone, Copy)]
pub struct Alike {
    /// Its name, in messages: `the ledger's sums`.
    pub what: &'static str,
    /// The statement on SQLite's side.
    pub sqlite: &'static str,
    /// The statement on PostgreSQL's side.
    pub postgres: &'static str,
}
