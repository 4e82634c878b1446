//! Mails as such: made from templates, built, and handed to a server, a folder or a test.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod failed;
mod file;
mod letter;
mod memory;
mod private;
mod server;
mod smtp;
mod templates;

pub use failed::Failed;
pub use file::Folder;
pub use letter::{Built, Letter};
pub use memory::{Kept, Memory};
pub use server::{Credentials, SmtpTls, SmtpUrl};
pub use smtp::Smtp;
pub use templates::{Rendered, Templates, Text, Texts};

use uuid::Uuid;

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    /// To a server.
    Smtp(Box<Smtp>),
    /// Into a folder.
    File(Folder),
    /// Into this process, for tests.
    Memory(Memory),
}

impl Mailer {
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
