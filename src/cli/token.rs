//! `leadhouse token create`: a token for the API, shown once.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Failure, Outcome, print, start};
use crate::accounts::{self, Owner, Secret};
use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::error::Result;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token; it is printed once, alone, on stdout
    Create {
        /// E-mail of the person it acts for; a provider's person acts as the provider
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

pub async fn run(settings: Settings, command: Command) -> Outcome {
    let Command::Create { user, name } = command;
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Failure::usage("--name: 1 to 100 characters, no control characters"));
    }
    let db = start::database(&settings, &Clock::default()).await?;
    let made = make(&db, user.clone(), name).await;
    db.close().await;
    let at = settings.database().map_err(Failure::new)?;
    match made? {
        Made::Token(token) => print(&token.into_text())?,
        Made::Nobody => {
            let why = format!("nobody has the e-mail address {user} at {at}: see leadhouse user add");
            return Err(Failure::new(why));
        }
        Made::RoleUnknown(role) => {
            return Err(Failure::new(format!(
                "{user} has the role {role}, which this leadhouse does not know, so a token would open nothing: make it \
                 with the release that knows the role"
            )));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What came of it.
enum Made {
    Token(Secret),
    /// Nobody has this address.
    Nobody,
    /// Whoever has it may do nothing here.
    RoleUnknown(String),
}

async fn make(db: &Db, email: String, name: String) -> Result<Made> {
    let Some(user) = db.read(move |read| accounts::user_by_email(read, &email)).await? else {
        return Ok(Made::Nobody);
    };
    if user.role().is_none() {
        return Ok(Made::RoleUnknown(user.role));
    }
    let (_, secret) = db.run(accounts::create_token(Actor::System, Owner::User(user.id), name)).await?;
    Ok(Made::Token(secret))
}
