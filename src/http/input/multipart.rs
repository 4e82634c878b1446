//! Forms as browsers send them when they have a file field: `multipart/form-data`.

use bytes::Bytes;
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;

use super::stranger::{FormOdd, MAX_PAIRS};

/// The fields of a form of several parts, in their order. Files are noted under their names and not kept. Where it breaks off,
/// what came before is read; `None` where nothing can be.
pub async fn multipart_pairs(body: Bytes, content_type: &str) -> Option<(Vec<(String, String)>, FormOdd)> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let mut form = Multipart::new(BodyDataStream::new(Full::<Bytes>::new(body)), boundary);
    let (mut pairs, mut odd) = (Vec::new(), FormOdd::default());
    loop {
        match next(&mut form, &mut odd).await {
            Ok(Some(pair)) if pairs.len() < MAX_PAIRS => pairs.push(pair),
            Ok(None) => return Some((pairs, odd)),
            Ok(Some(_)) | Err(_) => {
                odd.cut_off = true;
                return (!pairs.is_empty()).then_some((pairs, odd));
            }
        }
    }
}

async fn next(form: &mut Multipart<'_>, odd: &mut FormOdd) -> Result<Option<(String, String)>, multer::Error> {
    let Some(field) = form.next_field().await? else { return Ok(None) };
    let name = field.name().unwrap_or_default().to_owned();
    if let Some(file) = field.file_name() {
        odd.files |= !file.is_empty();
        return Ok(Some((name, file.to_owned())));
    }
    let label = field.content_type().and_then(|kind| kind.get_param("charset")).map(|label| label.to_string());
    let bytes = field.bytes().await?;
    Ok(Some((name, odd.text(&bytes, label.as_deref()))))
}
