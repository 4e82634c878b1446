//! The house's own calls: alive, ready, metrics, and how it ends.

use crate::support::TestApp;

#[tokio::test]
async fn the_house_says_that_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    app.nobody().get("/healthz").await.expect(200);
    app.nobody().get("/readyz").await.expect(200);
    let metrics = app.nobody().get("/metrics").await.expect(200);
    assert!(metrics.header("content-type").starts_with("text/plain"), "{metrics:?}");
}
