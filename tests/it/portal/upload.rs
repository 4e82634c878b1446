//! A file of leads, taken in the back office.

use axum::http::Method;
use serde_json::{Value, json};

use super::office::office;
use crate::support::{Answer, Browser, TestApp};

/// The form with this file, its button pressed.
async fn uploads(olga: &mut Browser, path: &str, file: &[u8], button: &str, token: &str) -> Answer {
    let part = |head: &str, content: &[u8]| {
        let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    let body = [
        part("name=\"csrf\"", token.as_bytes()),
        part("name=\"file\"; filename=\"leads.csv\"", file),
        part("name=\"do\"", button.as_bytes()),
        b"--edge--\r\n".to_vec(),
    ]
    .concat();
    let call = olga.call(Method::POST, path).header("content-type", "multipart/form-data; boundary=edge");
    let answer = olga.takes(call.body(body)).await;
    olga.page = Some(answer.clone());
    answer
}

#[tokio::test]
async fn a_file_is_looked_at_its_columns_are_named_and_it_is_taken() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "json", json!({})).await;
    let mut olga = office(&app).await;
    let path = format!("/admin/sources/{}/import", source.id);
    assert_eq!(olga.opens(&path).await.status, 200);
    let token = olga.csrf();
    let file = "Who;Way;Ci\"ty\nAnn;ann@example.org;Denver\nNobody;;\nBob;<b>;\n".as_bytes();
    let refused = uploads(&mut olga, &path, file, "look", &token).await;
    assert_eq!(refused.status, 422);
    assert!(
        olga.text().contains("none of its columns") || olga.text().contains("None of its columns"),
        "{}",
        olga.text()
    );
    let columns = [("column:Who", "contact_name"), ("column:Way", "contact_email"), ("column:Ci\"ty", "-")];
    assert_eq!(olga.sends(format!("{path}/columns"), &columns).await.status, 200);
    assert_eq!(app.audit_of(&source.id).await, ["source.created", "source.updated"]);
    let token = olga.csrf();
    let looked = uploads(&mut olga, &path, file, "look", &token).await.expect(200);
    assert!(olga.text().contains("3 rows, and nothing was stored") && olga.text().contains("Line 3: contact_email"));
    assert!(!looked.text.contains("<b>;") && looked.text.contains("value=\"contact_email\" selected"), "{looked:?}");
    assert_eq!(rita.me().await["counts"]["active"], 0);
    let token = olga.csrf();
    uploads(&mut olga, &path, file, "import", &token).await.expect(200);
    assert!(olga.text().contains("3 rows were read") && olga.text().contains("assigned 1"), "{}", olga.text());
    let leads = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    let lead =
        app.operator().get(format!("/api/v1/admin/leads/{}", leads[0]["id"].as_str().expect("an id"))).await.json();
    assert_eq!((&lead["contact_name"], &lead["form_data"]), (&json!("Ann"), &Value::Null));
    // Again it is nothing new.
    let token = olga.csrf();
    uploads(&mut olga, &path, file, "import", &token).await.expect(200);
    assert!(olga.text().contains("imported before 1"), "{}", olga.text());
    assert_eq!(rita.me().await["counts"]["active"], 1);
    for (file, token, status) in
        [(&b""[..], token.as_str(), 422), (b"PK\x03\x04", &token, 422), (file, "", 403), (file, "x", 403)]
    {
        assert_eq!(uploads(&mut olga, &path, file, "import", token).await.status, status, "{file:?}");
    }
    olga.opens(&path).await;
    let unknown = olga.posting(format!("{path}/columns"), &[("column:Who", "password"), ("else", "x")]).await;
    assert_eq!(unknown.status, 422);
    assert_eq!(olga.opens(path.replace(&source.id, &rita.id)).await.status, 404);
}
