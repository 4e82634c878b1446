//! Files in any S3. `object_store` does all but one thing: it knows no list of the uploads that were begun and not ended,
//! of which a killed worker leaves one behind, and whose parts are paid for until they are aborted.

use std::time::Duration;

use ground::clock::Timestamp;
use http::{Method, Request};
use http_body_util::BodyExt;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer};
use object_store::client::{HttpClient, HttpConnector, HttpRequestBody, ReqwestConnector};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{ClientOptions, RetryConfig};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// How long a request to the storage may take before it is tried again, and how long that goes on.
const REQUEST: Duration = Duration::from_secs(30);
const RETRIES: usize = 3;

/// Under this name its lines stand in the log.
const LOG: &str = "leadhouse::files::s3";

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug)]
pub(crate) struct S3 {
    pub store: AmazonS3,
    http: HttpClient,
    /// Of the bucket.
    url: String,
    region: String,
    signed: bool,
}

/// A page of the list of uploads that are under way.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Uploads {
    #[serde(default)]
    is_truncated: bool,
    #[serde(default)]
    next_key_marker: String,
    #[serde(default)]
    next_upload_id_marker: String,
    #[serde(default)]
    upload: Vec<Upload>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Upload {
    key: String,
    #[serde(rename = "UploadId")]
    id: String,
    initiated: String,
}

impl S3 {
    /// With the usual AWS variables of the environment, and these instead of some. `Err` is the line to show.
    pub fn open(bucket: &str, variables: &[(&str, &str)]) -> Result<Self, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("STORAGE_URL cannot be used: {error}");
        // The endpoint is the operator's own word; without one it is AWS, over TLS.
        let client = ClientOptions::new()
            .with_timeout(REQUEST)
            .with_connect_timeout(Duration::from_secs(5))
            .with_allow_http(true);
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: 2 * REQUEST, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::from_env();
        for (name, value) in variables {
            let key = name.to_ascii_lowercase().parse().map_err(|error: object_store::Error| wrong(&error))?;
            builder = builder.with_config(key, *value);
        }
        let builder = builder.with_bucket_name(bucket).with_retry(retry).with_client_options(client.clone());
        let said = |key: AmazonS3ConfigKey| builder.get_config_value(&key);
        let region = said(AmazonS3ConfigKey::Region).unwrap_or_else(|| "us-east-1".to_owned());
        let signed = said(AmazonS3ConfigKey::SkipSignature).as_deref() != Some("true");
        let url = bucket_url(bucket, &region, &builder);
        let http = ReqwestConnector::default().connect(&client).map_err(|error| wrong(&error))?;
        let store = builder.build().map_err(|error| wrong(&error))?;
        Ok(Self { store, http, url, region, signed })
    }

    /// Ends the uploads of this folder that were begun before `then`; how many.
    pub async fn abandon(&self, folder: &Path, then: Timestamp) -> Result<usize, Failed> {
        let (mut key_marker, mut upload_marker, mut abandoned) = (String::new(), String::new(), 0);
        loop {
            let Some(page) = self.uploads(&format!("{folder}/"), &key_marker, &upload_marker).await? else {
                return Ok(abandoned);
            };
            for upload in page.upload {
                if Timestamp::parse(&upload.initiated).is_some_and(|begun| begun < then) {
                    self.store.abort_multipart(&Path::parse(&upload.key)?, &upload.id).await?;
                    abandoned += 1;
                }
            }
            if !page.is_truncated {
                return Ok(abandoned);
            }
            (key_marker, upload_marker) = (page.next_key_marker, page.next_upload_id_marker);
        }
    }

    /// `None` where the storage has no such list, or not for us: what was begun and never ended is its own affair there.
    async fn uploads(&self, prefix: &str, key_marker: &str, upload_marker: &str) -> Result<Option<Uploads>, Failed> {
        let value = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let mut url = format!("{}/?uploads=&prefix={}", self.url, value(prefix));
        if !key_marker.is_empty() {
            let (key, upload) = (value(key_marker), value(upload_marker));
            url = format!("{url}&key-marker={key}&upload-id-marker={upload}");
        }
        let mut request = Request::builder().method(Method::GET).uri(url).body(HttpRequestBody::empty())?;
        if self.signed {
            let credential = self.store.credentials().get_credential().await?;
            AwsAuthorizer::new(&credential, "s3", &self.region).try_authorize(&mut request, None)?;
        }
        let answer = self.http.execute(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if matches!(status.as_u16(), 400 | 403 | 404 | 405 | 501) {
            tracing::debug!(target: LOG, %status, "the storage lists no uploads");
            return Ok(None);
        }
        if !status.is_success() {
            return Err(format!("the list of uploads is answered with {status}").into());
        }
        Ok(Some(quick_xml::de::from_str(std::str::from_utf8(&body)?)?))
    }
}

/// As `object_store` makes it.
fn bucket_url(bucket: &str, region: &str, builder: &AmazonS3Builder) -> String {
    let said = |key: AmazonS3ConfigKey| builder.get_config_value(&key);
    let endpoint = said(AmazonS3ConfigKey::S3Endpoint).or_else(|| said(AmazonS3ConfigKey::Endpoint));
    let virtual_hosted = said(AmazonS3ConfigKey::VirtualHostedStyleRequest).as_deref() == Some("true");
    match (endpoint, virtual_hosted) {
        (Some(endpoint), true) => endpoint.trim_end_matches('/').to_owned(),
        (Some(endpoint), false) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
        (None, true) => format!("https://{bucket}.s3.{region}.amazonaws.com"),
        (None, false) => format!("https://s3.{region}.amazonaws.com/{bucket}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Upload, Uploads};

    #[test]
    fn a_list_of_uploads_is_read() {
        let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>b</Bucket><KeyMarker/>
            <UploadIdMarker/><NextKeyMarker>exports/b</NextKeyMarker><NextUploadIdMarker>2</NextUploadIdMarker>
            <MaxUploads>2</MaxUploads><IsTruncated>true</IsTruncated>
            <Upload><Key>exports/a</Key><UploadId>1</UploadId><Initiator><ID>i</ID></Initiator><Owner><ID>o</ID></Owner>
            <StorageClass>STANDARD</StorageClass><Initiated>2026-11-10T20:48:33.000Z</Initiated></Upload>
            <Upload><UploadId>2</UploadId><Key>exports/b</Key><Initiated>2026-11-10T20:48:34.000Z</Initiated></Upload>
            </ListMultipartUploadsResult>"#;
        let upload = |key: &str, id: &str, second: u32| Upload {
            key: format!("exports/{key}"),
            id: id.to_owned(),
            initiated: format!("2026-11-10T20:48:{second}.000Z"),
        };
        let uploads = Uploads {
            is_truncated: true,
            next_key_marker: "exports/b".to_owned(),
            next_upload_id_marker: "2".to_owned(),
            upload: vec![upload("a", "1", 33), upload("b", "2", 34)],
        };
        assert_eq!(quick_xml::de::from_str::<Uploads>(xml).unwrap(), uploads);
        let none = quick_xml::de::from_str::<Uploads>("<ListMultipartUploadsResult/>").unwrap();
        assert!(!none.is_truncated && none.upload.is_empty());
    }
}
