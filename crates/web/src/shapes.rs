//! Bodies and queries in the OpenAPI document: the names, words and examples of a type's own schema, and of each field
//! what its reader takes ([`described`]).

use std::borrow::Cow;
use std::marker::PhantomData;

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{RefOr, Required};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::input::{Body, QueryInput, described};

/// A body that makes something, for `request_body`: read by `R`, worded by `S`. Named by an alias, since the document
/// names a generic type by its parts.
pub struct NewBody<R, S = R>(PhantomData<(R, S)>);

/// A body that changes something.
pub struct PatchBody<R, S = R>(PhantomData<(R, S)>);

/// A query, for `params`: read by `Q`, worded by `P`.
pub struct QueryOf<Q, P>(PhantomData<(Q, P)>);

impl<R: Body, S: ToSchema> PartialSchema for NewBody<R, S> {
    fn schema() -> RefOr<Schema> {
        typed(&S::schema(), &described::of_new::<R>())
    }
}

impl<R: Body, S: ToSchema> ToSchema for NewBody<R, S> {
    fn name() -> Cow<'static, str> {
        S::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        nested::<S>(schemas, &described::of_new::<R>());
    }
}

impl<R: Body, S: ToSchema> PartialSchema for PatchBody<R, S> {
    fn schema() -> RefOr<Schema> {
        typed(&S::schema(), &described::of_patch::<R>())
    }
}

impl<R: Body, S: ToSchema> ToSchema for PatchBody<R, S> {
    fn name() -> Cow<'static, str> {
        S::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        nested::<S>(schemas, &described::of_patch::<R>());
    }
}

impl<Q: QueryInput, P: IntoParams> IntoParams for QueryOf<Q, P> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let worded = P::into_params(|| Some(ParameterIn::Query));
        let asked = described::of_query::<Q>();
        let required = asked.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let Some(Value::Object(properties)) = asked.get("properties") else { return worded };
        properties
            .iter()
            .map(|(name, takes)| {
                let words = worded.iter().find(|parameter| parameter.name == *name);
                // Nothing brings the schemas along that parameters refer to: what is named elsewhere is found again by
                // its looks (`document::finished`).
                let mut schema = words.and_then(|words| words.schema.as_ref()).map_or(Value::Null, json_of);
                if reference(&schema).is_some() {
                    schema = Value::Null;
                }
                let required = if required.iter().any(|one| one == name) { Required::True } else { Required::False };
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(ParameterIn::Query)
                    .required(required)
                    .description(words.and_then(|words| words.description.as_deref()))
                    .schema(Some(untyped(worded_as(&schema, takes))))
                    .build()
            })
            .collect()
    }
}

/// The parameters of several queries are those of each.
pub struct Both<A, B>(PhantomData<(A, B)>);

impl<A: IntoParams, B: IntoParams> IntoParams for Both<A, B> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = A::into_params(&place);
        all.extend(B::into_params(&place));
        all
    }
}

fn typed(words: &RefOr<Schema>, takes: &Value) -> RefOr<Schema> {
    untyped(object(&json_of(words), takes))
}

/// The schemas that `S` refers to, with what the reader takes where it reads one of them field by field.
fn nested<S: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>, takes: &Value) {
    let mut found = Vec::new();
    S::schemas(&mut found);
    let words = json_of(&S::schema());
    let parts = takes.get("properties").and_then(Value::as_object).into_iter().flatten();
    for (name, part) in parts.filter(|(_, part)| part.get("properties").is_some()) {
        let of = words.pointer(&format!("/properties/{name}")).and_then(reference);
        if let Some((_, schema)) = found.iter_mut().find(|(name, _)| of.as_deref() == Some(name)) {
            *schema = typed(schema, part);
        }
    }
    schemas.extend(found);
}

/// The object that the reader takes, in the words of the type.
fn object(words: &Value, takes: &Value) -> Value {
    let mut all = takes.as_object().cloned().unwrap_or_default();
    for word in ["title", "description", "example", "examples"] {
        if let Some(said) = words.get(word) {
            all.insert(word.to_owned(), said.clone());
        }
    }
    if let Some(Value::Object(properties)) = all.get_mut("properties") {
        for (name, takes) in properties {
            *takes = worded_as(words.get("properties").and_then(|all| all.get(name)).unwrap_or(&Value::Null), takes);
        }
    }
    // A union with null was for the field that holds it.
    all.insert("type".to_owned(), json!("object"));
    Value::Object(all)
}

/// What one field takes, in the words of the type; where the type names a schema of its own for it, that one.
fn worded_as(words: &Value, takes: &Value) -> Value {
    if !says_more(takes)
        && let Some(name) = reference(words)
    {
        let target = json!({ "$ref": format!("{PLACE}{name}") });
        let said = words.get("description").or_else(|| takes.get("description"));
        let default = words.get("default");
        let may_be_null = takes.get("type").and_then(Value::as_array).is_some();
        let mut all = Map::new();
        all.extend(said.map(|said| ("description".to_owned(), said.clone())));
        all.extend(default.map(|default| ("default".to_owned(), default.clone())));
        if may_be_null {
            all.insert("oneOf".to_owned(), json!([{ "type": "null" }, target]));
        } else if let Value::Object(target) = target {
            all.extend(target);
        }
        return Value::Object(all);
    }
    let mut all = takes.clone();
    if let Value::Object(all) = &mut all {
        for word in ["description", "default", "example", "examples"] {
            if let Some(said) = words.get(word) {
                all.insert(word.to_owned(), said.clone());
            }
        }
        if let (Some(items), Some(own)) = (words.pointer("/items/$ref"), all.get_mut("items")) {
            *own = json!({ "$ref": items });
        }
    }
    all
}

const PLACE: &str = "#/components/schemas/";

/// Whether the reader of a number or a time says more than the schema that all of them have.
fn says_more(takes: &Value) -> bool {
    let kind = takes.get("type");
    let is = |word: &str| {
        kind.is_some_and(|kind| kind == word || kind.as_array().is_some_and(|all| all.contains(&json!(word))))
    };
    is("number") || takes.get("format").is_some_and(|format| format == "date-time")
}

/// The schema that this one names, itself or as the alternative to null.
fn reference(schema: &Value) -> Option<String> {
    let named = |schema: &Value| schema.get("$ref").and_then(Value::as_str).map(str::to_owned);
    let alternatives = schema.get("oneOf").or_else(|| schema.get("allOf")).and_then(Value::as_array);
    let found = named(schema).or_else(|| alternatives.into_iter().flatten().find_map(named))?;
    found.strip_prefix(PLACE).map(str::to_owned)
}

fn json_of(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// Back into the document's own types.
fn untyped(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).unwrap_or_default()
}
