//! `sslmode` as libpq has it, against a server that shakes hands and then refuses.
//!
//! Its certificate is for `localhost`, signed by a CA of its own; both are good until 2126 and for nothing else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Options};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::at_root;

fn file(name: &str) -> PathBuf {
    at_root("tests/it/db/tls").join(name)
}

/// A server that answers each sign-in with how it came; `tls` says whether it can do TLS.
fn server(tls: bool) -> u16 {
    server_with(&file("server.pem"), &file("server.key"), tls)
}

fn server_with(certificate: &Path, key: &Path, tls: bool) -> u16 {
    let certificates = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::Builder::new()
        .spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                // A client that does not like the certificate hangs up.
                let _ = answer(client, tls, &config);
            }
        })
        .unwrap();
    port
}

fn answer(mut client: TcpStream, tls: bool, config: &Arc<ServerConfig>) -> std::io::Result<()> {
    let mut first = [0; 8];
    client.read_exact(&mut first)?;
    let asks_for_tls = first == [0, 0, 0, 8, 4, 210, 22, 47];
    if !asks_for_tls {
        return refuse(&mut client, "in the clear");
    }
    client.write_all(if tls { b"S" } else { b"N" })?;
    if !tls {
        return refuse(&mut client, "in the clear");
    }
    let mut secret = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), client);
    secret.read_exact(&mut first)?;
    refuse(&mut secret, "over TLS")
}

fn refuse(client: &mut impl Write, how: &str) -> std::io::Result<()> {
    let fields = format!("SFATAL\0VFATAL\0C28000\0Mcame {how}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    client.write_all(&[b"E", &length.to_be_bytes()[..], fields.as_bytes()].concat())?;
    client.flush()
}

/// What a connection by this URL comes to: how it came to the server, or why it did not.
async fn by(port: u16, host: &str, query: &str) -> String {
    let url = DatabaseUrl::Postgres(format!("postgres://leadhouse@{host}:{port}/leadhouse{query}"));
    let options = Options { readers: 1, background: 1, lanes: 0, ..Options::of(&url) };
    let db = match Db::open(&url, &Clock::default(), options).await {
        Ok(db) => db,
        Err(error) => return error.to_string(),
    };
    let outcome = db.ping().await.unwrap_err().to_string();
    db.close().await;
    outcome
}

#[tokio::test]
async fn each_mode_looks_at_as_much_as_it_says() {
    let (secret, clear) = (server(true), server(false));
    let ca = file("ca.pem");
    let ca = format!("sslrootcert={}", ca.display());
    for (port, host, query, expected) in [
        (secret, "localhost", String::new(), "came over TLS"),
        (clear, "localhost", String::new(), "came in the clear"),
        (secret, "localhost", "?sslmode=disable".to_owned(), "came in the clear"),
        (secret, "localhost", "?sslmode=prefer".to_owned(), "came over TLS"),
        (secret, "localhost", "?sslmode=require".to_owned(), "came over TLS"),
        (clear, "localhost", "?sslmode=require".to_owned(), "does not support TLS"),
        (clear, "localhost", format!("?sslmode=verify-full&{ca}"), "does not support TLS"),
        (secret, "localhost", "?sslmode=verify-ca".to_owned(), "UnknownIssuer"),
        (secret, "localhost", "?sslmode=verify-full".to_owned(), "UnknownIssuer"),
        (secret, "localhost", format!("?sslmode=verify-ca&{ca}"), "came over TLS"),
        (secret, "127.0.0.1", format!("?sslmode=verify-ca&{ca}"), "came over TLS"),
        (secret, "localhost", format!("?application_name=a%20b&sslmode=verify-full&{ca}"), "came over TLS"),
        (secret, "127.0.0.1", format!("?sslmode=verify-full&{ca}"), "not valid for name"),
        (secret, "localhost", format!("?sslmode=require&sslrootcert={}", file("server.pem").display()), "certificate"),
        (secret, "localhost", "?sslmode=verify-all".to_owned(), "sslmode 'verify-all' is none of"),
        (
            secret,
            "localhost",
            "?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem".to_owned(),
            "sslrootcert /nowhere/ca.pem",
        ),
        (secret, "localhost", "?sslkey=x".to_owned(), "sslkey is not known"),
    ] {
        let outcome = by(port, host, &query).await;
        assert!(outcome.contains(expected), "{host}{query}: {outcome}");
    }
}

/// Makes a certificate as people make one for their own server.
pub fn self_signed(folder: &Path, name: &str, more: &[&str]) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .args(more)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_taken_as_libpq_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let alt = ["-subj", "/CN=db", "-addext", "subjectAltName=DNS:localhost", "-days", "30"];
    let common = ["-subj", "/O=Leads/CN=localhost", "-days", "30"];
    let others = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:db.internal", "-days", "30"];
    for (name, more, verify_ca, verify_full) in [
        ("alt", &alt[..], "came over TLS", "came over TLS"),
        ("common", &common, "came over TLS", "came over TLS"),
        ("others", &others, "came over TLS", "not valid for name"),
    ] {
        let (certificate, key) = self_signed(here, name, more);
        let port = server_with(&certificate, &key, true);
        let root = format!("sslrootcert={}", certificate.display());
        for (query, expected) in [
            (format!("?sslmode=verify-ca&{root}"), verify_ca),
            (format!("?sslmode=require&{root}"), verify_ca),
            (format!("?sslmode=verify-full&{root}"), verify_full),
            (format!("?sslmode=verify-ca&sslrootcert={}", file("ca.pem").display()), "invalid peer certificate"),
        ] {
            let outcome = by(port, "localhost", &query).await;
            assert!(outcome.contains(expected), "{name}{query}: {outcome}");
        }
    }
    // One's own authority is not one's server, and a common name counts for itself only.
    let (certificate, key) = self_signed(here, "elsewhere", &["-subj", "/CN=elsewhere", "-days", "30"]);
    let port = server_with(&certificate, &key, true);
    let outcome = by(port, "localhost", &format!("?sslmode=verify-full&sslrootcert={}", certificate.display())).await;
    assert!(outcome.contains("subjectAltName"), "{outcome}");
}
