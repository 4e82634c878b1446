//! What came back over the counter.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

/// One answer, read to its end.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
}

impl Answer {
    pub async fn read(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("the answer's body ends well").to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: head.status.as_u16(), headers: head.headers, bytes, text }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// The answer itself, if it has this status; else the test ends here and shows what came instead.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("a header of text"))
    }

    /// The problem document's `code`. It must be a complete one: type, title, status, request id, the right media type.
    #[track_caller]
    pub fn problem_code(&self) -> String {
        self.problem()["code"].as_str().unwrap_or_else(|| panic!("no code: {self:?}")).to_owned()
    }

    /// The problem document, checked for what every one of them must have.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        for member in ["type", "title", "code", "request_id"] {
            assert!(problem[member].as_str().is_some_and(|s| !s.is_empty()), "no {member}: {self:?}");
        }
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{self:?}");
        problem
    }

    /// Where the input was wrong: the pointers and parameters of `errors`, in order.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        let problem = self.problem();
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors: {self:?}"));
        let place = |e: &Value| e["pointer"].as_str().or(e["parameter"].as_str()).unwrap_or("?").to_owned();
        errors.iter().map(place).collect()
    }

    /// The body without its `request_id`, to compare answers that must not differ.
    #[track_caller]
    pub fn without_request_id(&self) -> Value {
        let mut problem = self.json();
        problem.as_object_mut().expect("an object").remove("request_id");
        problem
    }

    /// A text member of the JSON body, by name.
    #[track_caller]
    pub fn str(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no text {name}: {self:?}")).to_owned()
    }

    /// `items` of a list.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.json()["items"].as_array().unwrap_or_else(|| panic!("no items: {self:?}")).clone()
    }

    pub fn ok(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|s| s.is_success())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}\n{}", self.status, self.headers, self.text)
    }
}

/// What many callers got for the same thing at once.
#[derive(Debug)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// How many got this status.
    pub fn count(&self, status: u16) -> usize {
        self.0.iter().filter(|a| a.status == status).count()
    }

    /// The first with this status.
    #[track_caller]
    pub fn with(&self, status: u16) -> &Answer {
        self.0.iter().find(|a| a.status == status).unwrap_or_else(|| panic!("nobody got {status}: {self:?}"))
    }
}
