//! Proofs of a sender: that it knows the source's secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::http::RawBody;
use crate::intake::Source;

/// In a time that tells nothing of either text, nor of their lengths.
pub fn is_same(given: &str, secret: &str) -> bool {
    Sha256::digest(given).as_slice().ct_eq(Sha256::digest(secret).as_slice()).into()
}

/// How a platform writes down the 32 bytes of a signature.
#[derive(Debug, Clone, Copy)]
pub enum Written {
    /// In lower or upper case.
    Hex,
    /// With padding.
    Base64,
}

/// Whether the header `name` has `sha256=` and the HMAC-SHA256 of the body's bytes by the source's secret.
///
/// # Errors
/// `Forbidden` (`wrong_signature`) where it has not.
pub fn check_signature(source: &Source, body: &RawBody, name: &'static str, written: Written) -> Result<()> {
    let secret = source.secret.as_deref().unwrap_or_default();
    let mut values = body.headers.get_all(name).iter();
    let given = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(|text| text.trim().strip_prefix("sha256=")),
        _ => None,
    };
    let is_right = given.is_some_and(|given| !secret.is_empty() && is_signed(secret, &body.bytes, given, written));
    if is_right {
        return Ok(());
    }
    Err(Error::forbidden("wrong_signature", format!("{name} is not the signature of this body by the source's secret")))
}

fn is_signed(secret: &str, body: &[u8], given: &str, written: Written) -> bool {
    use base64::Engine as _;

    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    let right = mac.finalize().into_bytes();
    let right = match written {
        Written::Hex => crate::text::hex(&right),
        Written::Base64 => base64::engine::general_purpose::STANDARD.encode(right),
    };
    let given = if matches!(written, Written::Hex) { given.to_ascii_lowercase() } else { given.to_owned() };
    is_same(&given, &right)
}
