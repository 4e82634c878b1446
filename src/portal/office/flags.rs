//! What was odd about a submission, in a sentence each.

use crate::intake::Flag;

/// The flag of this word; a word of a newer version as it is.
pub fn said(word: &str) -> String {
    Flag::from_text(word).map_or_else(|| word.to_owned(), |flag| sentence(flag).to_owned())
}

fn sentence(flag: Flag) -> &'static str {
    match flag {
        Flag::NameCleaned => "Control characters were taken out of the name.",
        Flag::NameCut => "The name was too long and is cut.",
        Flag::EmailUnreadable => "What was given as an e-mail address is none; it stands among the answers.",
        Flag::PhoneUnreadable => "What was given as a phone number is none; it stands among the answers.",
        Flag::PostalCodeUnreadable => "What was given as a postal code is none; it stands among the answers.",
        Flag::ExternalIdMissing => "The platform gave no id of its own.",
        Flag::ExternalIdCut => "The sender’s id was too long and is cut.",
        Flag::AttributionCut => "Where it came from was too long to be kept whole.",
        Flag::ConsentUnstructured => "The consent came without text, time or address.",
        Flag::ConsentIpUnreadable => "The consent’s IP address can’t be read as one; it is kept as it was sent.",
        Flag::ConsentAtUnreadable => "The consent’s time can’t be read as one; it is kept as it was sent.",
        Flag::ConsentTooLarge => "The consent was too large: it stands in what came in alone.",
        Flag::IsTestUnreadable => "Whether it is a test was said in a way that nobody knows: it counts as none.",
        Flag::FieldRepeated => "A field was given several values: the first that could be read was taken.",
        Flag::DuplicateKeys => "The sender’s JSON named a field twice; both values are kept.",
        Flag::CharactersReplaced => "Characters that are none were replaced by \u{fffd}.",
        Flag::CharsetGuessed => "The text was not in the character set it was said to be in; it was guessed.",
        Flag::FormUnescaped => "The form had a % that encodes nothing; it was taken as it stood.",
        Flag::FilesLeftOut => "Files came with it; they are not kept.",
        Flag::FormCutOff => "The form broke off before its end.",
        Flag::ContactNested => "Name, e-mail or phone were found inside another field.",
        Flag::ColumnsUnreadable => {
            "Some of the platform’s columns could not be read; they stand in what came in alone."
        }
        Flag::NumberUnreadable => "A number was written as JSON knows none; it is kept as a text.",
        Flag::AnswersCut => {
            "The answers were too many, too long or too deep to be kept as they came; what came in has all."
        }
        Flag::FieldInvalid => "An answer is not what the niche asks for; it is kept as it was sent.",
        Flag::FieldMissing => "Something that the niche requires was not answered.",
        Flag::TrustedformUnreadable => "What was given as a TrustedForm certificate is none of TrustedForm’s.",
        Flag::JornayaUnreadable => "What was given as a Jornaya id has not the form of one.",
        Flag::Wrapped => "The lead came inside a list or a text.",
    }
}
