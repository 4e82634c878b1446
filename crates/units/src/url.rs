//! Where a database is.

use std::fmt;
use std::path::{Path, PathBuf};

use ground::text::without_secrets;

/// Which engine keeps the data, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server, by its URL.
    Postgres(String),
}

impl DatabaseUrl {
    /// `sqlite://FILE` (relative or absolute) or `postgres://…`.
    /// `Err` is the line to show; it calls the URL `DATABASE_URL`, where it usually comes from.
    ///
    /// # Errors
    /// Where it is neither, or says what a path or a server cannot be.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let right = "write sqlite://leadhouse.db, or sqlite:///FOLDER/leadhouse.db from the root on";
            if path.is_empty() || path.ends_with('/') {
                return Err(format!("DATABASE_URL names no file: {right}"));
            }
            // A file would be made that is called so.
            if path.contains(['?', '#']) || path.starts_with('~') || path.starts_with("file:") || path == ":memory:" {
                return Err(format!(
                    "DATABASE_URL takes the path of a file alone, without parameters, :memory: or ~: {right}"
                ));
            }
            return Ok(Self::Sqlite(Path::new(path).to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("DATABASE_URL must start with sqlite:// or postgres://".to_owned())
    }

    /// The same, and PostgreSQL lists this program's sessions under `name`, unless the URL says a name itself.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        match self {
            Self::Postgres(url) if !url.contains("application_name=") => {
                let joint = if url.contains('?') { '&' } else { '?' };
                Self::Postgres(format!("{url}{joint}application_name={name}"))
            }
            url => url,
        }
    }
}

/// As it may be shown: where the database is, without who signs in and how.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                write!(f, "sqlite://{}", without_secrets(&path.display().to_string()))
            }
            Self::Postgres(url) => {
                let (base, query) = url.split_once('?').unwrap_or((url, ""));
                let place = base.split_once("://").map_or(base, |(_, rest)| rest);
                let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
                // What is no port, or an @ after the question mark, is the rest of a password that was not encoded.
                let odd = place.split_once(':').is_some_and(|(_, rest)| {
                    rest.split(['/', ',']).next().is_none_or(|port| port.parse::<u16>().is_err())
                });
                if query.contains('@') || odd && !place.starts_with('[') {
                    write!(f, "postgres://…")
                } else {
                    write!(f, "postgres://{place}")
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    #[test]
    fn a_database_is_named_without_its_password() {
        for (url, shown) in [
            ("postgres://lh:hunter2@db.internal/lh", "postgres://db.internal/lh"),
            ("postgresql://lh:hunter2@db:5433/lh?sslmode=require", "postgres://db:5433/lh"),
            ("postgres://db:5433,db2:5433/lh", "postgres://db:5433,db2:5433/lh"),
            ("postgres://lh:hunt@er2@db/lh", "postgres://db/lh"),
            ("postgres://lh:hunt/er2@db/lh", "postgres://db/lh"),
            ("postgres://lh:hunt?er2@db/lh", "postgres://…"),
            ("postgres://lh:hunter2", "postgres://…"),
            ("postgres://[::1]:5432/lh", "postgres://[::1]:5432/lh"),
            ("postgres://db/lh?password=hunter2", "postgres://db/lh"),
            ("sqlite:///srv/leadhouse.db", "sqlite:///srv/leadhouse.db"),
            ("sqlite:///lh:hunter2@db/lh", "sqlite://…@db/lh"),
        ] {
            let read = DatabaseUrl::parse(url).unwrap();
            assert_eq!((read.to_string(), format!("{read:?}")), (shown.to_owned(), shown.to_owned()), "{url}");
        }
    }

    #[test]
    fn a_program_is_called_what_it_says_unless_the_url_says_so() {
        for (url, called) in [
            ("postgres://db/lh", "postgres://db/lh?application_name=ours"),
            ("postgres://db/lh?sslmode=require", "postgres://db/lh?sslmode=require&application_name=ours"),
            ("postgres://db/lh?application_name=theirs", "postgres://db/lh?application_name=theirs"),
        ] {
            let read = DatabaseUrl::parse(url).unwrap().called("ours");
            assert_eq!(read, DatabaseUrl::Postgres(called.to_owned()));
        }
    }
}
