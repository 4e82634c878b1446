//! Path and query: percent-decoding that refuses what it cannot read, ids in their canonical form only.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::fields::Fields;
use super::{QueryInput, values};
use crate::problem::Problem;
use ground::error::{At, Error, Invalid, Result};
use ground::id::{Id, parse_uuid};

/// The query's parameters. A name that `T` does not ask for, one given twice and an empty one are refused.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: QueryInput> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = query_pairs(parts.uri.query().unwrap_or_default())?;
        let mut fields = Fields::of_query(pairs);
        let value = T::read(&mut fields);
        fields.finish()?;
        Ok(Self(value))
    }
}

fn query_pairs(query: &str) -> Result<Vec<(String, String)>> {
    let mut errors = Vec::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|_| !query.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decode(name.as_bytes()), decode(value.as_bytes())) {
            (Ok(name), _) if pairs.iter().any(|(known, _)| *known == name) => {
                errors.push(refused(&name, "duplicate_parameter", "is given twice"));
            }
            (Ok(name), Ok(value)) if name.is_empty() || value.is_empty() => {
                errors.push(refused(&name, "empty", "must not be empty"));
            }
            (Ok(name), Ok(value)) => pairs.push((name, value)),
            (Ok(name), Err(why)) => errors.push(refused(&name, why.code(), why.detail())),
            (Err(why), _) => errors.push(refused("query", why.code(), why.detail())),
        }
    }
    if errors.is_empty() { Ok(pairs) } else { Err(Error::Invalid(errors)) }
}

fn refused(name: &str, code: &'static str, detail: &str) -> Invalid {
    let name = values::shown(name);
    Invalid::parameter(name, code, format!("{name} {detail}"))
}

/// A name and its text.
type Pair = (String, String);

/// The query of a page, which strangers add parameters of their own to (mail trackers): what can be read of it, in its
/// order, and the names and the text of what cannot.
pub fn page_pairs(query: &str) -> (Vec<Pair>, Vec<Pair>) {
    let (mut pairs, mut unreadable) = (Vec::new(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let Ok(name) = decode(name.as_bytes()) else { continue };
        match decode(value.as_bytes()) {
            Ok(value) => pairs.push((name, value)),
            Err(_) => unreadable.push((name, part.to_owned())),
        }
    }
    (pairs, unreadable)
}

/// One parameter of such a query, wherever it stands; empty where there is none, or several that differ.
pub fn page_parameter(query: Option<&str>, name: &str) -> String {
    let (pairs, _) = page_pairs(query.unwrap_or_default());
    let mut values = pairs.into_iter().filter(|(given, _)| given == name).map(|(_, value)| value);
    let first = values.next().unwrap_or_default();
    if values.all(|value| value == first) { first } else { String::new() }
}

/// The token of a mailed link. A tracker that takes the link to have no query yet adds its own after another `?`.
pub fn link_token(query: Option<&str>) -> String {
    page_parameter(Some(&query.unwrap_or_default().replace('?', "&")), "token")
}

/// The fields of a form post (`application/x-www-form-urlencoded`), in their order, doubles included; what cannot be
/// decoded is 400.
pub fn form_pairs(body: &[u8]) -> Result<Vec<(String, String)>> {
    let parts = body.split(|b| *b == b'&').filter(|part| !part.is_empty());
    parts.map(form_pair).collect::<Result<_, Undecodable>>().map_err(|why| {
        let detail = format!("The form {}.", why.detail());
        match why {
            Undecodable::Nul => {
                let at = At::Pointer("#".into());
                Error::Invalid(vec![Invalid { at, code: why.code(), detail: detail.into() }])
            }
            _ => Error::parameter("body", "malformed_form", detail),
        }
    })
}

fn form_pair(part: &[u8]) -> Result<(String, String), Undecodable> {
    let equals = part.iter().position(|b| *b == b'=').unwrap_or(part.len());
    let (name, value) = part.split_at_checked(equals).unwrap_or((part, b""));
    Ok((decode(name)?, decode(value.strip_prefix(b"=").unwrap_or_default())?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undecodable {
    Percent,
    Utf8,
    Nul,
}

impl Undecodable {
    fn code(self) -> &'static str {
        if self == Self::Nul { "nul_character" } else { "invalid_encoding" }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::Percent => "has a % without two hexadecimal digits after it",
            Self::Utf8 => "is not UTF-8 when it is decoded",
            Self::Nul => "must not contain the character NUL",
        }
    }
}

/// `+` is a space, `%41` is a letter; nothing is guessed.
fn decode(text: &[u8]) -> Result<String, Undecodable> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (bytes.next().and_then(hex), bytes.next().and_then(hex));
                high.zip(low).map(|(high, low)| high * 16 + low).ok_or(Undecodable::Percent)?
            }
            byte => byte,
        });
    }
    let text = String::from_utf8(out).map_err(|_| Undecodable::Utf8)?;
    if text.contains('\0') { Err(Undecodable::Nul) } else { Ok(text) }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// The one parameter of a path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// What can stand in a path: ids, and keys that a room reads in its own way.
pub trait PathParam: Sized {
    /// What is wrong with it, as the rest of a sentence that begins with its name.
    fn parse(text: &str) -> Result<Self, (&'static str, Cow<'static, str>)>;
}

impl<T: Id> PathParam for T {
    fn parse(text: &str) -> Result<Self, (&'static str, Cow<'static, str>)> {
        parse_uuid(text).map(T::from_uuid).ok_or_else(values::invalid_uuid)
    }
}

/// Any text without control characters, as a path's parameter; what is not there is the caller's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl PathParam for Text {
    fn parse(text: &str) -> Result<Self, (&'static str, Cow<'static, str>)> {
        if text.contains('\0') {
            return Err(("nul_character", "must not contain the character NUL".into()));
        }
        if text.chars().any(char::is_control) {
            return Err(("control_character", "must not contain control characters".into()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<S: Send + Sync, T: PathParam> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = path_params(parts, state).await?;
        parameter(&mut params.iter()).map(Self)
    }
}

/// The two parameters of a path, in their order.
#[derive(Debug, Clone, Copy)]
pub struct PathPair<A, B>(pub A, pub B);

impl<S: Send + Sync, A: PathParam, B: PathParam> FromRequestParts<S> for PathPair<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = path_params(parts, state).await?;
        let mut params = params.iter();
        Ok(Self(parameter(&mut params)?, parameter(&mut params)?))
    }
}

async fn path_params<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, Problem> {
    let undecodable = || Error::parameter("path", "invalid_encoding", "The path is not UTF-8 when it is decoded.");
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| undecodable().into())
}

fn parameter<'a, T: PathParam>(params: &mut impl Iterator<Item = (&'a str, &'a str)>) -> Result<T, Problem> {
    let Some((name, text)) = params.next() else {
        return Err(Problem::internal("a Path extractor on a route without a parameter".to_owned()));
    };
    T::parse(text).map_err(|(code, detail)| Error::Invalid(vec![refused(name, code, &detail)]).into())
}
