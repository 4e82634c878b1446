//! Calls to other people's servers.
#![doc = include_str!("../README.md")]

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use reqwest::redirect::Policy;

/// What one call may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte sent to the last one read.
    pub time: Duration,
    /// Of an answer's body.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(15), bytes: 1024 * 1024 }
    }
}

/// Why there is no answer. Tells nothing of the address, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The text is no `http://` or `https://` address.
    #[error("not an http or https address")]
    Address,
    /// The answer has more bytes than it may.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// It was refused, broke off, took too long, or was none.
    #[error("{0}")]
    Call(String),
}

/// What a server answered, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// As in HTTP.
    pub status: u16,
    /// As it came.
    pub body: Bytes,
}

impl Answer {
    /// 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Makes calls; cheap to clone, and keeps its connections for the next.
#[derive(Debug, Clone)]
pub struct Client {
    /// Made when it is first needed: most installations never call anybody.
    http: std::sync::Arc<std::sync::OnceLock<reqwest::Client>>,
    limits: Limits,
}

impl Client {
    /// Needs the process' TLS provider only when it is first used.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { http: std::sync::Arc::default(), limits }
    }

    /// Gets an address with these parameters in its query.
    ///
    /// # Errors
    /// `Failed` where there is no whole answer.
    pub async fn get(&self, address: &str, query: &[(&str, &str)]) -> Result<Answer, Failed> {
        let mut url = Url::parse(address).map_err(|_| Failed::Address)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Failed::Address);
        }
        url.query_pairs_mut().extend_pairs(query);
        let mut response = self.http()?.get(url).send().await.map_err(|error| failed(&error.without_url()))?;
        let status = response.status().as_u16();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error.without_url()))? {
            if body.len() + chunk.len() > self.limits.bytes {
                return Err(Failed::TooLarge(self.limits.bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body: body.freeze() })
    }

    fn http(&self) -> Result<&reqwest::Client, Failed> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        // Without one, building a client panics.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _raced = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        let made = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(self.limits.time)
            .user_agent("Leadhouse")
            .build()
            .map_err(|error| failed(&error.without_url()))?;
        Ok(self.http.get_or_init(|| made))
    }
}

/// The error with those beneath it, which say what it was.
fn failed(error: &reqwest::Error) -> Failed {
    let mut text = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        below = cause.source();
    }
    Failed::Call(text)
}
