//! `/money`: figures that add up, weeks of the provider's zone, a ledger that tells what each entry is for.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, TestApp, between};

/// Moves the clock on to this moment, which is yet to come.
fn at(app: &TestApp, time: &str) {
    let time = leadhouse::clock::Timestamp::parse(time).expect("a time");
    assert!(time > app.clock.now(), "the tests' clock starts in the past of {time}");
    app.advance(time.since(app.clock.now()));
}

/// A figure of the page: what stands under its name.
fn figure(browser: &Browser, name: &str) -> String {
    let page = &browser.page.as_ref().expect("a page").text;
    let found = between(page, &format!("<dt>{name}</dt><dd>"), "</dd>").unwrap_or_else(|| panic!("no {name}: {page}"));
    found.replace("</span>", " ").split('>').map(|part| part.split('<').next().unwrap_or("")).collect::<String>()
}

fn weeks(csv: &str) -> Vec<Vec<&str>> {
    csv.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[tokio::test]
async fn the_figures_are_those_of_the_ledger() {
    let app = TestApp::start().await;
    at(&app, "2031-01-06T18:00:00Z");
    let rita = app.provider("rita").timezone("America/Denver").price(48.0).balance(500.0).await;
    let sent = rita.is_sent_leads(4).await;
    for lead in &sent[..3] {
        rita.rejects(lead, "The number is not in service").await.expect(200);
    }
    let office = app.operator();
    let decide = |lead: &str, how: &str| {
        office.post(format!("/api/v1/admin/returns/{lead}/{how}"), &json!({ "note": "it rang <b>twice" }))
    };
    decide(&sent[0].assignment, "approve").await.expect(200);
    decide(&sent[1].assignment, "deny").await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/money").await.expect(200);
    assert_eq!(figure(&browser, "Balance"), "$356.00 about 7 more leads");
    assert_eq!(figure(&browser, "Charged this month"), "$192.00 4 leads");
    assert_eq!(figure(&browser, "Refunded this month"), "$48.00 1 of 2 returns");
    assert_eq!(figure(&browser, "Under review"), "$48.00 1 return");
    let page = browser.page.clone().expect("a page").text;
    assert!(page.contains("6 Jan so far: $192.00 charged, $48.00 refunded"), "{page}");
    // What each entry is for; the newest first.
    let text = browser.text();
    assert!(text.contains("Return approved: it rang <b>twice +$48.00 Balance $356.00"), "{text}");
    assert!(text.contains("−$48.00 Balance $308.00") && text.contains("+$500.00 Balance $500.00"), "{text}");
    assert!(page.contains("it rang &#60;b&#62;twice"), "{page}");
    assert_eq!(page.matches(&format!("href=\"/leads/{}\"", sent[0].lead)).count(), 2, "its charge and its refund");
    // A month later the month is empty, and the sums of the weeks are not.
    at(&app, "2031-02-03T18:00:00Z");
    browser = app.enters("rita.browses@example.com").await;
    browser.opens("/money").await.expect(200);
    assert_eq!(figure(&browser, "Charged this month"), "$0.00 0 leads");
    assert_eq!(figure(&browser, "Refunded this month"), "$0.00 no return decided");
    assert_eq!(figure(&browser, "Under review"), "$48.00 1 return");
}

#[tokio::test]
async fn an_erased_lead_is_refunded_without_a_name() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent(json!({ "contact_name": "Ada Canary" })).await;
    let mut browser = app.browses_as(&rita).await;
    assert!(browser.opens("/money").await.expect(200).text.contains("Ada Canary"));
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", sent.lead)).await.expect(202);
    app.run_jobs().await;
    let page = browser.opens("/money").await.expect(200);
    assert!(!page.text.contains("Canary"), "{page:?}");
    assert!(browser.text().contains("Erased Erased at the person’s request +$25.00"), "{}", browser.text());
    assert_eq!(figure(&browser, "Refunded this month"), "$25.00 1 lead");
}

/// Sunday night in Denver is Monday in UTC, and of the week before.
#[tokio::test]
async fn weeks_begin_on_monday_in_the_providers_zone() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").timezone("America/Denver").price(10.0).await;
    let uma = app.provider("uma").price(10.0).await;
    // Eleven weeks and more before.
    at(&app, "2030-11-18T06:45:00Z");
    rita.is_sent_a_lead().await;
    app.advance(Duration::from_mins(30));
    rita.is_sent_leads(2).await;
    uma.is_sent_a_lead().await;
    at(&app, "2031-02-03T06:45:00Z");
    rita.is_sent_leads(3).await;
    uma.is_sent_leads(3).await;
    app.advance(Duration::from_mins(30));
    let (mut of_rita, mut of_uma) = (app.browses_as(&rita).await, app.browses_as(&uma).await);
    let csv = of_rita.opens("/money/weeks.csv").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"spend-by-week.csv\"");
    assert_eq!(csv.header("cache-control"), "no-store");
    let head = "week_from,charged,charged_leads,refunded,refunded_leads,currency,complete,time_zone\r\n";
    assert!(csv.text.starts_with(head), "{}", csv.text);
    let shown = weeks(&csv.text);
    assert_eq!(shown.len(), 12);
    assert_eq!(
        shown[0],
        ["2030-11-18", "20.00", "2", "0.00", "0", "USD", "true", "America/Denver"],
        "the one before midnight is out"
    );
    assert_eq!(shown[10], ["2031-01-27", "30.00", "3", "0.00", "0", "USD", "true", "America/Denver"]);
    assert_eq!(
        shown[11],
        ["2031-02-03", "0.00", "0", "0.00", "0", "USD", "false", "America/Denver"],
        "a Monday of minutes"
    );
    let csv = of_uma.opens("/money/weeks.csv").await.expect(200);
    let shown = weeks(&csv.text);
    assert_eq!((shown[0][0], shown[0][1]), ("2030-11-18", "10.00"));
    assert_eq!((shown[11][0], shown[11][1]), ("2031-02-03", "30.00"), "there it is Monday already");
}

#[tokio::test]
async fn the_ledger_goes_on_page_by_page() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(1.0).await;
    let sent = rita.is_sent_leads(51).await;
    let mut browser = app.browses_as(&rita).await;
    let mut path = "/money".to_owned();
    let mut balances = Vec::new();
    for (n, entries) in [25, 25, 2].into_iter().enumerate() {
        let page = browser.opens(&path).await.expect(200).text;
        let shown =
            page.split("<span class=\"phone\">Balance </span>").skip(1).filter_map(|rest| rest.split('<').next());
        let shown: Vec<String> = shown.map(str::to_owned).collect();
        assert_eq!(shown.len(), entries, "page {n}");
        balances.extend(shown);
        assert_eq!(page.contains("Newest entries"), n > 0);
        let older =
            page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|path| path.contains("before="));
        match older {
            Some(older) => older.clone_into(&mut path),
            None => assert_eq!(n, 2, "no older page"),
        }
    }
    let expected: Vec<_> = (0..52).map(|n| format!("${},{}.00", (99_949 + n) / 1000, (99_949 + n) % 1000)).collect();
    let expected: Vec<_> = expected.iter().map(|sum| sum.replace(",0.00", ",000.00")).collect();
    assert_eq!(balances, expected, "none lost, none twice");
    assert!(sent.len() == 51);
    // A damaged cursor, and somebody else's: the newest entries, and why.
    let sam = app.provider("sam").await;
    let mut other = app.browses_as(&sam).await;
    for bad in [path.as_str(), "/money?before=AAAA", "/money?before=BBBB&page=2", "/money?before=a&before=b"] {
        let browser = if bad == path { &mut other } else { &mut browser };
        browser.opens(bad).await.expect(422);
        assert!(browser.title().starts_with("Error: "), "{}", browser.title());
        assert_eq!(browser.text().contains("$99,949.00"), bad != path, "{bad}: the newest, each its own");
    }
    browser.opens("/money?before=x%00").await.expect(422);
    browser.opens("/money?before=").await.expect(200);
}

#[tokio::test]
async fn names_are_shown_and_never_run() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofs <i>&").level("<s>Shared</s>", 2).await;
    rita.is_sent(json!({ "contact_name": "<script>alert(1)</script>" })).await;
    rita.is_sent(json!({ "contact_name": "\" onmouseover=\"x" })).await;
    let note = json!({ "amount": 5.0, "note": "</small><img src=x>" });
    app.operator().post(format!("/api/v1/admin/providers/{}/credits", rita.id), &note).once("one").await.expect(201);
    let mut browser = app.browses_as(&rita).await;
    let page = browser.opens("/money").await.expect(200);
    for tag in ["<script>alert", "<img", "<i>&", "<s>Shared", "\" onmouseover"] {
        assert!(!page.text.contains(tag), "{tag}: {page:?}");
    }
    let text = browser.text();
    for said in ["<script>alert(1)</script> Roofs <i>&, <s>Shared</s>", "</small><img src=x>"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Nothing that the policy would refuse.
    for inline in [" style=", " onclick=", "<style", "javascript:"] {
        assert!(!page.text.contains(inline), "{inline}: {page:?}");
    }
}

#[tokio::test]
async fn money_is_each_providers_own() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").balance(12.5).await);
    rita.is_sent(json!({ "contact_name": "Ada Canary" })).await;
    let mut browser = app.browses_as(&sam).await;
    let page = browser.opens("/money").await.expect(200);
    assert!(!page.text.contains("Canary"));
    assert_eq!(figure(&browser, "Balance"), "$12.50 not enough for a lead");
    assert!(browser.text().contains("Nothing was charged in the last 12 weeks."));
    // Nobody signed in is led to the sign-in page, and programs with a token have the API.
    for path in ["/money", "/money/weeks.csv"] {
        let mut nobody = app.browser();
        nobody.opens(path).await.expect(200);
        assert!(nobody.at.starts_with("/sign-in?next="), "{}", nobody.at);
        rita.get(path).await.expect(303);
    }
}

#[tokio::test]
async fn the_whole_ledger_is_a_file() {
    let app = TestApp::start().await;
    at(&app, "2031-01-06T18:00:00Z");
    let rita = app.provider("rita").timezone("America/Denver").price(1.0).niche("=Roofs").await;
    let sam = app.provider("sam").await;
    sam.is_sent(json!({ "contact_name": "Sam’s Own" })).await;
    let first = rita.is_sent(json!({ "contact_name": "=HYPERLINK(\"x\"), \"Ann\"" })).await;
    rita.is_sent_leads(504).await;
    rita.rejects(&first, "The number is not in service").await.expect(200);
    let approve = format!("/api/v1/admin/returns/{}/approve", first.assignment);
    app.operator().post(approve, &json!({ "note": "@SUM(1)" })).await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    assert!(browser.opens("/money").await.expect(200).text.contains("href=\"/money/ledger.csv\""));
    let file = browser.opens("/money/ledger.csv").await.expect(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"ledger.csv\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let text = file.text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.pop(), Some(""));
    let head = "Time,Entry,Lead ID,Name,Niche,Level,Note,Amount,Balance after,Currency,Time zone";
    assert_eq!((lines[0], lines.len()), (head, 1 + 507), "a credit, 505 charges, a refund");
    let name = "\"'=HYPERLINK(\"\"x\"\"), \"\"Ann\"\"\"";
    let of = |entry: &str, amount: &str, balance: &str, note: &str| {
        let lead = &first.lead;
        format!("-07:00,{entry},{lead},{name},'=Roofs,Shared,{note},{amount},{balance},USD,America/Denver")
    };
    for (line, rest) in [
        (lines[1], of("Refund", "1.00", "99496.00", "Return approved: @SUM(1)")),
        (lines[506], of("Charge", "-1.00", "99999.00", "")),
    ] {
        assert!(line.starts_with("2031-01-06T11:0") && line.ends_with(&rest), "{line} {rest}");
    }
    assert!(lines[507].ends_with(",Credit,,,,,,100000.00,100000.00,USD,America/Denver"), "{}", lines[507]);
    assert!(!text.contains("Sam’s Own"));
    let mut nobody = app.browser();
    nobody.opens("/money/ledger.csv").await.expect(200);
    assert!(nobody.at.starts_with("/sign-in?next="), "{}", nobody.at);
}
