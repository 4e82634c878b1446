//! What the OpenAPI document says of all calls alike, so that rooms need not: who may call, problems, Idempotency-Key.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder, Required};

use crate::accounts::SESSION;
use crate::http::problem;

/// The groups of calls, in the order in which they are shown.
const TAGS: &[(&str, &str)] = &[
    ("provider", "A provider's inbox: its leads, its decisions on them, and which mails it gets"),
    ("exports", "A provider's leads as a file"),
    ("intake", "How leads come in; the key in the path is the sender's identity"),
    ("catalog", "What is sold, at which levels, and who buys on which terms"),
    ("providers", "Who buys leads, and the tokens that act for them"),
    ("ledger", "Why the balance changed"),
    ("back office", "Sources, leads and returns, for the operator"),
    ("audit", "Every action on record"),
    ("mails", "Every mail, and why those that were not sent were not"),
    ("jobs", "Background work"),
    ("health", "Whether the node is alive and ready, and its metrics"),
];

const SCHEMAS: &str = "#/components/schemas/";

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

/// Adds what the server itself goes by: the names of operations, and the keys that they take.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.extend(problem::schemas());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
        }
        // A preview changes nothing.
        if let Some(post) = item.post.as_mut().filter(|_| path.starts_with("/api/") && !path.ends_with("/preview")) {
            add_key(post, path.ends_with("/credits"));
        }
    }
    document
}

/// The document as it is handed out: valid, without what nothing refers to, and of each answer what is always in it.
pub fn finished(document: &OpenApi) -> Value {
    let mut all = serde_json::to_value(document).unwrap_or_default();
    if let Some(Value::Object(info)) = all.get_mut("info") {
        info.insert("contact".to_owned(), json!({ "name": "The operator of this installation" }));
    }
    if let Value::Object(all) = &mut all {
        all.insert("servers".to_owned(), json!([{ "url": "/", "description": "The node that serves this document" }]));
        let tags = TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description }));
        all.insert("tags".to_owned(), tags.collect());
    }
    let schemes = json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "lh_…", "description": "A token of a provider or of a user",
        },
        "session": { "type": "apiKey", "in": "cookie", "name": SESSION, "description": "The portal's session" },
    });
    if let Some(Value::Object(components)) = all.get_mut("components") {
        components.insert("securitySchemes".to_owned(), schemes);
    }
    if let Some(Value::Object(paths)) = all.get_mut("paths") {
        for (path, item) in paths {
            each_operation(item, |operation| finish_operation(path, operation));
        }
    }
    refer_to_what_is_named(&mut all);
    say_what_is_always_there(&mut all);
    drop_what_is_unused(&mut all);
    all
}

fn finish_operation(path: &str, operation: &mut Map<String, Value>) {
    let identified = ["/api/v1/provider/", "/api/v1/admin/"].iter().any(|prefix| path.starts_with(prefix));
    let who = if identified { json!([{ "bearer": [] }, { "session": [] }]) } else { json!([]) };
    operation.insert("security".to_owned(), who);
    if let (Some(summary), None) = (operation.get("summary").cloned(), operation.get("description")) {
        operation.insert("description".to_owned(), summary);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        let of_json = body.pointer("/content/application~1json/schema/oneOf").and_then(Value::as_array);
        // A body that may be left out is not one that may be null.
        if let Some(schema) = of_json.and_then(|choices| choices.iter().find(|one| one.get("$ref").is_some())).cloned()
        {
            *body = json!({ "required": false, "content": { "application/json": { "schema": schema } } });
        }
    }
    if let Some(Value::Object(answers)) = operation.get_mut("responses") {
        for (status, answer) in answers {
            let said = answer.get("description").and_then(Value::as_str).is_some_and(|said| !said.is_empty());
            if let (false, Value::Object(answer)) = (said, answer) {
                let title = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok()).map(problem::title);
                answer.insert("description".to_owned(), json!(title.unwrap_or("An answer")));
            }
        }
    }
}

fn each_operation(item: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    for method in ["get", "post", "patch", "put", "delete"] {
        if let Some(Value::Object(operation)) = item.get_mut(method) {
            change(operation);
        }
    }
}

/// A list's items, and whatever else stands in full where a schema of its own has it, becomes a reference to that.
fn refer_to_what_is_named(all: &mut Value) {
    let Some(Value::Object(schemas)) = all.pointer("/components/schemas") else { return };
    let told_apart = |schema: &Value| ["properties", "enum", "pattern"].iter().any(|part| schema.get(part).is_some());
    let named: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(name, schema)| told_apart(schema) && !name.contains('_'))
        .map(|(name, schema)| (name.clone(), wordless(schema)))
        .collect();
    if let Some(Value::Object(all)) = all.pointer_mut("/components/schemas") {
        for (_, schema) in all {
            // The schema itself stays.
            each_child(schema, &mut |child| refer(child, &named));
        }
    }
    if let Some(paths) = all.get_mut("paths") {
        refer(paths, &named);
    }
}

fn refer(schema: &mut Value, named: &[(String, Value)]) {
    let bare = wordless(schema);
    if let Some((name, _)) = named.iter().find(|(_, known)| *known == bare) {
        *schema = json!({ "$ref": format!("{SCHEMAS}{name}") });
        return;
    }
    each_child(schema, &mut |child| refer(child, named));
}

/// What a schema allows, without what it tells people.
fn wordless(schema: &Value) -> Value {
    let mut bare = schema.clone();
    if let Value::Object(bare) = &mut bare {
        bare.remove("description");
    }
    bare
}

fn each_child(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(change),
        Value::Array(items) => items.iter_mut().for_each(change),
        _ => {}
    }
}

/// What is in an answer and may be null is always there, as null; what may be missing says so by not being nullable. And
/// an object of which nothing is known may hold anything.
fn say_what_is_always_there(all: &mut Value) {
    let mut answered = BTreeSet::new();
    if let Some(Value::Object(paths)) = all.get("paths") {
        for operation in paths.values().filter_map(Value::as_object).flat_map(Map::values) {
            collect(operation.get("responses").unwrap_or(&Value::Null), all, &mut answered);
        }
    }
    let Some(Value::Object(schemas)) = all.pointer_mut("/components/schemas") else { return };
    for (name, schema) in schemas {
        open_what_is_free(schema);
        if answered.contains(name) {
            require_nullable(schema);
        }
    }
}

fn require_nullable(schema: &mut Value) {
    let nullable = |property: &Value| {
        let is_null = |one: &Value| one == "null" || one.get("type").is_some_and(|kind| kind == "null");
        let kinds = property.get("type").and_then(Value::as_array);
        let choices = property.get("oneOf").and_then(Value::as_array);
        kinds.into_iter().chain(choices).flatten().any(is_null)
    };
    if let Value::Object(object) = schema
        && let Some(Value::Object(properties)) = object.get("properties")
    {
        let required = object.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let always =
            |(name, property): &(&String, &Value)| nullable(property) || required.iter().any(|one| one == *name);
        let all: Vec<Value> = properties.iter().filter(always).map(|(name, _)| json!(name)).collect();
        object.insert("required".to_owned(), Value::Array(all));
    }
    each_child(schema, &mut require_nullable);
}

fn open_what_is_free(schema: &mut Value) {
    if let Value::Object(object) = schema {
        let is_object = object.get("type").is_some_and(|kind| match kind {
            Value::Array(kinds) => kinds.iter().any(|kind| kind == "object"),
            kind => kind == "object",
        });
        if is_object && !object.contains_key("properties") && !object.contains_key("additionalProperties") {
            object.insert("additionalProperties".to_owned(), Value::Bool(true));
        }
    }
    each_child(schema, &mut open_what_is_free);
}

fn drop_what_is_unused(all: &mut Value) {
    let mut used = BTreeSet::new();
    collect(all.get("paths").unwrap_or(&Value::Null), all, &mut used);
    if let Some(Value::Object(schemas)) = all.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| used.contains(name));
    }
}

/// The names of the schemas that this part refers to, and those that these do.
fn collect(part: &Value, all: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            let schema = members.get("$ref").and_then(Value::as_str).and_then(|place| place.strip_prefix(SCHEMAS));
            if let Some(name) = schema
                && names.insert(name.to_owned())
            {
                collect(all.pointer(&format!("/components/schemas/{name}")).unwrap_or(&Value::Null), all, names);
            }
            members.values().for_each(|member| collect(member, all, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, all, names)),
        _ => {}
    }
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

/// Bare, without blanks at its ends; or quoted, with `\"` and `\\` for what these stand for: 1 to 255 characters either way.
const A_KEY: &str = r#"^(?:[!#-~](?:[ -~]{0,253}[!-~])?|"(?:[ !#-\[\]-~]|\\["\\]){1,255}")$"#;

fn add_key(post: &mut Operation, required: bool) {
    let text = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .min_length(Some(1))
        .max_length(Some(512))
        .pattern(Some(A_KEY))
        .build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(if required { Required::True } else { Required::False })
        .description(Some("A request that is repeated with the same key takes effect once; keys are kept for 24 hours"))
        .schema(Some(text))
        .build();
    post.parameters.get_or_insert_default().push(key.into());
}
