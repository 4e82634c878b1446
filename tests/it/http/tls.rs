//! TLS from files: shaken hands within the time of a head, renewed without a restart, refused in one line.
//!
//! The certificates are for `localhost` and good until 2126; one is that of the database's tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use leadhouse::server;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Flags;
use super::wire::{serve_over, statuses, until_closed};
use crate::support::at_root;
use crate::support::program::Program;

fn file(name: &str) -> PathBuf {
    let folder = if name.starts_with("renewed") { "tests/it/http/tls" } else { "tests/it/db/tls" };
    at_root(folder).join(name)
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file(name)).unwrap()
}

/// Shakes hands as a browser does, which could speak HTTP/2 as well.
async fn private(address: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate("ca.pem")).unwrap();
    roots.add(certificate("renewed.pem")).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    let mut config =
        config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

async fn shown_at(address: &str) -> CertificateDer<'static> {
    let stream = private(address).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
}

fn copy(name: &str, to: &Path) {
    std::fs::write(to, std::fs::read(file(name)).unwrap()).unwrap();
}

#[tokio::test]
async fn renewed_files_are_taken_without_a_restart_and_bad_ones_are_not() {
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
    copy("server.pem", &cert);
    copy("server.key", &key);
    let (cert_name, key_name) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let mut serving = program.serves(&["--no-worker", "--tls-cert", cert_name, "--tls-key", key_name]);
    let address = serving.address();
    let mut stream = private(&address).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it says goodbye, as TLS wants it");
    assert_eq!(statuses(&answer), [200]);
    assert!(answer.contains("strict-transport-security: max-age=31536000\r\n"), "{answer}");

    assert_eq!(shown_at(&address).await, certificate("server.pem"));
    copy("renewed.pem", &cert);
    serving.hangs_up();
    serving.hears(|line| line.contains("stays as it was").then_some(()));
    assert_eq!(shown_at(&address).await, certificate("server.pem"), "the key is not yet the new one's");
    copy("renewed.key", &key);
    serving.hangs_up();
    serving.hears(|line| line.contains("was read anew").then_some(()));
    assert_eq!(shown_at(&address).await, certificate("renewed.pem"));
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

#[tokio::test]
async fn who_does_not_shake_hands_is_cut_off_and_the_rest_is_as_ever() {
    let (cert, key) = (file("server.pem"), file("server.key"));
    let flags = ["leadhouse", "--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let tls = server::tls(&Flags::parse_from(flags).settings).unwrap();
    let served = serve_over(tls).await;
    let silent = async { until_closed(&mut served.connect().await).await };
    let half = async {
        let mut stream = served.connect().await;
        stream.write_all(b"\x16\x03\x01\x02").await.unwrap();
        until_closed(&mut stream).await
    };
    assert_eq!(tokio::join!(silent, half), (String::new(), String::new()));
    let mut clear = served.connect().await;
    clear.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _reset = clear.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    // Keep-alive, a refusal with its problem, and a body of some size.
    let mut stream = private(&served.address.to_string()).await.unwrap();
    let body = "x".repeat(300_000);
    let post = format!("POST /api/test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n{body}");
    stream.write_all(format!("{post}{post}BAD\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(statuses(&answer), [200, 200, 400], "{answer}");
}

#[tokio::test]
async fn files_that_cannot_work_are_one_line() {
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let name = |name: &str| file(name).to_str().unwrap().to_owned();
    let (cert, key, empty) = (name("server.pem"), name("server.key"), empty.to_str().unwrap().to_owned());
    for (args, says) in [
        (vec!["--tls-cert", &cert], "TLS_CERT needs TLS_KEY"),
        (vec!["--tls-key", &key], "TLS_KEY needs TLS_CERT"),
        (vec!["--tls-cert", "/nowhere.pem", "--tls-key", &key], "TLS_CERT /nowhere.pem: No such file"),
        (vec!["--tls-cert", &cert, "--tls-key", "/nowhere.key"], "TLS_KEY /nowhere.key: No such file"),
        (vec!["--tls-cert", &empty, "--tls-key", &key], "there is no certificate in it"),
        (vec!["--tls-cert", &cert, "--tls-key", &empty], "what it should hold is not in it"),
        (vec!["--tls-cert", &cert, "--tls-key", &name("renewed.key")], "does not go with TLS_CERT"),
    ] {
        let line = program.run(&[&["serve", "--listen", "127.0.0.1:0"], args.as_slice()].concat()).failed();
        assert!(line.contains(says), "{args:?}: {line}");
    }
}
