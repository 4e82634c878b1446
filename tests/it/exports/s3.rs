//! Exports in an S3, over the wire. `./test` brings the server; by hand it is `tests/s3/serve`, and
//! `cargo test` alone leaves these out, as it does with PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use leadhouse::cli::verify;
use leadhouse::files::Files;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;
use crate::support::database::setting;

/// A server, and an app whose files lie there, in a place of its own.
struct OnS3 {
    app: TestApp,
    way: Way,
}

impl OnS3 {
    async fn start() -> Self {
        let server = setting("TEST_S3_URL").expect("TEST_S3_URL names an S3 with a bucket `leadhouse`");
        let way = Way::to(server.trim_start_matches("http://")).await;
        let place = format!("s3://leadhouse/{}", leadhouse::id::new_uuid(leadhouse::clock::Clock::default().now()));
        let variables = [
            ("AWS_ENDPOINT_URL", way.url.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        let files = Files::open_with(&place, &variables).expect("it can be used");
        Self { app: TestApp::with_files(files).await, way }
    }

    /// How many files there are.
    async fn files(&self) -> usize {
        self.app.app.files.list("exports").await.expect("a list").len()
    }

    /// Ends the uploads that were begun and not ended; how many.
    async fn abandoned(&self) -> usize {
        self.app.app.files.abandon("exports", self.app.clock.now()).await.expect("they are ended")
    }

    /// Leads with answers so long that their file goes up in several parts.
    async fn sends_much(&self, rita: &Provider) {
        for n in 0..100 {
            rita.is_sent(json!({ "form_data": { "story": format!("{n} {}", "é".repeat(30_000)) } })).await;
        }
    }
}

/// What lies between us and the server: all is carried, for as long as there is something left of `budget`.
struct Way {
    url: String,
    address: std::net::SocketAddr,
    server: String,
    /// Bytes that may still be sent to the server.
    budget: Arc<AtomicI64>,
    carrying: JoinSet<()>,
}

impl Way {
    async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let budget = Arc::new(AtomicI64::new(i64::MAX));
        let (url, server) = (format!("http://{address}"), server.to_owned());
        let mut way = Self { url, address, server, budget, carrying: JoinSet::new() };
        way.carry(listener);
        way
    }

    /// Nobody listens any more, and what was open is cut.
    async fn breaks(&mut self) {
        self.carrying.shutdown().await;
    }

    fn is_mended(&mut self) {
        self.budget.store(i64::MAX, Ordering::Relaxed);
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        self.carry(socket.listen(64).unwrap());
    }

    fn carry(&mut self, listener: TcpListener) {
        let (server, budget) = (self.server.clone(), Arc::clone(&self.budget));
        self.carrying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server listens");
                connections.spawn(carried(client, server, Arc::clone(&budget)));
            }
        });
    }
}

async fn carried(client: TcpStream, server: TcpStream, budget: Arc<AtomicI64>) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let there = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(read @ 1..) = from_client.read(&mut bytes).await {
            let chunk = &bytes[..read];
            let left = budget.fetch_sub(i64::try_from(read).unwrap(), Ordering::Relaxed);
            if left <= 0 || to_server.write_all(chunk).await.is_err() {
                return;
            }
        }
    };
    let back = async {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
    };
    tokio::select! { () = there => {}, () = back => {} }
}

#[tokio::test]
#[ignore = "needs TEST_S3_URL: ./test brings a server"]
async fn an_export_is_made_fetched_erased_and_expires() {
    let s3 = OnS3::start().await;
    let rita = s3.app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let ready = made(&s3.app, &rita, &json!({})).await;
    assert_eq!(ready["status"], "ready");
    let whole = fetched(&rita, &ready).await.expect(200);
    assert_eq!(ready["size_bytes"], whole.bytes.len());
    let path = format!("{EXPORTS}/{}/download", ready["id"].as_str().unwrap());
    assert_eq!(rita.get(&path).header("range", "bytes=3-9").await.expect(206).bytes, whole.bytes[3..10]);
    rita.get(&path).header("range", "bytes=1000000-").await.expect(416);
    assert_eq!(verify::files(&s3.app.app.db, &s3.app.app.files).await.unwrap(), []);
    let lead = rita.is_sent_a_lead().await;
    let with = made(&s3.app, &rita, &json!({ "format": "xlsx" })).await;
    assert_eq!((fetched(&rita, &with).await.expect(200).bytes[..2].to_vec(), s3.files().await), (b"PK".to_vec(), 2));
    s3.app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    s3.app.run_jobs().await;
    fetched(&rita, &with).await.expect(409);
    assert_eq!(s3.files().await, 1);
    s3.app.advance(Duration::from_secs(5));
    s3.app.run_jobs().await;
    fetched(&rita, &with).await.expect(200);
    assert_eq!(s3.files().await, 2);
    s3.app.advance(Duration::from_hours(7 * 24));
    s3.app.run_jobs().await;
    fetched(&rita, &ready).await.expect(410);
    assert_eq!(s3.files().await, 0);
}

#[tokio::test]
#[ignore = "needs TEST_S3_URL: ./test brings a server"]
async fn a_large_file_goes_up_in_parts() {
    let s3 = OnS3::start().await;
    let rita = s3.app.provider("rita").await;
    s3.sends_much(&rita).await;
    let ready = made(&s3.app, &rita, &json!({})).await;
    assert!(ready["size_bytes"].as_u64().expect("a size") > 5 * 1024 * 1024, "{ready}");
    assert_eq!(verify::files(&s3.app.app.db, &s3.app.app.files).await.unwrap(), []);
    let path = format!("{EXPORTS}/{}/download", ready["id"].as_str().unwrap());
    let whole = fetched(&rita, &ready).await.expect(200).bytes;
    let over_the_seam = rita.get(&path).header("range", "bytes=5242870-5242889").await.expect(206).bytes;
    assert_eq!(over_the_seam, whole[5_242_870..5_242_890]);
    assert_eq!(s3.abandoned().await, 0);
}

#[tokio::test]
#[ignore = "needs TEST_S3_URL: ./test brings a server"]
async fn while_the_storage_is_down_an_export_waits_and_nothing_else_does() {
    let mut s3 = OnS3::start().await;
    let rita = s3.app.provider("rita").await;
    let before = made(&s3.app, &rita, &json!({})).await;
    s3.way.breaks().await;
    rita.is_sent_a_lead().await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    s3.app.run_jobs().await;
    let waiting = shown(&rita, &id).await;
    assert_eq!((&waiting["status"], &waiting["size_bytes"]), (&json!("running"), &Value::Null));
    assert_eq!(fetched(&rita, &waiting).await.expect(409).problem_code(), "export_not_ready");
    fetched(&rita, &before).await.expect(503);
    let mails = s3.app.mails();
    assert!(mails.iter().any(|mail| mail.subject.starts_with("Roofing by rita")), "the mail went: {mails:?}");
    assert_eq!(mails.iter().filter(|mail| mail.subject.contains("Export")).count(), 1, "of the first export");
    s3.way.is_mended();
    s3.app.advance(Duration::from_secs(10));
    s3.app.run_jobs().await;
    let ready = shown(&rita, &id).await;
    assert_eq!((&ready["status"], &ready["row_count"]), (&json!("ready"), &json!(1)));
    fetched(&rita, &ready).await.expect(200);
    assert_eq!((s3.files().await, s3.abandoned().await), (2, 0));
    assert_eq!(s3.app.audit_of(id.as_str()).await, ["lead.export_requested", "lead.export_completed"]);
}

#[tokio::test]
#[ignore = "needs TEST_S3_URL: ./test brings a server"]
async fn an_upload_that_was_cut_off_leaves_nothing() {
    let mut s3 = OnS3::start().await;
    let rita = s3.app.provider("rita").await;
    s3.sends_much(&rita).await;
    // Enough for one of the two parts.
    s3.way.budget.store(5_500_000, Ordering::Relaxed);
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    s3.app.run_jobs().await;
    assert_eq!(shown(&rita, &id).await["status"], "running");
    s3.way.breaks().await;
    s3.way.is_mended();
    assert_eq!(s3.files().await, 0, "nothing is half visible");
    s3.app.advance(Duration::from_secs(10));
    s3.app.run_jobs().await;
    let ready = shown(&rita, &id).await;
    assert_eq!(ready["status"], "ready");
    assert_eq!(verify::files(&s3.app.app.db, &s3.app.app.files).await.unwrap(), []);
    assert_eq!((s3.files().await, s3.abandoned().await), (1, 1), "the first attempt's upload could not be ended then");
}

#[tokio::test]
#[ignore = "needs TEST_S3_URL: ./test brings a server"]
async fn what_a_killed_worker_had_begun_to_upload_is_swept_away() {
    let mut s3 = OnS3::start().await;
    let rita = s3.app.provider("rita").await;
    s3.sends_much(&rita).await;
    s3.way.budget.store(5_500_000, Ordering::Relaxed);
    asking(&rita, &json!({})).await.expect(202);
    s3.app.run_jobs().await;
    s3.way.breaks().await;
    s3.way.is_mended();
    s3.app.advance(Duration::from_hours(3));
    s3.app.run_jobs().await;
    assert_eq!((s3.files().await, s3.abandoned().await), (1, 0));
}
