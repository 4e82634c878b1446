//! `leadhouse user add`: a person who can sign in.

use std::io::BufRead;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::{Failure, Outcome, print, say, start};
use crate::accounts::{self, NewUser, password};
use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Unit;
use crate::email;
use crate::error::Result;
use crate::id::{ProviderId, parse_uuid};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a person; prints a link that signs them in once
    Add {
        #[arg(long)]
        email: String,
        #[arg(long, value_enum)]
        role: Role,
        /// Whom a person of the role provider acts for
        #[arg(long, value_name = "ID", value_parser = provider_id, required_if_eq("role", "provider"))]
        provider: Option<ProviderId>,
        /// Take a password from stdin (one line) and print no link
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Works in the back office
    Admin,
    /// Acts as one provider
    Provider,
}

fn provider_id(text: &str) -> Result<ProviderId, String> {
    parse_uuid(text).map(ProviderId).ok_or_else(|| "an id has 36 characters, in lower case".to_owned())
}

pub async fn run(settings: Settings, command: Command) -> Outcome {
    let Command::Add { email, role, provider, password_stdin } = command;
    let email = email::parse(&email).ok_or_else(|| Failure::usage(format!("--email: {email} is no e-mail address")))?;
    let role = match (role, provider) {
        (Role::Admin, None) => accounts::Role::Admin,
        (Role::Provider, Some(id)) => accounts::Role::Provider(id),
        (Role::Admin, Some(_)) => return Err(Failure::usage("--provider goes with --role provider only")),
        (Role::Provider, None) => return Err(Failure::usage("--role provider needs --provider ID")),
    };
    let password_hash = if password_stdin { Some(read_password(&email.address)?) } else { None };
    let db = start::database(&settings, &Clock::default()).await?;
    let new = NewUser { email, role, password_hash };
    let unit = accounts::add_user(Actor::System, new).then(move |tx, user| {
        let link = if password_stdin { None } else { Some(accounts::sign_in_link(user).run(tx)?.into_text()) };
        Ok((user, link))
    });
    let added = db.run(unit).await;
    db.close().await;
    let (user, link) = added?;
    say(&format!("Added user {user} at {}.", settings.database().map_err(Failure::new)?));
    if let Some(secret) = link {
        if !settings.given.public_url {
            say(&format!("The link leads to {}, since PUBLIC_URL is not set.", settings.public_url));
        }
        print(&format!("{}/sign-in/link?token={secret}", settings.public_url))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads one line and hashes it, before anything of the database is held.
fn read_password(email: &str) -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| Failure::new(format!("stdin: {error}")))?;
    Ok(password::hash(line.trim_end_matches(['\r', '\n']), email)?)
}
