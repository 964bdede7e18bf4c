//! A request that carries an image: the parameters of its form and the file become the parts of one body (RFC 7578).

use std::sync::Arc;

use url::form_urlencoded;

use crate::error::{Error, Result};
use crate::http::{File, Request};
use crate::token::Secret;

/// What is between the parts (RFC 2046 §5.1.1). The text of a post that has it is refused.
const BOUNDARY: &str = "keybearer-b8d1f3a65c7e4920";
const CONTENT_TYPE: &str = "multipart/form-data; boundary=keybearer-b8d1f3a65c7e4920";
const END: &str = "\r\n--keybearer-b8d1f3a65c7e4920--\r\n";

/// An image as its server sent it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// `image/jpeg`, …
    pub content_type: String,
    /// The file.
    pub bytes: Arc<[u8]>,
}

/// The request with the image as the part of this name. Without one, `{image}` stands for it.
///
/// # Errors
/// [`Error::InputInvalid`] where a part has the boundary in it.
pub fn with_picture(mut request: Request, name: &str, picture: Option<&Picture>) -> Result<Request> {
    let form = request.body.take().map(|(_, form)| form);
    let form = form.as_ref().map(Secret::expose).unwrap_or_default();
    let mut body = String::new();
    for (name, value) in form_urlencoded::parse(form.as_bytes()) {
        body += &format!("{}\r\n\r\n{value}\r\n", head(&name));
    }
    let has_boundary = |bytes: &[u8]| bytes.windows(BOUNDARY.len()).any(|window| window == BOUNDARY.as_bytes());
    let parts = form_urlencoded::parse(form.as_bytes()).any(|(name, value)| (name + value.as_ref()).contains(BOUNDARY));
    if parts || picture.is_some_and(|picture| has_boundary(&picture.bytes)) {
        return Err(Error::InputInvalid { field: "image".into() });
    }
    body += &head(name);
    match picture {
        None => body += &format!("; filename=\"image\"\r\n\r\n{{image}}{END}"),
        Some(picture) => {
            let kind = picture.content_type.trim_start_matches("image/");
            let kind: String = kind.chars().take_while(char::is_ascii_alphanumeric).collect();
            let content_type = &picture.content_type;
            body += &format!("; filename=\"image.{kind}\"\r\ncontent-type: {content_type}\r\n\r\n");
            request.file = Some(File {
                bytes: picture.bytes.clone(),
                end: END,
            });
        }
    }
    request.body = Some((CONTENT_TYPE, Secret::new(body)));
    Ok(request)
}

/// The head of a part (RFC 7578 §4.2).
fn head(name: &str) -> String {
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn form(body: &str) -> Request {
        Request {
            body: Some(("application/x-www-form-urlencoded", Secret::new(body))),
            ..Request::get("post", url::Url::parse("https://example.org/media").unwrap())
        }
    }

    #[test]
    fn the_parameters_and_the_image_are_parts() {
        let picture = Picture {
            content_type: "image/svg+xml".into(),
            bytes: Arc::from(&b"\xff\x00\r\n"[..]),
        };
        let request = with_picture(form("a=1+2&b%22=%0D%0A"), "file", Some(&picture)).unwrap();
        let (content_type, body) = request.body.unwrap();
        assert!(content_type.ends_with(BOUNDARY) && END.contains(BOUNDARY));
        let parts: Vec<&str> = body.expose().split(&format!("--{BOUNDARY}\r\n")).collect();
        assert_eq!(
            parts,
            [
                "",
                "content-disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n",
                "content-disposition: form-data; name=\"b%22\"\r\n\r\n\r\n\r\n",
                "content-disposition: form-data; name=\"file\"; filename=\"image.svg\"\r\ncontent-type: image/svg+xml\r\n\r\n",
            ]
        );
        assert_eq!(&*request.file.unwrap().bytes, b"\xff\x00\r\n");
        let shown = with_picture(form(""), "file", None).unwrap();
        assert!(shown.file.is_none() && shown.body.unwrap().1.expose().contains("\r\n\r\n{image}\r\n--"));
    }

    #[test]
    fn a_part_may_not_end_the_body() {
        assert!(with_picture(form(&format!("a=x{BOUNDARY}")), "file", None).is_err());
        let picture = Picture {
            content_type: "image/png".into(),
            bytes: Arc::from(END.as_bytes()),
        };
        assert!(with_picture(form(""), "file", Some(&picture)).is_err());
    }
}
