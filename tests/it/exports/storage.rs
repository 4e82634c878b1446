//! What a storage may answer that is not as it should be: a bucket that is not there, keys that may not, an S3 that lacks a
//! call. The storage here says what it is told to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use leadhouse::clock::Clock;
use leadhouse::files::Files;

use crate::support::program::{Program, Ran, run};

/// What it answers to a list of its files, and to one of its uploads.
#[derive(Clone, Copy)]
struct Says {
    list: (u16, &'static str),
    uploads: (u16, &'static str),
}

const EMPTY: (u16, &str) =
    (200, "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>");
const NO_UPLOADS: (u16, &str) = (200, "<ListMultipartUploadsResult/>");
const NO_BUCKET: (u16, &str) = (
    404,
    "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>",
);
const DENIED: (u16, &str) = (403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
const WRONG_KEY: (u16, &str) = (
    403,
    "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id does not exist in our records.</Message></Error>",
);
const ELSEWHERE: (u16, &str) =
    (301, "<Error><Code>PermanentRedirect</Code><Message>This bucket is in another region</Message></Error>");
const AWAY: (u16, &str) = (503, "<Error><Code>ServiceUnavailable</Code><Message>Slow down</Message></Error>");

/// Its address.
fn storage(says: Says) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        while let Ok((client, _)) = listener.accept() {
            let _ = answer(client, says);
        }
    };
    std::thread::Builder::new().spawn(serve).unwrap();
    address
}

/// One request, of which the head is enough.
fn answer(mut client: TcpStream, says: Says) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let asks_for_uploads = head.windows(9).any(|part| part == b"?uploads=");
    let (status, body) = if asks_for_uploads { says.uploads } else { says.list };
    let length = body.len();
    write!(
        client,
        "HTTP/1.1 {status} So\r\ncontent-type: application/xml\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn files_at(endpoint: &str, place: &str) -> Files {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
    ];
    Files::open_with(place, &variables).expect("it can be used")
}

/// The program with its files there.
fn with_files_at(program: &Program, endpoint: &str, args: &[&str]) -> Ran {
    let mut command = program.command(args);
    command.env("STORAGE_URL", "s3://leads-of-nobody/files").env("LISTEN", "127.0.0.1:0").envs([
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
    ]);
    run(command)
}

#[tokio::test]
async fn a_bucket_that_is_not_there_stops_the_start_before_anything_is_touched() {
    let program = Program::on_an_empty_database().await;
    for (list, says) in [
        (NO_BUCKET, "NoSuchBucket: The specified bucket does not exist"),
        (DENIED, "AccessDenied"),
        (WRONG_KEY, "InvalidAccessKeyId"),
        (ELSEWHERE, "AWS_REGION"),
    ] {
        let endpoint = storage(Says { list, uploads: NO_UPLOADS });
        let line = with_files_at(&program, &endpoint, &["serve"]).failed();
        assert!(line.contains("STORAGE_URL") && line.contains(says) && !line.contains("hunter2"), "{line}");
    }
    let line = program.run(&["verify"]).failed();
    assert!(line.contains("there is no Leadhouse"), "{line}");
    program.run(&["migrate"]).well();
    let missing = storage(Says { list: NO_BUCKET, uploads: NO_UPLOADS });
    for args in [&["worker"][..], &["worker", "--once"]] {
        let line = with_files_at(&program, &missing, args).failed();
        assert!(line.contains("STORAGE_URL") && line.contains("NoSuchBucket"), "{args:?}: {line}");
    }
    // Away, it is waited for; there, it is used.
    for list in [AWAY, EMPTY] {
        let endpoint = storage(Says { list, uploads: NO_UPLOADS });
        let ran = with_files_at(&program, &endpoint, &["worker", "--once"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

#[tokio::test]
async fn a_storage_that_lists_no_uploads_is_taken() {
    let now = Clock::default().now();
    for (status, words) in [
        (501, "<Error><Code>NotImplemented</Code><Message>A header you provided is not implemented</Message></Error>"),
        (405, "<Error><Code>MethodNotAllowed</Code></Error>"),
        (404, "not found"),
        (403, "<Error><Code>AccessDenied</Code></Error>"),
        (400, "<Error><Code>InvalidArgument</Code></Error>"),
        (200, "<ListMultipartUploadsResult/>"),
        // What knows no such query lists the files.
        EMPTY,
    ] {
        let files = files_at(&storage(Says { list: EMPTY, uploads: (status, words) }), "s3://leads/files");
        assert_eq!(files.abandon("exports", now).await.expect("it is passed over"), 0, "{status} {words}");
    }
    let files = files_at(&storage(Says { list: EMPTY, uploads: (500, "") }), "s3://leads/files");
    let error = files.abandon("exports", now).await.expect_err("it will be tried again").to_string();
    assert!(error.contains("500"), "{error}");
}
