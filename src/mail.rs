//! What our mails say, compiled in from `templates/mail`, and where they go; mails as such are the package `mail`.

use std::path::Path;

pub use ::mail::*;

use crate::config::Settings;
use crate::money;

macro_rules! texts {
    ($($name:literal)*) => {
        Texts {
            layout: include_str!("../templates/mail/_layout.html"),
            mails: &[$(Text {
                name: $name,
                text: include_str!(concat!("../templates/mail/", $name, ".txt")),
                html: include_str!(concat!("../templates/mail/", $name, ".html")),
                sample: include_str!(concat!("../templates/mail/", $name, ".json")),
            }),*],
            decimals: money::digits,
        }
    };
}

static TEXTS: Texts = texts! {
    "admin_lead_accepted"
    "admin_provider_rejected_lead"
    "lead_export_ready"
    "provider_lead_status_changed"
    "provider_lead_withdrawn"
    "provider_new_lead"
    "provider_return_decided"
    "sign_in_link"
};

/// Our mails, with what `folder` replaces; docs/mails.md has the variables of each.
///
/// # Errors
/// The line to show, as [`Templates::load`] has it.
pub fn templates(folder: Option<&Path>) -> Result<Templates, String> {
    Templates::load(&TEXTS, folder)
}

/// The mailer that the settings ask for: `SMTP_URL`, or files under `DATA_DIR/mail`.
///
/// # Errors
/// The line to show.
pub fn mailer(settings: &Settings) -> Result<Mailer, String> {
    Ok(match &settings.smtp_url {
        Some(url) => Mailer::Smtp(Box::new(Smtp::new(url, settings.public_host())?)),
        None => Mailer::File(Folder::new(settings.data_dir.join("mail"))),
    })
}
