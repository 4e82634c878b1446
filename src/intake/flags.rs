//! What was odd about a submission: it was taken all the same, and whoever looks at the lead is told.

use crate::db::{Json, text_enum};

text_enum! {
    /// One oddity. The words are kept with the lead and shown by the API: they stay as they are.
    pub enum Flag {
        /// Control characters were taken out of the name.
        NameCleaned = "name_cleaned",
        NameCut = "name_cut",
        EmailUnreadable = "email_unreadable",
        PhoneUnreadable = "phone_unreadable",
        PostalCodeUnreadable = "postal_code_unreadable",
        /// The platform's id of the lead is not there, so that the same lead sent again is known by its contact alone.
        ExternalIdMissing = "external_id_missing",
        /// Too long: its beginning is kept, with what tells it from others that begin alike.
        ExternalIdCut = "external_id_cut",
        AttributionCut = "attribution_cut",
        ConsentUnstructured = "consent_unstructured",
        ConsentIpUnreadable = "consent_ip_unreadable",
        ConsentAtUnreadable = "consent_at_unreadable",
        /// The evidence is in the raw payload alone.
        ConsentTooLarge = "consent_too_large",
        IsTestUnreadable = "is_test_unreadable",
        /// One of our own fields had several values.
        FieldRepeated = "field_repeated",
        /// A key stood twice in one object of the JSON.
        DuplicateKeys = "duplicate_keys",
        /// A number that JSON does not know is kept as a text.
        NumberUnreadable = "number_unreadable",
        /// Half characters and NULs became U+FFFD.
        CharactersReplaced = "characters_replaced",
        /// The bytes were not in the character set that they were said to be in.
        CharsetGuessed = "charset_guessed",
        /// A form with a `%` that encodes nothing.
        FormUnescaped = "form_unescaped",
        FilesLeftOut = "files_left_out",
        /// A form of several parts without its end.
        FormCutOff = "form_cut_off",
        /// The contact was found inside another field.
        ContactNested = "contact_nested",
        ColumnsUnreadable = "columns_unreadable",
        /// Too many, too long or too deep: what is deep is a text, and of what is long the beginning is kept.
        AnswersCut = "answers_cut",
        /// The lead was a text or a list of one, with the lead in it.
        Wrapped = "wrapped",
        /// An answer is not what the niche's field takes.
        FieldInvalid = "field_invalid",
        /// What the niche requires was not answered.
        FieldMissing = "field_missing",
        /// The certificate is none of TrustedForm's.
        TrustedformUnreadable = "trustedform_unreadable",
        /// The id is none of Jornaya's.
        JornayaUnreadable = "jornaya_unreadable",
    }
}

/// The flags of one lead, none twice, in the order in which they were raised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags(Vec<Flag>);

impl Flags {
    pub fn raise(&mut self, flag: Flag) {
        if !self.0.contains(&flag) {
            self.0.push(flag);
        }
    }

    pub fn each(&self) -> impl Iterator<Item = Flag> {
        self.0.iter().copied()
    }

    /// The list as it is kept; `None` where nothing was odd.
    pub fn to_json(&self) -> Option<Json> {
        if self.0.is_empty() {
            return None;
        }
        let words: Vec<String> = self.0.iter().map(|flag| format!("\"{flag}\"")).collect();
        Some(Json(format!("[{}]", words.join(","))))
    }
}

/// The words of a list as it is kept; what a newer version wrote among them is a word too.
pub fn words(kept: Option<&Json>) -> Vec<String> {
    kept.and_then(|json| serde_json::from_str(&json.0).ok()).unwrap_or_default()
}
