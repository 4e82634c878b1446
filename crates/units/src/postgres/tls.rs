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
//! `sslrootcert` is a PEM file; without it (or with `system`) the machine's own roots count. With a file of one's own, as with
//! libpq: a server may show a certificate of that file that signed itself (`openssl req -x509`), and be called by the common
//! name of one without subjectAltName. What the machine's roots vouch for is looked at as browsers do.

use std::str::FromStr;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::certificate::Certificate;

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
    if query.contains('@') {
        return Err("DATABASE_URL cannot be read: a ? in the password is written %3F, and an @ %40".to_owned());
    }
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
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err("DATABASE_URL names no server: write postgres://USER:PASSWORD@HOST:PORT/DATABASE".to_owned());
    }
    config.ssl_mode(ssl_mode);
    let tls = client(trust, root.as_deref()).map_err(|why| format!("DATABASE_URL: {why}"))?;
    Ok((config, MakeRustlsConnect::new(tls)))
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn client(trust: Trust, root: Option<&str>) -> Result<ClientConfig, String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let vouching = if trust == Trust::Nothing { None } else { Some(roots(root)?) };
    // Named and not to be read, it is a slip even where nothing is looked at.
    let named = root.map_or(Ok(Vec::new()), certificates)?;
    let own = if vouching.is_some() { named } else { Vec::new() };
    let by_name = trust == Trust::ChainAndName;
    let algorithms = provider.signature_verification_algorithms;
    let verifier = Arc::new(AsLibpq { roots: vouching, own, by_name, algorithms });
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| error.to_string())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
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
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| format!("sslrootcert {file}: {error}"))?;
    }
    Ok(roots)
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("sslrootcert {file}: {error}");
    let read = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
    let all = read.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(&error))?;
    if all.is_empty() { Err(wrong(&"no certificate in it")) } else { Ok(all) }
}

/// Looks at the chain and the name (`verify-full`), at the chain alone (`verify-ca`), or at nothing but that the server holds
/// its own key.
#[derive(Debug)]
struct AsLibpq {
    roots: Option<RootCertStore>,
    /// Those of `sslrootcert`.
    own: Vec<CertificateDer<'static>>,
    by_name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl AsLibpq {
    fn vouched(
        &self,
        roots: &RootCertStore,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        let own =
            if self.own.iter().any(|own| own.as_ref() == shown.as_ref()) { Certificate::read(shown) } else { None };
        match own.filter(Certificate::is_self_signed) {
            Some(own) if own.is_valid_at(now) => Ok(()),
            Some(_) => Err(CertificateError::Expired.into()),
            None => {
                let certificate = ParsedCertificate::try_from(shown)?;
                verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, self.algorithms.all)
            }
        }
    }

    fn named(&self, shown: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), TlsError> {
        let by_common_name = || Certificate::read(shown).is_some_and(|shown| shown.is_commonly(name));
        match verify_server_name(&ParsedCertificate::try_from(shown)?, name) {
            Err(_) if !self.own.is_empty() && by_common_name() => Ok(()),
            looked => looked,
        }
    }
}

impl ServerCertVerifier for AsLibpq {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if let Some(roots) = &self.roots {
            self.vouched(roots, end_entity, intermediates, now)?;
        }
        if self.by_name {
            self.named(end_entity, server_name)?;
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
