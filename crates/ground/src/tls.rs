//! What to do about a server's certificate that was refused, in words.

/// What stands after the refusal of a certificate; nothing where it was no such thing. `own` says what helps where the
/// server is one's own.
pub fn advice(refusal: &str, own: &str) -> String {
    let what = [
        (
            "CaUsedAsEndEntity",
            "it is an authority's own certificate: make the server's with `-addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:NAME`",
        ),
        (
            "UnknownIssuer",
            "nobody whom this machine trusts vouches for it (SSL_CERT_FILE names others than the machine's)",
        ),
        ("not valid for name", "it is for another name, and a name counts only in its subjectAltName, not as CN"),
        ("NotValidForName", "it is for another name, and a name counts only in its subjectAltName, not as CN"),
        ("xpired", "it has expired, or one of the two clocks is wrong"),
        ("NotValidYet", "it is not valid yet, or one of the two clocks is wrong"),
    ];
    let found = what.iter().find(|(name, _)| refusal.contains(name));
    found.map_or_else(String::new, |(_, words)| format!("; {words}{own}"))
}

#[cfg(test)]
mod tests {
    use rustls::{CertificateError, Error};

    use super::advice;

    #[test]
    fn refusals_are_told_with_what_to_do() {
        for (error, says) in [
            (CertificateError::UnknownIssuer, "vouches"),
            (CertificateError::NotValidForName, "subjectAltName"),
            (CertificateError::Expired, "expired"),
            (CertificateError::NotValidYet, "not valid yet"),
        ] {
            let told = advice(&Error::InvalidCertificate(error).to_string(), "; or else");
            assert!(told.starts_with("; ") && told.contains(says) && told.ends_with("; or else"), "{told}");
        }
        assert_eq!(advice("Connection refused", "; or else"), "");
    }
}
