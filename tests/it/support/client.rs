//! A caller: sends requests to the router in process, as somebody or as nobody.

use std::fmt::{Display, Write as _};
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use serde_json::Value;

use super::answer::{Answer, Answers};
use super::app::Door;
use super::watching::Watching;

/// Sends requests with one identity (or none).
#[derive(Clone)]
pub struct Client {
    pub door: Door,
    pub token: Option<String>,
}

impl Client {
    pub fn get(&self, path: impl Display) -> Call {
        self.call(Method::GET, path)
    }

    /// A POST with a JSON body.
    pub fn post(&self, path: impl Display, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    /// A POST without a body.
    pub fn post_nothing(&self, path: impl Display) -> Call {
        self.call(Method::POST, path)
    }

    pub fn patch(&self, path: impl Display, body: &Value) -> Call {
        self.call(Method::PATCH, path).json(body)
    }

    pub fn delete(&self, path: impl Display) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Any method; headers and body are added to the call before it is awaited.
    pub fn call(&self, method: Method, path: impl Display) -> Call {
        let mut call = Call {
            door: self.door.clone(),
            method,
            path: path.to_string(),
            headers: vec![(HeaderName::from_static("host"), HeaderValue::from_static("localhost"))],
            body: Vec::new(),
        };
        if let Some(token) = &self.token {
            call = call.header("authorization", format!("Bearer {token}"));
        }
        call
    }

    /// The same call `n` times at once, each in a task of its own.
    pub async fn at_once(&self, n: usize, call: impl Fn(&Self) -> Call) -> Answers {
        at_once((0..n).map(|_| call(self))).await
    }
}

/// All these calls at once, each in a task of its own; the answers in the order of the calls.
pub async fn at_once(calls: impl IntoIterator<Item = Call>) -> Answers {
    let tasks: Vec<_> = calls.into_iter().map(|call| tokio::spawn(call.into_future())).collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.expect("no handler panics"));
    }
    Answers(answers)
}

/// A request being put together; awaiting it sends it.
#[must_use = "await it"]
pub struct Call {
    door: Door,
    method: Method,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

impl Call {
    /// Adds a header; the bytes may be anything HTTP can carry.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        self.headers.push((name, HeaderValue::from_bytes(value.as_ref()).expect("a header value")));
        self
    }

    /// Takes a header away, `host` and `authorization` included.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n.as_str() != name);
        self
    }

    /// Adds parameters to the query, percent-encoded.
    pub fn query<V: Display>(mut self, parameters: &[(&str, V)]) -> Self {
        for (name, value) in parameters {
            let joint = if self.path.contains('?') { '&' } else { '?' };
            let value = value.to_string();
            let value = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
            let _ = write!(self.path, "{joint}{name}={value}");
        }
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// The body as it stands, with no Content-Type.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// With this `Idempotency-Key`.
    pub fn once(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Reads the answer as a stream of events.
    pub async fn watch(self) -> Watching {
        let (door, request) = self.into_request();
        Watching::new(door.open(request).await).await
    }

    fn into_request(self) -> (Door, Request<Body>) {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body)).unwrap_or_else(|e| panic!("{}: {e}", self.path));
        (self.door, request)
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let (door, request) = self.into_request();
        Box::pin(async move { door.knock(request).await })
    }
}
