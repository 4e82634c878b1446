//! Where a mail server is, and how to talk to it.

use std::time::Duration;

use secrecy::SecretString;

/// A mail server, and how to talk to it.
#[derive(Debug, Clone)]
pub struct SmtpUrl {
    /// A name or an address, as it is looked up and shown.
    pub host: String,
    /// Never 0.
    pub port: u16,
    /// When the conversation becomes private.
    pub tls: SmtpTls,
    /// Who signs in there; `None`: nobody does.
    pub credentials: Option<Credentials>,
    /// A server on this machine that nobody said more of: who could stand in between could read the mails anyway, so its
    /// certificate is not looked at.
    pub believes: bool,
    /// How long one mail may take, from the first packet to the server's word.
    pub timeout: Duration,
}

/// Who we are to the mail server.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// As the server knows us.
    pub user: String,
    /// Shown nowhere.
    pub password: SecretString,
}

/// How a conversation is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, or not at all.
    Required,
    /// By STARTTLS where the server offers it.
    Opportunistic,
    /// Never.
    None,
}
