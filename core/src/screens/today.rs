//! Today: my routines, and one thing about people, side by side. What it says of people lies ready in the store, so that
//! the first screen opens no document. Invariant: nothing here is kept of what was read.

use super::ideas::IdeaRow;
use super::people::PersonRow;
use super::rows::WordRow;
use crate::companion::{Companion, Done};
use crate::life::TodayItem;
use crate::life::today::{is_fresh, turn_of};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The first screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayScreen {
    /// The civil day.
    pub day: Date,
    /// The name the person gave themself.
    pub name: String,
    /// After a long silence: "Welcome back." and nothing more about it.
    pub welcome_back: bool,
    /// What is offered or marked today, in the order of the day.
    pub routines: Vec<TodayItem>,
    /// What is paused.
    pub paused: Vec<TodayItem>,
    /// One thing about people.
    pub us: Us,
}

/// One thing about people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Us {
    /// Nobody is in the circle yet.
    Nobody,
    /// Somebody has an idea, which was not answered yet.
    Idea {
        /// The idea.
        idea: IdeaRow,
    },
    /// Somebody wrote something kind.
    Word {
        /// The word.
        word: WordRow,
    },
    /// Somebody to say hello to: another one each day.
    Person {
        /// Who.
        person: PersonRow,
    },
}

impl Companion {
    /// The first screen, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn today_screen(&mut self) -> Done<TodayScreen> {
        let page = self.today()?;
        Ok(TodayScreen {
            day: page.day,
            name: self.name()?,
            welcome_back: page.welcome_back,
            routines: page.items,
            paused: page.paused,
            us: self.us(page.day)?,
        })
    }

    fn us(&mut self, today: Date) -> Done<Us> {
        let ready = self.ready_us()?;
        let ready = ready.and_then(|bytes| serde_json::from_slice::<(Date, Us)>(&bytes).ok());
        if let Some((day, us)) = ready
            && day == today
        {
            return Ok(us);
        }
        let us = self.make_us(today)?;
        if let Ok(bytes) = serde_json::to_vec(&(today, &us)) {
            self.keep_us_ready(&bytes)?;
        }
        Ok(us)
    }

    fn make_us(&mut self, today: Date) -> Done<Us> {
        let open = self.ideas_screen()?.ideas.into_iter();
        if let Some(idea) = open.into_iter().find(|idea| !idea.left) {
            return Ok(Us::Idea { idea });
        }
        let came = self.inbox()?.into_iter().map(WordRow::from);
        let mut fresh = came.filter(|word| word.name.is_some() && is_fresh(word.day, today));
        if let Some(word) = fresh.next() {
            return Ok(Us::Word { word });
        }
        let mut people = self.person_rows()?;
        people.retain(|person| person.in_touch);
        let at = turn_of(today, people.len());
        Ok(match people.into_iter().nth(at) {
            Some(person) => Us::Person { person },
            None => Us::Nobody,
        })
    }
}
