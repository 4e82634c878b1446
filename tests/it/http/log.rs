//! What is logged of a request, and what is not.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::{Web, doors, problems, request};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn routes_are_logged_and_secrets_are_not() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    // With one subscriber alone, a test in another thread that logs first would settle that nobody listens.
    let _another = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let _here = tracing::subscriber::set_default(subscriber);
    let web = Web::open(&["--rate-limits", "off"], doors().merge(problems::doors())).await;
    log.take();

    web.get("/api/test/filters?search=ann%40example.com").await;
    web.get("/api/test/things/019ab3d2-0000-7000-8000-000000000000?search=ann%40example.com").await;
    web.get("/nowhere/ann@example.com").await;
    let token = [("authorization", "Bearer lh_secret"), ("cookie", "secret"), ("x-request-id", "mine-1")];
    web.ask(request("GET", "/api/test/filters", &token, "secret")).await;
    let lines = log.take();
    assert_eq!(lines.len(), 4, "{lines:#?}");
    for (line, route) in lines.iter().zip(["/api/test/filters", "/api/test/things/{id}", "\"-\"", "/api/test/filters"])
    {
        assert!(line.contains(route) && line.contains("request_id=") && line.contains("status="), "{line}");
        assert!(!line.contains("ann") && !line.contains("secret") && !line.contains("019ab3d2-"), "{line}");
    }
    assert!(lines[3].contains("request_id=mine-1"), "{}", lines[3]);

    // What went wrong on our side is told once, where the request can be found again.
    for (how, level) in [("internal", "ERROR"), ("panic", "ERROR"), ("unavailable", "WARN")] {
        let answer = web.get(&format!("/api/test/fails/{how}")).await;
        let lines = log.take();
        let told: Vec<_> = lines.iter().filter(|line| line.contains(level)).collect();
        assert_eq!(told.len(), 1, "{lines:#?}");
        assert!(told[0].contains("secret") && told[0].contains(answer.header("x-request-id")), "{told:?}");
    }
    web.get("/api/test/fails/conflict").await;
    assert_eq!(log.take().len(), 1);
}
