//! What is a number, and which texts are the same one.

use super::{Phone, Unusable, is_country};

fn read(text: &str, country: &str) -> Phone {
    Phone::read(text, country).unwrap()
}

fn key(text: &str, country: &str) -> Option<String> {
    read(text, country).key
}

/// A country, a key, and texts that mean the number there.
const ALIKE: [(&str, &str, &[&str]); 18] = [
    ("DE", "4915123456789", &["+49 151 23456789", "0151 23456789", "4915123456789", "49 151 23456789", "15123456789"]),
    ("ID", "62812345678", &["+62 812-345-678", "0812345678", "62812345678"]),
    ("SE", "468123456", &["+46 8 123456", "08-123456", "46 8 123456"]),
    // Without a 0 before it a number may begin like the country's code.
    ("IT", "393931234567", &["393 123 4567", "+39 393 123 4567", "393931234567"]),
    (
        "US",
        "15551234567",
        &[
            "+1 (555) 123-4567",
            "5551234567",
            "１ ５５５ １２３ ４５６７",
            "٥٥٥١٢٣٤٥٦٧",
            "۵۵۵۱۲۳۴۵۶۷",
            "555.123.4567",
            "(555) 123 4567",
            "+1\u{a0}555\u{2011}123\u{2011}4567",
            "tel:+1-555-123-4567",
            "\u{202a}+1 555 123 4567\u{202c}",
            "0015551234567",
            "01115551234567",
            "1-555-123-4567",
            "Phone: 555-123-4567",
            "5551234567.0",
            "5.551234567E+09",
            "5,551234567e9",
            "'+15551234567",
            "p:+15551234567",
            "555-123-4567 or 555-123-4568",
            "555-123-4567 (home)",
            "555-123-4567 call after 5",
        ],
    ),
    ("US", "15125550123", &["0015125550123", "+1 512 555 0123", "+1 1 512 555 0123", "+1 (0) 512-555-0123"]),
    ("US", "442071838750", &["+44 (0)20 7183 8750", "011 44 20 7183 8750", "442071838750", "0044 20 7183 8750"]),
    ("US", "18003569377", &["1-800-FLOWERS", "1800flowers", "(800) FLOWERS", "800-356-9377"]),
    (
        "GB",
        "442071838750",
        &[
            "020 7183 8750",
            "+44 (0)20 7183 8750",
            "0044 20 7183 8750",
            "0044 (0) 20 7183 8750",
            "442071838750",
            "(020) 7183-8750",
            "+44 020 7183 8750",
            "+0044 20 7183 8750",
        ],
    ),
    ("GB", "15125550123", &["0015125550123", "011 1 512 555 0123", "+1 512 555 0123"]),
    (
        "GB",
        "441614960000",
        &[
            "0161 496 0000",
            "0161 496 0000 or 0161 496 0001",
            "0161 496 0000 / 0161 496 0001",
            "0161 496 0000/0161 496 0001",
            "0161 496 0000; 0161 496 0001",
            "01614960000;01614960001",
            "0161 496 0000, 0161 496 0001",
            "01614960000,01614960001",
            "0161 496 0000 | 07700 900123",
            "0161 496 0000/1",
            "home 0161 496 0000 work 0161 496 0001",
            "0161 496 0000 0161 496 0001",
            "+441614960000+441614960001",
            "0161 496 0000、0161 496 0001",
            "• 0161 496 0000 • 0161 496 0001",
            "📞 0161 496 0000",
            "01614960000 01614960001",
            "+44 161 496 0000 +44 161 496 0001",
            "0161 496 0000 (call before 9 in the morning) or 0161 496 0001",
        ],
    ),
    (
        "AR",
        "5491123456789",
        &["011 15 2345 6789", "11 15 2345-6789", "+54 9 11 2345 6789", "+54 11 15 2345 6789", "0054 9 11 2345 6789"],
    ),
    (
        "MX",
        "525512345678",
        &["55 1234 5678", "+52 1 55 1234 5678", "+52 55 1234 5678", "044 55 1234 5678", "01 55 1234 5678"],
    ),
    ("BR", "5511912345678", &["(11) 91234-5678", "0 15 11 91234-5678", "+55 11 91234 5678"]),
    ("BR", "5511981234567", &["11 8123-4567", "+55 11 8123-4567", "(011) 98123-4567"]),
    ("IT", "39066982", &["06 6982", "+39 06 6982", "0039 06 6982"]),
    ("DE", "4930123456", &["030 123456 / 789012", "030/123456", "030 / 123456", "0049 (0)30 123456", "+49 30 123456"]),
    ("ES", "34911234567", &["91 123 45 67", "+34 (0)91 123 4567"]),
];

#[test]
fn one_number_has_one_key_however_it_is_written() {
    for (country, same, texts) in ALIKE {
        for text in texts {
            assert_eq!(key(text, country).as_deref(), Some(same), "{text} in {country}");
        }
    }
}

#[test]
fn an_extension_makes_another_number() {
    for text in [
        "650-253-0000 x42",
        "650-253-0000x42",
        "650-253-0000 ext. 42",
        "650-253-0000, ext 42",
        "650-253-0000 EXT:42",
        "650-253-0000;ext=42",
        "+16502530000;ext=42",
        "650-253-0000 #42",
        "650-253-0000 ramal 42",
        "650-253-0000,,42#",
        "650-253-0000;42",
    ] {
        let phone = read(text, "US");
        assert_eq!(
            (phone.key.as_deref(), phone.shown.as_str()),
            (Some("16502530000x42"), "+16502530000;ext=42"),
            "{text}"
        );
        assert!(phone.is_all, "{text}");
    }
    assert_eq!(key("650-253-0000 x77", "US").as_deref(), Some("16502530000x77"));
    assert_eq!(key("650-253-0000", "US").as_deref(), Some("16502530000"));
}

#[test]
fn what_is_no_number_tells_nobody_apart() {
    for country in ["US", "GB", "DE", "SG", "NO", "BR"] {
        for text in [
            "0",
            "+1",
            "123",
            "000",
            "0000",
            "00000",
            "0000000000",
            "1111111111",
            "999-999-9999",
            "+1 111 111 1111",
            "1234567890",
            "0123456789",
            "123456789",
            "12345678",
            "3.03555E+09",
            "3.03555e9",
            "3,03555E+09",
            "3.03555E09",
            "abc",
            "call my mom",
            "512 call mom",
            "555 call mom",
            "none",
            "n/a",
            "-",
            "+",
            "()",
            "x42",
            "٣",
            "no phone 12",
        ] {
            let phone = read(text, country);
            assert_eq!((phone.key, phone.reaches), (None, false), "{text} in {country}");
        }
    }
    let local = read("555-1234", "US");
    assert_eq!((local.key, local.reaches), (None, true), "without its area it is many people's");
}

#[test]
fn a_real_number_is_shown_in_e164() {
    for (text, country, shown) in [
        ("01 23 45 67 89", "FR", "+33123456789"),
        ("+33123456789", "DE", "+33123456789"),
        ("0033 123456789", "FR", "+33123456789"),
        ("012-345 6789", "MY", "+60123456789"),
        ("12 345 67 89", "PL", "+48123456789"),
        ("(06 1) 234 5678", "HU", "+3612345678"),
        ("(650) 253-0000", "US", "+16502530000"),
        ("６５０-２５３-００００", "US", "+16502530000"),
        ("+33 1 42 76 49 78", "US", "+33142764978"),
        ("33 1 42 76 49 78", "US", "+33142764978"),
        ("+39 06 6982", "US", "+39066982"),
        ("020 7183 8750", "GB", "+442071838750"),
        ("01 42 76 49 78", "FR", "+33142764978"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("1 800 GOT JUNK", "US", "+18004685865"),
        ("0161 496 0000 or 0161 496 0001", "GB", "+441614960000"),
    ] {
        assert_eq!(read(text, country).shown, shown, "{text}");
    }
    assert!(read("020 7183 8750", "GB").is_all && read("Tel. 020 7183 8750", "GB").is_all);
    assert!(!read("0161 496 0000 or 0161 496 0001", "GB").is_all && !read("020 7183 8750 evenings", "GB").is_all);
}

#[test]
fn any_other_is_kept_as_sent() {
    for (text, shown) in [
        (" (555) 123-4567 ", "(555) 123-4567"),
        ("call me", "call me"),
        ("+999 123", "+999 123"),
        ("12", "12"),
        ("\u{202e}7654\u{200b}321", "\u{202e}7654\u{200b}321"),
    ] {
        assert_eq!(read(text, "US").shown, shown, "{text}");
    }
}

#[test]
fn a_search_looks_through_the_number_as_it_is_dialled() {
    for (text, country, searched) in [
        ("(650) 253-0000", "US", "\t16502530000"),
        ("650-253-0000 x42", "US", "\t16502530000x42"),
        ("+44 20 7183 8750", "US", "\t442071838750\t02071838750"),
        ("011 15 2345 6789", "AR", "\t5491123456789\t0111523456789"),
        ("11 91234-5678", "BR", "\t5511912345678\t011912345678"),
        ("06 6982", "IT", "\t39066982"),
        ("8 912 345 67 89", "RU", "\t79123456789\t89123456789"),
        ("12345", "US", "\t12345"),
        ("555-1234", "US", "\t5551234"),
        ("call me", "US", ""),
        ("(555) 123-4567 or (555) 765-4321", "US", "\t15551234567\t5557654321"),
    ] {
        assert_eq!(read(text, country).searched(), searched, "{text}");
    }
}

#[test]
fn what_is_no_phone_number_at_all_is_refused() {
    assert_eq!(Phone::read("555\r\n1234567", "US"), Err(Unusable::ControlCharacter));
    assert_eq!(Phone::read("555\0", "US"), Err(Unusable::ControlCharacter));
    assert_eq!(Phone::read(&"5".repeat(41), "US"), Err(Unusable::TooLong));
    assert_eq!(Phone::read(&"call me ".repeat(10), "US"), Err(Unusable::TooLong));
    assert_eq!(Phone::read(&format!("650 253 0000 {}", "x".repeat(300)), "US"), Err(Unusable::TooLong));
    let long = read("I prefer to be called at work, which is 650 253 0000 until five", "US");
    assert_eq!((long.shown.as_str(), long.is_all), ("+16502530000", false));
    assert!(long.rest.is_some_and(|rest| rest.ends_with("until five")));
    assert_eq!(Phone::read(&"５".repeat(40), "US").map(|phone| phone.key), Ok(None));
    assert_eq!(Phone::read("  ", "US"), Err(Unusable::Empty));
}

#[test]
fn countries_are_two_capitals_that_have_numbers() {
    assert!(["US", "GB", "DE", "IN"].into_iter().all(is_country));
    assert!(!["us", "USA", "XX", "", "001", "U1", "Ü"].into_iter().any(is_country));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,50}", country in "[A-Z]{2}") {
        let _ = Phone::read(&text, &country);
    }

    #[test]
    fn what_is_shown_is_the_same_number(
        text in "[+]?[0-9]{0,3}[ ().-]?[0-9 ]{3,14}( ?(x|ext|or|/|;|,) ?[0-9]{2,11})?",
        country in "US|GB|DE|AR|BR|MX|IT|RU|NO|IN"
    ) {
        if let Ok(phone) = Phone::read(&text, &country) {
            let again = Phone::read(&phone.shown, &country).unwrap();
            proptest::prop_assert_eq!(&again.key, &phone.key);
            proptest::prop_assert_eq!(again.searched(), phone.searched());
        }
    }
}
