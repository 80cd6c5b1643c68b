//! Rows that more than one screen shows. They know no screen.

use crate::companion::{Received, Showing};
use crate::life::rhythm::Weekdays;
use crate::life::{
    DayRecord, ItemId, ItemRef, Mark, Offer, PersonRef, Proposal, Rhythm, Until, Word, WordKind,
};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// How often a routine comes round, in parts that a screen can say in its own language. Days of the week are numbers:
/// 1 is Monday, 7 is Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum HowOften {
    /// Every day.
    Daily,
    /// On these days of the week.
    Weekdays {
        /// The days, in the order of the week.
        days: Vec<u8>,
    },
    /// So many times a week, on any days.
    TimesAWeek {
        /// 1 to 7.
        times: u8,
    },
    /// On these days of every second week.
    EveryOtherWeek {
        /// The days, in the order of the week.
        days: Vec<u8>,
        /// A day of a week in which it comes round.
        anchor: Date,
    },
    /// So many times in so many days.
    TimesInDays {
        /// 1 up to `days`.
        times: u16,
        /// 1 up to 366.
        days: u16,
    },
    /// No rhythm.
    Free,
}

/// What one day holds of a routine. A day on which nothing was written has no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// The civil day.
    pub day: Date,
    /// Done, a rest day, or no mark.
    pub mark: Option<Mark>,
    /// How much, in thousandths of the routine's unit.
    pub amount: Option<i64>,
    /// Notes of that day; more than one where two phones wrote without knowing of each other.
    pub notes: Vec<String>,
}

/// A thing of mine that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThingRow {
    /// Which.
    pub item: ItemRef,
    /// What lists call it.
    pub label: String,
}

/// One thing of mine, shown to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRow {
    /// What is shown.
    pub item: ItemRef,
    /// What lists call it.
    pub label: String,
    /// To whom.
    pub who: PersonRef,
    /// What I call them.
    pub name: String,
    /// For how long.
    pub until: Until,
    /// Whether notes go with it.
    pub notes: bool,
}

/// A kind word that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordRow {
    /// Which.
    pub id: ItemId,
    /// Who wrote it.
    pub from: PersonRef,
    /// What I call them; none once they are not among my people.
    pub name: Option<String>,
    /// A card, own words, thanks, or "I saw you".
    pub kind: WordKind,
    /// Own words, if there are some.
    pub text: String,
    /// What it is about, by its name here.
    pub about: Option<String>,
    /// The day on which it was written, where the writer was.
    pub day: Date,
    /// Whether I keep a copy of my own.
    pub kept: bool,
}

/// A kind word of mine to someone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRow {
    /// Which.
    pub id: ItemId,
    /// A card, own words, thanks, or "I saw you".
    pub kind: WordKind,
    /// Own words, if there are some.
    pub text: String,
    /// What it is about, by its name here.
    pub about: Option<String>,
    /// The day on which I wrote it.
    pub day: Date,
}

impl HowOften {
    /// What a new routine is offered, in this order; the first is where a choice begins.
    #[must_use]
    pub fn offered() -> Vec<Self> {
        vec![
            Self::Daily,
            Self::Weekdays {
                days: vec![1, 2, 3, 4, 5],
            },
            Self::TimesAWeek { times: 3 },
            Self::Free,
        ]
    }
}

impl From<&Rhythm> for HowOften {
    fn from(rhythm: &Rhythm) -> Self {
        let days = |set: &Weekdays| {
            let days = set.iter().map(Weekday::to_monday_one_offset);
            days.filter_map(|day| u8::try_from(day).ok()).collect()
        };
        match rhythm {
            Rhythm::Daily => Self::Daily,
            Rhythm::Weekdays(set) => Self::Weekdays { days: days(set) },
            Rhythm::TimesAWeek(times) => Self::TimesAWeek { times: *times },
            Rhythm::EveryOtherWeek { weekdays, anchor } => Self::EveryOtherWeek {
                days: days(weekdays),
                anchor: *anchor,
            },
            Rhythm::TimesInDays { times, days } => Self::TimesInDays {
                times: *times,
                days: *days,
            },
            Rhythm::Free => Self::Free,
        }
    }
}

impl From<HowOften> for Rhythm {
    /// A number that names no day of the week is left out; what is then no rhythm is refused where it is used.
    fn from(often: HowOften) -> Self {
        let set = |days: Vec<u8>| -> Weekdays {
            let days = days.into_iter().filter_map(|day| i8::try_from(day).ok());
            days.filter_map(|day| Weekday::from_monday_one_offset(day).ok())
                .collect()
        };
        match often {
            HowOften::Daily => Self::Daily,
            HowOften::Weekdays { days } => Self::Weekdays(set(days)),
            HowOften::TimesAWeek { times } => Self::TimesAWeek(times),
            HowOften::EveryOtherWeek { days, anchor } => Self::EveryOtherWeek {
                weekdays: set(days),
                anchor,
            },
            HowOften::TimesInDays { times, days } => Self::TimesInDays { times, days },
            HowOften::Free => Self::Free,
        }
    }
}

impl DayRow {
    pub(super) fn of(day: Date, record: DayRecord) -> Self {
        Self {
            day,
            mark: record.mark,
            amount: record.amount,
            notes: record.notes,
        }
    }
}

/// An idea of mine for someone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentIdeaRow {
    /// Which.
    pub id: ItemId,
    /// What it offers, in a few words.
    pub label: String,
    /// The day on which I wrote it.
    pub day: Date,
}

/// What is shown today, as rows: what is over is shown to nobody.
pub(super) fn shown_now(all: Vec<Showing>) -> Vec<ShareRow> {
    let open = all.into_iter().filter(|one| one.open);
    open.map(ShareRow::from).collect()
}

impl From<Showing> for ShareRow {
    fn from(one: Showing) -> Self {
        Self {
            item: one.share.item,
            label: one.item,
            who: one.share.to,
            name: one.person,
            until: one.share.until,
            notes: one.share.notes,
        }
    }
}

impl From<Received> for WordRow {
    fn from(one: Received) -> Self {
        Self {
            id: one.word.id,
            from: one.from,
            name: one.name,
            kind: one.word.kind,
            text: one.word.text,
            about: one.about,
            day: one.word.day,
            kept: one.kept,
        }
    }
}

impl From<Proposal> for SentIdeaRow {
    fn from(idea: Proposal) -> Self {
        Self {
            id: idea.id,
            label: match idea.what {
                Offer::NewRoutine { name, .. } | Offer::NewStep { name, .. } => name,
                Offer::Words(words) => words,
            },
            day: idea.day,
        }
    }
}

impl From<(Word, Option<String>)> for SentRow {
    fn from((word, about): (Word, Option<String>)) -> Self {
        Self {
            id: word.id,
            kind: word.kind,
            text: word.text,
            about,
            day: word.day,
        }
    }
}
