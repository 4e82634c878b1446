//! How answers are read, and shown.

use super::{Field, FieldType, Limit, NicheFields, wrong};

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        required: false,
        choices: None,
        min: None,
        max: None,
        internal: false,
    }
}

fn roofing() -> NicheFields {
    let choices = Some(vec!["Slate".to_owned(), "Clay tile".to_owned()]);
    let number = |n: i64| Some(Limit::Number(n.into()));
    NicheFields::of(vec![
        Field { choices, label: "What is it made of?".to_owned(), ..field("roof_type", FieldType::Choice) },
        Field { min: number(1), max: number(10_000), ..field("sq_ft", FieldType::Integer) },
        Field { required: true, ..field("urgent", FieldType::Boolean) },
        Field { internal: true, label: "Score".to_owned(), ..field("lead_score", FieldType::Number) },
        field("start", FieldType::Date),
        Field { max: number(5), ..field("note", FieldType::Text) },
        field("other_phone", FieldType::Phone),
        field("other_email", FieldType::Email),
    ])
}

fn read(sent: &str) -> (String, Vec<String>) {
    let read = roofing().read(sent, "US", |_| false);
    let found = read.findings.iter().map(|one| format!("{} {}", one.name, one.code)).collect();
    (read.form_data, found)
}

#[test]
fn answers_are_what_their_fields_mean() {
    let (kept, found) = read(
        r#"{"other":1,"Sq Ft":"1,500","URGENT":"yes","What is it made of":"clay-tile","start":"March 4, 2026","leadScore":"7.5",
            "note":12345,"other_phone":"(303) 555-0142","other_email":" ann@example.com "}"#,
    );
    assert_eq!(
        kept,
        r#"{"roof_type":"Clay tile","sq_ft":1500,"urgent":true,"lead_score":7.5,"start":"2026-03-04","note":"12345","other_phone":"+13035550142","other_email":"ann@example.com","other":1}"#
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_breaks_a_field_stays_as_it_was_sent() {
    let sent = r#"{"roof_type":"Straw","sq_ft":"about 20","urgent":"maybe","lead_score":[1,2],"start":"3/4/2026","note":"too long","other_phone":"no","other_email":{"a":1}}"#;
    let (kept, found) = read(sent);
    assert_eq!(kept, sent);
    assert_eq!(
        found,
        [
            "roof_type invalid_choice",
            "sq_ft wrong_type",
            "urgent wrong_type",
            "lead_score wrong_type",
            "start invalid_date",
            "note too_long",
            "other_phone invalid_phone",
            "other_email wrong_type",
        ]
    );
    assert_eq!(
        read(r#"{"sq_ft":0,"urgent":["0","1"]}"#),
        (r#"{"sq_ft":0,"urgent":true}"#.to_owned(), vec!["sq_ft out_of_range".to_owned()])
    );
    assert_eq!(read("{}").1, ["urgent required"]);
    assert_eq!(read(r#"{"urgent":" ","Urgent":null}"#).1, ["urgent required"]);
}

#[test]
fn of_two_names_the_fields_own_counts() {
    assert_eq!(
        read(r#"{"Roof Type":"Slate","roof_type":"clay tile","urgent":1}"#).0,
        r#"{"roof_type":"Clay tile","urgent":true,"Roof Type":"Slate"}"#
    );
    // Which one is meant nobody knows.
    let two = r#"{"Roof Type":"Slate","roofType":"clay tile"}"#;
    assert_eq!(read(two).0, two);
    assert_eq!(read(r#"{"Roof Type":"","roofType":"slate"}"#).0, r#"{"roof_type":"Slate","Roof Type":""}"#);
}

#[test]
fn what_is_internal_is_shown_nowhere() {
    let fields = roofing();
    for (kept, shown) in [
        (r#"{"x":1,"lead_score":7,"roof_type":"Slate"}"#, r#"{"roof_type":"Slate","x":1}"#),
        (r#"{"Lead Score":7,"score":8,"lead_score (2)":9,"a.leadScore":1,"lead[score]":2}"#, "{}"),
        (r#"{"in":{"lead_score":7,"b":[{"Score":8,"c":1}]}}"#, r#"{"in":{"b":[{"c":1}]}}"#),
        (
            r#"{"l":[{"id":"3","name":"lead_score","value":7},{"name":"roof","value":"flat"}]}"#,
            r#"{"l":[{"name":"roof","value":"flat"}]}"#,
        ),
        (r#"{"other answers":"{\"lead_score\":7,\"b\":2}","c":3}"#, r#"{"other answers":"{\"b\":2}","c":3}"#),
        (r#"{"cut":"[{\"lead_score\":7…","d":4}"#, r#"{"d":4}"#),
        ("no object", "{}"),
        ("{}", "{}"),
    ] {
        assert_eq!(fields.shown(kept), shown, "{kept}");
    }
    assert_eq!(fields.ordered(r#"{"lead_score":7,"sq_ft":3}"#), r#"{"sq_ft":3,"lead_score":7}"#);
    assert_eq!(NicheFields::default().shown("no object"), "no object");
}

#[test]
fn rules_name_what_breaks_them() {
    let choice = |choices: &[&str]| Some(choices.iter().map(|&choice| choice.to_owned()).collect());
    let number = |n: f64| serde_json::Number::from_f64(n).map(Limit::Number);
    let date = |text: &str| Some(Limit::Date(text.to_owned()));
    for (broken, found) in [
        (field("1st", FieldType::Text), vec!["name wrong_format"]),
        (field("contactEmail", FieldType::Text), vec!["name reserved"]),
        (field("in", FieldType::Text), vec!["name reserved"]),
        (field("gclid", FieldType::Text), vec!["name reserved"]),
        (field("First", FieldType::Text), vec!["name duplicate"]),
        (field("a", FieldType::Choice), vec!["choices required"]),
        (Field { choices: choice(&["A", "a"]), ..field("a", FieldType::Choice) }, vec!["choices duplicate"]),
        (Field { choices: choice(&["A"]), ..field("a", FieldType::Text) }, vec!["choices not_for_type"]),
        (Field { min: number(2.0), max: number(1.0), ..field("a", FieldType::Number) }, vec!["max out_of_range"]),
        (Field { min: number(1.5), ..field("a", FieldType::Integer) }, vec!["min wrong_type"]),
        (Field { min: date("2026-02-30"), ..field("a", FieldType::Date) }, vec!["min invalid_date"]),
        (
            Field { min: date("2026-02-03"), max: date("2026-02-02"), ..field("a", FieldType::Date) },
            vec!["max out_of_range"],
        ),
        (Field { max: number(1.0), ..field("a", FieldType::Phone) }, vec!["max not_for_type"]),
        (Field { max: number(1.5), ..field("a", FieldType::Number) }, vec![]),
    ] {
        let fields = [field("first", FieldType::Text), broken];
        let told: Vec<_> = wrong(&fields)
            .iter()
            .filter_map(|wrong| wrong.at.map(|(at, member)| (at, format!("{member} {}", wrong.code))))
            .collect();
        assert!(told.iter().all(|(at, _)| *at == 1));
        let told: Vec<_> = told.into_iter().map(|(_, told)| told).collect();
        assert_eq!(told, found, "{:?}", fields[1]);
    }
}
