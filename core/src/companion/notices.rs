//! Notices on this phone: which a person asked for, when the next ones come, and whether there is something new from
//! people. Each phone has its own; nobody else learns of them, other phones of the same person neither.
//! Invariant: a notice holds no name and no word, and nothing is written about what was read.

use super::deed::page_of;
use super::mine::SELF;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{ItemId, Notices, PersonRef, QuietHours, notice};
use jiff::ToSpan;
use jiff::civil::{DateTime, Time};
use std::collections::BTreeSet;

/// What the person said about notices, in this phone's own record.
const NOTICES: &[u8] = b"notices";
/// How many days ahead notices are told of, today too.
const DAYS_AHEAD: i64 = 14;

/// What is here from people: their words, and their ideas that were not answered.
pub(crate) type FromPeople = BTreeSet<(PersonRef, ItemId)>;

impl Companion {
    /// What the person said about notices on this phone.
    ///
    /// # Errors
    /// The store's.
    pub fn notices(&self) -> Done<Notices> {
        let Some(bytes) = self.store.get(SELF, NOTICES)? else {
            return Ok(Notices::default());
        };
        serde_json::from_slice(&bytes).map_err(|_| AlongsideError::StoreDamaged)
    }

    fn keep_notices(&mut self, change: impl FnOnce(&mut Notices)) -> Done<()> {
        let mut notices = self.notices()?;
        change(&mut notices);
        let bytes = serde_json::to_vec(&notices).map_err(|_| AlongsideError::StoreDamaged)?;
        let mut deed = self.store.begin()?;
        deed.put(SELF, NOTICES, &bytes)?;
        deed.commit()?;
        Ok(())
    }

    /// Has a notice come of a routine at its time of day, or none any more.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; [`AlongsideError::Invalid`] for one without a time of day; the store's.
    pub fn set_routine_notice(&mut self, routine: ItemId, on: bool) -> Done<()> {
        if on && self.routine(routine)?.time.is_none() {
            return Err(AlongsideError::Invalid(
                "say at what time of day first; the notice comes then".into(),
            ));
        }
        self.keep_notices(|notices| {
            if on {
                notices.routines.insert(routine);
            } else {
                notices.routines.remove(&routine);
            }
        })
    }

    /// Has a notice come once there is something new from people, or none any more.
    ///
    /// # Errors
    /// The store's.
    pub fn set_words_notice(&mut self, on: bool) -> Done<()> {
        self.keep_notices(|notices| notices.words = on)
    }

    /// Says in which hours no notice comes; none: in no hours.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] where they end as they begin; the store's.
    pub fn set_quiet_hours(&mut self, quiet: Option<QuietHours>) -> Done<()> {
        if quiet.is_some_and(|quiet| quiet.from == quiet.until) {
            return Err(AlongsideError::Invalid(
                "quiet hours end at another time than they begin".into(),
            ));
        }
        self.keep_notices(|notices| notices.quiet = quiet)
    }

    /// When the next notices of routines come, as things stand now, in the person's own time: at most
    /// [`notice::AHEAD`], of two weeks.
    ///
    /// # Errors
    /// The store's.
    pub fn notices_ahead(&mut self) -> Done<Vec<DateTime>> {
        let notices = self.notices()?;
        if notices.routines.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let mut ahead = Vec::new();
        for days in 0..DAYS_AHEAD {
            let day = now.today.saturating_add(days.days());
            let page = self.look(|mine| page_of(mine, day, None))?;
            ahead.extend(notices.of(&page));
        }
        ahead.retain(|at| *at > now.today.to_datetime(now.time));
        ahead.truncate(notice::AHEAD);
        Ok(ahead)
    }

    /// Whether the notice that was to come today at this time is still to come: not once all of it was marked.
    ///
    /// # Errors
    /// The store's.
    pub fn notice_is_due(&mut self, time: Time) -> Done<bool> {
        let (page, notices) = (self.today()?, self.notices()?);
        Ok(notices.of(&page).contains(&page.day.to_datetime(time)))
    }

    /// What is here from people, to be compared with what is here later; none where no notice is wanted of it.
    pub(crate) fn what_came_before(&mut self) -> Done<Option<FromPeople>> {
        let wanted = self.notices()?.words;
        wanted.then(|| self.what_came()).transpose()
    }

    fn what_came(&mut self) -> Done<FromPeople> {
        let words = self.inbox()?.into_iter();
        let mut all: FromPeople = words.map(|one| (one.from, one.word.id)).collect();
        let open = self.ideas()?.into_iter().filter(|one| one.answer.is_none());
        all.extend(open.map(|one| (one.from, one.idea.id)));
        Ok(all)
    }

    /// Whether a notice is to come now of what is new since then; never where none was wanted.
    pub(crate) fn tells_of_news_since(&mut self, before: Option<FromPeople>) -> Done<bool> {
        let Some(before) = before else {
            return Ok(false);
        };
        if !self.notices()?.may_come(self.clock.now().time) {
            return Ok(false);
        }
        Ok(self.what_came()?.difference(&before).next().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::kit::{day, phone};
    use super::*;
    use crate::life::Rhythm;

    fn time(hour: i8) -> Time {
        Time::constant(hour, 0, 0, 0)
    }

    #[test]
    fn a_new_phone_gives_no_notice() {
        let mut robin = phone("Robin", 81);
        let at = Some(time(18));
        robin
            .add_routine_with("Walk", Rhythm::Daily, at, None)
            .unwrap();
        assert!(robin.notices_ahead().unwrap().is_empty());
        assert!(!robin.notice_is_due(time(18)).unwrap());
        assert_eq!(robin.what_came_before().unwrap(), None);
    }

    #[test]
    fn notices_follow_the_rhythm_and_stop_where_it_was_marked() {
        let mut robin = phone("Robin", 82);
        let add = |robin: &mut Companion, name, rhythm, hour| {
            robin
                .add_routine_with(name, rhythm, Some(time(hour)), None)
                .unwrap()
        };
        // 4 May 2026 is a Monday; it is noon.
        let walk = add(&mut robin, "Walk", "mon thu".parse().unwrap(), 18);
        let wash = add(&mut robin, "Up and washed", Rhythm::Daily, 8);
        robin.set_routine_notice(walk, true).unwrap();
        let hours = |robin: &mut Companion| -> Vec<(i8, i8)> {
            let ahead = robin.notices_ahead().unwrap().into_iter();
            ahead.map(|at| (at.day(), at.hour())).collect()
        };
        assert_eq!(hours(&mut robin), [(4, 18), (7, 18), (11, 18), (14, 18)]);
        assert!(robin.notice_is_due(time(18)).unwrap());
        robin.mark_rest(walk, day(4)).unwrap();
        assert!(!robin.notice_is_due(time(18)).unwrap());
        assert_eq!(hours(&mut robin), [(7, 18), (11, 18), (14, 18)]);

        robin.set_routine_notice(wash, true).unwrap();
        assert_eq!(hours(&mut robin)[..3], [(5, 8), (6, 8), (7, 8)]);
        robin
            .set_quiet_hours(Some(QuietHours {
                from: time(20),
                until: time(9),
            }))
            .unwrap();
        assert_eq!(hours(&mut robin), [(7, 18), (11, 18), (14, 18)]);
        robin.set_quiet_hours(None).unwrap();
        robin.end_routine(wash).unwrap();
        robin.set_routine_notice(walk, false).unwrap();
        assert!(hours(&mut robin).is_empty());
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let mut robin = phone("Robin", 83);
        let walk = robin.add_routine("Walk", Rhythm::Daily).unwrap();
        assert!(robin.set_routine_notice(walk, true).is_err());
        assert!(robin.set_routine_notice(walk, false).is_ok());
        let all_day = QuietHours {
            from: time(8),
            until: time(8),
        };
        assert!(robin.set_quiet_hours(Some(all_day)).is_err());
        assert_eq!(robin.notices().unwrap(), Notices::default());
    }
}
