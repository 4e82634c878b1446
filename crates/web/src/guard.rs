//! The one layer around every route. In order: request id, client address, host check, method check; then the handler,
//! its panics caught; then the problem document, the headers that every answer has, metrics and the access log.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tokio::time::timeout;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::access::Entry;
use super::context::{Context, Operation};
use super::hosts::Hosts;
use super::limits::{self, Quotas};
use super::problem::{self, Pending, Problem};
use ::limits::Decision;
use ground::clock::Clock;
use ground::error::Error;
use ground::id;
use ground::network::Network;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// From a request's head to its answer's, the slowest body and units of work included. Whatever hangs for longer is a
/// defect of ours or of a server behind us, and holds nobody.
const LONGEST: Duration = Duration::from_secs(90);

/// Browsers come over TLS from now on, for a year, whatever link they follow. Over plain HTTP they pay no attention to
/// it.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The other end of the connection; put into each request's extensions by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// What the guard goes by.
#[derive(Debug)]
pub struct Options<'a> {
    /// What the time in a log line is by.
    pub clock: Clock,
    /// Where the program is reached, as `https://leads.example`.
    pub public_url: &'a str,
    /// Whether browsers come over TLS, be it ours or a proxy's.
    pub is_https: bool,
    /// Hosts that it answers for besides.
    pub allowed_hosts: &'a [String],
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// What is counted against which quota.
    pub quotas: Quotas,
    /// Under this path no answer is kept by anybody.
    pub unkept: &'static str,
}

/// The layer's state.
#[derive(Clone)]
pub struct Guard(Arc<Inner>);

struct Inner {
    clock: Clock,
    hosts: Hosts,
    trusted_proxies: Vec<Network>,
    operations: Operations,
    unkept: &'static str,
    is_https: bool,
}

/// Every operation of the OpenAPI document: the document decides which calls take a query.
#[derive(Debug)]
struct Operations {
    known: HashMap<String, Vec<(Method, Operation)>>,
    quotas: Quotas,
}

impl Operations {
    fn of(document: &utoipa::openapi::OpenApi, quotas: Quotas) -> Self {
        let mut all = HashMap::new();
        for (path, item) in &document.paths.paths {
            let known = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::PUT, &item.put),
                (Method::DELETE, &item.delete),
            ];
            let operations = known.into_iter().filter_map(|(method, operation)| {
                let parameters = operation.as_ref()?.parameters.iter().flatten();
                let takes_query = parameters.into_iter().any(is_query);
                let quota = limits::quota_of(quotas, &method, path);
                Some((method, Operation { quota, takes_query }))
            });
            all.insert(path.clone(), operations.collect());
        }
        Self { known: all, quotas }
    }

    /// Routes outside the document look after themselves.
    fn get(&self, method: &Method, route: &str) -> Operation {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let known = self.known.get(route).and_then(|all| all.iter().find(|(m, _)| m == method));
        let quota = || limits::quota_of(self.quotas, method, route);
        known.map_or_else(|| Operation { quota: quota(), takes_query: true }, |(_, operation)| *operation)
    }
}

impl Guard {
    /// `document` says which operations there are.
    pub fn new(options: Options<'_>, document: &utoipa::openapi::OpenApi) -> Self {
        ground::web::answer_errors_with(|error| Problem::from(error).into_response());
        Self(Arc::new(Inner {
            clock: options.clock,
            hosts: Hosts::new(options.public_url, options.allowed_hosts),
            trusted_proxies: options.trusted_proxies,
            operations: Operations::of(document, options.quotas),
            unkept: options.unkept,
            is_https: options.is_https,
        }))
    }
}

impl Inner {
    fn context(&self, request: &Request) -> Context {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let request_id = request_id(request.headers()).unwrap_or_else(|| id::new_uuid(self.clock.now()).to_string());
        let operation = route.map(|route| self.operations.get(request.method(), route)).unwrap_or_default();
        Context::new(request_id, client(request, &self.trusted_proxies), operation)
    }

    /// Why a request does not come in at all.
    fn refusal(&self, request: &Request) -> Option<Response> {
        if *request.method() == Method::TRACE || *request.method() == Method::CONNECT {
            let detail = "TRACE and CONNECT are not allowed.";
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
            let headers = [(header::ALLOW, "GET, HEAD, POST, PATCH, DELETE"), (header::CONNECTION, "close")];
            return Some((headers, problem).into_response());
        }
        self.hosts.check(request.headers(), request.uri()).err().map(IntoResponse::into_response)
    }
}

/// The layer: `Router::layer(middleware::from_fn_with_state(guard, http::guard::run))`, outermost.
pub async fn run(State(Guard(guard)): State<Guard>, mut request: Request, next: Next) -> Response {
    let context = Arc::new(guard.context(&request));
    let entry = Entry::new(&request, context.clone());
    let is_head = request.method() == Method::HEAD;
    let is_unkept = request.uri().path().starts_with(guard.unkept);
    let mut response = if let Some(refusal) = guard.refusal(&request) {
        refusal
    } else {
        request.extensions_mut().insert(context.clone());
        within_time(without_panic(next.run(request))).await
    };
    let decision = context.decision();
    if let Some(Pending(problem)) = response.extensions_mut().remove::<Pending>() {
        log(&problem, &context);
        let policy = decision.filter(|d| !d.admitted).map(|d| d.quota.name);
        if problem::is_bare(&response) {
            problem::render(&mut response, &problem, &context.request_id, policy, is_head);
        }
    }
    finish(response.headers_mut(), &context.request_id, decision.as_ref(), is_unkept);
    if guard.is_https {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    entry.finish(response.status());
    response
}

fn is_query(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
}

/// The headers that every answer has.
fn finish(headers: &mut HeaderMap, request_id: &str, decision: Option<&Decision>, is_unkept: bool) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_unkept {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(decision) = decision {
        limits::write(decision, headers);
    }
}

/// What the client is not told, once.
fn log(problem: &Problem, context: &Context) {
    let Some(cause) = &problem.cause else { return };
    if problem.status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(target: "leadhouse::http::guard", request_id = %context.request_id, "internal error: {cause}");
    } else {
        tracing::warn!(target: "leadhouse::http::guard", request_id = %context.request_id, "unavailable: {cause}");
    }
}

async fn within_time(handler: impl Future<Output = Response>) -> Response {
    let hangs = |_| Problem::from(Error::Unavailable("a handler hangs".into())).into_response();
    timeout(LONGEST, handler).await.unwrap_or_else(hangs)
}

/// A handler that panics is a defect that stays with its own request.
async fn without_panic(handler: impl Future<Output = Response>) -> Response {
    let mut handler = Box::pin(handler);
    let caught =
        std::future::poll_fn(|cx| match std::panic::catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Ok(response)),
            Err(panic) => Poll::Ready(Err(panic)),
        });
    caught.await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        metrics::counter!("leadhouse_http_panics_total").increment(1);
        Problem::internal(format!("panic: {}", text.unwrap_or("without a message"))).into_response()
    })
}

/// The client's own id, where it is short and of letters, digits and `-_.` only; so nothing odd gets into the log.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(&REQUEST_ID)?.to_str().ok()?;
    let sane = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    ((1..=64).contains(&text.len()) && text.bytes().all(sane)).then(|| text.to_owned())
}

/// The peer; where that is a trusted proxy, the last address in X-Forwarded-For that is not.
fn client(request: &Request, trusted: &[Network]) -> IpAddr {
    // Without a connection (a router called in process) it is us.
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer.to_canonical();
    }
    let mut named = Vec::new();
    for value in request.headers().get_all("x-forwarded-for") {
        named.extend(value.to_str().unwrap_or_default().split(',').map(address));
    }
    let mut nearest = peer.to_canonical();
    for address in named.into_iter().rev() {
        let Some(address) = address else { break };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    nearest
}

/// An address, as proxies write it: some with its port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    bare.map(|address| address.to_canonical())
}
