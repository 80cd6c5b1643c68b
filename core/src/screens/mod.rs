//! What a phone's screen shows, whole: one call for each screen, plain data, in the order in which it is shown. It holds
//! no sentence of any language, no colour and no rule of its own: those are life's, and how it looks is the face's.
//! Invariant: nothing is here that the front door does not let its person see, and no number about a person.

mod goals;
mod ideas;
mod meeting;
mod people;
mod rows;
mod seen;
mod settings;
#[cfg(test)]
mod tests;
mod today;

pub use crate::life::TodayItem as TodayRow;
pub use goals::{GoalRow, GoalsScreen, RoutineRow, RoutineScreen, RoutinesScreen, StepRow};
pub use ideas::{IdeaRow, IdeasScreen, Offered};
pub use meeting::{InviteRow, InviteScreen, Stage};
pub use people::{PeopleScreen, PersonRow, PersonScreen, Takes};
pub use rows::{DayRow, HowOften, SentIdeaRow, SentRow, ShareRow, ThingRow, WordRow};
pub use seen::{
    SeeAsScreen, ShowQuestion, ShownGoalRow, ShownRoutineRow, ShownStepRow, ShownThings,
};
pub use settings::{PhoneRow, SettingsScreen};
pub use today::{TodayScreen, Us};
