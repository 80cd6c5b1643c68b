//! How sentences about one's own days are typed: marks, notes, routines, goals, steps; files and the post box.
//! Knows no deed. Invariant: as in `args`.

use clap::Subcommand;
use std::path::PathBuf;

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
    /// Its address, like `https://post.example.org`
    pub(crate) url: Option<String>,
    /// A proxy, like socks5h://127.0.0.1:9050 for Tor
    #[arg(long, requires = "url")]
    pub(crate) proxy: Option<String>,
    /// The box's own word for making inboxes, where it asks for one: 64 hexadecimal digits
    #[arg(long, requires = "url")]
    pub(crate) word: Option<String>,
    /// The code that its keeper gave you, where it asks for one; - reads it from standard input
    #[arg(long, requires = "url", conflicts_with = "word")]
    pub(crate) code: Option<String>,
    /// An oblivious relay on the way, which others run: then the box does not see where you are
    #[arg(long, value_name = "URL", requires = "url")]
    pub(crate) oblivious: Option<String>,
    /// Take the way without the oblivious relay that was set before
    #[arg(long, requires = "url", conflicts_with = "oblivious")]
    pub(crate) straight: bool,
}
