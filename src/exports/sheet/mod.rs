//! The file of an export: a header and a row a lead, as CSV or as XLSX.
//!
//! Cells are texts. What a form asked differs from lead to lead: the answers' columns are the union over the rows of the
//! file, so a [`Survey`] of all rows comes before the first is written.

mod cells;
mod columns;
mod csv;
mod xlsx;

use std::io::{self, Seek, Write};

pub use cells::harmless;
pub use columns::{Survey, local_time};

use super::Format;
use crate::read::FullItem;

/// A file that is being written.
pub enum Sheet<W: Write + Seek + Send> {
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<xlsx::Writer<W>>),
}

impl<W: Write + Seek + Send> Sheet<W> {
    /// Begins with the header of what `survey` saw.
    ///
    /// # Errors
    /// What writing says; a full disk is among it.
    pub fn begin(format: Format, survey: Survey, to: W) -> io::Result<Self> {
        let survey = survey.settled();
        Ok(match format {
            Format::Csv => Self::Csv(Box::new(csv::Writer::begin(survey, to)?)),
            Format::Xlsx => Self::Xlsx(Box::new(xlsx::Writer::begin(survey, to)?)),
        })
    }

    pub fn write(&mut self, row: &FullItem) -> io::Result<()> {
        match self {
            Self::Csv(sheet) => sheet.write(row),
            Self::Xlsx(sheet) => sheet.write(row),
        }
    }

    /// Writes what is left and gives the file back.
    pub fn end(self) -> io::Result<W> {
        match self {
            Self::Csv(sheet) => sheet.end(),
            Self::Xlsx(sheet) => sheet.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{Sheet, Survey};
    use crate::assignments::Status;
    use crate::clock::Timestamp;
    use crate::db::Json;
    use crate::exports::Format;
    use crate::exports::Preset;
    use crate::id::{AssignmentId, LeadId, NicheId};
    use crate::money::Money;
    use crate::read::FullItem;

    fn row() -> FullItem {
        let now = Timestamp::from_micros(1_767_225_600_000_000).unwrap();
        FullItem {
            assignment_id: AssignmentId(uuid::Uuid::from_u128(2)),
            lead_id: LeadId(uuid::Uuid::from_u128(1)),
            niche_id: NicheId(uuid::Uuid::from_u128(3)),
            niche_name: "Roofing".to_owned(),
            status: Status::Active,
            price_charged: Money::parse("25").unwrap(),
            assigned_at: now,
            viewed_at: None,
            accepted_at: None,
            rejected_at: None,
            rejection_reason: None,
            contact_name: Some("Ann B. Doe".to_owned()),
            contact_email: Some("ann@example.com".to_owned()),
            contact_phone: Some("+15551234567".to_owned()),
            postal_code: Some("02134".to_owned()),
            erased_at: None,
            form_data: None,
            attribution: Some(Json(r#"{"gclid":"g"}"#.to_owned())),
            utm_source: Some("news".to_owned()),
            utm_medium: None,
            utm_campaign: None,
            referrer_url: None,
            corrected: false,
        }
    }

    fn with(form_data: &str) -> FullItem {
        FullItem { form_data: Some(Json(form_data.to_owned())), ..row() }
    }

    fn written(format: Format, preset: Preset, attribution: bool, rows: &[FullItem]) -> Vec<u8> {
        let mut survey = Survey::new(preset, "USD", attribution);
        for row in rows {
            survey.see(row);
        }
        let mut sheet = Sheet::begin(format, survey, Cursor::new(Vec::new())).unwrap();
        for row in rows {
            sheet.write(row).unwrap();
        }
        sheet.end().unwrap().into_inner()
    }

    /// Header and rows as a reader of CSV sees them.
    fn csv(preset: Preset, attribution: bool, rows: &[FullItem]) -> Vec<Vec<String>> {
        let bytes = written(Format::Csv, preset, attribution, rows);
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// A column's name and its cells.
    fn column<'a>(lines: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
        let at =
            lines[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("{name} in {:?}", lines[0]));
        lines[1..].iter().map(|line| line[at].as_str()).collect()
    }

    #[test]
    fn answers_become_columns_in_the_order_in_which_they_came() {
        let rows =
            [with(r#"{"roof":"flat","floors":2}"#), with(r#"{"floors":9007199254740993,"=x":[1,{"a":null}]}"#), row()];
        let lines = csv(Preset::Standard, false, &rows);
        assert_eq!(lines[0][15..], ["roof", "floors", "'=x"]);
        assert_eq!(column(&lines, "roof"), ["flat", "", ""]);
        assert_eq!(column(&lines, "floors"), ["2", "9007199254740993", ""]);
        assert_eq!(column(&lines, "'=x"), ["", r#"[1,{"a":null}]"#, ""]);
    }

    #[test]
    fn headers_are_unique_for_importers() {
        let asked =
            r#"{"email":"a","Email":"b","EMAIL (2)":"c","":"d"," \u200b":"e","roof\r\ntype":"f","roof type":"g"}"#;
        let lines = csv(Preset::Standard, false, &[with(asked)]);
        let told = [
            "email (form)",
            "Email (form) (2)",
            "EMAIL (2)",
            "Answer without a question",
            "Answer without a question (2)",
            "roof  type",
            "roof type",
        ];
        assert_eq!(lines[0][15..], told);
        assert_eq!(lines[1][15..], ["a", "b", "c", "d", "e", "f", "g"]);
    }

    #[test]
    fn what_is_awkward_comes_back_as_it_was() {
        let long = "ä".repeat(40_000);
        for text in ["a,b;c\"d\r\ne\tf", " padded ", "línea\nzwei", long.as_str()] {
            let json = serde_json::json!({ "answer": text }).to_string();
            assert_eq!(column(&csv(Preset::Standard, false, &[with(&json)]), "answer"), [text]);
        }
    }

    #[test]
    fn phones_and_postal_codes_survive_and_formulas_do_not() {
        let evil = FullItem { contact_name: Some("=cmd|' /C calc'!A0".to_owned()), ..row() };
        let lines = csv(Preset::Standard, false, &[evil]);
        assert_eq!(column(&lines, "Phone"), ["+15551234567"]);
        assert_eq!(column(&lines, "Postal code"), ["02134"]);
        assert_eq!(column(&lines, "Name"), ["'=cmd|' /C calc'!A0"]);
    }

    #[test]
    fn each_preset_has_the_columns_its_crm_wants() {
        let lines = csv(Preset::Hubspot, false, &[row()]);
        assert_eq!(lines[0][..4], ["First Name", "Last Name", "Email", "Phone Number"]);
        assert_eq!(lines[1][..4], ["Ann B.", "Doe", "ann@example.com", "+15551234567"]);
        let nobody = FullItem { contact_name: None, ..row() };
        let lines = csv(Preset::Salesforce, false, &[row(), nobody]);
        assert_eq!(lines[0][..3], ["FirstName", "LastName", "Company"]);
        assert_eq!(lines[1][..3], ["Ann B.", "Doe", "Ann B. Doe"]);
        assert_eq!(lines[2][..3], ["", "Unknown", "Unknown"]);
    }

    #[test]
    fn where_a_lead_came_from_is_there_only_when_it_may_be() {
        for preset in [Preset::Standard, Preset::Hubspot, Preset::Salesforce] {
            let hidden = csv(preset, false, &[row()]);
            assert!(!hidden[0].iter().any(|name| name == "UTM source" || name == "gclid"), "{hidden:?}");
            let shown = csv(preset, true, &[row()]);
            assert_eq!((column(&shown, "UTM source"), column(&shown, "gclid")), (vec!["news"], vec!["g"]));
        }
    }

    #[test]
    fn an_erased_lead_says_so() {
        let erased = FullItem {
            contact_name: None,
            contact_email: None,
            contact_phone: None,
            postal_code: None,
            erased_at: Some(Timestamp::default()),
            ..row()
        };
        let lines = csv(Preset::Standard, false, &[erased]);
        assert_eq!((column(&lines, "Name"), column(&lines, "Phone")), (vec!["erased"], vec!["erased"]));
    }

    #[test]
    fn without_rows_there_is_a_header() {
        assert_eq!(csv(Preset::Standard, false, &[]).len(), 1);
    }
}
