//! TLS, where `TLS_CERT` and `TLS_KEY` name files. Renewed files are taken without a restart; ones that are no good are
//! told of in the log, and the old ones stay. The handshake is a part of reading the first head, and shares its time.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// How often it is looked whether the files are others.
const LOOK: Duration = Duration::from_secs(30);

/// How connections become private; clones are the same one.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    identity: Arc<Identity>,
}

/// Who we are, as the files say.
#[derive(Debug)]
struct Identity {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
    seen: Mutex<Stamp>,
}

/// What tells a renewed file from the one before: when they were written, and how long they are.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Of a certificate chain and its private key, in PEM. `Err` is the line to show.
    pub fn of(certificate: PathBuf, key: PathBuf) -> Result<Self, String> {
        let seen = Mutex::new(stamp(&certificate, &key));
        let current = RwLock::new(Arc::new(read(&certificate, &key)?));
        let identity = Arc::new(Identity { certificate, key, current, seen });
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS: {error}"))?;
        let mut config = config.with_no_client_auth().with_cert_resolver(identity.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), identity })
    }

    pub(super) fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> Accept<S> {
        self.acceptor.accept(stream)
    }

    /// Takes renewed files, for as long as the process lives: when `asked` says so, and within half a minute.
    pub async fn renew(self, mut asked: impl AsyncFnMut()) {
        let mut tick = interval(LOOK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = asked() => self.identity.look(true),
                _ = tick.tick() => self.identity.look(false),
            }
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.identity.certificate).finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads the files where they are others than before, or where somebody says that they are.
    fn look(&self, asked: bool) {
        let now = stamp(&self.certificate, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now && !asked {
            return;
        }
        *seen = now;
        match read(&self.certificate, &self.key) {
            Ok(renewed) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(renewed);
                tracing::info!(target: "leadhouse::http::listen::tls", "the TLS certificate was read anew");
            }
            Err(why) => {
                tracing::error!(target: "leadhouse::http::listen::tls", "the TLS certificate stays as it was: {why}");
            }
        }
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn stamp(certificate: &std::path::Path, key: &std::path::Path) -> Stamp {
    [certificate, key].map(|file| std::fs::metadata(file).ok().and_then(|of| Some((of.modified().ok()?, of.len()))))
}

/// Both files, which have to fit.
fn read(certificate: &std::path::Path, key: &std::path::Path) -> Result<CertifiedKey, String> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| format!("TLS_CERT {}: {}", certificate.display(), said(&error)))?;
    if chain.is_empty() {
        return Err(format!("TLS_CERT {}: there is no certificate in it (PEM)", certificate.display()));
    }
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|error| format!("TLS_KEY {}: {}", key.display(), said(&error)))?;
    CertifiedKey::from_der(chain, secret, &aws_lc_rs::default_provider())
        .map_err(|error| format!("TLS_KEY {} does not go with TLS_CERT: {error}", key.display()))
}

fn said(error: &rustls::pki_types::pem::Error) -> String {
    use rustls::pki_types::pem::Error;
    match error {
        Error::Io(error) => error.to_string(),
        Error::NoItemsFound => "what it should hold is not in it (PEM)".to_owned(),
        other => format!("it cannot be read as PEM: {other:?}"),
    }
}

/// A stream whose handshake happens while it is first read from.
pub(super) enum Secure<S> {
    Shaking(Box<Accept<S>>),
    Open(Box<TlsStream<S>>),
    Failed,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Secure<S> {
    pub fn new(accept: Accept<S>) -> Self {
        Self::Shaking(Box::new(accept))
    }

    fn open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut TlsStream<S>>>> {
        if let Self::Shaking(accept) = self {
            *self = match ready!(Pin::new(accept).poll(cx)) {
                Ok(stream) => Self::Open(Box::new(stream)),
                Err(error) => {
                    tracing::debug!(target: "leadhouse::http::listen::tls", "no TLS: {error}");
                    metrics::counter!("leadhouse_http_handshakes_failed_total").increment(1);
                    Self::Failed
                }
            };
        }
        Poll::Ready(match self {
            Self::Open(stream) => Ok(Pin::new(&mut **stream)),
            Self::Shaking(_) | Self::Failed => Err(io::ErrorKind::ConnectionAborted.into()),
        })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Secure<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.open(cx))?.poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Secure<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.open(cx))?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.open(cx))?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.open(cx))?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.open(cx))?.poll_shutdown(cx)
    }
}
