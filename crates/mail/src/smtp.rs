//! Mails over SMTP. Connections are kept for the next mail, each in the hands of one conversation: one that is cut off takes
//! its connection with it, so that no mail ever reads the answer to another.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ground::tls;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::private::Private;
use super::server::{SmtpTls, SmtpUrl};
use super::{Built, Failed};

/// How long a connection waits for its next mail.
const IDLE: Duration = Duration::from_secs(20);
/// How many wait.
const KEPT: usize = 32;
/// How many conversations there are at the same time: servers take no more than some dozens from one client.
const AT_ONCE: usize = 16;
/// This part of a mail's time a connection that was kept has to show that somebody is still there.
const STILL_THERE: u32 = 4;

/// What helps where the mail server is one's own.
const OWN_SERVER: &str = "; a server of your own over a network that you trust takes tls=none in SMTP_URL";

/// A mail server.
pub struct Smtp {
    url: SmtpUrl,
    hello: ClientId,
    tls: Tls,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    turns: Semaphore,
}

/// When a conversation becomes private.
enum Tls {
    Never,
    Later(TlsParameters),
    AtOnce(Private),
}

/// How far a conversation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Sender,
    Recipient,
    Data,
    Content,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Smtp {
    /// `host` is who we say we are. Nothing is connected yet.
    ///
    /// # Errors
    /// The line to show: certificates that cannot be loaded.
    pub fn new(url: &SmtpUrl, host: &str) -> Result<Self, String> {
        let tls = match url.tls {
            SmtpTls::None => Tls::Never,
            SmtpTls::Implicit => Tls::AtOnce(Private::new(&url.host).map_err(|error| format!("SMTP_URL: {error}"))?),
            SmtpTls::Required | SmtpTls::Opportunistic => {
                let tls = TlsParameters::builder(url.host.clone()).dangerous_accept_invalid_certs(url.believes);
                Tls::Later(tls.build().map_err(|error| format!("SMTP_URL: {error}"))?)
            }
        };
        let hello = ClientId::Domain(host.to_owned());
        Ok(Self { url: url.clone(), hello, tls, idle: Mutex::default(), turns: Semaphore::new(AT_ONCE) })
    }

    /// Hands the mail to the server: when it is its turn, and then no longer than the URL's timeout, whatever the server does.
    ///
    /// # Errors
    /// `Failed` with the server's words; permanent where the server refuses this mail or its recipient for good.
    pub async fn send(&self, mail: &Built) -> Result<(), Failed> {
        // Nobody closes it.
        let _turn = self.turns.acquire().await.ok();
        let limit = self.url.timeout;
        let late = || Failed::passing(format!("the mail server did not take the mail within {limit:?}"));
        timeout(limit, self.converse(mail)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn converse(&self, mail: &Built) -> Result<(), Failed> {
        let told = |(step, error): (Step, Error)| judged(step, &error);
        while let Some(mut kept) = self.take() {
            can_take(&kept, mail)?;
            match timeout(self.url.timeout / STILL_THERE, begin(&mut kept, mail)).await {
                // The server vanished without a word, and so it did from those that wait.
                Err(_) => self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear(),
                // It was closed while it waited; nothing was said yet.
                Ok(Err((_, error))) if error.status().is_none_or(|code| code.to_string() == "421") => {}
                Ok(begun) => return self.go_on(kept, begun, mail).await.map_err(told),
            }
        }
        let mut connection = self.connect().await?;
        can_take(&connection, mail)?;
        let begun = begin(&mut connection, mail).await;
        self.go_on(connection, begun, mail).await.map_err(told)
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
    }

    /// Whatever goes wrong up to here is about us or the server, not about the mail: it passes.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Failed> {
        let SmtpUrl { host, port, tls: asked, credentials, .. } = &self.url;
        let advised = |words: String| {
            let advice = tls::advice(&words, OWN_SERVER);
            Failed::passing(words + &advice)
        };
        let passing = |error: Error| advised(error.to_string());
        let lost = |error: std::io::Error| advised(format!("no connection to {host}:{port}: {error}"));
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(lost)?;
        // A mail goes in two writes: the second would wait 40 ms for the server's delayed acknowledgement of the first.
        stream.set_nodelay(true).map_err(lost)?;
        let stream: Box<dyn AsyncTokioStream> = match &self.tls {
            Tls::AtOnce(private) => private.over(stream).await.map_err(lost)?,
            Tls::Later(_) | Tls::Never => Box::new(stream),
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await.map_err(passing)?;
        match &self.tls {
            Tls::Later(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.hello).await.map_err(passing)?;
            }
            _ => {}
        }
        let private = matches!(self.tls, Tls::AtOnce(_)) || connection.is_encrypted();
        if *asked == SmtpTls::Required && !private {
            return Err(Failed::passing("the mail server offers no STARTTLS, and SMTP_URL asks for it"));
        }
        if let Some(who) = credentials {
            if *asked == SmtpTls::Opportunistic && !private {
                return Err(Failed::passing("the mail server offers no STARTTLS: the password was not sent"));
            }
            let known = Credentials::new(who.user.clone(), who.password.expose_secret().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &known).await.map_err(passing)?;
        }
        Ok(connection)
    }

    /// What follows on a mail's beginning; the connection is kept where all went well.
    async fn go_on(
        &self,
        mut connection: AsyncSmtpConnection,
        begun: Result<(), (Step, Error)>,
        mail: &Built,
    ) -> Result<(), (Step, Error)> {
        let said = match begun {
            Ok(()) => finish(&mut connection, mail).await,
            Err(why) => Err(why),
        };
        match &said {
            Ok(()) => self.keep(connection),
            // The server is still there to be told.
            Err((_, error)) if error.status().is_some() => drop(connection.quit().await),
            Err(_) => {}
        }
        said
    }
}

/// An address beyond ASCII before its @ goes to no server that does not know such addresses, however often it is tried.
fn can_take(connection: &AsyncSmtpConnection, mail: &Built) -> Result<(), Failed> {
    let is_international = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
    if connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(());
    }
    if mail.envelope.from().is_some_and(is_international) {
        return Err(Failed::passing(
            "MAIL_FROM has letters beyond ASCII before its @, and the mail server has no SMTPUTF8",
        ));
    }
    if mail.envelope.to().iter().any(is_international) {
        return Err(Failed::permanent(
            "this address has letters beyond ASCII before its @, and the mail server has no SMTPUTF8: it needs another address",
        ));
    }
    Ok(())
}

/// Says who the mail is from.
async fn begin(connection: &mut AsyncSmtpConnection, mail: &Built) -> Result<(), (Step, Error)> {
    let envelope = &mail.envelope;
    let addresses = || envelope.from().into_iter().chain(envelope.to());
    let international = addresses().any(|address| !AsRef::<str>::as_ref(address).is_ascii());
    let utf8 = international && connection.server_info().supports_feature(Extension::SmtpUtfEight);
    let options = if utf8 { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
    let sender = Mail::new(envelope.from().cloned(), options);
    connection.command(sender).await.map(drop).map_err(|error| (Step::Sender, error))
}

/// Says all the rest.
async fn finish(connection: &mut AsyncSmtpConnection, mail: &Built) -> Result<(), (Step, Error)> {
    for to in mail.envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(|error| (Step::Recipient, error))?;
    }
    connection.command(Data).await.map_err(|error| (Step::Data, error))?;
    connection.message(&mail.bytes).await.map_err(|error| (Step::Content, error))?;
    Ok(())
}

fn judged(step: Step, error: &Error) -> Failed {
    let code = error.status().and_then(|code| code.to_string().parse::<u16>().ok());
    Failed { permanent: code.is_some_and(|code| is_final(step, code)), words: error.to_string() }
}

/// Whether a refusal is of this mail, for good. A 5xx to the sender is about who we are, and one about order, TLS or sign-in
/// (503, 530, 535, …) about how we talk: an operator can put that right, and the mails wait for it. A full mailbox (552 to
/// the recipient) is emptied some day.
fn is_final(step: Step, code: u16) -> bool {
    match step {
        Step::Sender | Step::Data => false,
        Step::Recipient => matches!(code, 501 | 510..=513 | 521 | 525 | 550 | 551 | 553..=556),
        Step::Content => matches!(code, 523 | 550..=556),
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, is_final};

    #[test]
    fn only_what_is_about_the_mail_is_final() {
        for (step, code, expected) in [
            (Step::Recipient, 550, true),
            (Step::Recipient, 553, true),
            (Step::Recipient, 552, false),
            (Step::Recipient, 450, false),
            (Step::Recipient, 530, false),
            (Step::Recipient, 503, false),
            (Step::Content, 552, true),
            (Step::Content, 554, true),
            (Step::Content, 451, false),
            (Step::Sender, 550, false),
            (Step::Data, 554, false),
        ] {
            assert_eq!(is_final(step, code), expected, "{step:?} {code}");
        }
    }
}
