//! A form of the portal: its fields looked at as strictly as a JSON body's, and kept as they were given, since a page
//! that says what is wrong shows them again.

use axum::body::HttpBody;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Method, header};

use super::csrf::{self, FormTokens, Proof};
use super::input::{Body, Fields, QueryInput, form_pairs, page_pairs, read_body};
use super::problem::Problem;
use ground::error::{Error, Invalid};

/// The most fields a form may have.
const MAX_FIELDS: usize = 200;
/// The most bytes of a form that is read before it is known whether its sender may.
const MOST_AHEAD: u64 = 64 * 1024;

/// A form post of our own page: from this site, with its token.
#[derive(Debug)]
pub struct Form<T> {
    /// What was meant, or all that is wrong with it.
    pub input: Result<T, Vec<Invalid>>,
    /// As it was sent, to be shown again.
    pub given: Given,
}

/// The fields as they were given.
#[derive(Debug, Clone, Default)]
pub struct Given(Vec<(String, String)>);

impl Given {
    /// The fields without the form's token, and the token, where there is one.
    pub(super) fn with_token(pairs: Vec<(String, String)>) -> (Self, Option<String>) {
        let mut given = Self(pairs);
        let mut sent = given.take(csrf::FIELD);
        let token = if sent.len() == 1 { sent.pop() } else { None };
        (given, token)
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The field's value; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// The names of the fields, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Takes all values of a field that may be there several times.
    fn take(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(|(given, _)| given == name);
        self.0 = left;
        taken.into_iter().map(|(_, value): (String, String)| value).collect()
    }

    fn has_twice(&self) -> Option<&str> {
        let twice =
            |(n, (name, _)): (usize, &(String, String))| self.0.iter().skip(n + 1).any(|(other, _)| other == name);
        self.0.iter().enumerate().find(|pair| twice(*pair)).map(|(_, (name, _))| name.as_str())
    }
}

/// What was written into one of these fields of a form of our own page, and the request as it was: a page that says why
/// nothing came of it can show it again. Empty where there is none, or where it is no form: its reader says so.
///
/// # Errors
/// Where the body does not come.
pub async fn written(request: Request, fields: &[&str]) -> Result<(String, Request), Problem> {
    let is_short = request.body().size_hint().upper().is_some_and(|bytes| bytes <= MOST_AHEAD);
    if request.method() != Method::POST || !is_short || !csrf::is_ours(request.headers()) {
        return Ok((String::new(), request));
    }
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts.headers, body).await?;
    let given = Given(form_pairs(&bytes).unwrap_or_default());
    let text = fields.iter().map(|name| given.text(name)).find(|text| !text.is_empty()).unwrap_or_default();
    Ok((text.to_owned(), Request::from_parts(parts, bytes.into())))
}

/// The fields of a form, and what its token was.
async fn read(request: Request, tokens: &FormTokens) -> Result<(Given, Proof), Problem> {
    let (parts, body) = request.into_parts();
    csrf::not_foreign(&parts.method, &parts.headers)?;
    let media = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Problem::unsupported("Send the form as application/x-www-form-urlencoded."));
    }
    let bytes = read_body(&parts.headers, body).await?;
    let mut given = Given(form_pairs(&bytes)?);
    // Browsers send every line end as CR LF; who wrote it counts one character.
    for (_, value) in &mut given.0 {
        if value.contains('\r') {
            *value = value.replace("\r\n", "\n");
        }
    }
    if given.0.len() > MAX_FIELDS {
        return Err(Problem::too_large());
    }
    let sent = given.take(csrf::FIELD);
    let token = if let [token] = sent.as_slice() { Some(token.as_str()) } else { None };
    Ok((given, tokens.proof(&parts.headers, token)))
}

impl<S: Send + Sync, T: Body> FromRequest<S> for Form<T>
where
    FormTokens: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (given, proof) = read(request, &FormTokens::from_ref(state)).await?;
        proof.check()?;
        look(given)
    }
}

/// A form of somebody who may be nobody yet. Its page may have lain open while the cookie that it was made for was
/// replaced or ended, in another tab; so it is told what the token was. Without one of ours it is refused like any
/// other.
#[derive(Debug)]
pub struct Entrance<T> {
    /// What was sent with it.
    pub form: Form<T>,
    /// The token was made for this browser's cookie as it is now, or the browser itself says that our own page sent it.
    pub is_sure: bool,
    /// The token was made for this browser's cookie as it is now.
    pub is_fresh: bool,
}

impl<S: Send + Sync, T: Body> FromRequest<S> for Entrance<T>
where
    FormTokens: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let tokens = FormTokens::from_ref(state);
        let (ours, holder) = (csrf::is_ours(request.headers()), tokens.holder(request.headers()).is_some());
        let (given, proof) = read(request, &tokens).await?;
        if proof == Proof::Missing {
            proof.check()?;
        }
        let is_fresh = proof == Proof::Right;
        Ok(Self { form: look(given)?, is_sure: is_fresh || (ours && holder), is_fresh })
    }
}

/// A form with boxes that may be ticked, any number of them.
pub trait Boxes: Body {
    /// What each box is called.
    const NAME: &'static str;
}

/// Such a form, with the boxes that were ticked.
#[derive(Debug)]
pub struct Ticked<T> {
    /// The values of the boxes.
    pub ticked: Vec<String>,
    /// All else.
    pub form: Form<T>,
}

impl<S: Send + Sync, T: Boxes> FromRequest<S> for Ticked<T>
where
    FormTokens: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut given, proof) = read(request, &FormTokens::from_ref(state)).await?;
        proof.check()?;
        let ticked = given.take(T::NAME);
        Ok(Self { ticked, form: look(given)? })
    }
}

fn look<T: Body>(given: Given) -> Result<Form<T>, Problem> {
    if let Some(name) = given.has_twice() {
        let twice = Invalid::field(name, "duplicate_field", format!("{name} is given twice"));
        return Ok(Form { input: Err(vec![twice]), given });
    }
    let mut fields = Fields::of_form(given.0.clone());
    let input = T::read(&mut fields);
    match fields.finish() {
        Ok(()) => Ok(Form { input: Ok(input), given }),
        Err(Error::Invalid(errors)) => Ok(Form { input: Err(errors), given }),
        Err(error) => Err(error.into()),
    }
}

/// The names that `T` does not ask for: somebody else added them on the way here.
fn strange<T: QueryInput>(given: &Given, unreadable: &[(String, String)]) -> Vec<String> {
    let mut names: Vec<&str> = given.names().chain(unreadable.iter().map(|(name, _)| name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    let mut fields = Fields::of_query(names.into_iter().map(|name| (name.to_owned(), "-".to_owned())).collect());
    let _asked = T::read(&mut fields);
    fields.take_rest().into_iter().map(|(name, _)| name).collect()
}

/// The query of a page with a form that filters it: a field left empty is none, and a name that the page does not know
/// is passed over.
#[derive(Debug)]
pub struct Filters<T> {
    /// What was asked for, or what is wrong with it.
    pub input: Result<T, Vec<Invalid>>,
    /// As it was asked for.
    pub given: Given,
}

impl<S: Send + Sync, T: QueryInput> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let (pairs, unreadable) = page_pairs(parts.uri.query().unwrap_or_default());
        let mut given = Given(pairs);
        given.0.retain(|(_, value)| !value.is_empty());
        let strange = strange::<T>(&given, &unreadable);
        given.0.retain(|(name, _)| !strange.contains(name));
        if let Some(name) = given.has_twice() {
            let twice = Invalid::parameter(name, "duplicate_parameter", format!("{name} is given twice"));
            return Ok(Self { input: Err(vec![twice]), given });
        }
        for (_, part) in unreadable.iter().filter(|(name, _)| !strange.contains(name)) {
            form_pairs(part.as_bytes())?;
        }
        let mut fields = Fields::of_query(given.0.clone());
        let input = T::read(&mut fields);
        match fields.finish() {
            Ok(()) => Ok(Self { input: Ok(input), given }),
            Err(Error::Invalid(errors)) => Ok(Self { input: Err(errors), given }),
            Err(error) => Err(error.into()),
        }
    }
}
