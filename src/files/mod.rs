//! Files that outlive a request: on the local disk, or in any S3. A name is ours alone (ids and numbers), so no path of
//! anybody's making is ever followed.

use std::fs::File;
use std::future::poll_fn;
use std::ops::Range;
use std::path::Path as LocalPath;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// What is read of a local file at once: a part of an upload, 5 MiB being the least that S3 takes.
const PART: usize = 5 * 1024 * 1024;
/// Parts of one upload that are under way at the same time.
const PARTS: usize = 2;
/// How long a request to the storage may take before it is tried again, and how long that goes on.
const REQUEST: Duration = Duration::from_secs(30);
const RETRIES: usize = 3;

/// Where `STORAGE_URL` points to.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// The content of a file, as it is read.
pub type Content = Pin<Box<dyn Stream<Item = std::result::Result<Bytes, object_store::Error>> + Send>>;

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub changed_at: Timestamp,
}

impl Files {
    /// `file://FOLDER`, which is made where it is missing, or `s3://BUCKET[/PREFIX]` with the usual AWS variables. `Err` is
    /// the line to show.
    pub fn open(url: &str) -> std::result::Result<Self, String> {
        if let Some(folder) = url.strip_prefix("file://") {
            return Self::on_disk(LocalPath::new(folder));
        }
        let Some(rest) = url.strip_prefix("s3://") else {
            return Err("STORAGE_URL must start with file:// or s3://".to_owned());
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err("STORAGE_URL names no bucket: write s3://BUCKET/PREFIX".to_owned());
        }
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: 2 * REQUEST, ..RetryConfig::default() };
        // The endpoint is the operator's own word; without one it is AWS, over TLS.
        let client = ClientOptions::new()
            .with_timeout(REQUEST)
            .with_connect_timeout(Duration::from_secs(5))
            .with_allow_http(true);
        let store =
            AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry).with_client_options(client).build();
        let store = store.map_err(|error| format!("STORAGE_URL cannot be used: {error}"))?;
        let prefix = Path::parse(prefix.trim_end_matches('/')).map_err(|error| format!("STORAGE_URL: {error}"))?;
        Ok(Self { store: Arc::new(store), prefix })
    }

    fn on_disk(folder: &LocalPath) -> std::result::Result<Self, String> {
        let cannot = |error: &dyn std::fmt::Display| format!("STORAGE_URL {}: {error}", folder.display());
        std::fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(&error))?;
        Ok(Self { store: Arc::new(store.with_fsync(true)), prefix: Path::default() })
    }

    /// Takes a local file over, whole or not at all.
    pub async fn put(&self, name: &str, file: File) -> Result<()> {
        let mut file = tokio::fs::File::from_std(file);
        let upload =
            self.store.put_multipart(&self.path(name)).await.map_err(|error| gone_wrong("begin", name, &error))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut part = vec![0; 256 * 1024];
        loop {
            let read = file.read(&mut part).await.map_err(|error| gone_wrong("read", name, &error))?;
            let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
            upload.wait_for_capacity(PARTS).await.map_err(|error| gone_wrong("write", name, &error))?;
            upload.write(part);
        }
        upload.finish().await.map(drop).map_err(|error| gone_wrong("write", name, &error))
    }

    /// The bytes of `range`; `None` where there is no such file.
    pub async fn get(&self, name: &str, range: Range<u64>) -> Result<Option<Content>> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        match self.store.get_opts(&self.path(name), options).await {
            Ok(found) => Ok(Some(Box::pin(found.into_stream()))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(gone_wrong("read", name, &error)),
        }
    }

    /// Size and SHA-256 of a file, read to its end; `None` where there is no such file.
    pub async fn digest(&self, name: &str) -> Result<Option<(u64, [u8; 32])>> {
        let found = match self.store.get(&self.path(name)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(gone_wrong("read", name, &error)),
        };
        let (mut size, mut hash, mut content) = (0, Sha256::new(), found.into_stream());
        while let Some(part) = poll_fn(|cx| content.as_mut().poll_next(cx)).await {
            let part = part.map_err(|error| gone_wrong("read", name, &error))?;
            size += u64::try_from(part.len()).unwrap_or(0);
            hash.update(&part);
        }
        Ok(Some((size, hash.finalize().into())))
    }

    /// It is gone afterwards, also where it had never been there.
    pub async fn delete(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(gone_wrong("delete", name, &error)),
        }
    }

    /// All files whose names begin with this folder's.
    pub async fn list(&self, folder: &str) -> Result<Vec<Found>> {
        let listed = self.store.list_with_delimiter(Some(&self.path(folder))).await;
        let listed = listed.map_err(|error| gone_wrong("list", folder, &error))?;
        let found = listed.objects.into_iter().filter_map(|meta| {
            let name = meta.location.as_ref().strip_prefix(self.prefix.as_ref())?.trim_start_matches('/').to_owned();
            let changed_at = Timestamp::from_micros(meta.last_modified.timestamp_micros())?;
            Some(Found { name, changed_at })
        });
        Ok(found.collect())
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }
}

fn gone_wrong(what: &str, name: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Unavailable(format!("the storage failed to {what} {name}: {error}").into())
}
