//! `leadhouse token create`: a token for the API, shown once.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Failure, Outcome, print, start};
use crate::accounts::{self, Owner};
use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Lane, Tx};
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
    let email = user.clone();
    let unit = move |tx: &mut Tx| -> Result<Option<String>> {
        let Some(user) = accounts::user_by_email(tx, &email)? else { return Ok(None) };
        let (_, secret) = accounts::create_token(tx, Actor::System, Owner::User(user.id), &name)?;
        Ok(Some(secret.into_text()))
    };
    let made = db.write(Lane::MONEY, unit).await;
    db.close().await;
    let at = settings.database().map_err(Failure::new)?;
    let token = made?
        .ok_or_else(|| Failure::new(format!("nobody has the e-mail address {user} at {at}: see leadhouse user add")))?;
    print(&token)?;
    Ok(ExitCode::SUCCESS)
}
