//! One thing, shown to one person, for as long as the person says.
//!
//! This file does not know how it is sealed or sent. Its one invariant: there is no way to share all.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{ItemId, PersonRef};
use super::text::serde_as_text;

/// A thing that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemRef {
    /// A routine with its marks.
    Routine(ItemId),
    /// A goal, without its steps.
    Goal(ItemId),
    /// A step.
    Step(ItemId),
}

/// One thing shown to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What is shown.
    pub item: ItemRef,
    /// To whom.
    pub to: PersonRef,
    /// The first day that is shown: nothing older goes with it.
    pub from: Date,
    /// For how long.
    pub until: Until,
    /// Whether the notes go with it.
    pub notes: bool,
}

/// For how long something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Until {
    /// Once, as it stands when it is next sent. Later changes do not follow.
    Once,
    /// Up to and with this day.
    Through(Date),
    /// Until the person stops it.
    UntilIStop,
}

/// The text given says for how long in no way known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("say once, a last day like 2026-02-09, or until-i-stop")]
pub struct NotADuration;

/// The text given names no thing that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that names nothing that can be shown")]
pub struct NotAnItem;

impl ItemRef {
    /// The id of the thing, whatever it is.
    #[must_use]
    pub fn id(self) -> ItemId {
        match self {
            ItemRef::Routine(id) | ItemRef::Goal(id) | ItemRef::Step(id) => id,
        }
    }
}

impl Share {
    /// Whether it is shown on this civil day. One shown once is open until it was sent.
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        match self.until {
            Until::Once | Until::UntilIStop => true,
            Until::Through(last) => day <= last,
        }
    }

    /// Whether later changes follow what was sent first.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.until != Until::Once
    }

    /// Whether what was written for this civil day goes with it.
    #[must_use]
    pub fn reaches(&self, day: Date) -> bool {
        day >= self.from
            && match self.until {
                Until::Once | Until::UntilIStop => true,
                Until::Through(last) => day <= last,
            }
    }
}

impl Until {
    /// For a week: this day and the six after it.
    #[must_use]
    pub fn for_a_week(from: Date) -> Until {
        Until::Through(from.saturating_add(jiff::Span::new().days(6)))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Once => f.write_str("once"),
            Until::Through(day) => write!(f, "{day}"),
            Until::UntilIStop => f.write_str("until-i-stop"),
        }
    }
}

impl FromStr for Until {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        match text {
            "once" => Ok(Until::Once),
            "until-i-stop" => Ok(Until::UntilIStop),
            day => day.parse().map(Until::Through).map_err(|_| NotADuration),
        }
    }
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItemRef::Routine(id) => write!(f, "routine:{id}"),
            ItemRef::Goal(id) => write!(f, "goal:{id}"),
            ItemRef::Step(id) => write!(f, "step:{id}"),
        }
    }
}

impl FromStr for ItemRef {
    type Err = NotAnItem;

    fn from_str(text: &str) -> Result<Self, NotAnItem> {
        let (kind, id) = text.split_once(':').ok_or(NotAnItem)?;
        let id = id.parse().map_err(|_| NotAnItem)?;
        match kind {
            "routine" => Ok(ItemRef::Routine(id)),
            "goal" => Ok(ItemRef::Goal(id)),
            "step" => Ok(ItemRef::Step(id)),
            _ => Err(NotAnItem),
        }
    }
}

serde_as_text!(Until, ItemRef);

#[cfg(test)]
mod tests {
    use super::*;

    fn share(until: Until) -> Share {
        Share {
            item: ItemRef::Routine(ItemId([7; 8])),
            to: PersonRef("ab".into()),
            from: Date::constant(2026, 2, 4),
            until,
            notes: false,
        }
    }

    #[test]
    fn a_week_is_seven_days_and_nothing_older_goes_with_it() {
        let week = share(Until::for_a_week(Date::constant(2026, 2, 4)));
        assert!(!week.reaches(Date::constant(2026, 2, 3)));
        assert!(week.reaches(Date::constant(2026, 2, 4)));
        assert!(week.is_open(Date::constant(2026, 2, 10)));
        assert!(!week.is_open(Date::constant(2026, 2, 11)));
        assert!(!week.reaches(Date::constant(2026, 2, 11)));
    }

    #[test]
    fn once_follows_nothing_and_the_other_two_do() {
        assert!(!share(Until::Once).follows());
        assert!(share(Until::UntilIStop).follows());
        assert!(share(Until::UntilIStop).is_open(Date::MAX));
        assert!(share(Until::for_a_week(Date::MAX)).follows());
    }

    #[test]
    fn it_goes_through_text() {
        for until in [
            Until::Once,
            Until::UntilIStop,
            Until::Through(Date::constant(2028, 2, 29)),
        ] {
            assert_eq!(until.to_string().parse(), Ok(until));
        }
        assert!("for ever".parse::<Until>().is_err());
        for item in [
            ItemRef::Routine(ItemId([1; 8])),
            ItemRef::Goal(ItemId([2; 8])),
            ItemRef::Step(ItemId([3; 8])),
        ] {
            assert_eq!(item.to_string().parse(), Ok(item));
            assert_eq!(
                item.to_string().split_once(':').unwrap().1,
                item.id().to_string()
            );
        }
        assert!("shelf:0000000000000000".parse::<ItemRef>().is_err());
    }
}
