//! Sealed texts: what we hand out and take back unchanged (cursors). Readable to whoever looks, but not to be changed,
//! and good only for the purpose it was made for.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use ground::error::{Error, Result};

/// Bytes of the HMAC that are kept: 128 bits.
const TAG: usize = 16;
/// Longer texts are none of ours.
const MAX_TEXT: usize = 4096;

/// Bytes of noise that no two locked texts share.
const NOISE: usize = 16;

/// Seals and opens with the installation's secret.
pub struct Seals {
    key: Hmac<Sha256>,
}

impl Seals {
    /// With this secret, which no other program should have.
    pub fn new(secret: &[u8; 32]) -> Self {
        // HMAC takes keys of any length; the error is of ciphers that do not.
        let key =
            Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
        Self { key }
    }

    /// `scope` is what the text is good for: the list, its owner and its filters.
    pub fn seal(&self, scope: &str, content: &[u8]) -> String {
        let tag = self.mac(scope, content).finalize().into_bytes();
        let mut sealed = content.to_vec();
        sealed.extend(tag.iter().take(TAG));
        BASE64_URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The same for what nobody but us may read: mixed with a stream that follows from the installation's secret and
    /// fresh noise, and then sealed.
    pub fn lock(&self, scope: &str, content: &[u8]) -> Result<String> {
        let mut noise = [0_u8; NOISE];
        getrandom::fill(&mut noise).map_err(|e| Error::internal(e.to_string()))?;
        let mixed = self.mixed(scope, &noise, content);
        Ok(self.seal(scope, &[noise.as_slice(), mixed.as_slice()].concat()))
    }

    /// `None` for everything but what `lock` made with the same scope.
    pub fn unlock(&self, scope: &str, text: &str) -> Option<Vec<u8>> {
        let locked = self.open(scope, text)?;
        let (noise, mixed) = locked.split_at_checked(NOISE)?;
        Some(self.mixed(scope, noise, mixed))
    }

    fn mixed(&self, scope: &str, noise: &[u8], content: &[u8]) -> Vec<u8> {
        let blocks = content.chunks(32).zip(0_u32..).flat_map(|(chunk, n)| {
            let pad = self.tag(&format!("stream of {scope}"), &[noise, &n.to_be_bytes()].concat());
            chunk.iter().zip(pad).map(|(byte, pad)| byte ^ pad).collect::<Vec<u8>>()
        });
        blocks.collect()
    }

    /// 256 bits that nobody can guess, the same each time: for a link that has to be made more than once.
    pub fn token(&self, scope: &str, content: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.tag(scope, content))
    }

    /// The same as bytes.
    pub fn tag(&self, scope: &str, content: &[u8]) -> [u8; 32] {
        self.mac(scope, content).finalize().into_bytes().into()
    }

    /// `None` for everything but what `seal` made with the same scope.
    pub fn open(&self, scope: &str, text: &str) -> Option<Vec<u8>> {
        let sealed = (text.len() <= MAX_TEXT).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        let (content, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        self.mac(scope, content).verify_truncated_left(tag).ok()?;
        Some(content.to_vec())
    }

    /// The scope's length goes first, so that no scope and content can be taken for another pair.
    fn mac(&self, scope: &str, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(&u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(scope.as_bytes());
        mac.update(content);
        mac
    }
}

impl std::fmt::Debug for Seals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seals")
    }
}

#[cfg(test)]
mod tests {
    use super::Seals;

    #[test]
    fn what_is_locked_is_read_by_us_alone() {
        let seals = Seals::new(&[7; 32]);
        let secret = b"lh_a secret that is longer than one block of the stream, with its name";
        let (one, other) = (seals.lock("a", secret).unwrap(), seals.lock("a", secret).unwrap());
        assert_ne!(one, other);
        assert_eq!(seals.unlock("a", &one).as_deref(), Some(secret.as_slice()));
        assert_eq!(seals.unlock("b", &one), None);
        assert_eq!(Seals::new(&[8; 32]).unlock("a", &one), None);
        assert_eq!(seals.unlock("a", &seals.seal("a", b"short")), None);
        let bytes = seals.open("a", &one).unwrap();
        assert!(!bytes.windows(4).any(|part| secret.windows(4).any(|known| part == known)), "{bytes:?}");
    }
}
