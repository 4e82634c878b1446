//! A stream of server-sent events, read as a browser reads it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use http_body_util::BodyExt;
use serde_json::Value;

/// For a stream that gives nothing when it should: the test ends instead of hanging.
const LONGEST: Duration = Duration::from_secs(30);

/// An open stream.
pub struct Watching {
    pub headers: HeaderMap,
    body: Body,
    came: String,
    /// The id of the last block that had one.
    pub last_id: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub event: String,
    pub id: String,
    pub data: Value,
}

impl Watching {
    /// An answer that is a stream, and what it begins with: how long to wait before coming again, and where it is.
    pub async fn new(response: Response<Body>) -> Self {
        assert_eq!(response.status(), 200);
        let (head, body) = response.into_parts();
        assert_eq!(head.headers["content-type"], "text/event-stream");
        let mut watching = Self { headers: head.headers, body, came: String::new(), last_id: String::new() };
        let hello = watching.peek().await.expect("a beginning");
        assert!(hello.starts_with("retry: 2000\nid: "), "{hello:?}");
        if !hello.contains("\nevent: ") {
            watching.came.drain(..hello.len() + 2);
        }
        let id = hello.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id");
        id.clone_into(&mut watching.last_id);
        watching
    }

    /// The next event; comments are left out.
    pub async fn next(&mut self) -> Told {
        self.next_or_end().await.expect("an event, and not the end")
    }

    /// The next that is none of these: on PostgreSQL a stream begins where every transaction of the cluster had ended, which
    /// may be before what was done last.
    pub async fn next_but(&mut self, passed_over: &str) -> Told {
        loop {
            let told = self.next().await;
            if told.event != passed_over {
                return told;
            }
        }
    }

    /// `None`: the stream has ended.
    pub async fn next_or_end(&mut self) -> Option<Told> {
        loop {
            let block = self.peek().await?;
            self.came.drain(..block.len() + 2);
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            if let Some(id) = field("id") {
                id.clone_into(&mut self.last_id);
            }
            let (Some(event), Some(data)) = (field("event"), field("data")) else { continue };
            let data = serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {block}"));
            return Some(Told { event: event.to_owned(), id: self.last_id.clone(), data });
        }
    }

    /// What the stream gives until its end.
    pub async fn rest(mut self) -> Vec<Told> {
        let mut all = Vec::new();
        while let Some(told) = self.next_or_end().await {
            all.push(told);
        }
        all
    }

    /// The next block, without taking it.
    async fn peek(&mut self) -> Option<String> {
        loop {
            if let Some((block, _)) = self.came.split_once("\n\n") {
                return Some(block.to_owned());
            }
            let frame = tokio::time::timeout(LONGEST, self.body.frame()).await.expect("something comes in time")?;
            let bytes = frame.expect("the stream is whole").into_data().expect("data");
            self.came.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
        }
    }
}
