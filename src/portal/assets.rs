//! Style, script and icon: compiled in, named by their content, kept by browsers for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::http::Problem;
use crate::text::hex;

/// Where a page finds what it needs.
#[derive(Debug)]
pub struct Assets {
    pub style: String,
    pub script: String,
    pub icon: String,
}

struct File {
    path: String,
    kind: &'static str,
    content: &'static str,
}

static FILES: LazyLock<[File; 3]> = LazyLock::new(|| {
    [
        file("portal", "css", "text/css; charset=utf-8", include_str!("../../assets/portal.css")),
        file("portal", "js", "text/javascript; charset=utf-8", include_str!("../../assets/portal.js")),
        file("icon", "svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
    ]
});

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let [style, script, icon] = &*FILES;
    Assets { style: style.path.clone(), script: script.path.clone(), icon: icon.path.clone() }
});

fn file(name: &str, suffix: &str, kind: &'static str, content: &'static str) -> File {
    let hash = hex(&Sha256::digest(content));
    let path = format!("/assets/{name}-{}.{suffix}", hash.get(..12).unwrap_or(&hash));
    File { path, kind, content }
}

pub fn assets() -> &'static Assets {
    &ASSETS
}

/// `GET /assets/{name}`
pub async fn serve(Path(name): Path<String>) -> Response {
    let asked = format!("/assets/{name}");
    let Some(file) = FILES.iter().find(|file| file.path == asked) else {
        return Problem::not_found().into_response();
    };
    let headers = [(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, file.content).into_response()
}
