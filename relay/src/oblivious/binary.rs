//! Requests and answers as binary HTTP (RFC 9292), of known length and padded to a ladder.
//! Knows the two headers and the bodies of PROTOCOL.md; what they mean is the handlers'.
//! Invariant: every reader ends in a value or in [`Malformed`], for any bytes.

use std::io::Cursor;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bhttp::{Message, Mode, StatusCode};

use crate::wire::{CHUNK, ITEM_SIZES, Malformed, POST_LIMIT};

/// What the heads may take beside a body of the ladder, in bytes.
pub const HEADS: usize = 256;
/// Larger bodies are padded to so many chunks.
const CHUNKS: [usize; 10] = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/// What sealing adds to a request: key id, suite, X25519 key, tag.
pub const SEAL: usize = 7 + 32 + 16;
/// The longest sealed request, in bytes.
pub const SEALED_LIMIT: usize = POST_LIMIT + HEADS + SEAL;

/// The headers that a request may carry inside.
const TAKEN: [&str; 2] = ["authorization", "idempotency-key"];

/// An opened request.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// The path, as `/v1/post`.
    pub path: String,
    /// Whether the method is `POST`.
    pub is_post: bool,
    /// Token and idempotency key, and the length of the body.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Reads a request. Scheme, authority and other headers are passed over: there is one box here.
///
/// # Errors
/// [`Malformed`]: also for padding that is not zeros, and for a message of indeterminate length.
pub fn read(bytes: &[u8]) -> Result<Asked, Malformed> {
    if bytes.first() != Some(&0) {
        return Err(Malformed);
    }
    let mut from = Cursor::new(bytes);
    let message = Message::read_bhttp(&mut from).map_err(|_| Malformed)?;
    let end = usize::try_from(from.position()).map_err(|_| Malformed)?;
    if bytes.iter().skip(end).any(|byte| *byte != 0) {
        return Err(Malformed);
    }
    let control = message.control();
    let path = control
        .path()
        .and_then(|path| std::str::from_utf8(path).ok());
    let mut headers = HeaderMap::new();
    for field in message.header().fields() {
        let name = TAKEN.iter().find(|one| one.as_bytes() == field.name());
        if let Some(name) = name {
            let value = HeaderValue::from_bytes(field.value()).map_err(|_| Malformed)?;
            headers.try_append(*name, value).map_err(|_| Malformed)?;
        }
    }
    headers.insert(header::CONTENT_LENGTH, message.content().len().into());
    Ok(Asked {
        path: path.ok_or(Malformed)?.to_owned(),
        is_post: control.method() == Some(&b"POST"[..]),
        headers,
        body: message.content().to_vec(),
    })
}

/// Writes an answer, padded.
///
/// # Errors
/// [`Malformed`] for a status that is none.
pub fn write(
    status: u16,
    headers: &[(HeaderName, HeaderValue)],
    body: &[u8],
) -> Result<Vec<u8>, Malformed> {
    let mut message = Message::response(StatusCode::try_from(status).map_err(|_| Malformed)?);
    for (name, value) in headers {
        message.put_header(name.as_str(), value.as_bytes());
    }
    message.write_content(body);
    let mut out = Vec::with_capacity(padded(body.len() + HEADS));
    let written = message.write_bhttp(Mode::KnownLength, &mut out);
    written.map_err(|_| Malformed)?;
    out.resize(padded(out.len()), 0);
    Ok(out)
}

/// The step of the ladder that holds so many bytes; above its end, whole mebibytes.
#[must_use]
pub fn padded(bytes: usize) -> usize {
    let chunks = CHUNKS.iter().map(|count| count * CHUNK);
    let mut steps = ITEM_SIZES
        .into_iter()
        .chain(chunks)
        .map(|size| size + HEADS);
    steps
        .find(|step| bytes <= *step)
        .unwrap_or_else(|| bytes.next_multiple_of(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let words = [method, "https", "", path].map(|word| word.as_bytes().to_vec());
        let [method, scheme, authority, path] = words;
        let mut message = Message::request(method, scheme, authority, path);
        for (name, value) in headers {
            message.put_header(*name, *value);
        }
        message.write_content(body);
        let mut out = Vec::new();
        message.write_bhttp(Mode::KnownLength, &mut out).unwrap();
        out
    }

    #[test]
    fn a_request_is_read_with_its_two_headers_and_no_other() {
        let headers = [
            ("authorization", "Bearer x"),
            ("idempotency-key", "k"),
            ("x-forwarded-for", "10.0.0.1"),
            ("content-length", "9"),
        ];
        let mut bytes = request("POST", "/v1/post", &headers, &[7; 1024]);
        bytes.resize(padded(bytes.len()), 0);
        assert_eq!(bytes.len(), 1280);
        let asked = read(&bytes).unwrap();
        assert_eq!((asked.path.as_str(), asked.is_post), ("/v1/post", true));
        assert_eq!(asked.body, [7; 1024]);
        assert_eq!(asked.headers["content-length"], "1024");
        assert_eq!(asked.headers["authorization"], "Bearer x");
        assert_eq!(asked.headers.len(), 3);
        let twice = [("authorization", "a"), ("authorization", "b")];
        let twice = read(&request("GET", "/", &twice, b"")).unwrap();
        assert!(!twice.is_post);
        assert_eq!(twice.headers.get_all("authorization").iter().count(), 2);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let good = request("POST", "/v1/post", &[], b"x");
        assert!(read(&good).is_ok());
        let mut padding = good.clone();
        padding.extend([0, 0, 1]);
        let mut answer = write(200, &[], b"x").unwrap();
        for bytes in [&padding[..], &answer, b"", &[2], &[0], &[0xff; 64]] {
            assert_eq!(read(bytes), Err(Malformed), "{bytes:?}");
        }
        answer.truncate(5);
        assert!(read(&answer).is_err());
        let line = request("POST", "/v1/post", &[("authorization", "a\nb")], b"");
        assert_eq!(read(&line), Err(Malformed));
    }

    #[test]
    fn small_answers_look_alike_and_each_item_fits_its_step() {
        let kind = [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        )];
        let small = [&b""[..], &[1; 3], &[1; 1100]];
        for body in small {
            assert_eq!(write(200, &kind, body).unwrap().len(), 1280);
        }
        for size in ITEM_SIZES {
            assert_eq!(padded(size + HEADS), size + HEADS);
            assert!(padded(size + HEADS + 1) > size + HEADS + 1);
        }
        assert_eq!(padded(POST_LIMIT + HEADS), POST_LIMIT + HEADS);
        assert_eq!(padded(4 << 20), 4 << 20);
    }
}
