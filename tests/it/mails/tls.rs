//! Conversations over TLS, by a worker that trusts the server's authority or doesn't.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{listed, states};
use crate::support::program::{command, run};
use crate::support::{TestApp, at_root};

fn file(name: &str) -> PathBuf {
    at_root("tests/it/db/tls").join(name)
}

/// A server with a certificate for `localhost`; what it hears comes out of the channel, `!` before what came in the clear.
fn server(implicit: bool) -> (u16, Receiver<String>) {
    let certificates = CertificateDer::pem_file_iter(file("server.pem")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let (config, (heard, lines)) = (Arc::new(config), channel());
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let accept = move || {
        while let Ok((client, _)) = listener.accept() {
            // Who does not like the certificate hangs up.
            let _ = converse(client, implicit, &config, &heard);
        }
    };
    std::thread::Builder::new().spawn(accept).unwrap();
    (port, lines)
}

fn converse(
    mut client: TcpStream,
    implicit: bool,
    config: &Arc<ServerConfig>,
    heard: &Sender<String>,
) -> std::io::Result<()> {
    if !implicit {
        client.write_all(b"220 test\r\n")?;
        talk(&mut client, "!", "250-test\r\n250 STARTTLS\r\n", heard)?;
    }
    let mut secret = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), client);
    if implicit {
        secret.write_all(b"220 test\r\n")?;
    }
    talk(&mut secret, "", "250-test\r\n250 AUTH PLAIN\r\n", heard)
}

/// Until STARTTLS or QUIT.
fn talk(client: &mut (impl Read + Write), mark: &str, hello: &str, heard: &Sender<String>) -> std::io::Result<()> {
    let mut content = false;
    loop {
        let line = line_of(client)?;
        let _ = heard.send(format!("{mark}{line}"));
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "." => "250 taken\r\n",
            _ if content => continue,
            "EHLO" => hello,
            "AUTH" => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            "STARTTLS" => return client.write_all(b"220 go on\r\n"),
            "QUIT" => return client.write_all(b"221 bye\r\n"),
            _ => "250 ok\r\n",
        };
        content = answer.starts_with("354");
        client.write_all(answer.as_bytes())?;
        client.flush()?;
    }
}

fn line_of(client: &mut impl Read) -> std::io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        client.read_exact(&mut byte)?;
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// One new lead, and a worker that sends what it can; the app and what the server heard.
async fn mailed(implicit: bool, trusts: bool) -> (TestApp, Vec<String>) {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    let (port, lines) = server(implicit);
    let mut worker = command(&["worker", "--once"]);
    let scheme = if implicit { "smtps" } else { "smtp" };
    worker.env("DATABASE_URL", app.database_url()).env("RUST_LOG", "off");
    worker.env("SMTP_URL", format!("{scheme}://bob:geheim@localhost:{port}?timeout=20s"));
    worker.env("SSL_CERT_FILE", file(if trusts { "ca.pem" } else { "server.pem" }));
    let ran = tokio::task::spawn_blocking(move || run(worker)).await.expect("it ran");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    (app, lines.try_iter().collect())
}

#[tokio::test]
async fn a_mail_and_its_password_go_over_tls() {
    for implicit in [false, true] {
        let (app, heard) = mailed(implicit, true).await;
        assert_eq!(states(&listed(&app, "").await), ["sent"], "{heard:#?}");
        // base64 of "\0bob\0geheim"
        assert!(heard.contains(&"AUTH PLAIN AGJvYgBnZWhlaW0=".to_owned()), "{heard:#?}");
        assert!(heard.iter().any(|line| line.starts_with("MAIL FROM:")), "{heard:#?}");
        let clear: Vec<_> = heard.iter().filter(|line| line.starts_with('!')).map(String::as_str).collect();
        assert!(clear.iter().all(|line| line.starts_with("!EHLO") || *line == "!STARTTLS"), "{clear:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_nothing() {
    for implicit in [false, true] {
        let (app, heard) = mailed(implicit, false).await;
        let mails = listed(&app, "").await;
        assert_eq!(states(&mails), ["queued"], "it passes: {heard:#?}");
        assert!(mails[0]["last_error"].as_str().is_some_and(|error| error.contains("certificate")), "{}", mails[0]);
        assert!(heard.iter().all(|line| line.starts_with("!EHLO") || line == "!STARTTLS"), "{heard:#?}");
    }
}
