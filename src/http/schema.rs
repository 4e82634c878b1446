//! How ids and money look in the OpenAPI document, so that rooms use them in their types without annotations.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::id::{
    AssignmentId, AttemptId, AuditEntryId, CompetitionLevelId, ExportId, LeadId, LedgerEntryId, MailId, NicheId,
    ProviderId, SourceId, SubscriptionId, TokenId, UserId, for_each_id,
};
use crate::money::Money;

fn text(format: KnownFormat, description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .format(Some(SchemaFormat::KnownFormat(format)))
        .description(Some(description))
        .build()
}

/// Has a `text_enum!` documented under this name: one of its words.
#[macro_export]
macro_rules! document_words {
    ($type:ty as $name:literal, $description:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::http::schema::words(Self::CHOICES, $description)
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

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let mut id = text(KnownFormat::Uuid, "UUIDv7, canonical lower case");
                id.pattern = Some(super::input::described::UUID.to_owned());
                RefOr::T(Schema::Object(id))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed("Id")
            }
        }
    )*};
}
for_each_id!(ids);

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        let money = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Number))
            .description(Some(
                "An amount in the installation's currency, with at most the decimals that ISO 4217 gives it",
            ))
            .build();
        RefOr::T(Schema::Object(money))
    }
}

impl ToSchema for Money {}
