//! Small files beside the database: for the relay's user alone, and never half written.
//! Knows files and their owners, and nothing of what stands in them.
//! Invariant: a reader sees the old file or the new one, also after a loss of power.

use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// The path with an ending put to its name.
#[must_use]
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A file for the relay's user alone, also where one was there that is open to others: copies often are. `afresh` makes another one, and never
/// writes into what somebody else has put there. An operator may be root; the relay must be able to read what he made.
///
/// # Errors
/// The system's.
pub fn private(path: &Path, afresh: bool) -> io::Result<File> {
    if afresh {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut options = File::options();
    options
        .create(true)
        .create_new(afresh)
        .truncate(false)
        .write(true)
        .mode(0o600);
    let file = options.open(path)?;
    let (mine, owner) = (file.metadata()?, std::fs::metadata(folder(path))?);
    if mine.is_file() && mine.mode() & 0o077 != 0 {
        let closed = Permissions::from_mode(mine.mode() & 0o700);
        match file.set_permissions(closed) {
            // It is somebody else's, who lets us in.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
            done => done?,
        }
    }
    if mine.uid() == owner.uid() {
        return Ok(file);
    }
    // Only root can give a file away; who else writes here is the relay's user already.
    match chown(path, Some(owner.uid()), Some(owner.gid())) {
        Err(error) if error.kind() != ErrorKind::PermissionDenied => Err(error),
        _ => Ok(file),
    }
}

/// The file's text, as far as so many bytes; `None` when there is no file.
///
/// # Errors
/// The system's.
pub fn text(path: &Path, longest: u64) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(longest).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Puts this text in the place of what was there: written beside it and renamed.
///
/// # Errors
/// The system's; the file is then as it was.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    settled(path, text, |next| std::fs::rename(next, path))
}

/// Puts this text there if nothing is there yet; `false` when something is, which stays.
///
/// # Errors
/// The system's.
pub fn begin(path: &Path, text: &str) -> io::Result<bool> {
    // Of two that begin at once, each with its own name beside it, one link is made.
    let linked = settled(path, text, |next| std::fs::hard_link(next, path));
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn settled(path: &Path, text: &str, into: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let next = beside(path, &format!("-next{}", std::process::id()));
    let done = private(&next, true).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        into(&next)?;
        File::open(folder(path))?.sync_all()
    });
    match std::fs::remove_file(&next) {
        // It was renamed.
        Err(error) if error.kind() == ErrorKind::NotFound => done,
        Err(error) => done.and(Err(error)),
        Ok(()) => done,
    }
}

/// Makes the folder that this file is to lie in, and those above it, for the relay's user alone, where they are not there.
///
/// # Errors
/// The system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder(path))
}

/// The folder it lies in.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_to_others_is_closed_and_nothing_is_written_into_what_was_put_there() {
        let folder = tempfile::tempdir().unwrap();
        let (path, trap) = (folder.path().join("file"), folder.path().join("trap"));
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
        std::fs::write(&path, "copied").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o664)).unwrap();
        private(&path, false).unwrap();
        assert_eq!(
            (mode(&path), std::fs::read(&path).unwrap()),
            (0o600, b"copied".to_vec())
        );
        std::os::unix::fs::symlink(&path, &trap).unwrap();
        private(&trap, true).unwrap().write_all(b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"copied");
        assert_eq!(
            (mode(&trap), std::fs::read(&trap).unwrap()),
            (0o600, b"new".to_vec())
        );
    }

    #[test]
    fn the_first_to_begin_stays_and_what_replaces_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        assert!(begin(&path, "one").unwrap());
        assert!(!begin(&path, "two").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        replace(&path, "three").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(begin(&folder.path().join("no/seed"), "one").is_err());
    }
}
