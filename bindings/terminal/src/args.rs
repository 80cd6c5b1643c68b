//! How sentences are typed: commands, their words and their help. Knows no deed.
//! Invariant: names need no quotes where nothing follows them, and no help text holds a word of the list to avoid.

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
        /// The post box to use, like https://post.example.org
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

#[derive(Debug, clap::Args)]
pub(crate) struct Mark {
    /// The routine's name, or the start of it
    #[arg(required = true)]
    pub(crate) routine: Vec<String>,
    /// The day: today, yesterday, monday, 2026-02-09
    #[arg(long, short)]
    pub(crate) day: Option<String>,
    /// A note for the day
    #[arg(long, short)]
    pub(crate) note: Option<String>,
    /// How much, in the routine's unit
    #[arg(long, short, allow_hyphen_values = true)]
    pub(crate) amount: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Note {
    /// The routine's name, or the start of it
    pub(crate) routine: String,
    /// The note; without one the note of the day is shown
    pub(crate) text: Vec<String>,
    /// The day: today, yesterday, monday, 2026-02-09
    #[arg(long, short)]
    pub(crate) day: Option<String>,
    /// Take the note of the day away
    #[arg(long, conflicts_with = "text")]
    pub(crate) remove: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Pause {
    /// The routine's name, or the start of it
    #[arg(required = true)]
    pub(crate) routine: Vec<String>,
    /// The first day; today where none is given
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// The last day; open where none is given
    #[arg(long)]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoutineDeed {
    /// Begin a routine today
    Add {
        /// What you call it
        name: String,
        /// How often: every day, mon wed fri, 3 a week, every other week mon, 3 in 14 days, none
        rhythm: Vec<String>,
        /// The time of day you have in mind
        #[arg(long)]
        time: Option<String>,
        /// What its amounts are counted in
        #[arg(long)]
        unit: Option<String>,
    },
    /// All routines
    List,
    /// Call it something else
    Rename {
        /// Its name, or the start of it
        routine: String,
        /// The new name
        name: String,
    },
    /// Say how often it comes round
    Rhythm {
        /// Its name, or the start of it
        routine: String,
        /// How often: every day, mon wed fri, 3 a week, every other week mon, 3 in 14 days, none
        #[arg(required = true)]
        rhythm: Vec<String>,
    },
    /// Set its time of day, or take it away with none
    Time {
        /// Its name, or the start of it
        routine: String,
        /// Like 08:30 or 7pm, or none
        time: String,
    },
    /// Set what its amounts are counted in, or take it away with none
    Unit {
        /// Its name, or the start of it
        routine: String,
        /// Like litres, or none
        unit: String,
    },
    /// End it. Your history stays, and it can be taken up again with resume
    End {
        /// Its name, or the start of it
        #[arg(required = true)]
        routine: Vec<String>,
    },
    /// Delete it. Undo brings it back here
    Delete {
        /// Its name, or the start of it
        #[arg(required = true)]
        routine: Vec<String>,
    },
    /// The days on which something was written
    History {
        /// Its name, or the start of it
        #[arg(required = true)]
        routine: Vec<String>,
        /// The first day; 30 days ago where none is given
        #[arg(long)]
        from: Option<String>,
        /// The last day; today where none is given
        #[arg(long)]
        until: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum GoalDeed {
    /// Write down something you want
    Add {
        /// What you call it
        #[arg(required = true)]
        name: Vec<String>,
        /// The part of life it is about: people, home, work, learning, health, giving, belonging, rights, or your own word
        #[arg(long)]
        area: Option<String>,
    },
    /// All goals, with their steps
    List,
    /// Say where it stands: going, reached, changed or set-aside
    State {
        /// Its name, or the start of it
        goal: String,
        /// going, reached, changed or set-aside
        state: String,
    },
    /// Say which part of life it is about, or none
    Area {
        /// Its name, or the start of it
        goal: String,
        /// The part of life, or none
        area: String,
    },
    /// Call it something else
    Rename {
        /// Its name, or the start of it
        goal: String,
        /// The new name
        name: String,
    },
    /// Delete it. Undo brings it back here
    Delete {
        /// Its name, or the start of it
        #[arg(required = true)]
        goal: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum StepDeed {
    /// Write down a next small step
    Add {
        /// What you call it
        #[arg(required = true)]
        name: Vec<String>,
        /// The goal it is for
        #[arg(long)]
        goal: Option<String>,
    },
    /// All steps
    List,
    /// Say where it stands: going, reached, changed or set-aside
    State {
        /// Its name, or the start of it
        step: String,
        /// going, reached, changed or set-aside
        state: String,
    },
    /// Say which goal it is for, or none
    Goal {
        /// Its name, or the start of it
        step: String,
        /// The goal, or none
        goal: String,
    },
    /// Call it something else
    Rename {
        /// Its name, or the start of it
        step: String,
        /// The new name
        name: String,
    },
    /// Delete it. Undo brings it back here
    Delete {
        /// Its name, or the start of it
        #[arg(required = true)]
        step: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleDeed {
    /// All my people
    List,
    /// Call a person something else, here alone
    Rename {
        /// Their name, or the start of it
        person: String,
        /// The new name
        name: String,
    },
    /// Say who they are to you. It changes no right
    Role {
        /// Their name, or the start of it
        person: String,
        /// partner, family, friend, faith, work, mentor, officer, neighbour, or your own word
        role: String,
        /// They come with an office and may have to write down what they see
        #[arg(long)]
        official: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum InviteDeed {
    /// Invite a person: a link, a picture and 24 words, good once and for 48 hours
    Person {
        /// What you will call them here
        name: String,
        #[command(flatten)]
        role: RoleOf,
    },
    /// Invite a phone or machine of your own
    Device,
    /// Invites under way, with the four words to compare
    List,
    /// The four words are the same on both sides
    Yes {
        /// Its number in the list; not needed where there is one
        number: Option<u64>,
    },
    /// The four words differ, or not now. They are not told
    No {
        /// Its number in the list; not needed where there is one
        number: Option<u64>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct RoleOf {
    /// partner, family, friend, faith, work, mentor, officer, neighbour, or your own word
    #[arg(long, default_value = "friend")]
    pub(crate) role: String,
    /// They come with an office and may have to write down what they see
    #[arg(long)]
    pub(crate) official: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Join {
    /// The link or the 24 words; or `yes` or `no` to someone who asks
    #[arg(required = true)]
    pub(crate) code: Vec<String>,
    /// What you will call them here; their own name where none is given
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) role: RoleOf,
    /// The words are of another phone or machine of your own
    #[arg(long)]
    pub(crate) device: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The name of the thing, or the start of it
    pub(crate) thing: String,
    /// Their name, or the start of it
    pub(crate) person: String,
    /// Once, as it stands when it goes out
    #[arg(long, conflicts_with_all = ["week", "until"])]
    pub(crate) once: bool,
    /// For a week
    #[arg(long, conflicts_with = "until")]
    pub(crate) week: bool,
    /// Up to and with this day; until you stop where nothing is said
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<String>,
    /// The notes go with it
    #[arg(long)]
    pub(crate) notes: bool,
    /// The first day that goes with it; today where none is given
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    /// You have read what happens and say yes
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only say what would happen
    #[arg(long, conflicts_with = "yes")]
    pub(crate) look: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Encourage {
    /// Their name, or the start of it
    pub(crate) person: String,
    /// The card: hello, well-done, thinking-of-you, here, no-hurry, rest-well, good-luck, glad
    #[arg(conflicts_with = "words")]
    pub(crate) card: Option<String>,
    /// Your own words, 280 letters at most
    #[arg(long, short)]
    pub(crate) words: Option<String>,
    /// What it is about: a thing shown between you
    #[arg(long)]
    pub(crate) about: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Say {
    /// Their name, or the start of it
    pub(crate) person: String,
    /// Your own words, 280 letters at most
    pub(crate) text: Vec<String>,
    /// What it is about: a thing shown between you
    #[arg(long)]
    pub(crate) about: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SuggestDeed {
    /// A routine
    Routine {
        /// Its name
        name: String,
        /// How often: every day, mon wed fri, 3 a week, none
        rhythm: Vec<String>,
    },
    /// A next small step
    Step {
        /// Its name
        #[arg(required = true)]
        name: Vec<String>,
        /// A goal that they show you
        #[arg(long)]
        goal: Option<String>,
    },
    /// Just words
    Words {
        /// The words, 280 letters at most
        #[arg(required = true)]
        words: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdeaDeed {
    /// All ideas
    List,
    /// Use it as it is
    Take {
        /// Its name or words, or the start of them
        #[arg(required = true)]
        idea: Vec<String>,
    },
    /// Use it in your own way
    Change {
        /// Its name or words, or the start of them
        idea: String,
        /// Your name for it
        #[arg(long)]
        name: Option<String>,
        /// Your rhythm for it
        #[arg(long)]
        rhythm: Option<String>,
    },
    /// Not now
    Leave {
        /// Its name or words, or the start of them
        #[arg(required = true)]
        idea: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum InboxDeed {
    /// All that came, newest first
    List,
    /// Keep a copy of your own
    Keep {
        /// Its number in the list
        number: usize,
    },
    /// Let a kept word go
    LetGo {
        /// Its number in the list
        number: usize,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeviceDeed {
    /// Add a phone or machine: as `invite device`
    Add,
    /// Your phones and machines
    List,
    /// Remove another one, everywhere and at once
    Remove {
        /// Its number in the list
        number: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The file to write
    pub(crate) file: PathBuf,
    /// The get-back sheet opens it, and people come back too; else a passphrase does, and only your things come back
    #[arg(long)]
    pub(crate) sheet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SheetDeed {
    /// Print the twelve words, to be written down on paper
    Show,
    /// Check what you wrote down; then this machine forgets the words
    Check,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// The locked backup
    pub(crate) file: PathBuf,
    /// It opens with the twelve words of the get-back sheet
    #[arg(long)]
    pub(crate) sheet: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PostBox {
    /// Its address, like https://post.example.org
    pub(crate) url: Option<String>,
    /// A proxy, like socks5h://127.0.0.1:9050 for Tor
    #[arg(long, requires = "url")]
    pub(crate) proxy: Option<String>,
    /// The box's own word for making inboxes, where it asks for one: 64 hexadecimal digits
    #[arg(long, requires = "url")]
    pub(crate) word: Option<String>,
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
