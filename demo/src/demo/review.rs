//! What is said about returns: why one was approved or denied, what an appeal brings up, how people were tried to be
//! reached.

use leadhouse::returns::{AttemptKind, AttemptResult};

/// With an approval; many go without a word.
pub const APPROVALS: &[Option<&str>] = &[
    None,
    None,
    Some("Checked: the number is out of service."),
    Some("Thanks for the attempts on record. Refunded."),
    Some("Confirmed with the source; sorry about that one."),
];

/// With a denial.
pub const DENIALS: &[&str] = &[
    "The number rang when we called it this morning. Please try once more.",
    "Having hired somebody else is no reason for a refund, see the terms.",
    "The postal code is within your prefixes.",
    "We see no attempt to reach this person before the return.",
    "This person is not in your inbox a second time.",
];

/// What speaks against a denial.
pub const APPEALS: &[&str] = &[
    "We called again three times at different hours; it is a fax line. Attempts are on record.",
    "It is the same person as last week under a maiden name, same house and same roof.",
    "The street is across the county line, our licence ends there. Please have another look.",
    "The e-mail bounced too, I forwarded the bounce to your office this morning.",
];

/// A try to reach somebody who cannot be reached.
pub const ATTEMPTS: &[(AttemptKind, AttemptResult, Option<&str>)] = &[
    (AttemptKind::Call, AttemptResult::NoAnswer, None),
    (AttemptKind::Call, AttemptResult::NoAnswer, Some("Voicemail is full")),
    (AttemptKind::Call, AttemptResult::WrongNumber, Some("A pizzeria")),
    (AttemptKind::Text, AttemptResult::NoAnswer, None),
    (AttemptKind::Mail, AttemptResult::Bounced, Some("Mailbox unavailable")),
];
