//! Three weeks of the life, day by day: deeds on Robin's two devices and on the others', mail in the evening, and what
//! goes wrong outside: a phone without network, a post box killed. It knows no key.
//! Invariant: at the end of each week every home holds what the plain lists hold.

use super::Told;
use super::check;
use super::deeds::perform;
use super::expected::Expected;
use super::held::Shelf;
use super::tell::many;
use super::town::{PHONE, TABLET, Town};
use crate::robin::{Deed, JOB_SEARCH, ROBIN, ROUTINES, Thing, What};
use alongside_core::life::{Allow, Answer, CardKind, Mark, Offer, Rhythm, Role, Until, WordKind};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Robin's phone has no network from this day of the demo on, and has it again on that one.
const CUT: u32 = 7;
const MENDED: u32 = 11;
/// In between both devices speak of the same routine and day.
const APART: u32 = 9;
/// On this evening the post box is killed.
const KILLED: u32 = 15;
/// On this morning the officer's successor joins.
const BO_JOINS: u32 = 17;
/// The routine of which both devices speak.
const BOTH: usize = 0;

/// The story's days, and what must be so by now.
pub struct Weeks {
    deeds: Vec<Deed>,
    first: Date,
    number: u32,
    /// The plain lists.
    pub expected: Expected,
}

impl Weeks {
    /// Nothing was done yet.
    #[must_use]
    pub fn of(mut deeds: Vec<Deed>, first: Date) -> Self {
        let circle = ["Jean", "Pat", "Sam", "Bo"];
        deeds.retain(|deed| {
            let with = match &deed.what {
                What::Shows { to, .. } | What::Stops { to, .. } => to,
                What::Says { to, .. } if deed.who == ROBIN => to,
                What::Answers { from, .. } => from,
                What::Meets { .. } | What::Leaves { .. } => return false,
                _ => &deed.who,
            };
            *with == ROBIN || circle.contains(with)
        });
        // Where the demo itself marks a day, nothing else does.
        let written = written(first);
        let marked = |deed: &Deed| match deed.what {
            What::Marks(at, _) => Some((at, deed.day)),
            _ => None,
        };
        let taken: Vec<_> = written.iter().filter_map(marked).collect();
        deeds.retain(|deed| marked(deed).is_none_or(|one| !taken.contains(&one)));
        deeds.extend(written);
        deeds.sort_by_key(|deed| deed.day);
        Self {
            deeds,
            first,
            number: 0,
            expected: Expected::default(),
        }
    }

    /// Lives up to and with this day of the demo (0 is the first).
    pub fn live(&mut self, town: &mut Town, last: u32) -> Told<()> {
        while self.number <= last {
            self.day(town)?;
            self.number += 1;
            if self.number <= last {
                town.next_day();
            }
        }
        Ok(())
    }

    fn day(&mut self, town: &mut Town) -> Told<()> {
        let (number, today) = (self.number, town.today());
        self.morning(town)?;
        let of_today: Vec<Deed> = self
            .deeds
            .iter()
            .filter(|deed| deed.day == today)
            .cloned()
            .collect();
        let (things, rest): (Vec<Deed>, Vec<Deed>) = of_today.into_iter().partition(|deed| {
            matches!(
                deed.what,
                What::Begins(_) | What::Wants(_) | What::Plans(_) | What::Shows { .. }
            )
        });
        let mut told: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for deed in &things {
            self.does(town, PHONE, deed, &mut told)?;
        }
        // The others get to know of it the same evening; the tablet at once, to tick on it.
        if !things.is_empty() {
            town.round(&[PHONE, TABLET])?;
        }
        let mut marks = (0, 0, 0);
        for deed in &rest {
            // On these two days the demo itself writes there.
            if number == APART && matches!(deed.what, What::Marks(BOTH, _))
                || [APART, KILLED].contains(&number) && matches!(deed.what, What::Notes(BOTH, _))
            {
                continue;
            }
            match &deed.what {
                What::Marks(_, Mark::Done) => marks.0 += 1,
                What::Marks(_, Mark::Rest) => marks.1 += 1,
                What::Notes(..) => marks.2 += 1,
                _ => {}
            }
            let home = if deed.who == ROBIN {
                self.in_hand(town, deed)?
            } else {
                deed.who
            };
            self.does(town, home, deed, &mut told)?;
        }
        if number == APART {
            self.speak_apart(town, today)?;
            marks = (marks.0 + 1, marks.1 + 1, marks.2 + 2);
        }
        tell_day(town, today, marks, &told);
        self.evening(town)
    }

    fn does(
        &mut self,
        town: &mut Town,
        home: &'static str,
        deed: &Deed,
        told: &mut BTreeMap<&'static str, Vec<String>>,
    ) -> Told<()> {
        let words = perform(town, home, deed)?;
        self.expected.write(deed);
        told.entry(deed.who).or_default().extend(words);
        Ok(())
    }

    /// Some things are done on the tablet, where it has them already.
    fn in_hand(&self, town: &mut Town, deed: &Deed) -> Told<&'static str> {
        if let What::Marks(at, _) | What::Notes(at, _) = &deed.what {
            let item = town.routine(*at)?;
            let number = usize::try_from(self.number)?;
            if (at + number).is_multiple_of(3) && town.app(TABLET).routine(item).is_ok() {
                return Ok(TABLET);
            }
        }
        Ok(PHONE)
    }

    fn morning(&mut self, town: &mut Town) -> Told<()> {
        match self.number {
            CUT => {
                town.tell.line("");
                town.tell.say("Robin's phone has no data credit from today. It says nothing of it and goes on.");
                town.home(PHONE).switch.set(false);
            }
            MENDED => {
                let since = town.app(PHONE).days_since_met()?;
                town.tell.line("");
                town.tell.say("There is credit again.");
                town.tell.claim(
                    "Robin's phone had not met the post box for 5 days. Its things were safe there.",
                    &since,
                    &Some(5),
                );
                town.home(PHONE).switch.set(true);
                town.until_quiet()?;
                self.both_spoke(town)?;
                town.tell.line("");
            }
            BO_JOINS => {
                town.tell.line("");
                town.tell.say("Sam's work with Robin ends on Sunday. Bo takes over and joins today; for four days both are there.");
                town.unpack("Bo", "Bo", "")?;
                town.meet(PHONE, "Bo", Role::Officer)?;
                town.app("Bo").find_person("Robin")?;
                town.until_quiet()?;
                town.tell.line("");
            }
            _ => {}
        }
        Ok(())
    }

    fn evening(&mut self, town: &mut Town) -> Told<()> {
        let all: Vec<&'static str> = town.homes.keys().copied().collect();
        if self.number == KILLED {
            self.kill_the_post_box(town)?;
        }
        if (CUT..MENDED).contains(&self.number) {
            let report = town.sync(PHONE)?;
            if self.number == MENDED - 1 {
                town.tell.holds("Robin's phone finds no way to the post box, and every deed was done all the same.", report.offline);
            }
        }
        town.round(&all)?;
        town.round(&[PHONE, TABLET])?;
        if self.number % 7 == 6 {
            town.until_quiet()?;
            town.tell.line("");
            check::told_in_full(town, &self.expected)?;
            town.tell.line("");
        }
        Ok(())
    }

    /// Both devices speak of one routine and one day, and neither knows of the other.
    fn speak_apart(&mut self, town: &mut Town, today: Date) -> Told<()> {
        let id = town.routine(BOTH)?;
        let spoken = [
            (PHONE, Mark::Done, "Dressed before the alarm for once."),
            (TABLET, Mark::Rest, "Stayed under the blanket until ten."),
        ];
        for (home, mark, note) in spoken {
            town.typed(note);
            town.app(home)
                .mark_with(id, today, Some(mark), Some(note), None)?;
            self.expected.mark(BOTH, today, mark);
            self.expected.note(BOTH, today, note);
        }
        Ok(())
    }

    fn both_spoke(&mut self, town: &mut Town) -> Told<()> {
        use jiff::ToSpan;
        let id = town.routine(BOTH)?;
        let day = self.first.saturating_add(i64::from(APART).days());
        let name = ROUTINES[BOTH].name;
        for home in [PHONE, TABLET] {
            let record = town.app(home).record(id, day)?;
            let called = town.home(home).called.clone();
            let claim = format!(
                "On Wednesday the phone said done and the tablet said rest day for \"{name}\": on {called} it is done, and both notes stay."
            );
            town.tell.claim(
                &claim,
                &(record.mark, record.notes.len()),
                &(Some(Mark::Done), 2),
            );
        }
        Ok(())
    }

    fn kill_the_post_box(&mut self, town: &mut Town) -> Told<()> {
        town.round(&[PHONE, TABLET, "Jean", "Pat"])?;
        let id = town.routine(BOTH)?;
        let note = "Wrote this just before everything went dark.";
        town.typed(note);
        let today = town.today();
        town.app(PHONE).set_note(id, today, Some(note))?;
        self.expected.note(BOTH, today, note);
        let went = town.sync(PHONE)?.went;
        let before = Shelf::of(town)?.waiting();
        town.tell.line("");
        town.tell
            .say("The post box is killed (kill -9) while envelopes wait in it.");
        town.relay.kill();
        let alone = town.sync("Jean")?;
        town.tell.holds(
            "While it is gone, Jean's phone is offline and says so; nothing of hers is lost.",
            alone.offline,
        );
        town.relay.restart();
        let after = Shelf::of(town)?.waiting();
        town.tell.holds(
            "Robin's phone had just handed something over.",
            went > 0 && !before.is_empty(),
        );
        town.tell.claim(
            "It is started again and holds the very same envelopes as before.",
            &after,
            &before,
        );
        town.tell.line("");
        Ok(())
    }
}

fn tell_day(
    town: &mut Town,
    today: Date,
    (done, rest, notes): (usize, usize, usize),
    told: &BTreeMap<&'static str, Vec<String>>,
) {
    let some = |count: usize, one: &str| (count > 0).then(|| many(count, one));
    let mut robins: Vec<String> = [
        some(done, "tick"),
        some(rest, "rest day"),
        some(notes, "note"),
    ]
    .into_iter()
    .flatten()
    .collect();
    robins.extend(told.get(ROBIN).into_iter().flatten().cloned());
    let mut all = vec![format!("Robin: {}.", robins.join("; "))];
    for (who, what) in told.iter().filter(|(who, _)| **who != ROBIN) {
        let what: Vec<String> = what
            .iter()
            .map(|one| one.replace(" to Robin", ""))
            .collect();
        let what = what.join("; ");
        let ends = what.ends_with('.') || what.ends_with(".\"");
        let stop = if ends { "" } else { "." };
        all.push(format!("{who}: {what}{stop}"));
    }
    town.tell.dated(today, &all.join("  "));
}

/// Opens the door to own words between Robin and those who are near.
pub(super) fn open_doors(town: &mut Town) -> Told<()> {
    for person in ["Jean", "Pat"] {
        let (there, here) = (town.knows(PHONE, person), town.knows(person, ROBIN));
        town.app(PHONE).set_allow(&there, Allow::OwnWords)?;
        town.app(person).set_allow(&here, Allow::OwnWords)?;
    }
    town.until_quiet()
}

/// What the demo adds to the drawn life, so that each kind of thing is there within three weeks.
fn written(first: Date) -> Vec<Deed> {
    use jiff::ToSpan;
    let on = |number: u32| first.saturating_add(i64::from(number).days());
    let deed = |number, who, what| Deed {
        day: on(number),
        who,
        what,
    };
    let offer = Offer::NewRoutine {
        name: "Breakfast before the radio news".to_owned(),
        rhythm: Rhythm::Daily,
    };
    let says = |to, kind, text: &str| What::Says {
        to,
        kind,
        text: text.to_owned(),
        about: None,
    };
    let hello = |to| says(to, WordKind::Card(CardKind::Hello), "");
    vec![
        deed(0, ROBIN, hello("Jean")),
        deed(0, ROBIN, hello("Pat")),
        deed(2, "Pat", What::Suggests { idea: 100, offer }),
        deed(
            3,
            ROBIN,
            What::Answers {
                idea: 100,
                from: "Pat",
                answer: Answer::Changed,
            },
        ),
        deed(
            4,
            "Jean",
            says(
                ROBIN,
                WordKind::OwnWords,
                "Sunday dumplings? Bring nothing but yourself.",
            ),
        ),
        deed(
            5,
            ROBIN,
            says(
                "Jean",
                WordKind::Thanks,
                "Your dumplings rescued my whole weekend.",
            ),
        ),
        deed(
            6,
            "Sam",
            says(ROBIN, WordKind::Card(CardKind::WellDone), ""),
        ),
        deed(
            8,
            "Pat",
            says(
                ROBIN,
                WordKind::Seen,
                "I saw you carrying shopping for the lady upstairs.",
            ),
        ),
        deed(19, "Bo", says(ROBIN, WordKind::Card(CardKind::Hello), "")),
        deed(
            18,
            ROBIN,
            What::Shows {
                thing: Thing::Routine(JOB_SEARCH),
                to: "Bo",
                until: Until::UntilIStop,
                notes: false,
            },
        ),
        deed(21, ROBIN, What::Marks(JOB_SEARCH, Mark::Done)),
    ]
}
