//! Passwords: what is one, and Argon2id at OWASP's minimum. Slow on purpose (30 ms or more): never hash inside a unit of work.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};
use crate::text;

/// In characters. The longest is far above any passphrase and far below what would be work to hash.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;
/// Fewer different characters than this are no secret, however often they are repeated.
const DIFFERENT: usize = 5;
/// Where everybody who guesses begins, without the digits and signs at their ends: in lower case, and with the letters that
/// look like them for digits and signs.
const COMMON: &str = "
    password passwort passw pass motdepasse contrasena parola senha wachtwoord haslo welcome willkommen
    bienvenue bienvenido letmein letmeinnow changeme changemenow changeit secret topsecret supersecret default
    temppass temporary testpassword testtest test testing admin administrator adminadmin rootroot root superuser
    superman batman spiderman iloveyou loveyou lovely princess sunshine football baseball basketball soccer
    hockey master monkey dragon shadow michael jennifer jessica charlie jordan ashley daniel trustno whatever
    starwars pokemon computer internet samsung google facebook liverpool arsenal chelsea qwerty qwertz azerty
    qwertyuiop qwertzuiop azertyuiop asdfghjk asdfghjkl asdfasdf zxcvbnm zxcvbn yxcvbnm qazwsx qazwsxedc qweasd
    qweasdzxc asdf qwer spring summer autumn winter fruehling sommer herbst abc abcd abcdef aabbcc leadhouse
    leads hello hellohello helloworld freedom ninja killer access login mustang";
/// What lies side by side: digits, letters, rows of keys.
const ROWS: &[&str] = &[
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
];

/// What is wrong with a password that somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    Short,
    Long,
    /// Nothing but what cannot be seen.
    Blank,
    /// One of those that are tried first, or too much of the same.
    Common,
    /// The address that it is to protect.
    Address,
}

impl Weak {
    pub fn code(self) -> &'static str {
        match self {
            Self::Short => "too_short",
            Self::Long => "too_long",
            Self::Blank => "blank",
            Self::Common => "too_common",
            Self::Address => "is_the_address",
        }
    }

    fn detail(self) -> String {
        match self {
            Self::Short => format!("at least {} characters", LENGTH.start()),
            Self::Long => format!("at most {} characters", LENGTH.end()),
            _ => self.says().to_owned(),
        }
    }

    /// As a sentence.
    pub fn says(self) -> &'static str {
        match self {
            Self::Short => "A password has at least 8 characters.",
            Self::Long => "A password has at most 256 characters.",
            Self::Blank => "A password has more in it than spaces.",
            Self::Common => {
                "This password is among the first that others would try. Three or four words make a good one."
            }
            Self::Address => "The password must not be the e-mail address.",
        }
    }
}

/// The one rule for a new password, wherever it is set. `email`: whose it is to be.
pub fn check(password: &str, email: &str) -> std::result::Result<(), Weak> {
    let chars = password.chars().count();
    if chars > *LENGTH.end() {
        return Err(Weak::Long);
    }
    if chars > 0 && text::trim(password).is_empty() {
        return Err(Weak::Blank);
    }
    if chars < *LENGTH.start() {
        return Err(Weak::Short);
    }
    let plain = password.to_lowercase();
    let address = email.trim().to_lowercase();
    let name = address.split('@').next().unwrap_or_default();
    if !address.is_empty() && (plain.trim() == address || bare(&plain) == name || plain.trim() == name) {
        return Err(Weak::Address);
    }
    if is_common(&plain) { Err(Weak::Common) } else { Ok(()) }
}

/// Without what people put at the ends of a word to make it a password.
fn bare(plain: &str) -> &str {
    plain.trim_matches(|c: char| !c.is_alphabetic())
}

fn is_common(plain: &str) -> bool {
    let mut different: Vec<char> = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let told: String = different.iter().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT || is_repeated(&told) || is_in_a_row(&told) {
        return true;
    }
    let unmask = |text: &str| text.chars().map(unmasked).collect::<String>();
    let words = [bare(plain).to_owned(), unmask(bare(plain)), bare(&unmask(plain)).to_owned()];
    words.iter().any(|word| COMMON.split_whitespace().any(|common| common == word) || is_repeated_word(word))
}

/// `P@ssw0rd` is `password`.
fn unmasked(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// `abcd1abcd1`: something shorter than a password, over and over.
fn is_repeated(told: &str) -> bool {
    let chars: Vec<char> = told.chars().collect();
    (1..*LENGTH.start())
        .any(|n| chars.len() >= 2 * n && chars.iter().zip(chars.iter().skip(n)).all(|(one, other)| one == other))
}

fn is_repeated_word(word: &str) -> bool {
    COMMON.split_whitespace().any(|common| word.len() > common.len() && word.replace(common, "").is_empty())
}

/// `12345678`, `87654321`, `abcdefgh`, `qwertzui`: from one row after another, each way.
fn is_in_a_row(told: &str) -> bool {
    let beside = |one: char, other: char| {
        ROWS.iter().any(|row| {
            let at = |c: char| row.chars().position(|key| key == c);
            at(one).zip(at(other)).is_some_and(|(one, other)| one.abs_diff(other) <= 1)
        })
    };
    let steps = told.chars().zip(told.chars().skip(1));
    let (aside, all) =
        steps.fold((0, 0), |(aside, all), (one, other)| (aside + i32::from(beside(one, other)), all + 1));
    all > 0 && (all - aside) <= 2 && aside >= 5 && all <= 12
}

/// Checks the rule, then hashes: a PHC string with its own salt.
///
/// # Errors
/// `Invalid` at `password` where it breaks the rule.
pub fn hash(password: &str, email: &str) -> Result<String> {
    check(password, email).map_err(|weak| Error::field("password", weak.code(), weak.detail()))?;
    hashed(password)
}

/// The hash of what nobody chose and nobody can enter by.
pub fn nobodys() -> Result<String> {
    hashed("nobody's password")
}

fn hashed(password: &str) -> Result<String> {
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
    use super::{Weak, check, hash, matches};

    const EMAIL: &str = "rita.roof@roofs.example";

    #[test]
    fn only_the_same_password_matches() {
        let hashed = hash("pä ssword\u{e9}", EMAIL).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(matches("pä ssword\u{e9}", &hashed).unwrap());
        assert!(!matches("pä sswordé ", &hashed).unwrap());
        assert!(!matches("pä ssworde\u{301}", &hashed).unwrap(), "as sent, not as composed");
        assert_ne!(hashed, hash("pä ssword\u{e9}", EMAIL).unwrap());
    }

    #[test]
    fn length_is_checked_before_any_work() {
        assert!(hash("seven77", EMAIL).is_err());
        assert!(hash(&"x".repeat(1_000_000), EMAIL).is_err());
        let long = "🔒🏠🔑🚪🪟".repeat(51);
        assert!(hash(&long, EMAIL).is_err(), "the same over and over");
        let long: String =
            "a long sentence of many words, which nobody has written yet. ".repeat(5).chars().take(256).collect();
        assert!(matches(&long, &hash(&long, EMAIL).unwrap()).unwrap());
    }

    #[test]
    fn what_others_would_try_first_is_no_password() {
        let all = |weak: Weak, list: &[&str]| {
            for password in list {
                assert_eq!(check(password, EMAIL), Err(weak), "{password}");
            }
        };
        all(
            Weak::Blank,
            &[
                " ",
                "        ",
                "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
                "\u{3000}         ",
                "\u{200b}        ",
            ],
        );
        all(Weak::Short, &["", "seven77", "pässwö"]);
        all(
            Weak::Common,
            &[
                "12345678",
                "123456789",
                "1234567890",
                "87654321",
                "password",
                "Password",
                "PASSWORD1",
                "Password123!",
                "P@ssw0rd",
                "passw0rd!",
                "qwertyui",
                "qwertyuiop",
                "qwertz123",
                "asdfghjkl",
                "abcdefgh",
                "abcd1234",
                "aaaaaaaa",
                "11111111",
                "12121212",
                "abcabcabc",
                "1234 5678",
                "letmein1",
                "iloveyou",
                "welcome2026",
                "Summer2026!",
                "Leadhouse1",
                "leadhouse",
                "admin123",
                "changeme",
                "passwordpassword",
                "1q1q1q1q",
                "00000000",
                "abcd1abcd1",
            ],
        );
        all(Weak::Address, &["rita.roof@roofs.example", "Rita.Roof@Roofs.example", "rita.roof", "Rita.Roof1"]);
    }

    #[test]
    fn what_people_make_up_is_one() {
        for password in [
            "correct horse battery",
            "a new and longer sentence",
            "kq7-fm2x-90pz",
            "Dachziegel im Regen",
            "mein hund bello",
            "tr0ub4dor&3x",
            "  spaces at the ends  ",
            "пароль длинный",
            "屋根修理の合言葉です",
            "rita.roof likes slate",
            "19-Elm-Street",
            "xkcdpassw0rd",
            "7c9e6679f3b1",
            "zqvhbnwt",
        ] {
            assert_eq!(check(password, EMAIL), Ok(()), "{password}");
        }
        assert_eq!(check("rita.roof", ""), Ok(()), "nobody's address");
    }
}
