//! `leadhouse mail preview`: a mail as its reader would see it, without sending any.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Failure, Outcome, print};
use crate::config::Settings;
use crate::mail;
use crate::money::{self, Currency};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print a mail with sample data; needs no database
    Preview {
        /// The mail's name, as in docs/mails.md
        name: String,
        /// The HTML part instead of subject and text
        #[arg(long)]
        html: bool,
    },
}

pub fn run(settings: &Settings, command: &Command) -> Outcome {
    let Command::Preview { name, html } = command;
    money::keep(Currency::read(&settings.currency).map_err(Failure::new)?.digits());
    let templates = mail::templates(settings.mail_templates.as_deref()).map_err(Failure::new)?;
    let sample = templates.sample(name).ok_or_else(|| {
        let names: Vec<_> = templates.names().collect();
        Failure::new(format!("there is no mail '{name}'; there are {}", names.join(", ")))
    })?;
    let mut sample = sample.clone();
    if let Some(currency) = sample.get_mut("currency") {
        *currency = settings.currency.clone().into();
    }
    let mail = templates.render(name, &sample).map_err(|failed| Failure::new(failed.words))?;
    let text = if *html { mail.html } else { format!("Subject: {}\n\n{}", mail.subject, mail.text) };
    print(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}
