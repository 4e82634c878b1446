//! Who posts: whoever knows a source's key.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::input::Text;
use crate::http::{Path, Problem};
use crate::id::Id;
use crate::intake::{self, Source};

/// Whoever knows the key in the path, and what stands behind it. A key that is none counts against its caller's address.
pub(super) struct CurrentSource {
    pub source: Arc<Source>,
    /// Also where it was put without a question mark.
    pub query: String,
}

impl FromRequestParts<App> for CurrentSource {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Problem> {
        let Path(Text(key)) = Path::<Text>::from_request_parts(parts, app).await?;
        let (key, behind) = key.split_once('&').unwrap_or((&key, ""));
        let query = format!("{behind}&{}", parts.uri.query().unwrap_or_default());
        // As it is copied with the blank beside it.
        match by_key(app, key.trim().to_owned()).await {
            Ok(source) => {
                app.limits.sender(parts, source.id.uuid()).await?;
                Ok(Self { source, query })
            }
            Err(refused @ Error::NotFound(_)) => {
                app.limits.stranger(parts).await?;
                Err(refused.into())
            }
            Err(failed) => Err(failed.into()),
        }
    }
}

/// The source of the key, remembered for a moment like any identity.
pub(super) async fn by_key(app: &App, key: String) -> Result<Arc<Source>> {
    let hash = Sha256::new().chain_update("source\0").chain_update(&key).finalize().into();
    if let Some(source) = app.identities.get::<Source>(&hash) {
        return Ok(source);
    }
    let asked = app.identities.epoch();
    let source = Arc::new(app.db.read(move |read| intake::source_by_key(read, &key)).await?);
    app.identities.put(asked, hash, source.clone());
    Ok(source)
}
