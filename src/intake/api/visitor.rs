//! How a form on a web page is answered: its visitor is sent on, or sees a page; whoever wants neither gets what a program
//! gets.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::error::{At, Error, Invalid, Result};
use crate::http::notice::Notice;
use crate::http::{Problem, RawBody};
use crate::intake::Source;

/// Longer addresses are none.
const MOST_OF_AN_ADDRESS: usize = 2_000;

/// Hosts of whoever develops a site.
const AT_HOME: [&str; 2] = ["localhost", "127.0.0.1"];

/// Who waits for the answer.
#[derive(Debug, Default)]
pub(super) struct Visitor {
    /// A browser that shows what it is answered.
    sees_pages: bool,
    goes_to: Option<Url>,
}

impl Visitor {
    pub fn of(body: &RawBody) -> Self {
        let media = body.content_type.media.as_str();
        let is_form = matches!(media, "application/x-www-form-urlencoded" | "multipart/form-data");
        Self { sees_pages: is_form && prefers_pages(&body.headers), goes_to: None }
    }

    /// Notes where the form wants its visitor to go.
    ///
    /// # Errors
    /// `Invalid` where that is not a page of one of the source's hosts.
    pub fn wants(&mut self, source: &Source, redirect: Option<&str>) -> Result<()> {
        let Some(text) = redirect else { return Ok(()) };
        let is_listed = |url: &Url| {
            let host = url.host_str().filter(|host| source.redirect_hosts.each().contains(host));
            // Another port is another server, but for whoever tries it out at home.
            host.is_some_and(|host| url.port().is_none() || AT_HOME.contains(&host))
        };
        let target = address(text).filter(is_listed);
        let refused = || {
            let detail = "redirect_url must be an address on one of the source's redirect_hosts";
            let at = At::Pointer("#/redirect_url".into());
            Error::Invalid(vec![Invalid { at, code: "redirect_not_allowed", detail: detail.into() }])
        };
        self.goes_to = Some(target.ok_or_else(refused)?);
        Ok(())
    }

    /// The answer as this visitor is to have it.
    pub fn answer(self, taken: std::result::Result<Response, Problem>) -> std::result::Result<Response, Problem> {
        let is_taken = taken.as_ref().is_ok_and(|response| response.status().is_success());
        let is_refused = taken.as_ref().is_err_and(|problem| problem.status.is_client_error());
        match (self.goes_to, taken) {
            (Some(target), _) if is_taken => Ok(sent_to(&target)),
            (Some(mut target), _) if is_refused => {
                target.query_pairs_mut().append_pair("lead", "refused");
                Ok(sent_to(&target))
            }
            (_, Ok(_)) if is_taken && self.sees_pages => {
                Ok(Notice::new("Thank you", "We have got your request.").answer(StatusCode::OK)?)
            }
            (_, Err(problem)) if self.sees_pages => Ok(refusal(&problem)?),
            (_, taken) => taken,
        }
    }
}

/// By GET, whatever it was sent by.
fn sent_to(target: &Url) -> Response {
    let headers = [(header::LOCATION, target.as_str()), (header::REFERRER_POLICY, "no-referrer")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// An address that browsers and we take for the same: nothing in it is read leniently.
fn address(text: &str) -> Option<Url> {
    let is_odd = |c: char| c == '\\' || c.is_control() || c.is_whitespace();
    if text.len() > MOST_OF_AN_ADDRESS || text.chars().any(is_odd) {
        return None;
    }
    let scheme = text.get(..8).map(str::to_ascii_lowercase)?;
    if !scheme.starts_with("https://") && !scheme.starts_with("http://") {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none() && !has_userinfo(text)).then_some(url)
}

/// `https://@host/` too, of which nothing is left once it is parsed.
fn has_userinfo(text: &str) -> bool {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

/// Whether the caller asks for a page, and not rather for JSON.
fn prefers_pages(headers: &HeaderMap) -> bool {
    let asked = |kind: &str| weight(headers, &header::ACCEPT, kind);
    asked("text/html").is_some_and(|page| page > 0.0 && asked("application/json").is_none_or(|json| page >= json))
}

/// The `q` of a media type that is named.
fn weight(headers: &HeaderMap, name: &HeaderName, kind: &str) -> Option<f32> {
    let mut kinds =
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    kinds.find_map(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_named = parts.next()?.eq_ignore_ascii_case(kind);
        let q = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        is_named.then_some(q.unwrap_or(1.0))
    })
}

/// What is to be mended, as the person reads it who filled the form.
fn refusal(problem: &Problem) -> Result<Response> {
    if problem.status.is_server_error() || problem.status == StatusCode::TOO_MANY_REQUESTS {
        let text = "We could not take your request at the moment. Go back in a minute and send it again.";
        let mut response = Notice::new("Please try again", text).answer(problem.status)?;
        if let Some(seconds) = problem.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        return Ok(response);
    }
    let each: Vec<String> = problem.errors.iter().map(in_words).collect();
    let what = if each.is_empty() { "It could not be read.".to_owned() } else { each.join(" ") };
    let text = format!("Your request was not sent. {what} Go back, and send it again.");
    Notice::new("Please check your entries", &text).answer(problem.status)
}

fn in_words(wrong: &Invalid) -> String {
    let (At::Pointer(place) | At::Parameter(place)) = &wrong.at;
    let field = place.rsplit('/').next().unwrap_or_default();
    match (field, wrong.code) {
        ("contact_email" | "contact_phone", "required") => {
            "Give an e-mail address or a phone number, so that you can be reached.".to_owned()
        }
        ("contact_email", "invalid_email") => "The e-mail address is none: it reads like ann@example.com.".to_owned(),
        ("contact_phone", _) => "The phone number is none that can be called.".to_owned(),
        _ => {
            let mut letters = wrong.detail.chars();
            let begun: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
            let text = format!("{begun}{}", letters.as_str());
            if text.ends_with('.') { text } else { format!("{text}.") }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{address, prefers_pages};

    #[test]
    fn an_address_is_read_by_nobody_otherwise() {
        for (text, url) in [
            ("https://example.com/thanks?a=1#top", Some("https://example.com/thanks?a=1#top")),
            ("HTTPS://EXAMPLE.com:443/ü", Some("https://example.com/%C3%BC")),
            ("http://example.com:8080", Some("http://example.com:8080/")),
            ("https://example.com\\@evil.example/", None),
            ("https:\\\\example.com/", None),
            ("https://user@example.com/", None),
            ("https://@example.com/", None),
            ("https://user:pass@example.com/", None),
            ("//example.com/", None),
            ("https:/example.com/", None),
            ("https:example.com/", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://exam\nple.com/", None),
            ("https://example.com/ x", None),
            ("https://", None),
            ("/thanks", None),
            ("", None),
        ] {
            assert_eq!(address(text).as_ref().map(url::Url::as_str), url, "{text}");
        }
        assert!(address(&format!("https://example.com/{}", "x".repeat(2_000))).is_none());
    }

    #[test]
    fn who_asks_for_pages_gets_them() {
        for (accept, pages) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("*/*", false),
            ("application/json", false),
            ("application/json, text/html;q=0.5", false),
            ("text/html;q=0", false),
            ("TEXT/HTML, application/json;q=0.2", true),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(prefers_pages(&headers), pages, "{accept}");
        }
        assert!(!prefers_pages(&HeaderMap::new()));
    }
}
