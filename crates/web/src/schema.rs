//! How words look in the OpenAPI document.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

/// Has a `text_enum!` documented under this name: one of its words.
#[macro_export]
macro_rules! document_words {
    ($type:ty as $name:literal, $description:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::schema::words(Self::CHOICES, $description)
            }
        }

        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed($name)
            }
        }
    };
}

/// The schema of a text that is one of some words, as `text_enum!` lists them.
pub fn words<T>(choices: &[(&str, T)], description: &str) -> RefOr<Schema> {
    let words = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .enum_values(Some(choices.iter().map(|(word, _)| *word)))
        .description(Some(description))
        .build();
    RefOr::T(Schema::Object(words))
}
