//! A copy of the project to take defences from: what is committed and what is not yet, without the built things.
//! It is kept from run to run, and a file is written only where it differs, so that cargo builds only what a patch
//! changed. It builds in a folder of its own; libraries that were built for the project already are copied there once.
//! Invariant: every round of a run begins with the project as it was when the run began.

use crate::run::{Held, hold};
use std::collections::BTreeMap;
use std::fs::{File, create_dir_all, read, read_dir, remove_file, write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The copy. Two runs at once can't have it.
pub struct Copied {
    files: BTreeMap<PathBuf, Vec<u8>>,
    place: PathBuf,
    _lock: File,
}

fn why(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

impl Copied {
    /// Makes it at this place, or brings it up to date.
    pub fn make(from: &Path, place: &Path) -> Result<Self, String> {
        create_dir_all(place).map_err(why(place))?;
        let name = place.join("lock");
        let lock = File::create(&name).map_err(why(&name))?;
        lock.try_lock()
            .map_err(|error| format!("another run has the copy: {error}"))?;
        let it = Self {
            files: files_of(from)?,
            place: place.to_owned(),
            _lock: lock,
        };
        it.restore()?;
        it.bring_libraries()?;
        Ok(it)
    }

    /// Where the copy is.
    pub fn folder(&self) -> PathBuf {
        self.place.join("copy")
    }

    /// Where it is built.
    pub fn target(&self) -> PathBuf {
        self.place.join("target")
    }

    /// Makes the copy what the project is; files that are equal are not touched.
    pub fn restore(&self) -> Held {
        let folder = self.folder();
        for (name, bytes) in &self.files {
            let to = folder.join(name);
            if read(&to).ok().as_ref() != Some(bytes) {
                if let Some(folder) = to.parent() {
                    create_dir_all(folder).map_err(why(folder))?;
                }
                write(&to, bytes).map_err(why(&to))?;
            }
        }
        for file in files_below(&folder)? {
            if !file
                .strip_prefix(&folder)
                .is_ok_and(|name| self.files.contains_key(name))
            {
                remove_file(&file).map_err(why(&file))?;
            }
        }
        Ok(())
    }

    /// Takes a defence away.
    pub fn apply(&self, patch: &Path) -> Held {
        let mut apply = Command::new("git");
        apply
            .args(["apply", "--whitespace=nowarn"])
            .arg(patch)
            .current_dir(self.folder())
            // The copy is in no repository, wherever it lies: inside one, git would pass over what it does not track.
            .env("GIT_CEILING_DIRECTORIES", &self.place);
        hold(apply).map_err(|why| format!("the patch no longer fits: {why}"))
    }

    /// What cargo built for the project so far, where nothing is here yet. Our own crates are built anew all the same,
    /// since the copy's sources are younger.
    fn bring_libraries(&self) -> Held {
        let (from, to) = (
            self.place.with_file_name("debug"),
            self.target().join("debug"),
        );
        if to.exists() || !from.is_dir() {
            return Ok(());
        }
        for part in ["build", "deps", ".fingerprint"] {
            for file in files_below(&from.join(part))? {
                // Programs and tests are ours.
                let is_program = part == "deps" && file.extension().is_none();
                if let (false, Ok(name)) = (is_program, file.strip_prefix(&from)) {
                    copy_with_time(&file, &to.join(name))?;
                }
            }
        }
        Ok(())
    }
}

/// What is committed and what is not yet.
fn files_of(project: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let list = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(project)
        .output()
        .map_err(why(project))?;
    if !list.status.success() {
        return Err(String::from_utf8_lossy(&list.stderr).into_owned());
    }
    let mut files = BTreeMap::new();
    for name in String::from_utf8_lossy(&list.stdout).split('\0') {
        let from = project.join(name);
        // A file that was deleted and not committed yet is still on git's list.
        if !name.is_empty() && from.is_file() {
            files.insert(name.into(), read(&from).map_err(why(&from))?);
        }
    }
    Ok(files)
}

/// Cargo goes by the times of files.
fn copy_with_time(from: &Path, to: &Path) -> Held {
    if let Some(folder) = to.parent() {
        create_dir_all(folder).map_err(why(folder))?;
    }
    std::fs::copy(from, to).map_err(why(to))?;
    let time = from
        .metadata()
        .and_then(|data| data.modified())
        .map_err(why(from))?;
    File::open(to)
        .and_then(|file| file.set_modified(time))
        .map_err(why(to))
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in read_dir(folder).map_err(why(folder))? {
        let path = entry.map_err(why(folder))?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
