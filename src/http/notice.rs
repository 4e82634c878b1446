//! A page for somebody who comes by a mailed link: a title, a text, a list where there is one, and at most one button. It needs no sign-in, no
//! script and nothing else from here.

use askama::Template as _;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}\
    main{max-width:32rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.25}\
    button{font:inherit;font-weight:600;padding:.65rem 1.2rem;border:0;border-radius:7px;background:#1259a8;color:#fff;\
    cursor:pointer}li{margin:.35rem 0}button:focus-visible{outline:3px solid #7cb8ff;outline-offset:2px}";

#[derive(askama::Template)]
#[template(path = "http/notice.html")]
pub struct Notice<'a> {
    title: &'a str,
    text: &'a str,
    style: &'static str,
    list: &'a [String],
    closing: &'a str,
    button: Option<Button<'a>>,
}

/// A POST, and what it does in a few words.
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    pub action: &'a str,
    pub label: &'a str,
}

impl<'a> Notice<'a> {
    pub fn new(title: &'a str, text: &'a str) -> Self {
        Self { title, text, style: STYLE, list: &[], closing: "", button: None }
    }

    #[must_use]
    pub fn with(self, button: Button<'a>) -> Self {
        Self { button: Some(button), ..self }
    }

    /// With a list below the text.
    #[must_use]
    pub fn listing(self, list: &'a [String]) -> Self {
        Self { list, ..self }
    }

    /// With a last word below that, before the button.
    #[must_use]
    pub fn closing(self, closing: &'a str) -> Self {
        Self { closing, ..self }
    }

    /// The page: never kept, never framed, with no address of it handed on (its token is all the identity there is).
    pub fn answer(&self, status: StatusCode) -> Result<Response> {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        Ok((status, headers, self.render().map_err(Error::internal)?).into_response())
    }
}
