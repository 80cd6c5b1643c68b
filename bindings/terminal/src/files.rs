//! Files in and out: imports, exports, locked backups, the get-back sheet. Invariant: no file that is there is
//! overwritten, what is written is for its owner alone, and a passphrase is never on a command line.

use crate::Said;
use crate::answer::Answer;
use crate::args::{Backup, Restore, SheetDeed};
use crate::home::{Place, chance};
use crate::trouble::Trouble;
use crate::words::listed;
use alongside_core::AlongsideError;
use alongside_core::companion::{Companion, Opening};
use alongside_core::store::KeyFile;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

/// The largest backup that is read, in bytes.
const LARGEST: u64 = 256 << 20;

pub(crate) fn import(app: &mut Companion, file: &Path, look: bool) -> Said {
    let plan = app.plan_import(file)?;
    let adds = plan.adds();
    let (empty, of_loop) = (plan.is_empty(), plan.is_of_loop());
    let (deleted, shortened) = (plan.deleted_here(), plan.shortened());
    let mut answer = Answer::silent();
    answer.say(if of_loop {
        "This comes from Loop Habit Tracker."
    } else {
        "This is an export of Alongside."
    });
    if empty {
        answer.say("Nothing in it is new here. Nothing was changed.");
    } else {
        let verb = if look { "It would bring" } else { "It brings" };
        let parts = [
            so_many(adds.routines, "routine"),
            so_many(adds.done, "day done").replace("day dones", "days done"),
            so_many(adds.rest, "rest day"),
            so_many(adds.amounts, "amount"),
            so_many(adds.notes, "note"),
        ];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        answer.say(format!("{verb} {}.", listed(&parts)));
    }
    if deleted > 0 {
        answer.say("What you deleted here stays deleted.");
    }
    if shortened > 0 {
        answer.say("Some texts were longer than there is room for, and are cut.");
    }
    if !look && !empty {
        app.bring_in(plan)?;
        answer.say("Only you can see this. Undo takes all of it back.");
    }
    answer.put("from", if of_loop { "loop" } else { "alongside" });
    answer.put("brought_in", !look && !empty);
    answer.put(
        "adds",
        json!({
            "routines": adds.routines,
            "done": adds.done,
            "rest": adds.rest,
            "amounts": adds.amounts,
            "notes": adds.notes,
        }),
    );
    answer.put("deleted_here", deleted);
    answer.put("shortened", shortened);
    Ok(answer)
}

pub(crate) fn export(app: &mut Companion, file: Option<&Path>) -> Said {
    let text = app.export()?;
    let Some(file) = file else {
        return Ok(Answer::whole(text));
    };
    write_new(file, text.as_bytes())?;
    let mut answer = Answer::says("Written. Whoever finds this file can read it.");
    answer.say("A locked backup can be read by you alone: alongside backup FILE");
    answer.put("file", file.display().to_string());
    Ok(answer)
}

pub(crate) fn backup(app: &mut Companion, typed: &Backup) -> Said {
    if typed.file.exists() {
        return Err(there_already());
    }
    let bytes = if typed.sheet {
        app.backup_for_sheet()?
    } else {
        let first = ask("A passphrase of at least eight letters")?;
        if std::io::stdin().is_terminal() && ask("The same again")? != first {
            return Err(Trouble::no("the two are not the same; nothing was written"));
        }
        app.backup_with_passphrase(&first)?
    };
    write_new(&typed.file, &bytes)?;
    let mut answer = Answer::says("The locked backup is written.");
    answer.say(if typed.sheet {
        "The get-back sheet opens it. Your people come back too."
    } else {
        "The passphrase opens it. Nobody can help where it is lost. People have to be met again."
    });
    answer.put("file", typed.file.display().to_string());
    answer.put(
        "opens_with",
        if typed.sheet { "sheet" } else { "passphrase" },
    );
    Ok(answer)
}

pub(crate) fn sheet(app: &mut Companion, what: Option<SheetDeed>) -> Said {
    match what.unwrap_or(SheetDeed::Show) {
        SheetDeed::Show => {
            let words = app.sheet()?;
            let mut answer = Answer::silent();
            answer.head("Your get-back sheet");
            answer.raw(words.as_str());
            answer.say("Write these twelve words on paper, and keep them where only you look.");
            answer.say(
                "Then check them: alongside sheet check. After that this machine forgets them.",
            );
            answer.put("words", words.as_str());
            Ok(answer)
        }
        SheetDeed::Check => {
            let typed = ask("The twelve words as you wrote them down")?;
            app.check_sheet(&typed)?;
            let mut answer = Answer::says("They are right.");
            answer.say("This machine has forgotten them. Only your sheet has them now.");
            Ok(answer)
        }
    }
}

pub(crate) fn restore(place: &Place, typed: &Restore) -> Said {
    if std::fs::metadata(&typed.file)?.len() > LARGEST {
        return Err(Trouble::no("the file is larger than any backup"));
    }
    let file = std::fs::read(&typed.file)?;
    let clock = place.clock()?;
    let words = ask(if typed.sheet {
        "The twelve words of the get-back sheet"
    } else {
        "The passphrase"
    })?;
    let opening = if typed.sheet {
        Opening::Sheet(&words)
    } else {
        Opening::Passphrase(&words)
    };
    let key = KeyFile::make(&place.dir, &mut chance()).map_err(AlongsideError::from)?;
    let restored =
        Companion::restore(&place.dir, &key, &file, &opening, clock, Box::new(chance()))?;
    let mut answer = Answer::says(format!("Welcome back, {}.", restored.name()?));
    answer.say("Your things are here.");
    answer.say(if typed.sheet {
        "Sync, so that your people's phones learn of this machine."
    } else {
        "People have to be met again."
    });
    answer.put("name", restored.name()?);
    answer.put("people", typed.sheet);
    Ok(answer)
}

/// A line that is typed, or handed in.
fn ask(what: &str) -> Result<String, Trouble> {
    if std::io::stdin().is_terminal() {
        eprintln!("{what}. What you type can be seen on this screen.");
        eprint!("> ");
        let _ = std::io::stderr().flush();
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let typed = line.trim_end_matches(['\n', '\r']).to_owned();
    if typed.is_empty() {
        return Err(Trouble::usage("nothing was typed; nothing was changed"));
    }
    Ok(typed)
}

fn write_new(file: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = match options.open(file) {
        Ok(out) => out,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(there_already());
        }
        Err(error) => return Err(error.into()),
    };
    out.write_all(bytes)?;
    out.sync_all()?;
    Ok(())
}

fn so_many(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn there_already() -> Trouble {
    Trouble::no("a file of that name is there already; nothing was changed")
}
