//! A browser: keeps the portal's cookies, sends what browsers send, follows redirects, and posts the forms of the page that
//! it is on, with that page's token.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use axum::http::Method;
use leadhouse::audit::Actor;
use leadhouse::id::{Id, ProviderId, parse_uuid};
use leadhouse::{accounts, email};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::Answer;
use super::app::TestApp;
use super::client::{Call, Client};
use super::people::Provider;

/// More redirects than these lead in a circle.
const MOST_REDIRECTS: usize = 5;

/// One browser with its cookies, on a page or on none yet.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// Whether it takes `Secure` cookies on plain `http://localhost`, as Chromium and Firefox do, and `WebKit` and w3m don't.
    takes_secure: bool,
    /// Whether it says from where a request comes, as all but text browsers do.
    says_from_where: bool,
    /// From which address it comes, where a proxy says so.
    pub address: Option<String>,
    pub cookies: BTreeMap<String, String>,
    /// The path and query of the page it is on.
    pub at: String,
    /// The page it is on.
    pub page: Option<Answer>,
}

impl Browser {
    /// One that knows nobody yet, at this client's door.
    pub fn of(client: Client) -> Self {
        Self {
            client,
            takes_secure: true,
            says_from_where: true,
            address: None,
            cookies: BTreeMap::new(),
            at: String::new(),
            page: None,
        }
    }

    /// One that takes `Secure` cookies over TLS only: Safari.
    #[must_use]
    pub fn that_refuses_secure(self) -> Self {
        Self { takes_secure: false, ..self }
    }

    /// w3m and lynx: the same, and neither Origin nor Sec-Fetch-Site.
    #[must_use]
    pub fn of_text(self) -> Self {
        Self { says_from_where: false, ..self.that_refuses_secure() }
    }

    /// One that comes through a trusted proxy, from this address.
    #[must_use]
    pub fn from(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    /// Opens a page and follows redirects. The answer is the page that it ends on.
    pub async fn opens(&mut self, path: impl Display) -> Answer {
        let call = self.call(Method::GET, &path);
        self.follows(path.to_string(), call).await
    }

    /// Fills in a form of this page that posts to `action`, sends it, and follows redirects. The page must have that form.
    pub async fn sends(&mut self, action: impl Display, fields: &[(&str, &str)]) -> Answer {
        let form = format!("action=\"{action}\"");
        let page = self.page.as_ref().map_or("", |page| page.text.as_str());
        assert!(page.contains(&form), "no form posts to {action} on {}: {page}", self.at);
        let call = self.posting(&action, fields);
        self.follows(action.to_string(), call).await
    }

    /// The post of a form with this page's token, wherever it goes; nothing is followed.
    pub fn posting(&self, action: impl Display, fields: &[(&str, &str)]) -> Call {
        let token = self.csrf();
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        self.posting_only(action, &all)
    }

    /// The post of exactly these fields.
    pub fn posting_only(&self, action: impl Display, fields: &[(&str, &str)]) -> Call {
        let mut body = String::new();
        for (name, value) in fields {
            let joint = if body.is_empty() { "" } else { "&" };
            let _ = write!(body, "{joint}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        self.call(Method::POST, action).header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    /// Sends a call of this browser and keeps the cookies of its answer; nothing is followed.
    pub async fn takes(&mut self, call: Call) -> Answer {
        let answer = call.await;
        self.keep(&answer);
        answer
    }

    /// A request with this browser's cookies.
    pub fn call(&self, method: Method, path: impl Display) -> Call {
        let mut call = self.client.call(method, path).header("accept", "text/html");
        if self.says_from_where {
            call = call.header("sec-fetch-site", "same-origin");
        }
        if let Some(address) = &self.address {
            call = call.header("x-forwarded-for", address);
        }
        if self.cookies.is_empty() {
            return call;
        }
        let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        call.header("cookie", line.join("; "))
    }

    /// The token of the forms of this page; empty where it has none.
    pub fn csrf(&self) -> String {
        let page = self.page.as_ref().map_or("", |page| page.text.as_str());
        between(page, "name=\"csrf\" value=\"", "\"").unwrap_or_default().to_owned()
    }

    /// What this page says of what was done on the one before, as people read it.
    pub fn note(&self) -> Option<String> {
        let page = self.page.as_ref().map_or("", |page| page.text.as_str());
        between(page, "role=\"status\">", "</div>").map(words).filter(|said| !said.is_empty())
    }

    /// The title of this page.
    pub fn title(&self) -> String {
        let page = self.page.as_ref().map_or("", |page| page.text.as_str());
        between(page, "<title>", "</title>").map(words).unwrap_or_default()
    }

    /// This page as people read it: without markup, white space folded.
    pub fn text(&self) -> String {
        let page = self.page.as_ref().map_or("", |page| page.text.as_str());
        words(between(page, "<main", "</main>").unwrap_or(page))
    }

    /// Signs in with a password, from the sign-in page.
    pub async fn signs_in(&mut self, email: &str, password: &str) -> Answer {
        self.opens("/sign-in").await;
        self.sends("/sign-in", &[("next", ""), ("email", email), ("password", password), ("by", "password")]).await
    }

    async fn follows(&mut self, path: String, call: Call) -> Answer {
        self.at = path;
        let mut answer = self.takes(call).await;
        for _ in 0..MOST_REDIRECTS {
            if answer.status != 303 {
                break;
            }
            answer.header("location").clone_into(&mut self.at);
            assert!(self.at.starts_with('/'), "leads to another host: {answer:?}");
            let next = self.call(Method::GET, &self.at);
            answer = self.takes(next).await;
        }
        assert_ne!(answer.status, 303, "leads in a circle: {answer:?}");
        self.page = Some(answer.clone());
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie of ASCII");
            let (name, rest) = text.split_once('=').expect("a cookie's name");
            let value = rest.split(';').next().unwrap_or_default();
            let is_safe = text.contains("; Path=/; Secure; HttpOnly; SameSite=Lax");
            // On http://localhost there are others, for who takes none of these.
            assert!(is_safe || text.contains("; Path=/; HttpOnly; SameSite=Lax"), "{text}");
            assert!(name.starts_with(if is_safe { "__Host-lh_" } else { "lh_" }), "{text}");
            if is_safe != self.takes_secure {
                continue;
            }
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl TestApp {
    /// A browser that knows nobody yet.
    pub fn browser(&self) -> Browser {
        Browser::of(self.nobody())
    }

    /// A person of this provider, who signs in with `password`, or by link only.
    pub async fn person_of(&self, provider: &Provider, email: &str, password: Option<&str>) {
        let hash = password.map(|password| accounts::password::hash(password, email).expect("a password"));
        let id = ProviderId::from_uuid(parse_uuid(&provider.id).expect("an id"));
        let email = email::parse(email).expect("an address");
        let new = accounts::NewUser { email, role: accounts::Role::Provider(id), password_hash: hash };
        self.runs(accounts::add_user(Actor::System, new)).await.expect("a person");
    }

    /// The secret of a printed link that signs this person in.
    pub async fn link_of(&self, email: &str) -> String {
        let email = email.to_owned();
        let user =
            self.read(move |read| accounts::user_by_email(read, &email)).await.expect("a person with this address");
        self.runs(accounts::sign_in_link(user.id)).await.expect("a link").into_text()
    }

    /// Signs a person in with a printed link, and stands on the home page.
    pub async fn enters(&self, email: &str) -> Browser {
        let link = self.link_of(email).await;
        let mut browser = self.browser();
        browser.opens(format!("/sign-in/link?token={link}")).await.expect(200);
        browser.sends("/sign-in/link", &[("token", &link)]).await.expect(200);
        browser
    }

    /// A new person of this provider, signed in, on the inbox.
    pub async fn browses_as(&self, provider: &Provider) -> Browser {
        let email = format!("{}.browses@example.com", provider.name.to_lowercase().replace(' ', "."));
        self.person_of(provider, &email, None).await;
        self.enters(&email).await
    }
}

/// The text after the first `start`, up to the next `end`.
pub fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(found, _)| found)
}

/// The text of some markup: without tags, entities read, white space folded.
fn words(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
