//! Hazards C, of what stands in a path, a query, a form or a cursor.

use super::{Web, doors, request};

async fn web() -> Web {
    Web::open(&["--rate-limits", "off"], doors()).await
}

#[tokio::test]
async fn a_query_is_read_strictly() {
    let web = web().await;
    for (query, outcome) in [
        ("", "200"),
        ("page=1&viewed=true&status=active&search=a%2Bb+c&niche_id=019ab3d2-0000-7000-8000-000000000000", "200"),
        ("date_from=2026-01-31T00:00:00%2B02:00", "200"),
        ("page=0", "page out_of_range"),
        ("page=-1", "page out_of_range"),
        ("page=+5", "page wrong_type"),
        ("page=%2B5", "page wrong_type"),
        ("page=1e3", "page wrong_type"),
        ("page=", "page empty"),
        ("page", "page empty"),
        ("page=0x10", "page wrong_type"),
        ("page=05", "page wrong_type"),
        ("page=1.0", "page wrong_type"),
        ("page=%EF%BC%95", "page wrong_type"),
        ("page=4294967296", "page out_of_range"),
        ("page=99999999999999999999", "page out_of_range"),
        ("page=1&page=2", "page duplicate_parameter"),
        ("page=1&p%61ge=2", "page duplicate_parameter"),
        ("status=active&status=accepted", "status duplicate_parameter"),
        ("status=ACTIVE", "status invalid_choice"),
        ("status=active%20", "status invalid_choice"),
        ("status=active%00", "status nul_character"),
        ("search=%ff", "search invalid_encoding"),
        ("search=%C3", "search invalid_encoding"),
        ("search=%ED%A0%80", "search invalid_encoding"),
        ("search=abc%", "search invalid_encoding"),
        ("search=abc%4", "search invalid_encoding"),
        ("search=abc%zz", "search invalid_encoding"),
        ("search=abc%+1", "search invalid_encoding"),
        ("search=abc%0A", "search control_character"),
        ("search=ab", "search too_short"),
        ("search=%20%20ab%20", "search too_short"),
        ("viewed=1", "viewed wrong_type"),
        ("viewed=True", "viewed wrong_type"),
        ("niche_id=019AB3D2-0000-7000-8000-000000000000", "niche_id invalid_uuid"),
        ("date_from=2026-02-30", "date_from invalid_time"),
        ("date_from=2026-01-31T00:00:00+02:00", "date_from invalid_time"),
        ("provider_id=x", "provider_id unknown_parameter"),
        ("&", " empty,  empty"),
        ("page=1&", " empty"),
        ("=1", " empty"),
        ("%ff=1", "query invalid_encoding"),
    ] {
        let answer = web.get(&format!("/api/test/filters?{query}")).await;
        let expected = if outcome == "200" { outcome.to_owned() } else { format!("400 invalid_parameter [{outcome}]") };
        assert_eq!(answer.outcome(), expected, "{query}");
    }
    let long = web.get(&format!("/api/test/filters?{}=1", "x".repeat(5_000))).await;
    assert!(long.text.len() < 1_000, "a name is not echoed whole");
    let answer = web.get("/api/test/filters?search=a%2Bb+c").await.json();
    assert_eq!(answer["search"], "a+b c");
}

#[tokio::test]
async fn an_id_in_a_path_is_canonical() {
    let web = web().await;
    assert_eq!(web.get("/api/test/things/019ab3d2-0000-7000-8000-000000000000").await.status, 200);
    for id in [
        "019AB3D2-0000-7000-8000-000000000000",
        "%7B019ab3d2-0000-7000-8000-000000000000%7D",
        "019ab3d2000070008000000000000000",
        "urn:uuid:019ab3d2-0000-7000-8000-000000000000",
        "019ab3d2-0000-7000-8000-00000000000",
        "019ab3d2-0000-7000-8000-000000000000%20",
        "019ab3d2-0000-7000-8000-00000000000%00",
        "1",
        "..%2F..%2Fetc",
    ] {
        let answer = web.get(&format!("/api/test/things/{id}")).await;
        assert_eq!(answer.outcome(), "400 invalid_parameter [id invalid_uuid]", "{id}");
    }
    let answer = web.get("/api/test/things/%ff").await;
    assert_eq!(answer.outcome(), "400 invalid_parameter [path invalid_encoding]");
}

#[tokio::test]
async fn a_form_is_read_strictly() {
    let web = web().await;
    let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let answer = web.ask(request("POST", "/api/test/raw", &form, "a=1&b=x%20y+z&c=&d&a=2&=e")).await.json();
    assert_eq!(answer["content_type"], "application/x-www-form-urlencoded");
    let pairs = serde_json::json!([["a", "1"], ["b", "x y z"], ["c", ""], ["d", ""], ["a", "2"], ["", "e"]]);
    assert_eq!(answer["pairs"], pairs);
    for (body, outcome) in [
        ("a=%", "400 malformed_form"),
        ("a=%ff", "400 malformed_form"),
        ("%zz=1", "400 malformed_form"),
        ("a=%00", "422 invalid_field [# nul_character]"),
    ] {
        assert_eq!(web.ask(request("POST", "/api/test/raw", &form, body)).await.outcome(), outcome, "{body}");
    }
    let answer = web.ask(request("POST", "/api/test/raw", &form, b"a=\xff".as_slice())).await;
    assert_eq!(answer.outcome(), "400 malformed_form");
}

#[tokio::test]
async fn lists_go_on_where_the_page_before_ended() {
    let web = web().await;
    let (mut seen, mut path) = (Vec::new(), "/api/test/lists".to_owned());
    loop {
        let page = web.get(&path).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/test/lists?cursor={cursor}");
    }
    assert_eq!(seen, (0..120).rev().collect::<Vec<u64>>());
    let first = web.get("/api/test/lists?limit=1").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    for at in 0..cursor.len() {
        let mut damaged = cursor.as_bytes().to_vec();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(damaged).unwrap();
        let answer = web.get(&format!("/api/test/lists?cursor={damaged}")).await;
        assert_eq!(answer.outcome(), "400 invalid_cursor [cursor invalid_cursor]", "{at}");
    }
    let elsewhere = web.app.seals.seal("letters", uuid::Uuid::from_u128(7).as_bytes());
    for cursor in [
        &elsewhere,
        cursor.strip_prefix(|_| true).unwrap(),
        &format!("{cursor}A"),
        &format!("{cursor}=="),
        "A",
        "\u{e9}",
    ] {
        let answer = web.get(&format!("/api/test/lists?cursor={}", percent(cursor))).await;
        assert_eq!(answer.outcome(), "400 invalid_cursor [cursor invalid_cursor]", "{cursor}");
    }
    for limit in ["0", "101", "-1"] {
        let answer = web.get(&format!("/api/test/lists?limit={limit}")).await;
        assert_eq!(answer.outcome(), "400 invalid_parameter [limit out_of_range]");
    }
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
