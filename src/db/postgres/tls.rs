//! TLS to PostgreSQL, with `sslmode` as libpq has it.
//!
//! | mode | encrypted | certificate chain | host name |
//! | --- | --- | --- | --- |
//! | `disable` | no | | |
//! | `allow`, `prefer` (default) | where the server can | not looked at | not looked at |
//! | `require` | yes | looked at where `sslrootcert` is given | not looked at |
//! | `verify-ca` | yes | yes | not looked at |
//! | `verify-full` | yes | yes | yes |
//!
//! `sslrootcert` is a PEM file; without it (or with `system`) the machine's own roots count.

use std::str::FromStr;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How much of the server's certificate is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Nothing,
    Chain,
    ChainAndName,
}

/// Reads a `postgres://` URL: the driver's settings, and TLS as its `ssl…` parameters say. `Err`: the line to show,
/// without the URL, which may hold a password.
pub(super) fn read(url: &str) -> Result<(Config, MakeRustlsConnect), String> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (ours, others): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| name_of(pair).starts_with("ssl"));
    let mut mode = "prefer".to_owned();
    let mut root = None;
    for pair in ours {
        let value = pair.split_once('=').map_or("", |(_, value)| value);
        let value = percent_decode_str(value).decode_utf8().map_err(|_| "DATABASE_URL is not UTF-8".to_owned())?;
        match name_of(pair) {
            "sslmode" => mode = value.into_owned(),
            "sslrootcert" => root = Some(value.into_owned()).filter(|path| path != "system"),
            other => return Err(format!("DATABASE_URL: {other} is not known here; sslmode and sslrootcert are")),
        }
    }
    let (ssl_mode, trust) = match (mode.as_str(), &root) {
        ("disable", _) => (SslMode::Disable, Trust::Nothing),
        ("allow" | "prefer", _) => (SslMode::Prefer, Trust::Nothing),
        ("require", None) => (SslMode::Require, Trust::Nothing),
        ("require", Some(_)) | ("verify-ca", _) => (SslMode::Require, Trust::Chain),
        ("verify-full", _) => (SslMode::Require, Trust::ChainAndName),
        _ => {
            return Err(format!(
                "DATABASE_URL: sslmode '{mode}' is none of disable, prefer, require, verify-ca, verify-full"
            ));
        }
    };
    let rest = if others.is_empty() { base.to_owned() } else { format!("{base}?{}", others.join("&")) };
    let mut config = Config::from_str(&rest).map_err(|error| match std::error::Error::source(&error) {
        Some(source) => format!("DATABASE_URL cannot be read: {source}"),
        None => format!("DATABASE_URL cannot be read: {error}"),
    })?;
    config.ssl_mode(ssl_mode);
    let tls = client(trust, root.as_deref()).map_err(|why| format!("DATABASE_URL: {why}"))?;
    Ok((config, MakeRustlsConnect::new(tls)))
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn client(trust: Trust, root: Option<&str>) -> Result<ClientConfig, String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::Nothing => Arc::new(Lenient { roots: None, algorithms: provider.signature_verification_algorithms }),
        Trust::Chain => {
            let roots = Some(roots(root)?);
            Arc::new(Lenient { roots, algorithms: provider.signature_verification_algorithms })
        }
        Trust::ChainAndName => strict(roots(root)?, &provider)?,
    };
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| error.to_string())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn strict(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let verifier = builder.build().map_err(|error| error.to_string())?;
    Ok(verifier)
}

fn roots(file: Option<&str>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return if roots.is_empty() {
            Err("this machine has no root certificates: give sslrootcert".to_owned())
        } else {
            Ok(roots)
        };
    };
    let wrong = |error: &dyn std::fmt::Display| format!("sslrootcert {file}: {error}");
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))? {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    if roots.is_empty() { Err(wrong(&"no certificate in it")) } else { Ok(roots) }
}

/// Looks at less than the name: at the chain (`verify-ca`), or at nothing but that the server holds its own key.
#[derive(Debug)]
struct Lenient {
    roots: Option<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, self.algorithms.all)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
