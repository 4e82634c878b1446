//! Which settings a command's help shows, and how a wrong command line is told: in one line, with the setting's name and
//! without the value of one that may hold a password.

use clap::builder::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Error};

use super::command::Commands;
use crate::config::without_secrets;

/// What every command has: where the data is, and what is logged.
pub(super) const ALL: &[&str] = &["database_url", "log_format", "rust_log"];
/// What is asked for of whoever makes or opens an installation.
pub(super) const INSTALLATION: &[&str] = &["currency"];
pub(super) const FILES: &[&str] = &["data_dir", "storage_url"];
pub(super) const LINKS: &[&str] = &["public_url", "listen"];
/// What is about requests, and nothing to a worker.
pub(super) const DOOR: &[&str] =
    &["allowed_hosts", "trusted_proxies", "tls_cert", "tls_key", "rate_limits", "redis_url", "metrics_token"];

/// Whether the setting is about the database, or what is logged: all that a command needs which works on the database alone.
pub fn is_of_the_database(setting: &str) -> bool {
    ALL.contains(&setting) || INSTALLATION.contains(&setting)
}

/// Whether the help of a command of the product shows a setting.
pub(super) fn shows(command: &str, setting: &str) -> Option<bool> {
    let of = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&setting));
    Some(match command {
        "serve" => true,
        "worker" => !of(&[DOOR, &["listen"]]),
        "import" | "migrate" | "move" | "suppress" | "token" => is_of_the_database(setting),
        "backup" => of(&[ALL]),
        "restore" | "verify" => of(&[ALL, INSTALLATION, FILES]),
        "user" => of(&[ALL, INSTALLATION, LINKS]),
        "mail" => of(&[INSTALLATION, &["mail_templates"]]),
        "openapi" => false,
        _ => return None,
    })
}

/// The command line, each command with the help of its own settings. The others are taken still. A command
/// that nobody speaks for shows all.
pub fn of_each<C: Commands>(whole: Command) -> Command {
    let settings: Vec<Arg> = whole.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let names: Vec<String> = whole.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(whole, |whole, name| {
        let hidden = settings.iter().filter(|arg| C::shows(&name, arg.get_id().as_str()) == Some(false));
        let hidden: Vec<Arg> = hidden.map(|arg| arg.clone().hide(true)).collect();
        whole.mut_subcommand(name, |command| command.args(hidden))
    })
}

/// What others call what is called something else here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["--port", "-p", "--host", "--bind", "--address", "--addr", "--ip"], "--listen 127.0.0.1:9000"),
    (&["--db", "--database", "--dsn", "--db-url"], "--database-url sqlite:///var/lib/leadhouse/leadhouse.db"),
    (&["--url", "--base-url", "--origin", "--domain"], "--public-url https://leads.example.com"),
    (&["--verbose", "-v", "--debug", "--log-level", "--log"], "--rust-log debug"),
    (&["--data", "--dir"], "--data-dir /var/lib/leadhouse"),
    (&["--cert", "--key", "--tls"], "--tls-cert FILE --tls-key FILE"),
    (&["--redis"], "--redis-url redis://HOST"),
    (&["--smtp"], "--smtp-url smtp://HOST"),
];

/// What is wrong with a command line.
pub fn told(error: &Error, whole: &Command) -> String {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let (arg, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let setting = setting(whole, arg);
    let name = setting.and_then(Arg::get_env).map_or(arg, |env| env.to_str().unwrap_or(arg));
    let is_secret = setting.is_some_and(Arg::is_hide_env_values_set);
    let line = match error.kind() {
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
            let why = if is_secret { why.replace(value, "…") } else { why };
            let why = why.split(char::is_control).collect::<Vec<_>>().join(" ");
            if why.starts_with(name) { why } else { format!("{name}: {why}") }
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{name}: a value is needed"),
        ErrorKind::InvalidValue => {
            let Some(ContextValue::Strings(possible)) = error.get(ContextKind::ValidValue) else {
                return format!("{name}: this value is not taken");
            };
            format!("{name}: '{value}' is none of {}", possible.join(", "))
        }
        ErrorKind::UnknownArgument => match ELSEWHERE.iter().find(|(names, _)| names.contains(&flag(arg))) {
            Some((_, right)) => format!("there is no {}: write {right}", flag(arg)),
            // Whatever it is the value of, it may hold a password.
            None if !arg.starts_with('-') => {
                "there is a value that no flag stands before; --help lists them".to_owned()
            }
            None => return error.to_string().trim_end().trim_start_matches("error: ").to_owned(),
        },
        _ => return without_secrets(error.to_string().trim_end().trim_start_matches("error: ")),
    };
    without_secrets(&line)
}

/// The flag alone.
fn flag(arg: &str) -> &str {
    arg.split(['=', ' ']).next().unwrap_or(arg)
}

fn setting<'a>(whole: &'a Command, arg: &str) -> Option<&'a Arg> {
    let long = flag(arg).strip_prefix("--")?;
    whole.get_arguments().find(|one| one.is_global_set() && one.get_long() == Some(long))
}
