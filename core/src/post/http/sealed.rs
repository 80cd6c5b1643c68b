//! One request as the post box reads it once it is opened: binary HTTP of known length (RFC 9292), padded to the ladder of
//! PROTOCOL.md 12. Knows no cipher and no address.
//! Invariant: a padded length tells nothing but its step.

use std::io::Cursor;

use bhttp::{Message, Mode};

use super::{CHUNK, CHUNKS, LADDER, PostError};

/// What the heads may take beside a body of the ladder, in bytes.
pub(super) const HEADS: usize = 256;
/// Steps above those of a post, in chunks: answers to a fetch.
const MORE: [usize; 2] = [32, 48];
/// Longer ones are whole mebibytes.
const MEBIBYTE: usize = 1 << 20;
/// The longest answer that an oblivious relay passes on, in bytes.
pub(super) const LONGEST: usize = 5 << 20;

/// An opened answer.
pub struct Opened {
    /// The status.
    pub status: u16,
    /// How long to wait, in seconds.
    pub retry_after: Option<u32>,
    /// What kind of body it is; empty where that is not said.
    pub kind: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Writes a request, with its token and its idempotency key.
pub(super) fn write(
    method: &str,
    path: &str,
    (bearer, key): (Option<&str>, Option<&str>),
    body: &[u8],
) -> Result<Vec<u8>, PostError> {
    let path = format!("/{path}");
    let words = [method, "https", "", &path].map(|word| word.as_bytes().to_vec());
    let [method, scheme, authority, path] = words;
    let mut message = Message::request(method, scheme, authority, path);
    if let Some(bearer) = bearer {
        message.put_header("authorization", bearer);
    }
    if let Some(key) = key {
        message.put_header("idempotency-key", key);
    }
    message.write_content(body);
    let mut out = Vec::with_capacity(padded(body.len() + HEADS));
    message
        .write_bhttp(Mode::KnownLength, &mut out)
        .map_err(|_| PostError::NotThisProtocol)?;
    out.resize(padded(out.len()), 0);
    Ok(out)
}

/// Reads an answer.
///
/// # Errors
/// [`PostError::NotThisProtocol`], also for padding that is not zeros.
pub fn read(bytes: &[u8]) -> Result<Opened, PostError> {
    let refused = PostError::NotThisProtocol;
    if bytes.first() != Some(&1) {
        return Err(refused);
    }
    let mut from = Cursor::new(bytes);
    let message = Message::read_bhttp(&mut from).map_err(|_| refused)?;
    let end = usize::try_from(from.position()).map_err(|_| refused)?;
    if bytes.iter().skip(end).any(|byte| *byte != 0) {
        return Err(refused);
    }
    let header = |name: &[u8]| {
        let value = message.header().get(name)?;
        std::str::from_utf8(value).ok()
    };
    Ok(Opened {
        status: message.control().status().ok_or(refused)?.code(),
        retry_after: header(b"retry-after").and_then(|text| text.parse().ok()),
        kind: header(b"content-type").unwrap_or_default().to_owned(),
        body: message.content().to_vec(),
    })
}

/// The step of the ladder that holds so many bytes.
pub(super) fn padded(bytes: usize) -> usize {
    let chunks = CHUNKS.iter().chain(&MORE).map(|count| count * CHUNK);
    let mut steps = LADDER.into_iter().chain(chunks).map(|size| size + HEADS);
    steps
        .find(|step| bytes <= *step)
        .unwrap_or_else(|| bytes.next_multiple_of(MEBIBYTE))
}

#[cfg(test)]
mod tests {
    use super::super::BINARY;
    use super::*;
    use proptest::prelude::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut message = Message::response(status.try_into().unwrap());
        for (name, value) in headers {
            message.put_header(*name, *value);
        }
        message.write_content(body);
        let mut out = Vec::new();
        message.write_bhttp(Mode::KnownLength, &mut out).unwrap();
        out
    }

    #[test]
    fn small_requests_look_alike_and_each_envelope_fits_its_step() {
        let bearer = "x".repeat(50);
        let heads = (Some(bearer.as_str()), Some(bearer.as_str()));
        for body in [0, 1, 20, 1_024] {
            let bytes = write("POST", "v1/acknowledge", heads, &vec![0; body]);
            assert_eq!(bytes.unwrap().len(), 1_280);
        }
        for size in LADDER {
            let bytes = write("POST", "v1/post", heads, &vec![0; size]);
            assert_eq!(bytes.unwrap().len(), size + HEADS);
        }
        assert_eq!(padded(48 * CHUNK + HEADS + 1), 4 << 20);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let mut good = answer(
            200,
            &[("content-type", BINARY), ("retry-after", "9")],
            b"abc",
        );
        good.resize(padded(good.len()), 0);
        let opened = read(&good).unwrap();
        assert_eq!((opened.status, opened.retry_after), (200, Some(9)));
        assert_eq!(opened.kind, BINARY);
        assert_eq!(opened.body, b"abc");
        if let Some(last) = good.last_mut() {
            *last = 1;
        }
        assert!(read(&good).is_err());
        assert!(read(&write("GET", "", (None, None), b"").unwrap()).is_err());
        assert!(read(b"").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            if let Some(first) = bytes.first_mut() {
                *first = 1;
            }
            let _ = read(&bytes);
        }
    }
}
