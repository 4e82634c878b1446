//! What the OpenAPI document says of all calls alike, so that rooms need not: who may call, problems, Idempotency-Key.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder, Required};

use super::problem;

/// An empty document with our name on it.
pub fn begin() -> OpenApi {
    let license =
        License::builder().name(env!("CARGO_PKG_LICENSE")).identifier(Some(env!("CARGO_PKG_LICENSE"))).build();
    let info = InfoBuilder::new()
        .title("Leadhouse")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(env!("CARGO_PKG_DESCRIPTION")))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Adds what is the same everywhere.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.extend(problem::schemas());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("lh_…")
        .description(Some("A token of a provider or of a user"))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
        }
        let identified = ["/api/v1/provider/", "/api/v1/admin/"].iter().any(|prefix| path.starts_with(prefix));
        if identified {
            for (_, operation) in operations(item) {
                operation.security = Some(vec![SecurityRequirement::new("bearer", [""; 0])]);
            }
        }
        // A preview changes nothing.
        if let Some(post) = item.post.as_mut().filter(|_| path.starts_with("/api/") && !path.ends_with("/preview")) {
            add_key(post, path.ends_with("/credits"));
        }
    }
    document
}

/// `get_provider_leads_lead_id`: handlers' own names are not unique, and every room has a `list`.
fn name(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(method.to_owned(), |name, word| format!("{name}_{word}"))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, patch, put, delete, .. } = item;
    let all = [("get", get), ("post", post), ("patch", patch), ("put", put), ("delete", delete)];
    all.into_iter().filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

fn add_key(post: &mut Operation, required: bool) {
    let text = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .min_length(Some(1))
        .max_length(Some(255))
        .build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(if required { Required::True } else { Required::False })
        .description(Some("The same request with the same key has its effect once; kept for 24 hours"))
        .schema(Some(text))
        .build();
    post.parameters.get_or_insert_default().push(key.into());
}
