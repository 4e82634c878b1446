//! One click ends mails of a kind: RFC 8058.

use serde_json::json;

use crate::support::TestApp;

/// The path and query of the link in a mail's header.
fn link(mail: &crate::support::Letter) -> String {
    let url = mail.header("list-unsubscribe").trim_matches(['<', '>']);
    url.strip_prefix("http://localhost:8080").unwrap_or_else(|| panic!("{mail:?}")).to_owned()
}

#[tokio::test]
async fn one_click_switches_off_just_that() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let mail = app.mails().into_iter().find(|mail| mail.to == [rita.email.clone()]).expect("hers");
    assert_eq!(mail.header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let link = link(&mail);
    let tracked = format!("{}&utm_source=x&utm_source=y", link.replace("token=", "fbclid=100%&token="));
    let page = app.nobody().get(&tracked).await.expect(200);
    let action = format!("action=\"{}\"", link.replace('&', "&#38;"));
    assert!(page.text.contains(&action), "{page:?}");
    assert!(mail.html.contains("/unsubscribe?token=") && mail.text.contains("/unsubscribe?token="));

    let page = app.nobody().get(&link).await.expect(200);
    assert!(page.text.contains("<form method=\"post\"") && page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"), "{page:?}");
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    assert_eq!(rita.preferences().await["notify_on_new_lead"], true, "a scanner that looks changes nothing");

    let form = "application/x-www-form-urlencoded";
    for _ in 0..2 {
        let click = app.nobody().post_nothing(&link).header("content-type", form).body("List-Unsubscribe=One-Click");
        click.header("origin", "https://mail.example").header("sec-fetch-site", "cross-site").await.expect(200);
    }
    let now = rita.preferences().await;
    assert_eq!((&now["notify_on_new_lead"], &now["notify_on_lead_status_change"]), (&json!(false), &json!(true)));
    assert_eq!(sam.preferences().await["notify_on_new_lead"], true);
    let updates = app.audit_of(&rita.id).await.iter().filter(|action| *action == "preferences.updated").count();
    assert_eq!(updates, 1);
}

#[tokio::test]
async fn a_damaged_link_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let link = link(&app.mails()[0]);
    let flip = |c: char| if c == 'A' { 'B' } else { 'A' };
    let at = link.find("token=").expect("a token") + "token=".len();
    let flipped: String = link.char_indices().map(|(n, c)| if n == at { flip(c) } else { c }).collect();
    let short: String = link.chars().take(link.len() - 1).collect();
    for wrong in ["/unsubscribe", "/unsubscribe?token=", "/unsubscribe?token=%00", &flipped, &short] {
        app.nobody().post_nothing(wrong).await.expect(400);
        app.nobody().get(wrong).await.expect(400);
    }
    app.nobody().delete(&link).await.expect(405);
    assert_eq!(rita.preferences().await["notify_on_new_lead"], true);
}
