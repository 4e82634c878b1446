//! Mails as such: made from templates, built, and handed to a server, a folder or a test. Knows nothing of what they tell.

mod failed;
mod file;
mod letter;
mod memory;
mod private;
mod smtp;
mod templates;

pub use failed::Failed;
pub use file::Folder;
pub use letter::{Built, Letter};
pub use memory::{Kept, Memory};
pub use smtp::Smtp;
pub use templates::{Rendered, Templates};

use uuid::Uuid;

use crate::config::Settings;

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    Smtp(Box<Smtp>),
    File(Folder),
    Memory(Memory),
}

impl Mailer {
    /// The one the settings ask for: `SMTP_URL`, or files under `DATA_DIR/mail`.
    ///
    /// # Errors
    /// The line to show.
    pub fn of(settings: &Settings) -> Result<Self, String> {
        Ok(match &settings.smtp_url {
            Some(url) => Self::Smtp(Box::new(Smtp::new(url, settings.public_host())?)),
            None => Self::File(Folder::new(settings.data_dir.join("mail"))),
        })
    }

    /// Hands the mail over. `id` names it among all mails: sent again, a file replaces itself.
    ///
    /// # Errors
    /// `Failed` tells whether to try again.
    pub async fn send(&self, id: Uuid, mail: Built) -> Result<(), Failed> {
        match self {
            Self::Smtp(smtp) => smtp.send(&mail).await,
            Self::File(folder) => folder.write(id, mail.bytes).await,
            Self::Memory(memory) => memory.keep(id, mail),
        }
    }
}
