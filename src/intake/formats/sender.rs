//! Proofs of a sender: that it knows the source's secret.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::intake::Source;

/// In a time that tells nothing of either text, nor of their lengths.
pub fn is_same(given: &str, secret: &str) -> bool {
    Sha256::digest(given).as_slice().ct_eq(Sha256::digest(secret).as_slice()).into()
}

/// How a platform makes a signature.
#[derive(Debug, Clone, Copy)]
pub enum Algorithm {
    Sha256,
    Sha1,
    Sha512,
}

/// How a platform writes down the bytes of a signature.
#[derive(Debug, Clone, Copy)]
pub enum Written {
    /// In lower or upper case.
    Hex,
    /// With padding or without, in either alphabet.
    Base64,
}

/// A platform's way to sign what it posts.
#[derive(Debug, Clone, Copy)]
pub struct Scheme<'a> {
    /// The header that has the signature.
    pub header: &'a str,
    /// What stands there before it.
    pub prefix: &'a str,
    pub algorithm: Algorithm,
    pub written: Written,
}

/// Whether the scheme's header has the signature, by the source's secret, of these parts one after the other.
///
/// # Errors
/// `Forbidden` (`wrong_signature`) where it has not.
pub fn check_signature(source: &Source, headers: &HeaderMap, scheme: Scheme<'_>, signed: &[&[u8]]) -> Result<()> {
    let secret = source.secret.as_deref().unwrap_or_default();
    let given = one_header(headers, scheme.header).and_then(|text| text.strip_prefix(scheme.prefix));
    if given.is_some_and(|given| !secret.is_empty() && is_signed(secret, scheme, signed, given)) {
        return Ok(());
    }
    let detail = format!("{} is not the signature of this body by the source's secret", scheme.header);
    Err(Error::forbidden("wrong_signature", detail))
}

/// The header, where there is exactly one of that name.
pub fn one_header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().map(str::trim),
        _ => None,
    }
}

fn is_signed(secret: &str, scheme: Scheme<'_>, signed: &[&[u8]], given: &str) -> bool {
    let right = match scheme.algorithm {
        Algorithm::Sha256 => digest::<Hmac<Sha256>>(secret, signed),
        Algorithm::Sha1 => digest::<Hmac<Sha1>>(secret, signed),
        Algorithm::Sha512 => digest::<Hmac<Sha512>>(secret, signed),
    };
    let Some(right) = right else { return false };
    let (given, right) = match scheme.written {
        Written::Hex => (given.to_ascii_lowercase(), crate::text::hex(&right)),
        Written::Base64 => {
            let plain = |text: &str| text.trim_end_matches('=').replace('-', "+").replace('_', "/");
            (plain(given), plain(&STANDARD.encode(right)))
        }
    };
    is_same(&given, &right)
}

fn digest<M: Mac + KeyInit>(secret: &str, signed: &[&[u8]]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).ok()?;
    for part in signed {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().to_vec())
}
