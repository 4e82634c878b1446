//! Secrets that stand for an identity: 256 random bits, shown once, kept as their SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// What every secret of ours begins with, so that scanners and people can tell one.
const PREFIX: &str = "lh_";
/// 32 bytes in base64url without padding.
const ENCODED_CHARS: usize = 43;

/// SHA-256 of a secret's whole text: what the database knows, and looks it up by.
pub type SecretHash = [u8; 32];

/// A fresh secret. Its text goes to its owner and nowhere else; it is not `Debug`.
pub struct Secret {
    text: String,
}

impl Secret {
    pub(super) fn generate() -> Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|e| Error::internal(e.to_string()))?;
        Ok(Self { text: format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)) })
    }

    pub fn into_text(self) -> String {
        self.text
    }

    pub(super) fn hash(&self) -> SecretHash {
        Sha256::digest(self.text.as_bytes()).into()
    }
}

/// The hash of a text that has a secret's shape; `None` saves the database the question.
pub fn hash_of(text: &str) -> Option<SecretHash> {
    let encoded = text.strip_prefix(PREFIX)?;
    let shaped =
        encoded.len() == ENCODED_CHARS && encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    shaped.then(|| Sha256::digest(text.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::{Secret, hash_of};

    #[test]
    fn a_secret_is_long_unique_and_no_uuid() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_eq!(hash_of(&one.text), Some(one.hash()));
        assert_ne!(one.text, other.text);
        assert!(one.text.starts_with("lh_") && one.text.len() == 46);
        assert!(uuid::Uuid::try_parse(&one.text).is_err());
    }

    #[test]
    fn other_texts_are_no_secrets() {
        let good = Secret::generate().unwrap().text;
        for text in [
            "",
            "lh_",
            "lh_abc",
            good.trim_start_matches("lh_"),
            &format!("{good}a"),
            &good.replace("lh_", "LH_"),
            "lh_é",
        ] {
            assert_eq!(hash_of(text), None, "{text}");
        }
    }
}
