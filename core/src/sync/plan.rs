//! The rhythm as a phone keeps it that is woken and put to sleep by its system: the day's moments are drawn once and stay,
//! whatever the person does; one contact for each waking. Knows no thread and no system.
//! Invariant: opening the app or marking something never brings a contact nearer: a moment that passed in sleep is drawn
//! again while the phone is in hand.

use super::rhythm::{APART, DAY};
use super::{Contact, Rhythm};
use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};

/// The moments that are left of a day, in this phone's own record.
const PLAN: &[u8] = b"plan";
/// A moment that passed in sleep is drawn again within so many seconds, in hand.
const SOON: u32 = 1_800;

/// What is left of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    day: u32,
    left: Vec<(u32, Contact)>,
}

impl Plan {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(1);
        w.u32(self.day);
        w.count(self.left.len());
        for (at, contact) in &self.left {
            let (kind, week) = match contact {
                Contact::Fetch => (0, 0),
                Contact::Deliver => (1, 0),
                Contact::Drain(week) => (2, *week),
                Contact::Register(week) => (3, *week),
                Contact::WayBack => (4, 0),
                Contact::Past => (5, 0),
                Contact::Key { straight } => (6, u32::from(*straight)),
                Contact::Who => (7, 0),
                Contact::Code => (8, 0),
            };
            w.u32(*at);
            w.u8(kind);
            w.u32(week);
        }
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != 1 {
            return Err(Refused::UnknownSuite);
        }
        let day = r.u32()?;
        let mut left = Vec::new();
        for _ in 0..r.count(1 << 10)? {
            let (at, kind, week) = (r.u32()?, r.u8()?, r.u32()?);
            let contact = match kind {
                0 => Contact::Fetch,
                1 => Contact::Deliver,
                2 => Contact::Drain(week),
                3 => Contact::Register(week),
                4 => Contact::WayBack,
                5 => Contact::Past,
                6 => Contact::Key {
                    straight: week == 1,
                },
                7 => Contact::Who,
                8 => Contact::Code,
                _ => return Err(Refused::Malformed),
            };
            left.push((at, contact));
        }
        r.finish()?;
        Ok(Self { day, left })
    }
}

impl Companion {
    /// Seconds until the next contact of the rhythm; 0 once its moment is there. `in_hand`: the phone was just opened, so
    /// that what is late is not done now but within half an hour.
    ///
    /// # Errors
    /// The store's.
    pub fn next_contact(&mut self, in_hand: bool) -> Done<u32> {
        let mut plan = self.plan()?;
        let second = self.second_of_the_day();
        if in_hand && plan.left.iter().any(|(at, _)| *at <= second) {
            let (late, mut left): (Vec<_>, Vec<_>) =
                plan.left.iter().copied().partition(|(at, _)| *at <= second);
            for (_, contact) in late {
                left.push((second + 1 + self.rng.next_u32() % SOON, contact));
            }
            left.sort_unstable();
            plan.left = left;
            self.keep_plan(&plan)?;
        }
        let next = plan.left.first().map_or(DAY, |(at, _)| *at);
        Ok(next.saturating_sub(second))
    }

    /// Takes the contact whose moment is there out of the day; what else is due then comes ten minutes later.
    pub(crate) fn take_due(&mut self) -> Done<Option<Contact>> {
        let mut plan = self.plan()?;
        let second = self.second_of_the_day();
        let Some((_, contact)) = plan.left.first().filter(|(at, _)| *at <= second).copied() else {
            return Ok(None);
        };
        plan.left.remove(0);
        for (at, _) in &mut plan.left {
            *at = (*at).max(second + APART);
        }
        self.keep_plan(&plan)?;
        Ok(Some(contact))
    }

    /// The post box was not reached: the contact is had later in the day, at a moment drawn anew.
    pub(crate) fn put_off(&mut self, contact: Contact) -> Done<()> {
        let mut plan = self.plan()?;
        let again = SOON / 2 + self.rng.next_u32() % SOON;
        plan.left.push((self.second_of_the_day() + again, contact));
        plan.left.sort_unstable();
        self.keep_plan(&plan)
    }

    /// Puts what is to be asked of a post box that was just set into the day.
    pub(crate) fn ask_today(&mut self) -> Done<()> {
        let mut questions = self.keys_to_ask()?;
        questions.extend(self.rights_to_ask()?.0);
        for question in questions {
            self.ask_later(question)?;
        }
        Ok(())
    }

    /// Has a question later in the day, where it is not planned already.
    pub(super) fn ask_later(&mut self, question: Contact) -> Done<()> {
        if self.is_planned(question)? {
            return Ok(());
        }
        self.put_off(question)
    }

    /// Whether a contact is still to come today.
    pub(super) fn is_planned(&mut self, contact: Contact) -> Done<bool> {
        Ok(self.plan()?.left.iter().any(|(_, one)| *one == contact))
    }

    /// What is left of today. Of what passed before the day's plan was drawn each kind of contact stays once.
    fn plan(&mut self) -> Done<Plan> {
        let day = self.now().utc_day();
        if let Some(bytes) = self.store.get(SELF, PLAN)?
            && let Ok(plan) = Plan::decode(&bytes)
            && plan.day == day
        {
            return Ok(plan);
        }
        let second = self.second_of_the_day();
        let mut left: Vec<(u32, Contact)> = Vec::new();
        for (at, contact) in self.plan_day(Rhythm::default())? {
            if at > second || left.iter().all(|(_, other)| *other != contact) {
                left.push((at, contact));
            }
        }
        let plan = Plan { day, left };
        self.keep_plan(&plan)?;
        Ok(plan)
    }

    fn keep_plan(&mut self, plan: &Plan) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.put(SELF, PLAN, &plan.encode())?;
        deed.commit()?;
        Ok(())
    }

    fn second_of_the_day(&self) -> u32 {
        u32::try_from(self.now().seconds % u64::from(DAY)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::companion::kit::{Hands, phone_with_hands};

    /// A phone and its clock, at the beginning of a day.
    fn at_midnight(seed: u64) -> (Companion, Hands) {
        let (app, hands) = phone_with_hands("Robin", seed);
        hands.set(app.now().seconds / 86_400 * 86_400);
        (app, hands)
    }

    #[test]
    fn a_day_of_wakings_has_every_contact_once_at_its_moment() {
        for seed in 0..20 {
            let (mut app, hands) = at_midnight(200 + seed);
            let begins = app.now().seconds;
            let planned = app.plan().unwrap().left;
            let mut had = Vec::new();
            loop {
                let wait = app.next_contact(false).unwrap();
                hands.pass(u64::from(wait));
                let now = app.now().seconds;
                if now >= begins + 86_400 {
                    break;
                }
                had.extend(app.take_due().unwrap());
            }
            let planned: Vec<Contact> = planned.into_iter().map(|(_, contact)| contact).collect();
            assert_eq!(had, planned, "seed {seed}");
        }
    }

    #[test]
    fn opening_the_app_brings_no_contact_nearer() {
        let (mut app, hands) = at_midnight(231);
        let before = app.plan().unwrap();
        for _ in 0..50 {
            app.next_contact(true).unwrap();
            assert_eq!(app.take_due().unwrap(), None);
        }
        assert_eq!(app.plan().unwrap(), before);
        // Asleep until the evening: what is late comes within half an hour, and not now.
        hands.pass(80_000);
        let wait = app.next_contact(true).unwrap();
        assert!((1..=SOON).contains(&wait), "late is not now: {wait}");
        assert_eq!(app.take_due().unwrap(), None);
        let again = app.next_contact(true).unwrap();
        assert_eq!(again, wait, "drawn once");
        hands.pass(u64::from(wait));
        assert!(app.take_due().unwrap().is_some());
        assert!(app.next_contact(false).unwrap() >= APART.min(wait));
    }

    #[test]
    fn what_did_not_reach_the_post_box_is_tried_again_later_in_the_day() {
        let (mut app, hands) = at_midnight(233);
        let contact = loop {
            let wait = app.next_contact(false).unwrap();
            hands.pass(u64::from(wait));
            if let Some(contact) = app.take_due().unwrap() {
                break contact;
            }
        };
        let left = app.plan().unwrap().left.len();
        app.put_off(contact).unwrap();
        let plan = app.plan().unwrap();
        assert_eq!(plan.left.len(), left + 1);
        let now = app.second_of_the_day();
        let again = plan
            .left
            .iter()
            .any(|(at, one)| *one == contact && (now + SOON / 2..now + SOON * 2).contains(at));
        assert!(again, "not at once, and not tomorrow");
    }

    #[test]
    fn a_phone_first_woken_in_the_evening_has_each_contact_once() {
        let (mut app, hands) = at_midnight(232);
        hands.pass(86_000);
        let left = app.plan().unwrap().left;
        let fetches = left.iter().filter(|(_, one)| *one == Contact::Fetch);
        assert!(fetches.count() <= 2);
        assert!(left.iter().any(|(_, one)| *one == Contact::Deliver));
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let all = [
            Contact::Fetch,
            Contact::Deliver,
            Contact::Drain(7),
            Contact::Register(8),
            Contact::WayBack,
            Contact::Past,
            Contact::Key { straight: false },
            Contact::Key { straight: true },
            Contact::Who,
            Contact::Code,
        ];
        let plan = Plan {
            day: 20_577,
            left: (1..).zip(all).collect(),
        };
        assert_eq!(Plan::decode(&plan.encode()).unwrap(), plan);
        assert!(Plan::decode(&plan.encode()[1..]).is_err());
    }
}
