//! What an operator does with a whole box: copy it into a file, put it back, move it to another store (docs/decisions/copies-of-a-box.md).
//! Knows stores by their rows, and files; knows no SQL.
//! Invariant: nothing is taken for done that was not read again and found equal; a target is served only when its source no longer can be.

pub mod container;

use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use thiserror::Error;
use tokio::runtime::Handle;

use crate::chance::Chance;
use crate::config::{Config, Database};
use crate::files;
use crate::invite::{self, InviteError};
use crate::store::StoreError;
use crate::store::copy::{Source, State, Take, Target, place};
use crate::store::postgres_copy::{PostgresSource, PostgresTarget};
use crate::store::sqlite_copy::{SqliteSource, SqliteTarget};
use container::{BadBackup, Part, Reading, Summary, Writing};

/// How much is written or read at once.
const BUFFER: usize = 1 << 20;
/// All numbers of a box that is put back move on by at least so much.
const FAR: u64 = 1 << 40;

/// Why a box was not copied.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CopyError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The file of a backup.
    #[error("{0}")]
    Backup(#[from] BadBackup),
    /// The file of invites.
    #[error("{0}")]
    Invites(#[from] InviteError),
    /// A file can't be written.
    #[error("the file can't be written; look at its path, its rights and the disk's room")]
    NotWritten,
    /// A file of this name is there.
    #[error("there is a file of that name already; it was left as it is")]
    FileThere,
    /// Other invites are there.
    #[error("there is another file of invites already; nothing was changed")]
    InvitesThere,
    /// It was moved before.
    #[error("this post box was moved to another database already; nothing was changed")]
    MovedBefore,
    /// What was copied is not what was there.
    #[error("the copy is not equal to what was copied, and was given up")]
    NotEqual,
    /// Both are the same place.
    #[error("the post box is there already")]
    SamePlace,
}

/// Writes all that the box keeps into a new file, beside a running relay.
///
/// # Errors
/// [`CopyError`]; no file is there then.
pub fn back_up(config: &Config, to: &Path, runtime: &Handle) -> Result<String, CopyError> {
    if to.exists() {
        return Err(CopyError::FileThere);
    }
    let invites = text_of_invites(config)?;
    let mut source: Box<dyn Source> = match &config.database {
        Database::File(path) => Box::new(SqliteSource::beside(path)?),
        Database::Postgres(address) => Box::new(PostgresSource::beside(address, runtime.clone())?),
    };
    // A copy that is not whole is no box; one that was moved is still what it was.
    if source.state() == State::Arriving {
        return Err(StoreError::Arriving.into());
    }
    let next = files::beside(to, &format!("-next{}", std::process::id()));
    let written = write(source.as_mut(), invites, &next).and_then(|summary| {
        let linked =
            std::fs::hard_link(&next, to).and_then(|()| File::open(files::folder(to))?.sync_all());
        linked.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => CopyError::FileThere,
            _ => CopyError::NotWritten,
        })?;
        Ok(format!("backed up: {summary}\n"))
    });
    // Its other name, or what was begun.
    let _ = std::fs::remove_file(&next);
    written
}

fn write(
    source: &mut dyn Source,
    invites: Option<String>,
    path: &Path,
) -> Result<Summary, CopyError> {
    let not_written = |_| CopyError::NotWritten;
    let file = files::private(path, true).map_err(not_written)?;
    let mut writing =
        Writing::begin(BufWriter::with_capacity(BUFFER, file)).map_err(not_written)?;
    let mut failed = false;
    let walked = source.walk(&mut |row| {
        writing.put(&Part::Row(row)).map_err(|_| {
            failed = true;
            StoreError::Stopped
        })
    });
    if failed {
        return Err(CopyError::NotWritten);
    }
    walked?;
    if let Some(text) = invites {
        writing.put(&Part::Invites(text)).map_err(not_written)?;
    }
    let (buffer, summary) = writing.end().map_err(not_written)?;
    let file = buffer.into_inner().map_err(|_| CopyError::NotWritten)?;
    // No moment finer than the day, as far as a program can set it.
    let day = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(summary.day) * 86_400);
    let times = std::fs::FileTimes::new()
        .set_accessed(day)
        .set_modified(day);
    file.set_times(times).map_err(not_written)?;
    file.sync_all().map_err(not_written)?;
    Ok(summary)
}

/// Puts a backup into a store that holds nothing. All of it is read and checked before anything is changed.
///
/// # Errors
/// [`CopyError`]; nothing is changed then.
pub fn restore(
    config: &Config,
    from: &Path,
    runtime: &Handle,
    chance: &mut Chance,
) -> Result<String, CopyError> {
    let open = || {
        let file = File::open(from).map_err(|_| BadBackup::Unread)?;
        Reading::begin(BufReader::with_capacity(BUFFER, file))
    };
    let mut invites = None;
    let checked = open()?.each(|part| {
        if let Part::Invites(text) = part {
            invites = Some(text);
        }
        Ok::<_, CopyError>(())
    })?;
    if let Some(text) = &invites {
        fits(&config.invites, text)?;
    }
    // Above every number that was given since, also where this backup was put back before.
    let on = FAR + u64::from_be_bytes(chance.make()?) % (FAR << 8);
    let mut target = begin(&config.database, runtime, chance)?;
    let mut meant = Writing::begin(std::io::sink()).map_err(damaged)?;
    let filled = open()?
        .each(|part| {
            let Part::Row(row) = part else {
                return Ok(());
            };
            let row = row.moved_on(on);
            meant.put(&Part::Row(row.clone())).map_err(damaged)?;
            Ok::<_, CopyError>(target.put(row)?)
        })
        .and_then(|again| {
            // It was read twice, and another file may have come in between.
            if again != checked {
                return Err(BadBackup::Damaged.into());
            }
            target.settle()?;
            let (_, meant) = meant.end().map_err(damaged)?;
            if summary(|take| target.walk(take))? != meant {
                return Err(CopyError::NotEqual);
            }
            let made = put_invites(&config.invites, invites.as_deref())?;
            target.ready().inspect_err(|_| {
                if made {
                    let _ = std::fs::remove_file(&config.invites);
                }
            })?;
            Ok(())
        });
    if let Err(error) = filled {
        target.give_up();
        return Err(error);
    }
    Ok(format!(
        "restored: {checked}\nWhat was acknowledged, closed or deleted since day {} is back, and what came since is lost: see docs/operating.md\n",
        checked.day
    ))
}

/// Moves the box of one configuration to the place of another, while no relay runs: copied, read again on both sides and found equal,
/// and only then the old one is marked as moved and the new one served.
///
/// # Errors
/// [`CopyError`]; the old box is then as it was, unless it is marked as moved already: then the same again ends it.
pub fn migrate(
    config: &Config,
    to: &Config,
    runtime: &Handle,
    chance: &mut Chance,
) -> Result<String, CopyError> {
    if let (Database::File(from), Database::File(to)) = (&config.database, &to.database)
        && std::path::absolute(from).ok() == std::path::absolute(to).ok()
    {
        return Err(CopyError::SamePlace);
    }
    let invites = text_of_invites(config)?.filter(|_| config.invites != to.invites);
    if let Some(text) = &invites {
        fits(&to.invites, text)?;
    }
    let mut source: Box<dyn Source> = match &config.database {
        Database::File(path) => Box::new(SqliteSource::alone(path)?),
        Database::Postgres(address) => Box::new(PostgresSource::alone(address, runtime.clone())?),
    };
    let place = place_of(&to.database);
    match source.state() {
        State::Arriving => return Err(StoreError::Arriving.into()),
        // A copy that was begun elsewhere and given up must not be ended now: the box lives where it was moved to.
        State::Moved { to } if to != place => return Err(CopyError::MovedBefore),
        _ => {}
    }
    let mut target = begin(&to.database, runtime, chance)?;
    if source.state() != State::Ready && !target.was_arriving() {
        target.give_up();
        return Err(CopyError::MovedBefore);
    }
    let copied = copy(source.as_mut(), target.as_mut());
    let (there, here) = match copied {
        Ok(both) => both,
        Err(error) => {
            // A source that is marked already needs its target to be seen as begun.
            if source.state() == State::Ready {
                target.give_up();
            }
            return Err(error);
        }
    };
    put_invites(&to.invites, invites.as_deref())?;
    // From here on only the new one can be served; if this ends in between, neither, till the same is done again.
    source.mark_moved(place)?;
    target.ready()?;
    Ok(format!("old: {there}\nnew: {here}\nequal: moved\n"))
}

fn copy(source: &mut dyn Source, target: &mut dyn Target) -> Result<(Summary, Summary), CopyError> {
    source.walk(&mut |row| target.put(row))?;
    target.settle()?;
    let there = summary(|take| source.walk(take))?;
    let here = summary(|take| target.walk(take))?;
    if there == here {
        Ok((there, here))
    } else {
        Err(CopyError::NotEqual)
    }
}

/// Counts and digest of all rows, as a backup of them without invites would have them.
fn summary(walk: impl FnOnce(Take<'_>) -> Result<(), StoreError>) -> Result<Summary, CopyError> {
    let mut writing = Writing::begin(std::io::sink()).map_err(damaged)?;
    walk(&mut |row| writing.put(&Part::Row(row)).map_err(damaged))?;
    let (mut sink, summary) = writing.end().map_err(damaged)?;
    sink.flush().map_err(damaged)?;
    Ok(summary)
}

fn damaged(_: std::io::Error) -> StoreError {
    StoreError::Damaged
}

fn begin(
    database: &Database,
    runtime: &Handle,
    chance: &mut Chance,
) -> Result<Box<dyn Target>, StoreError> {
    Ok(match database {
        Database::File(path) => Box::new(SqliteTarget::begin(path)?),
        Database::Postgres(address) => {
            Box::new(PostgresTarget::begin(address, runtime.clone(), chance)?)
        }
    })
}

/// What a box that was moved there remembers of it.
fn place_of(database: &Database) -> i64 {
    match database {
        Database::File(path) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            place(whole.as_os_str().as_encoded_bytes())
        }
        Database::Postgres(address) => place(address.place().as_bytes()),
    }
}

fn text_of_invites(config: &Config) -> Result<Option<String>, CopyError> {
    // Only one that is understood is worth keeping.
    if invite::read(&config.invites)?.is_none() {
        return Ok(None);
    }
    files::text(&config.invites, invite::LONGEST + 1).map_err(|_| InviteError::File.into())
}

/// Whether these invites can be put there: nothing is there, or the same.
fn fits(path: &Path, text: &str) -> Result<(), CopyError> {
    match files::text(path, invite::LONGEST + 1) {
        Ok(None) => Ok(()),
        Ok(Some(there)) if there == text => Ok(()),
        Ok(Some(_)) => Err(CopyError::InvitesThere),
        Err(_) => Err(InviteError::File.into()),
    }
}

/// True when the file was made.
fn put_invites(path: &Path, text: Option<&str>) -> Result<bool, CopyError> {
    let Some(text) = text else {
        return Ok(false);
    };
    files::begin(path, text).map_err(|_| InviteError::File.into())
}
