//! Forms as browsers send them when they have a file field: `multipart/form-data`.

use bytes::Bytes;
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;

use super::stranger::{FormOdd, MAX_PAIRS};

/// The fields of a form of several parts, in their order. Files are noted under their names and not kept. Where it
/// breaks off, what came before is read; `None` where nothing can be.
pub async fn multipart_pairs(body: Bytes, content_type: &str) -> Option<(Vec<(String, String)>, FormOdd)> {
    let boundary = multer::parse_boundary(content_type).ok().or_else(|| first_line(&body))?;
    // Scripts that write it line by line end their lines like any other text.
    let has_lines = body.windows(2).any(|two| two == b"\r\n");
    let body = if has_lines { body } else { body.split(|b| *b == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]).into() };
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

/// The fields of a form of our own page, and the bytes of its first file that is not empty. `None` where it cannot be read to
/// its end.
pub async fn multipart_file(body: Bytes, content_type: &str) -> Option<(Vec<(String, String)>, Bytes)> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let mut form = Multipart::new(BodyDataStream::new(Full::<Bytes>::new(body)), boundary);
    let (mut pairs, mut file) = (Vec::new(), Bytes::new());
    while let Some(field) = form.next_field().await.ok()? {
        let (name, is_file) = (field.name().unwrap_or_default().to_owned(), field.file_name().is_some());
        let bytes = field.bytes().await.ok()?;
        if !is_file && pairs.len() < MAX_PAIRS {
            pairs.push((name, String::from_utf8(bytes.into()).ok()?));
        } else if is_file && file.is_empty() {
            file = bytes;
        }
    }
    Some((pairs, file))
}

/// The boundary, as the body begins with it: scripts that set the header themselves leave it out there.
fn first_line(body: &[u8]) -> Option<String> {
    let line = body.trim_ascii_start().strip_prefix(b"--")?.split(|b| matches!(b, b'\r' | b'\n')).next()?;
    let boundary = std::str::from_utf8(line).ok()?.trim_end();
    let is_one = (1..=70).contains(&boundary.len()) && boundary.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    (is_one && !boundary.ends_with("--")).then(|| boundary.to_owned())
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
