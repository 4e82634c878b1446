//! Files that outlive a request: on the local disk, or in any S3.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod disk;
mod folder;
mod s3;

use std::fs::File;
use std::future::poll_fn;
use std::ops::Range;
use std::path::Path as LocalPath;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use ground::clock::Timestamp;
use ground::error::{Error, Result};
use ground::text::without_secrets;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use disk::Disk;
use s3::S3;

pub use folder::usable_folder;

/// Under this name its lines stand in the log.
const LOG: &str = "leadhouse::files";

/// What is read of a file at once.
const READ: usize = 256 * 1024;
/// The least that S3 takes as a part of an upload.
const PART: usize = 5 * 1024 * 1024;
/// How long a start waits for the storage's word.
const ASKED: Duration = Duration::from_secs(5);
/// Parts of one upload that are under way at the same time.
const PARTS: usize = 2;

/// Where `STORAGE_URL` points to.
#[derive(Debug, Clone)]
pub struct Files {
    place: Arc<Place>,
    prefix: Path,
}

#[derive(Debug)]
enum Place {
    Disk(Disk),
    S3(S3),
}

/// The content of a file, as it is read.
pub type Content = Pin<Box<dyn Stream<Item = std::result::Result<Bytes, object_store::Error>> + Send>>;

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// As it was written, with its folder.
    pub name: String,
    /// When it was written last, by the storage's clock.
    pub changed_at: Timestamp,
}

impl Files {
    /// `file://FOLDER`, which is made where it is missing, or `s3://BUCKET[/PREFIX]` with the usual AWS variables. `Err` is
    /// the line to show.
    pub fn open(url: &str) -> std::result::Result<Self, String> {
        Self::open_with(url, &[])
    }

    /// Whether `open` can do that, without making anything. `Err` is the line to show.
    pub fn judge(url: &str) -> std::result::Result<(), String> {
        match url.strip_prefix("file://") {
            Some(folder) => usable_folder(LocalPath::new(folder)).map_err(|why| format!("STORAGE_URL {url}: {why}")),
            None => Self::open(url).map(drop),
        }
    }

    /// What is there to be looked at; `None` where it is a folder that is not there, and none is made.
    pub fn there(url: &str) -> std::result::Result<Option<Self>, String> {
        match url.strip_prefix("file://") {
            Some(folder) if !LocalPath::new(folder).is_dir() => Ok(None),
            _ => Self::open(url).map(Some),
        }
    }

    /// The same, with these AWS variables over the environment's.
    pub fn open_with(url: &str, variables: &[(&str, &str)]) -> std::result::Result<Self, String> {
        if let Some(folder) = url.strip_prefix("file://") {
            let place = Arc::new(Place::Disk(Disk::open(LocalPath::new(folder))?));
            return Ok(Self { place, prefix: Path::default() });
        }
        let Some(rest) = url.strip_prefix("s3://") else {
            return Err("STORAGE_URL must start with file:// or s3://".to_owned());
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err("STORAGE_URL names no bucket: write s3://BUCKET/PREFIX".to_owned());
        }
        let place = Arc::new(Place::S3(S3::open(bucket, variables)?));
        let prefix = Path::parse(prefix.trim_end_matches('/')).map_err(|error| format!("STORAGE_URL: {error}"))?;
        Ok(Self { place, prefix })
    }

    /// Asks the storage once whether it is there for us. Where it is away that is told, and passes.
    ///
    /// # Errors
    /// The line to show: there is no such bucket, or it is not ours.
    pub async fn ask(&self) -> std::result::Result<(), String> {
        let Place::S3(s3) = &*self.place else { return Ok(()) };
        let mut list = s3.store.list(Some(&self.prefix));
        let asked = tokio::time::timeout(ASKED, poll_fn(|cx| list.as_mut().poll_next(cx))).await;
        match asked {
            Ok(None | Some(Ok(_))) => Ok(()),
            Ok(Some(Err(error))) => {
                let words = said(&error.to_string());
                if is_refusal(&words) {
                    return Err(format!(
                        "STORAGE_URL: the bucket is not there (in AWS_REGION), or these AWS keys may not use it: {words}"
                    ));
                }
                tracing::warn!(target: LOG, "the storage is away, files wait for it: {words}");
                Ok(())
            }
            Err(_) => {
                tracing::warn!(target: LOG, "the storage does not answer, files wait for it");
                Ok(())
            }
        }
    }

    fn store(&self) -> &dyn ObjectStore {
        match &*self.place {
            Place::Disk(disk) => &disk.store,
            Place::S3(s3) => &s3.store,
        }
    }

    /// Takes a local file over, whole or not at all. What it leaves when it is cut off is ended by [`Files::abandon`].
    pub async fn put(&self, name: &str, file: File) -> Result<()> {
        let part = match *self.place {
            Place::Disk(_) => READ,
            Place::S3(_) => PART,
        };
        let length = file.metadata().map_err(|error| gone_wrong("read", name, &error))?.len();
        let mut file = tokio::fs::File::from_std(file);
        if usize::try_from(length).is_ok_and(|length| length <= part) {
            let mut whole = Vec::new();
            file.read_to_end(&mut whole).await.map_err(|error| gone_wrong("read", name, &error))?;
            let put = self.store().put(&self.path(name), whole.into()).await;
            put.map_err(|error| gone_wrong("write", name, &error))?;
            return self.keep_private(name);
        }
        let upload = self.store().put_multipart(&self.path(name)).await;
        let upload = upload.map_err(|error| gone_wrong("begin", name, &error))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, part);
        if let Err(error) = pour(&mut file, &mut upload).await {
            if let Err(error) = upload.abort().await {
                tracing::warn!(target: LOG, file = name, %error, "an upload that failed could not be ended");
            }
            return Err(gone_wrong("write", name, &error));
        }
        upload.finish().await.map_err(|error| gone_wrong("write", name, &error))?;
        self.keep_private(name)
    }

    /// What is on the local disk is for the eyes of its owner alone.
    fn keep_private(&self, name: &str) -> Result<()> {
        match &*self.place {
            Place::Disk(disk) => disk.keep_private(name).map_err(|error| gone_wrong("close", name, &error)),
            Place::S3(_) => Ok(()),
        }
    }

    /// Ends what was begun to be written into this folder before `then` and never ended, since its writer was killed; how
    /// many.
    pub async fn abandon(&self, folder: &str, then: Timestamp) -> Result<usize> {
        match &*self.place {
            Place::Disk(disk) => disk.abandon(folder, then).await.map_err(|error| gone_wrong("clear", folder, &error)),
            Place::S3(s3) => {
                s3.abandon(&self.path(folder), then).await.map_err(|error| gone_wrong("clear", folder, &error))
            }
        }
    }

    /// The bytes of `range`; `None` where there is no such file.
    pub async fn get(&self, name: &str, range: Range<u64>) -> Result<Option<Content>> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        match self.store().get_opts(&self.path(name), options).await {
            Ok(found) => Ok(Some(Box::pin(found.into_stream()))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(gone_wrong("read", name, &error)),
        }
    }

    /// Whether there is such a file.
    pub async fn is_there(&self, name: &str) -> Result<bool> {
        match self.store().head(&self.path(name)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(gone_wrong("find", name, &error)),
        }
    }

    /// Size and SHA-256 of a file, read to its end; `None` where there is no such file.
    pub async fn digest(&self, name: &str) -> Result<Option<(u64, [u8; 32])>> {
        let found = match self.store().get(&self.path(name)).await {
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
        match self.store().delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(gone_wrong("delete", name, &error)),
        }
    }

    /// All files whose names begin with this folder's.
    pub async fn list(&self, folder: &str) -> Result<Vec<StoredFile>> {
        let listed = self.store().list_with_delimiter(Some(&self.path(folder))).await;
        let listed = listed.map_err(|error| gone_wrong("list", folder, &error))?;
        let found = listed.objects.into_iter().filter_map(|meta| {
            let name = meta.location.as_ref().strip_prefix(self.prefix.as_ref())?.trim_start_matches('/').to_owned();
            let changed_at = Timestamp::from_micros(meta.last_modified.timestamp_micros())?;
            Some(StoredFile { name, changed_at })
        });
        Ok(found.collect())
    }

    /// Makes an empty file, whose name says all; again: the same.
    pub async fn mark(&self, name: &str) -> Result<()> {
        let put = self.store().put(&self.path(name), Bytes::new().into()).await;
        put.map(drop).map_err(|error| gone_wrong("write", name, &error))
    }

    /// The names in this folder that sort after `after`, without the folder, in their order.
    pub async fn names_after(&self, folder: &str, after: &str) -> Result<Vec<String>> {
        let (folder, mut names) = (self.path(folder), Vec::new());
        let mut listed = self.store().list_with_offset(Some(&folder), &folder.clone().join(after));
        while let Some(found) = poll_fn(|cx| listed.as_mut().poll_next(cx)).await {
            let found = found.map_err(|error| gone_wrong("list", folder.as_ref(), &error))?;
            names.extend(found.location.filename().map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }
}

async fn pour(file: &mut tokio::fs::File, upload: &mut WriteMultipart) -> object_store::Result<()> {
    let mut part = vec![0; READ];
    loop {
        let read = file.read(&mut part).await;
        let read =
            read.map_err(|error| object_store::Error::Generic { store: "temporary file", source: error.into() })?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { return Ok(()) };
        upload.wait_for_capacity(PARTS).await?;
        upload.write(part);
    }
}

/// In one line; where the storage answered, its own words out of the XML around them.
fn said(words: &str) -> String {
    let inside = |name: &str| {
        let (_, rest) = words.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
    };
    let shown = match (inside("Code"), inside("Message")) {
        (Some(code), Some(message)) => {
            let before =
                words.split_once("<?xml").or_else(|| words.split_once('<')).map_or(words, |(before, _)| before);
            format!("{before}{code}: {message}")
        }
        _ => words.to_owned(),
    };
    without_secrets(&shown.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the storage said no, rather than nothing: the library tells the two apart by its words alone.
fn is_refusal(words: &str) -> bool {
    // An answer from another region, which names the right one to nobody.
    if words.contains("incorrectly configured region") {
        return true;
    }
    ["301", "400", "401", "403", "404"]
        .iter()
        .any(|code| words.contains(&format!("status code: {code}")) || words.contains(&format!("status {code}")))
}

fn gone_wrong(what: &str, name: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Unavailable(format!("the storage failed to {what} {name}: {error}").into())
}
