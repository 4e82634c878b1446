//! Passwords: Argon2id at OWASP's minimum. Slow on purpose (30 ms or more): never call it inside a unit of work.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};

/// In characters. The longest is far above any passphrase and far below what would be work to hash.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// Checks the length, then hashes: a PHC string with its own salt.
///
/// # Errors
/// `Invalid` at `password` where it is too short or too long.
pub fn hash(password: &str) -> Result<String> {
    if password.chars().count() < *LENGTH.start() {
        return Err(Error::field("password", "too_short", format!("at least {} characters", LENGTH.start())));
    }
    if password.chars().count() > *LENGTH.end() {
        return Err(Error::field("password", "too_long", format!("at most {} characters", LENGTH.end())));
    }
    let hash = hasher()?.hash_password(password.as_bytes()).map_err(|e| Error::internal(e.to_string()))?;
    Ok(hash.to_string())
}

/// Whether `password`, exactly as it was sent, is the one that was hashed.
pub fn matches(password: &str, hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash).map_err(|e| Error::internal(e.to_string()))?;
    Ok(password.chars().count() <= *LENGTH.end() && hasher()?.verify_password(password.as_bytes(), &hash).is_ok())
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::{hash, matches};

    #[test]
    fn only_the_same_password_matches() {
        let hashed = hash("pä ssword\u{e9}").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(matches("pä ssword\u{e9}", &hashed).unwrap());
        assert!(!matches("pä sswordé ", &hashed).unwrap());
        assert!(!matches("pä ssworde\u{301}", &hashed).unwrap(), "as sent, not as composed");
        assert_ne!(hashed, hash("pä ssword\u{e9}").unwrap());
    }

    #[test]
    fn length_is_checked_before_any_work() {
        assert!(hash("seven77").is_err());
        assert!(hash(&"x".repeat(1_000_000)).is_err());
        let long = "🔒".repeat(256);
        assert!(matches(&long, &hash(&long).unwrap()).unwrap());
    }
}
