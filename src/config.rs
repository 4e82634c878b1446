//! Settings: flags with an environment twin; `--help` is the manual. A value that cannot work stops the start with one line.

mod duration;
mod log;
mod mail;
mod places;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};

use crate::money::Currency;

pub use self::mail::{parse_mailbox, parse_smtp_url};
pub use duration::parse_duration;
pub use ground::network::Network;
pub use ground::text::without_secrets;
pub use places::loopback_origin;
pub use units::DatabaseUrl;

/// Settings that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Where the data lives: `sqlite://FILE` or `postgres://…`
    #[arg(long, env, global = true, default_value = "sqlite://leadhouse.db", hide_env_values = true)]
    pub database_url: SecretString,
    /// Folder for mails and files when nothing else is set
    #[arg(long, env, global = true, default_value = ".")]
    pub data_dir: PathBuf,
    /// Address and port to listen on; a name is taken too, as in localhost:8080
    #[arg(long, env, global = true, default_value = "127.0.0.1:8080", value_parser = places::parse_listen)]
    pub listen: std::net::SocketAddr,
    /// The only origin of links in mails and redirects; unset: where LISTEN is on loopback
    #[arg(long, env, global = true, default_value = "http://localhost:8080", value_parser = places::parse_origin)]
    pub public_url: String,
    /// Host headers taken beside PUBLIC_URL's and loopback names; any other: 421
    #[arg(long, env, global = true, value_delimiter = ',', value_parser = places::parse_host)]
    pub allowed_hosts: Vec<String>,
    /// Addresses whose X-Forwarded-For counts, or networks, as in 10.0.0.0/8
    #[arg(long, env, global = true, value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Serve TLS: the file of the certificate and those that vouch for it (PEM); needs `TLS_KEY`
    ///
    /// Renewed files are taken without a restart: on SIGHUP, and within half a minute.
    #[arg(long, env, global = true)]
    pub tls_cert: Option<PathBuf>,
    /// The file of the certificate's private key (PEM)
    #[arg(long, env, global = true)]
    pub tls_key: Option<PathBuf>,
    /// Mail server: `smtp[s]://[user:password@]host[:port][?tls=required|opportunistic|none][&timeout=60s]`
    ///
    /// Unset: mails are written to `DATA_DIR/mail/*.eml`. `smtps` is TLS from the first byte. Unless said otherwise, `smtp`
    /// uses STARTTLS where the server has it, and insists on it where a user is named. A mail takes no longer than the
    /// timeout in all.
    #[arg(long, env, global = true, hide_env_values = true, value_parser = parse_smtp_url)]
    pub smtp_url: Option<::mail::SmtpUrl>,
    /// From whom mails are: an address, or `Name <address>` [default: leadhouse at PUBLIC_URL's host]
    #[arg(long, env, global = true, value_parser = parse_mailbox)]
    pub mail_from: Option<lettre::message::Mailbox>,
    /// Where the operator's mails go; unset: none are made
    #[arg(long, env, global = true, value_parser = parse_mailbox)]
    pub admin_notification_email: Option<lettre::message::Mailbox>,
    /// Folder whose files replace the compiled-in mail templates (docs/mails.md)
    #[arg(long, env, global = true)]
    pub mail_templates: Option<PathBuf>,
    /// Mail the operator when a provider rejects a lead
    #[arg(long, env, global = true, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub notify_admin_on_provider_reject: bool,
    /// Mail the operator when a provider accepts a lead
    #[arg(long, env, global = true, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub notify_admin_on_provider_accept: bool,
    /// Currency of all money, an ISO 4217 code; fixed at the first migration
    #[arg(long, env, global = true, default_value = "USD", value_parser = parse_currency)]
    pub currency: String,
    /// Show utm and referrer fields to providers
    #[arg(long, env, global = true, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub show_attribution_to_providers: bool,
    /// Rate limits; `off` for benchmarks
    #[arg(long, env, global = true, value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,
    /// Redis in which all nodes count requests together: `redis[s]://[user:password@]host[:port][/db]`
    ///
    /// Unset, or while it is away: each process counts for itself.
    #[arg(long, env, global = true, hide_env_values = true)]
    pub redis_url: Option<SecretString>,
    /// How long after its assignment a lead may be rejected; the end is exclusive. Leads keep the window they were sold with
    #[arg(long, env, global = true, default_value = "14d", value_parser = parse_duration)]
    pub return_window: Duration,
    /// Where files go: `file://FOLDER` or `s3://BUCKET/PREFIX` (with the usual AWS variables); `DATA_DIR/files` when unset
    #[arg(long, env, global = true, hide_env_values = true)]
    pub storage_url: Option<String>,
    /// Rows in an export at most
    #[arg(long, env, global = true, default_value_t = 5000, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub export_max_rows: i64,
    /// Exports that a provider may ask for on one of its days
    #[arg(long, env, global = true, default_value_t = 5, value_parser = clap::value_parser!(i64).range(0..=10_000))]
    pub exports_per_day: i64,
    /// How long the file of an export can be fetched
    #[arg(long, env, global = true, default_value = "7d", value_parser = parse_duration)]
    pub export_link_ttl: Duration,
    /// What the files of one provider's exports may take together; its oldest go for a new one
    #[arg(long, env, global = true, default_value = "1GiB", value_parser = parse_size)]
    pub export_disk_per_provider: i64,
    /// What the files of all exports may take together
    #[arg(long, env, global = true, default_value = "20GiB", value_parser = parse_size)]
    pub export_disk_total: i64,
    /// What a table (SQLite: the database) may take to be rewritten at once after an erasure; larger ones wait for
    /// `ERASURE_REWRITE_HOUR`
    #[arg(long, env, global = true, default_value = "256MiB", value_parser = parse_size)]
    pub erasure_rewrite_size: i64,
    /// The hour of the day, in UTC, in which tables that are too large for any other time are rewritten after an erasure
    ///
    /// Others wait for a table meanwhile, about ten seconds a GiB.
    #[arg(long, env, global = true, default_value_t = 3, value_parser = clap::value_parser!(i64).range(0..=23))]
    pub erasure_rewrite_hour: i64,
    /// Where the leads of Meta's ads are fetched from
    #[arg(long, env, global = true, default_value = "https://graph.facebook.com", value_parser = places::parse_service)]
    pub meta_graph_url: String,
    /// Needed for /metrics from anywhere but loopback
    #[arg(long, env, global = true, hide_env_values = true, value_parser = places::parse_token)]
    pub metrics_token: Option<SecretString>,
    /// How log lines look
    #[arg(long, env, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// What is logged: a level, or `target=level` pairs
    #[arg(long, env = "RUST_LOG", global = true, default_value = "info")]
    pub rust_log: String,
    /// Which of those that have a default were set.
    #[arg(skip)]
    pub given: Given,
}

/// Settings with a default that something else may be taken for where nobody said anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    pub public_url: bool,
    pub data_dir: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// `STORAGE_URL`, or what it is when nothing is said.
    pub fn storage(&self) -> String {
        let folder = self.data_dir.join("files");
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        self.storage_url.clone().unwrap_or_else(|| format!("file://{}", folder.display()))
    }

    /// Whether somebody said where files are; else the installation has it on record.
    pub fn says_storage(&self) -> bool {
        self.storage_url.is_some() || self.given.data_dir
    }

    /// That each setting can work, as far as it can be told without asking anybody else. `Err` is the line to show.
    pub fn judge(&self) -> Result<(), String> {
        log::parse_rust_log(&self.rust_log).map_err(|why| format!("RUST_LOG {why}"))?;
        if self.data_dir.to_str().is_some_and(|folder| folder.contains("://")) {
            return Err("DATA_DIR is the path of a folder, without file://".to_owned());
        }
        if let Some(url) = &self.storage_url {
            places::parse_storage_url(url).map_err(|why| format!("STORAGE_URL {why}"))?;
        }
        Ok(())
    }

    /// Where PUBLIC_URL was not set, links lead to where `listen` is reached from this machine. Whether that is where everybody
    /// reaches it who does.
    pub fn follow(&mut self, mut listen: std::net::SocketAddr) -> bool {
        if self.given.public_url {
            return true;
        }
        let from_elsewhere = !listen.ip().is_loopback();
        if listen.ip().is_unspecified() {
            listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let found = loopback_origin(listen, self.tls_cert.is_some());
        let is_found = found.is_some();
        self.public_url = found.unwrap_or_else(|| self.public_url.clone());
        is_found && !from_elsewhere
    }

    /// Reads DATABASE_URL; `Err` is the line to show.
    pub fn database(&self) -> Result<DatabaseUrl, String> {
        parse_database_url(self.database_url.expose_secret())
    }

    /// Reads REDIS_URL; `Err` is the line to show.
    pub fn redis(&self) -> Result<Option<redis::ConnectionInfo>, String> {
        let Some(url) = &self.redis_url else { return Ok(None) };
        let wrong = || {
            "REDIS_URL cannot be read: write redis://[user:password@]host[:port][/db], or rediss:// for TLS".to_owned()
        };
        let text = url.expose_secret();
        let place: redis::ConnectionInfo =
            redis::IntoConnectionInfo::into_connection_info(text).map_err(|_| wrong())?;
        let port = match place.addr() {
            redis::ConnectionAddr::Tcp(_, port) | redis::ConnectionAddr::TcpTls { port, .. } => *port,
            _ => 1,
        };
        // What follows a # would have certificates go unread.
        if text.contains('#') || port == 0 || place.redis_settings().db() < 0 {
            return Err(wrong());
        }
        Ok(Some(place))
    }

    /// Whether the operator is told of a rejected lead.
    pub fn tells_of_rejects(&self) -> bool {
        self.notify_admin_on_provider_reject && self.admin_notification_email.is_some()
    }

    /// Whether the operator is told of an accepted lead.
    pub fn tells_of_accepts(&self) -> bool {
        self.notify_admin_on_provider_accept && self.admin_notification_email.is_some()
    }

    /// Whether browsers come over TLS: it ends here, or at a proxy.
    pub fn is_https(&self) -> bool {
        self.tls_cert.is_some() || self.public_url.starts_with("https://")
    }

    /// The host of `PUBLIC_URL`, without its port.
    pub fn public_host(&self) -> &str {
        let rest = self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, rest)| rest);
        let name = rest.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        name.map_or(rest, |(name, _)| name)
    }
}

/// `sqlite://FILE` (relative or absolute) or `postgres://…`, where this program goes by its name unless the URL gives it
/// another. `Err` is the line to show.
pub fn parse_database_url(url: &str) -> Result<DatabaseUrl, String> {
    Ok(DatabaseUrl::parse(url)?.called("leadhouse"))
}

/// Sizes are written `500KiB`, `20MiB`, `1GiB`, `2TiB`; in bytes.
pub fn parse_size(text: &str) -> Result<i64, String> {
    let wrong = || format!("'{text}' is no size: write a whole number and KiB, MiB, GiB or TiB, as in 500MiB");
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];
    let (number, shift) =
        units.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift))).ok_or_else(wrong)?;
    let number = Some(number).filter(|n| n.len() <= 6 && n.bytes().all(|b| b.is_ascii_digit())).ok_or_else(wrong)?;
    number.parse::<i64>().ok().filter(|n| *n > 0).map(|n| n << shift).ok_or_else(wrong)
}

fn parse_currency(text: &str) -> Result<String, String> {
    Currency::read(text).map(|currency| currency.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(parse_size("1KiB"), Ok(1024));
        assert_eq!(parse_size("999999TiB"), Ok(999_999 << 40));
        for wrong in ["", "1", "1GB", "GiB", "0MiB", "-1MiB", "+1MiB", "1.5GiB", "1 GiB", "1000000TiB", "1gib"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
