//! How sentences between people are typed: meeting, showing, kind words, ideas, one's own machines.
//! Knows no deed. Invariant: as in `args`.

use clap::Subcommand;

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
