//! What a program keeps in its database, handed in by the program.

/// A program's migrations, and how its databases are told from others.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// What the program is called in messages, as a command: `bank`.
    pub program: &'static str,
    /// And as a name: `Bank`.
    pub name: &'static str,
    /// A table in which the program keeps one row, from its first start on: by it a database is known to be the program's.
    pub mark: &'static str,
    /// The name (`V1__accounts`) and the text of each migration. The same names, in the same order, for either engine.
    pub sqlite: &'static [(&'static str, &'static str)],
    /// PostgreSQL's.
    pub postgres: &'static [(&'static str, &'static str)],
}
