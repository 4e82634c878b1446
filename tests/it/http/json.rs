//! The reader of JSON against serde's, and against noise.

use leadhouse::http::json::{Value, parse};
use proptest::prelude::*;

/// Any JSON, with keys that differ.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        "[^\0]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map("[^\0]{0,20}", inner, 0..25)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Texts that look like JSON and mostly are none.
fn almost_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just("\""),
        Just("\"a\""),
        Just("\\"),
        Just("\\u0041"),
        Just("\\ud800"),
        Just("\\udc00"),
        Just("0"),
        Just("-"),
        Just("1"),
        Just("."),
        Just("e"),
        Just("E+"),
        Just("true"),
        Just("null"),
        Just("false"),
        Just(" "),
        Just("\n"),
        Just("é"),
        Just("😀"),
        Just("\u{feff}"),
        Just("\u{1}"),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Each object's keys, sorted.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members)
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn what_is_json_is_read_and_written_back(value in any_json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let ours = parse(text.as_bytes()).unwrap();
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&ours.to_text()).unwrap(), &value);
            prop_assert_eq!(parse(ours.to_text().as_bytes()).unwrap(), ours.clone());
            prop_assert_eq!(ours.to_canonical(), sorted(&ours).to_text());
        }
    }

    #[test]
    fn what_serde_refuses_is_refused(text in almost_json()) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        if let Ok(ours) = parse(text.as_bytes()) {
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&ours.to_text()).ok(), theirs.ok());
        }
    }

    #[test]
    fn noise_is_refused_in_peace(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if parse(&bytes).is_ok() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }
}

#[test]
fn hostile_depth_and_width_are_refused() {
    for text in ["[".repeat(1_000_000), "{\"a\":".repeat(300_000), format!("[{}1]", "1,".repeat(900_000))] {
        assert!(parse(text.as_bytes()).is_err());
    }
    let keys: Vec<String> = (0..40_000).map(|n| format!("\"k{n}\":1")).collect();
    assert!(parse(format!("{{{}}}", keys.join(",")).as_bytes()).is_ok());
    assert!(parse(format!("{{{},\"k7\":2}}", keys.join(",")).as_bytes()).is_err());
}
