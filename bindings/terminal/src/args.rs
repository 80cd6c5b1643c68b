//! How sentences are typed: commands, their words and their help. Knows no deed.
//! Invariant: names need no quotes where nothing follows them, and no help text holds a word of the list to avoid.

mod among;
mod own;

pub(crate) use among::*;
pub(crate) use own::*;

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const CODES: &str = "\
Exit codes:
  0  done
  1  it said no (not there, not yours, refused)
  2  it can't be understood as it was typed
  3  the post box was not reached; everything is safe here
  4  the home is damaged, or a newer version made it; nothing was changed
  5  another program has this home open

Settings of the environment:
  ALONGSIDE_HOME   the home, as --home
  ALONGSIDE_TODAY  the moment, as --today
  ALONGSIDE_ZONE   the time zone, as --zone
  NO_COLOR         no colours";

/// Your own days, goals and people, on this machine. You decide who sees what.
#[derive(Debug, Parser)]
#[command(name = "alongside", version, after_help = CODES, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// The folder where your Alongside lives
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Answer as one JSON document with stable field names
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The moment it is, for demos and tests: seconds since 1970, or a day like 2026-02-04
    #[arg(long, global = true, value_name = "MOMENT")]
    pub(crate) today: Option<String>,
    /// The time zone where you are, like Europe/London
    #[arg(long, global = true, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    #[command(subcommand)]
    pub(crate) deed: Deed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Deed {
    /// Begin a new, blank Alongside under the name others will see
    New {
        /// Your name, 30 letters at most
        name: String,
        /// The post box to use, like `https://post.example.org`
        #[arg(long, value_name = "URL")]
        post_box: Option<String>,
    },
    /// What is here for today
    Today,
    /// Mark a routine done
    Done(Mark),
    /// Mark a rest day. Rest days count as looking after yourself
    Rest(Mark),
    /// Clear a mark. Notes stay
    Clear(Mark),
    /// Write a note for a day, with or without a mark
    Note(Note),
    /// Pause a routine. Your history stays
    Pause(Pause),
    /// Take a paused or ended routine up again
    Resume {
        /// Its name, or the start of it
        #[arg(required = true)]
        routine: Vec<String>,
    },
    /// Routines: add, list, rename, rhythm, time, unit, end, delete, history
    #[command(subcommand)]
    Routine(RoutineDeed),
    /// Things you want: add, list, state, area, rename, delete
    #[command(subcommand)]
    Goal(GoalDeed),
    /// Next small steps: add, list, state, goal, rename, delete
    #[command(subcommand)]
    Step(StepDeed),
    /// Call a routine, goal or step something else
    Rename {
        /// Its name, or the start of it; `goal: name` looks among goals alone
        thing: String,
        /// The new name
        name: String,
    },
    /// Take the last deed back
    Undo,
    /// Delete a routine, goal or step. Undo brings it back here
    Delete {
        /// Its name, or the start of it
        #[arg(required = true)]
        thing: Vec<String>,
    },
    /// My people
    People {
        #[command(subcommand)]
        what: Option<PeopleDeed>,
    },
    /// Invite a person or a phone of your own, and answer invites
    #[command(subcommand)]
    Invite(InviteDeed),
    /// Join by a link or 24 words; then `join yes`
    Join(Join),
    /// Take a person out of my people. They are not told
    Remove {
        /// Their name, or the start of it
        person: String,
    },
    /// Block a person: all they write is hidden. They are not told
    Block {
        /// Their name, or the start of it
        person: String,
    },
    /// Show one thing to one person
    Show(Show),
    /// Stop showing a thing to a person. They are not told
    StopShowing {
        /// The name of the thing, or the start of it
        thing: String,
        /// Their name, or the start of it
        person: String,
    },
    /// What you show, and to whom
    Shares {
        /// Only what this person sees
        person: Option<String>,
    },
    /// See what a person sees of you, from the very bytes sealed for them
    SeeAs {
        /// Their name, or the start of it
        person: String,
    },
    /// See what a person shows you
    Look {
        /// Their name, or the start of it
        person: String,
    },
    /// Send a kind word: a card, or your own words where they let them in
    Encourage(Encourage),
    /// Say what may come from a person: cards, own-words or quiet
    Allow {
        /// Their name, or the start of it
        person: String,
        /// cards, own-words or quiet
        what: String,
    },
    /// Say thanks, with or without your own words
    Thank(Say),
    /// Say "I saw you", with or without your own words
    Saw(Say),
    /// Have an idea for someone. They use it, change it or leave it
    Suggest {
        /// Their name, or the start of it
        person: String,
        #[command(subcommand)]
        what: SuggestDeed,
    },
    /// Ideas of others for you: use, change or leave them. They are not told
    Ideas {
        #[command(subcommand)]
        what: Option<IdeaDeed>,
    },
    /// Kind words that came
    Inbox {
        #[command(subcommand)]
        what: Option<InboxDeed>,
    },
    /// Your own phones and machines: add, list, remove
    #[command(subcommand)]
    Device(DeviceDeed),
    /// Write a locked backup
    Backup(Backup),
    /// The get-back sheet: twelve words that open a backup made for it
    Sheet {
        #[command(subcommand)]
        what: Option<SheetDeed>,
    },
    /// Restore a locked backup into a new home
    Restore(Restore),
    /// Meet the post box now: collect what waits, hand out what is owed
    Sync,
    /// Bring in a file: Loop's CSV zip or backup, or an export of Alongside
    Import {
        /// The file
        file: PathBuf,
        /// Only say what it would add
        #[arg(long)]
        look: bool,
    },
    /// Write everything of yours as one readable JSON file
    Export {
        /// The file to write; without one it is printed
        file: Option<PathBuf>,
    },
    /// See or set the post box. It can't read your notes
    PostBox(PostBox),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_core::life::wordlist::forbidden;
    use clap::CommandFactory;

    fn each(command: &mut clap::Command, found: &mut Vec<String>) {
        found.push(command.render_long_help().to_string());
        for inner in command.get_subcommands_mut() {
            each(inner, found);
        }
    }

    #[test]
    fn no_help_text_holds_a_word_to_avoid() {
        let mut texts = Vec::new();
        let mut command = Args::command();
        command.build();
        each(&mut command, &mut texts);
        assert!(texts.len() > 60);
        for text in texts {
            assert_eq!(forbidden(&text), None, "{text}");
            assert!(!text.contains('!'), "{text}");
        }
    }

    #[test]
    fn the_commands_fit_together() {
        Args::command().debug_assert();
    }
}
