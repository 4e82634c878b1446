//! How ids and money look in the OpenAPI document, so that rooms use them in their types without annotations.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::id::{
    AssignmentId, AttemptId, AuditEntryId, CompetitionLevelId, ErasureId, ExportId, LeadId, LedgerEntryId, MailId,
    NicheId, ProviderId, RefusedPostId, SourceId, SubscriptionId, SuppressionId, TokenId, UserId, for_each_id,
};
use crate::money::Money;

fn text(format: KnownFormat, description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .format(Some(SchemaFormat::KnownFormat(format)))
        .description(Some(description))
        .build()
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let mut id = text(KnownFormat::Uuid, "UUIDv7, canonical lower case");
                id.pattern = Some(web::input::described::UUID.to_owned());
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
