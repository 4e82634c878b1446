//! Hazards C, of bodies: what is read, and what is refused and how.

use super::{Web, doors, request};

async fn web() -> Web {
    Web::open(&["--rate-limits", "off"], doors()).await
}

#[tokio::test]
async fn a_body_is_one_json_object_in_utf8() {
    let web = web().await;
    let deep = "[".repeat(100_000);
    let deep_object = format!("{{\"form_data\":{}{}}}", "{\"a\":".repeat(200), "1".to_owned() + &"}".repeat(200));
    let many = format!("{{\"list\":[{}1]}}", "1,".repeat(60_000));
    for (body, outcome) in [
        (r#"["valid reason text"]"#, "422 invalid_field [# wrong_type]"),
        (r#""x""#, "422 invalid_field [# wrong_type]"),
        ("null", "422 invalid_field [# wrong_type]"),
        ("1", "422 invalid_field [# wrong_type]"),
        ("", "400 malformed_json"),
        (" ", "400 malformed_json"),
        ("{", "400 malformed_json"),
        ("{}x", "400 malformed_json"),
        ("{} {}", "400 malformed_json"),
        ("\u{feff}{}", "400 malformed_json"),
        (r#"{"text":"\ud800"}"#, "400 malformed_json"),
        (r#"{"text":"\ud800\u0041"}"#, "400 malformed_json"),
        (r#"{"text":"\udc00"}"#, "400 malformed_json"),
        (r#"{"text":"\x41"}"#, "400 malformed_json"),
        (r#"{"text":'ab'}"#, "400 malformed_json"),
        (r#"{text:"ab"}"#, "400 malformed_json"),
        (r#"{"text":"ab",}"#, "400 malformed_json"),
        (r#"{"int":01}"#, "400 malformed_json"),
        (r#"{"int":1.}"#, "400 malformed_json"),
        (r#"{"int":+1}"#, "400 malformed_json"),
        (r#"{"int":NaN}"#, "400 malformed_json"),
        (r#"{"flag":True}"#, "400 malformed_json"),
        ("{\"text\":\"a\nb\"}", "400 malformed_json"),
        ("{/**/}", "400 malformed_json"),
        (r#"{"int":1e999}"#, "422 invalid_field [#/int out_of_range]"),
        (r#"{"text":"ab","text":"cd"}"#, "422 invalid_field [#/text duplicate_field]"),
        (r#"{"form_data":{"a":1,"\u0061":2}}"#, "422 invalid_field [#/form_data/a duplicate_field]"),
        (r#"{"list":["ab",{"x":1,"x":1}]}"#, "422 invalid_field [#/list/1/x duplicate_field]"),
        (r#"{"text":"a\u0000b"}"#, "422 invalid_field [#/text nul_character]"),
        (r#"{"form_data":{"a":["\u0000"]}}"#, "422 invalid_field [#/form_data/a/0 nul_character]"),
        (r#"{"a\u0000b":1}"#, "422 invalid_field [# nul_character]"),
        ("{\"text\":\"a\0b\"}", "422 invalid_field [# nul_character]"),
        (&deep, "422 invalid_field"),
        (&deep_object, "422 invalid_field"),
        (&many, "422 invalid_field [# too_large]"),
        ("{}", "200"),
        (" \r\n\t{ } ", "200"),
    ] {
        let answer = web.post("/api/test/everything", body).await;
        let shown: String = body.chars().take(60).collect();
        assert!(answer.outcome().starts_with(outcome), "{shown:?}: {answer:?}");
        assert!(answer.text.len() < 2_000, "{shown:?}: {} bytes", answer.text.len());
    }
    let answer = web.ask(request(
        "POST",
        "/api/test/everything",
        &[("content-type", "application/json")],
        b"{\"text\":\"\xff\"}".as_slice(),
    ));
    assert_eq!(answer.await.outcome(), "400 malformed_json");
}

/// A body, and `200` or what is wrong with it.
const FIELDS: &[(&str, &str)] = &[
    (r#"{"text":"a"}"#, "#/text too_short"),
    (r#"{"text":"abcdef"}"#, "#/text too_long"),
    (r#"{"text":"a\u0007c"}"#, "#/text control_character"),
    (r#"{"text":"a\nc"}"#, "#/text control_character"),
    (r#"{"text":"a\u0085c"}"#, "#/text control_character"),
    (r#"{"text":1}"#, "#/text wrong_type"),
    (r#"{"text":"👍🏽👍🏽"}"#, "200"),
    (r#"{"prose":"a\nc"}"#, "200"),
    (r#"{"prose":"a\u001bc"}"#, "#/prose control_character"),
    (r#"{"line":"  a  "}"#, "#/line too_short"),
    (r#"{"line":" \u200babcde\u3000"}"#, "200"),
    (r#"{"email":"c@d"}"#, "#/email invalid_email"),
    (r#"{"email":"c@d.com\r\nRCPT TO:<v>"}"#, "#/email invalid_email"),
    (r#"{"email":"ann@example.com"}"#, "200"),
    (r#"{"int":0}"#, "#/int out_of_range"),
    (r#"{"int":101}"#, "#/int out_of_range"),
    (r#"{"int":9223372036854775808}"#, "#/int out_of_range"),
    (r#"{"int":1.0}"#, "200"),
    (r#"{"int":1.5}"#, "#/int wrong_type"),
    (r#"{"int":1e1}"#, "#/int wrong_type"),
    (r#"{"int":-0}"#, "#/int wrong_type"),
    (r#"{"int":"1"}"#, "#/int wrong_type"),
    (r#"{"int":true}"#, "#/int wrong_type"),
    (r#"{"amount":0}"#, "#/amount out_of_range"),
    (r#"{"amount":-2500}"#, "#/amount out_of_range"),
    (r#"{"amount":0.30000000000000004}"#, "#/amount out_of_range"),
    (r#"{"amount":1e18}"#, "#/amount out_of_range"),
    (r#"{"amount":9223372036854775807}"#, "#/amount out_of_range"),
    (r#"{"amount":"25"}"#, "#/amount wrong_type"),
    (r#"{"amount":25.10,"price":0}"#, "200"),
    (r#"{"price":-0.01}"#, "#/price out_of_range"),
    (r#"{"flag":"true"}"#, "#/flag wrong_type"),
    (r#"{"flag":1}"#, "#/flag wrong_type"),
    (r#"{"id":"019AB3D2-0000-7000-8000-000000000000"}"#, "#/id invalid_uuid"),
    (r#"{"id":"{019ab3d2-0000-7000-8000-000000000000}"}"#, "#/id invalid_uuid"),
    (r#"{"id":7}"#, "#/id wrong_type"),
    (r#"{"choice":"RED"}"#, "#/choice invalid_choice"),
    (r#"{"choice":"red "}"#, "#/choice invalid_choice"),
    (r#"{"time":"2026-02-30T00:00:00Z"}"#, "#/time invalid_time"),
    (r#"{"time":"2026-02-03"}"#, "#/time invalid_time"),
    (r#"{"bound":"infinity"}"#, "#/bound invalid_time"),
    (r#"{"bound":"2026-02-03"}"#, "200"),
    (r#"{"list":[]}"#, "#/list too_short"),
    (r#"{"list":["ab","cd","ef","gh"]}"#, "#/list too_long"),
    (r#"{"list":["ab",1]}"#, "#/list wrong_type"),
    (r#"{"list":["ab","ab"]}"#, "#/list duplicate_field"),
    (r#"{"list":"ab"}"#, "#/list wrong_type"),
    (r#"{"nested":{}}"#, "#/nested/inner required"),
    (r#"{"nested":{"inner":"ok","more":1}}"#, "#/nested/more unknown_field"),
    (r#"{"nested":[]}"#, "#/nested wrong_type"),
    (r#"{"form_data":[]}"#, "#/form_data wrong_type"),
    (
        r#"{"status":"refunded","price_charged":0,"provider_id":"x"}"#,
        "#/status unknown_field, #/price_charged unknown_field, #/provider_id unknown_field",
    ),
    (r#"{"a/b~c d\u202e":1}"#, "#/a~1b~0c%20d%E2%80%AE unknown_field"),
    (r#"{"text":"a","int":0,"flag":3}"#, "#/text too_short, #/int out_of_range, #/flag wrong_type"),
];

#[tokio::test]
async fn every_field_is_looked_at() {
    looked_at(FIELDS).await;
}

#[tokio::test]
async fn an_object_that_is_kept_is_bounded() {
    let long_key = format!(r#"{{"form_data":{{"{}":1}}}}"#, "k".repeat(1025));
    let fitting_key = format!(r#"{{"form_data":{{"{}":1}}}}"#, "k".repeat(1024));
    let keys = |n: usize| {
        let members: Vec<String> = (0..n).map(|n| format!("\"k{n}\":1")).collect();
        format!(r#"{{"form_data":{{{}}}}}"#, members.join(","))
    };
    let nested = |n: usize| format!(r#"{{"form_data":{}1{}}}"#, r#"{"a":"#.repeat(n), "}".repeat(n));
    let value = |n: usize| format!(r#"{{"form_data":{{"a":"{}"}}}}"#, "x".repeat(n));
    looked_at(&[
        (&keys(200), "200"),
        (&keys(201), "#/form_data too_large"),
        (&keys(10_000), "#/form_data too_large"),
        (&nested(8), "200"),
        (&nested(9), "#/form_data too_deep"),
        (&nested(64), "#/form_data too_deep"),
        (&fitting_key, "200"),
        (&long_key, "#/form_data too_large"),
        (&value(64 * 1024 - 8), "200"),
        (&value(64 * 1024 - 7), "#/form_data too_large"),
        (&value(1_000_000), "#/form_data too_large"),
    ])
    .await;
}

async fn looked_at(bodies: &[(&str, &str)]) {
    let web = web().await;
    for (body, outcome) in bodies {
        let answer = web.post("/api/test/everything", body).await;
        let shown: String = body.chars().take(80).collect();
        let expected = if *outcome == "200" { (*outcome).to_owned() } else { format!("422 invalid_field [{outcome}]") };
        assert_eq!(answer.outcome(), expected, "{shown}");
    }
}

#[tokio::test]
async fn what_is_taken_is_kept_as_it_was_sent() {
    let web = web().await;
    let sent = r#"{"form_data": {"z":9007199254740993, "a":[1.10,1E2,-0], "__proto__":{"x":null}, "ü\"\\\u0001\/":"😀\ud83d\ude00"},
        "amount":25.10, "id":"019ab3d2-0000-7000-8000-000000000000", "line":"  abc\u200b "}"#;
    let answer = web.post("/api/test/everything", sent).await.json();
    let kept = "{\"z\":9007199254740993,\"a\":[1.10,1E2,-0],\"__proto__\":{\"x\":null},\"ü\\\"\\\\\\u0001/\":\"😀😀\"}";
    assert_eq!(answer["form_data"], kept);
    assert_eq!(answer["amount"], 25.1);
    assert_eq!(answer["line"], "abc");
    assert_eq!(answer["id"], "019ab3d2-0000-7000-8000-000000000000");
}

#[tokio::test]
async fn what_is_needed_and_what_null_means() {
    let web = web().await;
    let all = "#/text required, #/int required, #/choice required, #/id required, #/form_data required";
    for body in ["{}", r#"{"text":null,"int":null,"choice":null,"id":null,"form_data":null}"#] {
        let answer = web.post("/api/test/needed", body).await;
        assert_eq!(answer.outcome(), format!("422 invalid_field [{all}]"), "{body}");
        assert_eq!(answer.problem()["detail"], "5 things are wrong with this request; see errors.");
    }
    // Where something is made, null is as good as absent; where it is changed, null clears or is refused.
    assert_eq!(web.post("/api/test/everything", r#"{"text":null,"flag":null}"#).await.status, 200);
    let patch = async |body: &str| {
        web.ask(request("PATCH", "/api/test/changes", &[("content-type", "application/json")], body.to_owned())).await
    };
    let changes = patch(r#"{"budget":null,"cap":5}"#).await.json();
    assert_eq!((changes["budget"].as_str(), changes["cap"].as_str()), (Some("Some(None)"), Some("Some(Some(5))")));
    assert_eq!(changes["prefixes"], "None");
    assert_eq!(patch("{}").await.status, 200);
    assert_eq!(patch(r#"{"flag":null}"#).await.outcome(), "422 invalid_field [#/flag wrong_type]");
    assert_eq!(
        patch(r#"{"cap":0,"x":1}"#).await.outcome(),
        "422 invalid_field [#/cap out_of_range, #/x unknown_field]"
    );
    assert_eq!(patch("[]").await.outcome(), "422 invalid_field [# wrong_type]");
    assert_eq!(patch("").await.outcome(), "400 malformed_json");
}

#[tokio::test]
async fn only_json_is_taken() {
    let web = web().await;
    let sent = async |headers: &[(&str, &str)], body: &str| {
        web.ask(request("POST", "/api/test/everything", headers, body.to_owned())).await.outcome()
    };
    for taken in [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/json; v=1",
    ] {
        assert_eq!(sent(&[("content-type", taken)], "{\"text\":\"ab\"}").await, "200", "{taken}");
    }
    for refused in [
        "",
        "text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "application/problem+json",
    ] {
        assert_eq!(
            sent(&[("content-type", refused)], "{\"text\":\"ab\"}").await,
            "415 unsupported_media_type",
            "{refused}"
        );
    }
    assert_eq!(sent(&[], "{\"text\":\"ab\"}").await, "415 unsupported_media_type");
    let twice = [("content-type", "application/json"), ("content-type", "application/json")];
    assert_eq!(sent(&twice, "{}").await, "415 unsupported_media_type");
    for encoding in ["gzip", "br", "identity, gzip", ""] {
        let headers = [("content-type", "application/json"), ("content-encoding", encoding)];
        assert_eq!(sent(&headers, "{}").await, "415 unsupported_media_type", "{encoding}");
    }
    assert_eq!(sent(&[("content-type", "application/json"), ("content-encoding", "identity")], "{}").await, "200");
}

#[tokio::test]
async fn a_call_that_needs_no_body_takes_none_or_an_empty_object() {
    let web = web().await;
    let sent = async |headers: &[(&str, &str)], body: &str| {
        web.ask(request("POST", "/api/test/nothing", headers, body.to_owned())).await.outcome()
    };
    for headers in [[].as_slice(), &[("content-type", "application/json")], &[("content-type", "text/plain")]] {
        for body in ["", "{}", " { } \n"] {
            assert_eq!(sent(headers, body).await, "200", "{headers:?} {body:?}");
        }
    }
    let json = [("content-type", "application/json")];
    assert_eq!(sent(&json, "{\"a\":1}").await, "422 invalid_field [#/a unknown_field]");
    assert_eq!(sent(&json, "[]").await, "422 invalid_field [# wrong_type]");
    assert_eq!(sent(&json, "{").await, "400 malformed_json");
    assert_eq!(sent(&[], "{\"a\":1}").await, "415 unsupported_media_type");
}

#[tokio::test]
async fn a_body_has_two_mebibytes_at_most() {
    let web = web().await;
    let padded = |n: usize| format!("{{\"text\":\"ab\"{}}}", " ".repeat(n - 13));
    let most = 2 * 1024 * 1024;
    assert_eq!(web.post("/api/test/everything", &padded(most)).await.outcome(), "200");
    assert_eq!(web.post("/api/test/everything", &padded(most + 1)).await.outcome(), "413 body_too_large");
    assert_eq!(web.post("/api/test/everything", &padded(3_000_000)).await.outcome(), "413 body_too_large");
    let announced = [("content-type", "application/json"), ("content-length", "3000000")];
    let answer = web.ask(request("POST", "/api/test/everything", &announced, "{}")).await;
    assert_eq!(answer.outcome(), "413 body_too_large");
}
