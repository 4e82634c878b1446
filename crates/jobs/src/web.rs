//! How a job's id and state look in an OpenAPI document. It stands here since only the package of a type may say so.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::{JobId, State};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String))
}

impl PartialSchema for JobId {
    fn schema() -> RefOr<Schema> {
        let mut id = text()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some("UUIDv7, canonical lower case"))
            .build();
        id.pattern = Some("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$".to_owned());
        RefOr::T(Schema::Object(id))
    }
}

impl ToSchema for JobId {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Id")
    }
}

impl PartialSchema for State {
    fn schema() -> RefOr<Schema> {
        let words = text()
            .enum_values(Some(Self::CHOICES.iter().map(|(word, _)| *word)))
            .description(Some("queued → running → done, or dead; a failure is queued again"))
            .build();
        RefOr::T(Schema::Object(words))
    }
}

impl ToSchema for State {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("JobState")
    }
}
