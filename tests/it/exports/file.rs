//! What is in a file.

use super::*;

const FEW: &[&str] = &["--export-max-rows", "3"];

#[tokio::test]
async fn over_the_limit_the_newest_go_in_and_it_is_said() {
    let app = TestApp::with_flags(FEW).await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(5).await;
    let asked = asking(&rita, &json!({})).await.expect(202).json();
    assert_eq!((&asked["estimated_rows"], &asked["matching_rows"]), (&json!(3), &json!(5)));
    assert_eq!(asked["truncated"], json!(true));
    assert!(asked["message"].as_str().expect("a text").contains("newest 3 of 5"), "{asked}");
    app.run_jobs().await;
    let ready = shown(&rita, asked["export_id"].as_str().expect("an id")).await;
    assert_eq!((&ready["row_count"], &ready["matching_rows"]), (&json!(3), &json!(5)));
    assert_eq!(ready["truncated"], json!(true));
    let newest: Vec<_> = leads.iter().rev().take(3).map(|sent| sent.lead.clone()).collect();
    assert_eq!(column(&rows(&rita, &ready).await, "Lead ID"), newest);
}

#[tokio::test]
async fn the_form_is_there_and_nothing_of_it_runs() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent(json!({ "contact_name": "=1+1", "form_data": { "roof": "@SUM(1)", "=key": "x" } })).await;
    rita.is_sent(json!({ "contact_phone": "+12125550123", "form_data": { "floors": 2, "roof": "flat" } })).await;
    let rows = rows(&rita, &made(&app, &rita, &json!({})).await).await;
    assert_eq!(column(&rows, "Name")[1], "'=1+1");
    assert_eq!(column(&rows, "Phone")[0], "+12125550123");
    assert_eq!(column(&rows, "roof"), ["flat", "'@SUM(1)"]);
    assert_eq!(column(&rows, "floors"), ["2", ""]);
    assert_eq!(column(&rows, "'=key"), ["", "x"]);
    assert!(!rows[0].contains(&"UTM source".to_owned()), "attribution is switched off");
}

#[tokio::test]
async fn the_filters_are_the_inboxs_own() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").timezone("America/Denver").await;
    let sent = rita.is_sent(json!({ "contact_email": "Ann@Example.com" })).await;
    rita.is_sent_a_lead().await;
    rita.opens(&sent).await.expect(200);
    let today = rita.get("/api/v1/provider/leads?limit=1").await.expect(200).items()[0]["assigned_at"].clone();
    for filters in [
        json!({ "search": "ann@" }),
        json!({ "viewed": true }),
        json!({ "search": "ANN@EXAMPLE", "viewed": true, "status": "active" }),
        json!({ "search": "ann@", "date_to": today }),
    ] {
        let ready = made(&app, &rita, &json!({ "filters": filters })).await;
        assert_eq!(ready["filters"], filters);
        assert_eq!(column(&rows(&rita, &ready).await, "Lead ID"), [sent.lead.as_str()], "{filters}");
    }
    let ready = made(&app, &rita, &json!({ "filters": { "date_to": "2020-01-01" } })).await;
    assert_eq!(ready["row_count"], 0);
}

#[tokio::test]
async fn xlsx_keeps_every_cell_as_it_is() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let texts = ["+15551234567", "007", "1E5", "2026-01-02", "1234567890123456", "=1+1", " a\tb ", "ä\"<&>'"];
    let form: serde_json::Map<_, _> =
        texts.iter().enumerate().map(|(n, text)| (format!("q{n}"), json!(text))).collect();
    rita.is_sent(json!({ "form_data": form })).await;
    let ready = made(&app, &rita, &json!({ "format": "xlsx" })).await;
    let answer = fetched(&rita, &ready).await.expect(200);
    assert!(answer.header("content-type").contains("spreadsheetml"), "{answer:?}");
    let cells = sheet(&answer.bytes);
    assert_eq!(cells[0][15..], (0..8).map(|n| format!("q{n}")).collect::<Vec<_>>());
    assert_eq!(cells[1][15..], texts);
}

#[tokio::test]
async fn xlsx_holds_what_no_cell_can_and_what_no_xml_can() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let story = format!("{}€", "ab".repeat(20_000));
    let answers = json!({ "bell": "\u{7}\u{1}", "code": "_x0041_", "odd": "\u{fffe}", "lines": "a\r\nb\rc\nd\u{b}e\u{c}f\tg", "story": story });
    // Before it, and so below it, more answers than there are columns for them, in one that is too long as well.
    let many: serde_json::Map<_, _> = (0..180).map(|n| (format!("{n:0250}"), json!("x".repeat(40)))).collect();
    for round in 0..4 {
        let many: serde_json::Map<_, _> = many.iter().map(|(k, v)| (format!("{round}{k}"), v.clone())).collect();
        rita.is_sent(json!({ "form_data": many })).await;
    }
    rita.is_sent(json!({ "form_data": answers })).await;
    let ready = made(&app, &rita, &json!({ "format": "xlsx" })).await;
    assert_eq!(ready["status"], "ready", "{ready}");
    let cells = sheet(&fetched(&rita, &ready).await.expect(200).bytes);
    let of = |row: usize, name: &str| {
        let at = cells[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("{name}"));
        cells[row].get(at).cloned().unwrap_or_default()
    };
    assert_eq!(of(1, "story") + &of(1, "story (continued 1)"), story);
    let others = of(5, "Other answers") + &of(5, "Other answers (continued 1)");
    assert!(others.len() > 32_767 && others.starts_with('{') && others.ends_with('}'), "{} units", others.len());
    assert_eq!(
        (of(1, "bell"), of(1, "code")),
        ("\u{fffd}\u{fffd}".into(), "_x005F_x0041_".into()),
        "no program shows more than was there"
    );
    assert_eq!(of(1, "lines"), "a\nb\nc\nd\ne\nf\tg", "a line break is one however it was sent");
}

#[tokio::test]
async fn headers_tell_what_stands_below_them() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let google = app.new_source(&rita.niche, "google_ads", json!({})).await;
    let mut delivery = google.google_delivery(&[("EMAIL", "second@example.org"), ("", "nameless")]);
    delivery["user_column_data"][2]["column_name"] = Value::Null;
    google.sending(&delivery).await.expect(200);
    rita.is_sent(json!({ "form_data": { "": "no question", " ": "blank", "two\nlines": "x" } })).await;
    for preset in ["standard", "hubspot", "salesforce"] {
        for format in ["csv", "xlsx"] {
            let ready = made(&app, &rita, &json!({ "preset": preset, "format": format })).await;
            let header = if format == "csv" {
                rows(&rita, &ready).await.remove(0)
            } else {
                sheet(&fetched(&rita, &ready).await.expect(200).bytes).remove(0)
            };
            let mut folded: Vec<_> = header.iter().map(|name| name.trim().to_lowercase()).collect();
            folded.sort();
            folded.dedup();
            assert_eq!(folded.len(), header.len(), "doubled: {header:?}");
            assert!(!folded.contains(&String::new()) && !header.iter().any(|name| name.contains('\n')), "{header:?}");
            for told in ["EMAIL (form)", "EMAIL (2)", "Answer without a question", "two lines"] {
                assert!(header.iter().any(|name| name == told), "{told}: {header:?}");
            }
        }
        app.advance(std::time::Duration::from_hours(24));
    }
}

#[tokio::test]
async fn an_erased_lead_is_no_contact_of_a_crm() {
    let app = TestApp::with_flags(FEW).await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(5).await;
    for gone in [&leads[4], &leads[2]] {
        app.operator().post(format!("/api/v1/admin/leads/{gone}/erase"), &json!({})).await.expect(202);
    }
    app.run_jobs().await;
    for (preset, kept, matching) in
        [("hubspot", [3, 1, 0], 3), ("salesforce", [3, 1, 0], 3), ("standard", [4, 3, 2], 5)]
    {
        let asked = asking(&rita, &json!({ "preset": preset })).await.expect(202).json();
        assert_eq!((&asked["estimated_rows"], &asked["matching_rows"]), (&json!(3), &json!(matching)), "{preset}");
        app.run_jobs().await;
        let ready = shown(&rita, asked["export_id"].as_str().expect("an id")).await;
        assert_eq!((&ready["row_count"], &ready["truncated"]), (&json!(3), &json!(matching > 3)), "{preset}");
        let ids = kept.map(|n: usize| leads[n].lead.clone());
        assert_eq!(column(&rows(&rita, &ready).await, "Lead ID"), ids, "{preset}");
    }
}

#[tokio::test]
async fn numbers_and_phones_stay_as_they_are() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let texts = ["-1E-5", "+44 7700 900123", "+16502530003;ext=42", "-1,234.50", "+1-2", "+1234567;A1", "-2+3"];
    let form: serde_json::Map<_, _> =
        texts.iter().enumerate().map(|(n, text)| (format!("q{n}"), json!(text))).collect();
    rita.is_sent(json!({ "contact_phone": "+1 (650) 253-0003 ext. 42", "form_data": form })).await;
    rita.is_sent(json!({ "contact_phone": "+1 (555) 123-4567" })).await;
    for preset in ["standard", "hubspot", "salesforce"] {
        let rows = rows(&rita, &made(&app, &rita, &json!({ "preset": preset })).await).await;
        let phone = if preset == "hubspot" { "Phone Number" } else { "Phone" };
        let phones = column(&rows, phone);
        assert!(phones.iter().all(|phone| phone.starts_with('+')), "{phones:?}");
        let answers: Vec<_> = (0..texts.len()).map(|n| column(&rows, &format!("q{n}"))[1].clone()).collect();
        let expected: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(n, text)| if n < 4 { (*text).to_owned() } else { format!("'{text}") })
            .collect();
        assert_eq!(answers, expected, "{preset}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_marked_and_the_others_are_whole() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let broken = rita.is_sent(json!({ "form_data": { "roof": "flat" } })).await;
    rita.is_sent(json!({ "form_data": { "roof": "steep" } })).await;
    let long = "z".repeat(40_000);
    let (lead, name) = (leadhouse::id::LeadId(leadhouse::id::parse_uuid(&broken.lead).unwrap()), long.clone());
    let damage = move |tx: &mut leadhouse::db::Tx| {
        let sql = "UPDATE leads SET form_data = '[\"flat\"]', contact_name = $2 WHERE id = $1";
        tx.execute(sql, leadhouse::params![lead, name])
    };
    app.write(damage).await.expect("it is damaged");
    app.leaves_a_mess("the name that it was given is not what a search finds it by").await;
    let csv = rows(&rita, &made(&app, &rita, &json!({})).await).await;
    assert_eq!(column(&csv, "roof"), ["steep", ""]);
    assert_eq!(column(&csv, "Unreadable answers"), ["", "[\"flat\"]"]);
    assert_eq!(column(&csv, "Name")[1], long);
    let ready = made(&app, &rita, &json!({ "format": "xlsx" })).await;
    let cells = sheet(&fetched(&rita, &ready).await.expect(200).bytes);
    let name = cells[2].iter().find(|cell| cell.starts_with("zzz")).expect("the name");
    assert!(name.len() == 32_767 && name.ends_with("z...(cut)"), "{} units", name.len());
}

/// The texts of a sheet's cells, row by row. Numbers and formulas are no texts: they make the test fail.
fn sheet(xlsx: &[u8]) -> Vec<Vec<String>> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).expect("a zip");
    let mut part = |name: &str| std::io::read_to_string(zip.by_name(name).expect(name)).expect("XML");
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no formulas");
    assert!(sheet.contains("state=\"frozen\""), "the header stays in sight");
    sheet.split("<row ").skip(1).map(row).collect()
}

/// Cells without a text are not there: each says where it stands.
fn row(xml: &str) -> Vec<String> {
    let mut cells = Vec::new();
    for xml in xml.split("<c ").skip(1) {
        let (_, place) = xml.split_once("r=\"").expect("a place");
        let letters = place.bytes().take_while(u8::is_ascii_uppercase);
        let column = letters.fold(0, |n, letter| n * 26 + usize::from(letter - b'A') + 1);
        cells.resize(column - 1, String::new());
        cells.push(cell(xml));
    }
    cells
}

fn cell(xml: &str) -> String {
    assert!(xml.contains("t=\"inlineStr\""), "a text: {xml}");
    let (_, text) = xml.split_once("<t").expect("a text");
    let (_, text) = text.split_once('>').expect("a text");
    let (text, _) = text.split_once("</t>").expect("a text");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[tokio::test]
async fn prices_and_times_are_one_way_and_on_the_providers_clock() {
    let app = TestApp::start().await;
    app.advance(leadhouse::clock::Timestamp::parse("2031-03-08T12:00:00Z").unwrap().since(app.clock.now()));
    let rita = app.provider("rita").timezone("America/Denver").price(42.0).await;
    let first = rita.is_sent_a_lead().await;
    // The clocks go forward in between.
    app.advance(std::time::Duration::from_hours(48));
    rita.opens(&first).await.expect(200);
    rita.rejects(&first, "The number is not in service").await.expect(200);
    let shown = rita.opens(&first).await.expect(200).json();
    let local = |name: &str, offset: &str| {
        let time: jiff::Timestamp = shown[name].as_str().expect("a time").parse().expect("a time");
        let zone = leadhouse::zone::get("America/Denver").expect("a zone");
        let there = time.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
        format!("{there}{offset}")
    };
    let (assigned, viewed, rejected) =
        (local("assigned_at", "-07:00"), local("viewed_at", "-06:00"), local("rejected_at", "-06:00"));
    let told = [
        ("Price", "42.00"),
        ("Currency", "USD"),
        ("Assigned at", assigned.as_str()),
        ("Viewed at", viewed.as_str()),
        ("Accepted at", ""),
        ("Rejected at", rejected.as_str()),
        ("Time zone", "America/Denver"),
    ];
    let csv = rows(&rita, &made(&app, &rita, &json!({})).await).await;
    let ready = made(&app, &rita, &json!({ "format": "xlsx" })).await;
    let cells = sheet(&fetched(&rita, &ready).await.expect(200).bytes);
    for (name, said) in told {
        assert_eq!(column(&csv, name), [said], "{name}");
        let at = cells[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(cells[1].get(at).map_or("", String::as_str), said, "{name}");
    }
    let hubspot = rows(&rita, &made(&app, &rita, &json!({ "preset": "hubspot" })).await).await;
    assert_eq!(column(&hubspot, "Create Date"), [assigned.as_str()]);
    // Without a zone of its own: UTC, and it says so.
    let uma = app.provider("uma").price(0.5).await;
    uma.is_sent_a_lead().await;
    let csv = rows(&uma, &made(&app, &uma, &json!({})).await).await;
    assert_eq!(column(&csv, "Price"), ["0.50"]);
    assert_eq!(column(&csv, "Time zone"), ["UTC"]);
    assert!(column(&csv, "Assigned at")[0].ends_with("+00:00"), "{csv:?}");
}
