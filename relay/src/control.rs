//! The way from an operator's command to the running relay: a socket of this machine, for the relay's user and root alone.
//! Knows paths and a little HTTP; the deeds are the office's.
//! Invariant: nothing that is asked here is written down, and no answer tells anything of an inbox.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::net::UnixListener;

use crate::token::Token;

/// How long the running relay may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a slot was not closed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ControlError {
    /// No `control` is set.
    #[error("control is not set: the running relay can't be asked")]
    NotSet,
    /// What came on the standard input is no token.
    #[error("standard input holds no token: 43 characters of base64url, or 64 hexadecimal digits")]
    NoToken,
    /// The relay does not run, or this user may not ask it.
    #[error("the relay does not answer: it does not run, or this user may not ask it")]
    NoAnswer,
    /// The token opens no slot.
    #[error("no such slot: it was closed before, is over, or never was")]
    NoSuchSlot,
    /// The relay could not do it.
    #[error("the relay could not do it now: try again")]
    NotDone,
}

/// The socket's file, removed when dropped.
pub struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        // What is left behind is taken over at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens the socket; takes over one that nobody answers any more.
///
/// # Errors
/// [`ErrorKind::AddrInUse`] when another relay answers there or the path is something else; the system's.
pub fn open(path: &Path) -> io::Result<(UnixListener, Place)> {
    if let Ok(is) = std::fs::symlink_metadata(path) {
        if !is.file_type().is_socket() || UnixStream::connect(path).is_ok() {
            return Err(ErrorKind::AddrInUse.into());
        }
        std::fs::remove_file(path)?;
    }
    let socket = UnixListener::bind(path)?;
    let place = Place(path.to_owned());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok((socket, place))
}

/// Asks the running relay to close the slot whose token is read here.
///
/// # Errors
/// [`ControlError`].
pub fn close_slot(path: Option<&Path>, mut shown: impl Read) -> Result<(), ControlError> {
    let path = path.ok_or(ControlError::NotSet)?;
    let mut text = String::new();
    let read = shown.by_ref().take(4096).read_to_string(&mut text);
    let token = read.ok().and_then(|_| token(text.trim()));
    let token = token.ok_or(ControlError::NoToken)?;
    match ask(path, &token) {
        Ok(204) => Ok(()),
        Ok(404) => Err(ControlError::NoSuchSlot),
        Ok(_) => Err(ControlError::NotDone),
        Err(_) => Err(ControlError::NoAnswer),
    }
}

/// As the protocol writes it, or as a phone shows it.
fn token(text: &str) -> Option<Token> {
    if text.len() != 64 {
        return Token::from_text(text);
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * at..2 * at + 2)?;
        // A sign would be taken for a digit.
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        *byte = u8::from_str_radix(digits, 16).ok().filter(|_| plain)?;
    }
    Some(Token(bytes))
}

/// One request over a connection of its own; gives the status.
fn ask(path: &Path, token: &Token) -> io::Result<u16> {
    let mut line = UnixStream::connect(path)?;
    line.set_read_timeout(Some(PATIENCE))?;
    write!(
        line,
        "POST /close-slot HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        token.text()
    )?;
    let mut answer = String::new();
    line.take(4096).read_to_string(&mut answer)?;
    let status = answer
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    status.ok_or_else(|| ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_as_it_is_shown() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 7).unwrap());
        assert_eq!(token(&Token(bytes).text()), Some(Token(bytes)));
        assert_eq!(token(&hex::encode(bytes)), Some(Token(bytes)));
        assert_eq!(token(&hex::encode_upper(bytes)), Some(Token(bytes)));
        for wrong in ["", "x", &"+1".repeat(32), &"é".repeat(32), &"0".repeat(63)] {
            assert_eq!(token(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_can_not_be_asked_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control");
        let good = Token([7; 32]).text();
        let ask = |path, text: &str| close_slot(path, text.as_bytes());
        assert_eq!(ask(None, &good), Err(ControlError::NotSet));
        assert_eq!(ask(Some(&path), "hush"), Err(ControlError::NoToken));
        assert_eq!(ask(Some(&path), &good), Err(ControlError::NoAnswer));
        std::fs::write(&path, "not a socket").unwrap();
        assert!(open(&path).is_err());
        assert!(path.exists());
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_taken_over_and_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let (_socket, place) = open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            open(&path).map(drop).unwrap_err().kind(),
            ErrorKind::AddrInUse
        );
        drop(place);
        assert!(!path.exists());
    }
}
