//! What a supporter must see of a person: the things shown to them and nothing else, as facts in words, so that two sides
//! can be held against each other. It knows which share stands; not how anything is sealed, sent or projected.
//! A thing shown once stays as it stood at one of the moments at which it may have gone out.

use super::field::{Field, Value};
use super::life::Life;
use alongside_core::companion::{Companion, Done};
use alongside_core::life::{DayRecord, ItemId, ItemRef, PersonRef, Share, Until};
use alongside_core::notebook::Shown;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// So many days back a phone shows marks at least, when they were not sent before.
const WINDOW: i64 = 92;

/// Facts about one thing, in words.
pub type Facts = BTreeSet<String>;

/// What things looked like whenever they may have gone out to a person.
pub type WentOut = BTreeMap<(PersonRef, ItemRef), Facts>;

/// The words of a share, as the model writes them.
#[must_use]
pub fn share_text(from: Date, until: Until, notes: bool) -> String {
    format!("{from}/{until}/{}", if notes { "notes" } else { "" })
}

fn day_facts(day: Date, record: &DayRecord, notes: bool) -> Facts {
    let mark = record.mark.map(|mark| format!("{day} {mark:?}"));
    let amount = record.amount.map(|amount| format!("{day} {amount}"));
    // Notes written apart go out as one text: a supporter is not told on how many phones they were written.
    let noted = (notes && !record.notes.is_empty()).then(|| record.notes.join("\n"));
    let noted = noted.map(|noted| format!("{day} “{noted}”"));
    mark.into_iter().chain(amount).chain(noted).collect()
}

fn last_day(until: Until) -> Option<Date> {
    match until {
        Until::Through(day) => Some(day),
        Until::Once | Until::UntilIStop => None,
    }
}

/// One phone of the person who shows.
pub struct Author<'a> {
    /// What they did.
    pub life: &'a Life,
    /// The phone's name.
    pub phone: &'a str,
    /// What is on it.
    pub app: &'a mut Companion,
}

impl Author<'_> {
    /// The shares that stand: not stopped on any phone, of a thing that is there, open today.
    ///
    /// # Errors
    /// The store's.
    pub fn standing(&mut self, to: &PersonRef) -> Done<Vec<Share>> {
        let today = self.app.now().today;
        let showings = self.app.shares_with(to)?;
        let shares = showings.into_iter().map(|showing| showing.share);
        Ok(shares.filter(|share| share.is_open(today)).collect())
    }

    /// A thing as the phone shows it to its person, in facts; the days within the share.
    fn facts(&mut self, share: &Share, went: &WentOut) -> Done<Facts> {
        let mut facts = Facts::new();
        let today = self.app.now().today;
        match share.item {
            ItemRef::Routine(id) => {
                let one = self.app.routine(id)?;
                facts.insert(format!("routine {}", one.name));
                facts.insert(format!("rhythm {}", one.rhythm));
                facts.extend(one.unit.map(|unit| format!("unit {unit}")));
                let pause = one.pause.filter(|pause| pause.covers(today));
                facts.extend(pause.map(|pause| format!("paused until {:?}", pause.until)));
                facts.extend(one.ended.then(|| "ended".to_owned()));
                for (day, record) in self.days(id, share) {
                    facts.extend(day_facts(day, &record, share.notes));
                }
            }
            ItemRef::Goal(id) => {
                let goals = self.app.goals()?;
                if let Some(one) = goals.into_iter().find(|one| one.id == id) {
                    facts.insert(format!("goal {}", one.name));
                    facts.insert(format!("state {}", one.state));
                }
            }
            ItemRef::Step(id) => {
                let steps = self.app.steps()?;
                if let Some(one) = steps.into_iter().find(|one| one.id == id) {
                    facts.insert(format!("step {}", one.name));
                    facts.insert(format!("state {}", one.state));
                    let goal = one.goal.map(ItemRef::Goal);
                    let standing = self.standing(&share.to)?;
                    let of_goal = standing.iter().find(|other| Some(other.item) == goal);
                    if let Some(of_goal) = of_goal {
                        facts.extend(self.names_of_goal(of_goal, went)?);
                    }
                }
            }
        }
        facts.extend(last_day(share.until).map(|day| format!("until {day}")));
        Ok(facts)
    }

    /// What a step's goal may be called: a goal shown once keeps the name under which it went out.
    fn names_of_goal(&mut self, share: &Share, went: &WentOut) -> Done<Facts> {
        let name = self.app.label(share.item)?.unwrap_or_default();
        let mut names = Facts::from([format!("for {name}")]);
        if share.until == Until::Once {
            let went = went.get(&(share.to.clone(), share.item));
            let names_then = went.into_iter().flatten();
            let names_then = names_then.filter_map(|fact| fact.strip_prefix("goal "));
            names.extend(names_then.map(|name| format!("for {name}")));
        }
        Ok(names)
    }

    /// The days of a routine that go with a share, by the model alone.
    fn days(&self, id: ItemId, share: &Share) -> BTreeMap<Date, DayRecord> {
        let fields = self.life.fields(self.phone);
        let written = fields.into_iter().filter_map(|field| match field {
            Field::Mark(of, day) | Field::Note(of, day) | Field::Amount(of, day) if *of == id => {
                Some(*day)
            }
            _ => None,
        });
        written
            .filter(|day| share.reaches(*day))
            .map(|day| (day, self.life.record(self.phone, id, day)))
            .collect()
    }

    /// Notes what everything that is shown looks like: it may go out with this contact.
    ///
    /// # Errors
    /// The store's.
    pub fn may_go_out(&mut self, to: &PersonRef, went: &mut WentOut) -> Done<()> {
        for share in self.standing(to)? {
            let facts = self.facts(&share, went)?;
            went.entry((to.clone(), share.item))
                .or_default()
                .extend(facts);
        }
        Ok(())
    }

    /// Everything in which what a supporter's phone shows differs from what it must.
    ///
    /// # Errors
    /// The store's.
    pub fn differences(
        &mut self,
        to: &PersonRef,
        went: &WentOut,
        seen: &Shown,
    ) -> Done<Vec<String>> {
        let today = self.app.now().today;
        let window = today.saturating_sub(WINDOW.days());
        let mut seen = things(seen);
        let mut found = Vec::new();
        let nothing = Facts::new();
        for share in self.standing(to)? {
            let once = share.until == Until::Once;
            let mut want = self.facts(&share, went)?;
            let before = went.get(&(to.clone(), share.item)).unwrap_or(&nothing);
            let among = if once { before } else { &want };
            let at = seen.iter().position(|facts| {
                facts
                    .iter()
                    .any(|fact| is_name(fact) && among.contains(fact))
            });
            let Some(at) = at else {
                found.push(format!("{} is not there; {share:?}", share.item));
                continue;
            };
            let mut facts = seen.swap_remove(at);
            if once {
                // A step's goal is a thing of its own, shown under the name that its own share lets it have.
                facts.retain(|fact| !fact.starts_with("for "));
                let late = |fact: &&String| !may_show(&share, fact) || !before.contains(*fact);
                let late: Vec<&String> = facts.iter().filter(late).collect();
                if !late.is_empty() {
                    found.push(format!("shown once, {share:?} has {late:?}"));
                }
                continue;
            }
            // A day before the window is there only where it was sent in its time.
            let old = |fact: &String| day_of(fact).is_some_and(|day| day < window);
            want.retain(|fact| !old(fact));
            facts.retain(|fact| !old(fact));
            // Of the names that a step's goal may have it has one.
            let named = |fact: &String| fact.starts_with("for ");
            if facts.iter().any(|fact| named(fact) && want.contains(fact)) {
                want.retain(|fact| !named(fact) || facts.contains(fact));
            }
            if facts != want {
                found.push(format!(
                    "{share:?} lacks {:?} and has besides {:?}",
                    want.difference(&facts).collect::<Vec<_>>(),
                    facts.difference(&want).collect::<Vec<_>>()
                ));
            }
        }
        for facts in seen {
            found.push(format!("shows what it must not: {facts:?}"));
        }
        Ok(found)
    }

    /// Everything in which the phone's list of shares differs from the model: a share that was stopped on one phone, and
    /// changed on another without knowing of it, is stopped.
    ///
    /// # Errors
    /// The store's.
    pub fn share_differences(&mut self) -> Done<Vec<String>> {
        let listed = self.app.shares()?;
        let texts: BTreeMap<(PersonRef, ItemRef), String> = listed
            .into_iter()
            .map(|one| one.share)
            .map(|one| {
                let text = share_text(one.from, one.until, one.notes);
                ((one.to, one.item), text)
            })
            .collect();
        let labels = self.app.labels()?;
        let there: BTreeSet<ItemRef> = labels.into_iter().map(|(item, _)| item).collect();
        let mut found = Vec::new();
        let mut asked = BTreeSet::new();
        for field in self.life.fields(self.phone) {
            let Field::Share(to, item) = field else {
                continue;
            };
            asked.insert((to.clone(), *item));
            let values = self.life.values(self.phone, field);
            let stopped = values.iter().any(Value::is_blank);
            let there = there.contains(item);
            let text = texts.get(&(to.clone(), *item));
            let fits = match text {
                None => stopped || !there,
                Some(text) => !stopped && there && values.iter().any(|value| value.words() == text),
            };
            if !fits {
                found.push(format!(
                    "{}: {item} is shown as {text:?}, and must as one of {values:?}",
                    self.phone
                ));
            }
        }
        for (key, text) in texts.iter().filter(|(key, _)| !asked.contains(*key)) {
            found.push(format!("{}: {} was never shown: {text}", self.phone, key.1));
        }
        Ok(found)
    }
}

fn is_name(fact: &str) -> bool {
    ["routine ", "goal ", "step "]
        .iter()
        .any(|kind| fact.starts_with(kind))
}

fn day_of(fact: &str) -> Option<Date> {
    fact.split(' ').next()?.parse().ok()
}

/// Whether a share as it stands now lets this fact be seen, whenever it went out.
fn may_show(share: &Share, fact: &str) -> bool {
    day_of(fact).is_none_or(|day| share.reaches(day) && (share.notes || !fact.contains('“')))
        && !fact.starts_with("until ")
}

/// What a supporter's phone shows, thing by thing.
fn things(seen: &Shown) -> Vec<Facts> {
    let mut all = Vec::new();
    for one in &seen.routines {
        let mut facts = Facts::from([
            format!("routine {}", one.name),
            format!("rhythm {}", one.rhythm),
        ]);
        facts.extend(one.unit.iter().map(|unit| format!("unit {unit}")));
        if one.paused {
            facts.insert(format!("paused until {:?}", one.paused_until));
        }
        facts.extend(one.ended.then(|| "ended".to_owned()));
        for (day, record) in &one.days {
            facts.extend(day_facts(*day, record, true));
        }
        facts.extend(one.until.map(|day| format!("until {day}")));
        all.push(facts);
    }
    for one in &seen.goals {
        let mut facts = Facts::from([format!("goal {}", one.name), format!("state {}", one.state)]);
        facts.extend(one.until.map(|day| format!("until {day}")));
        all.push(facts);
    }
    for one in &seen.steps {
        let mut facts = Facts::from([format!("step {}", one.name), format!("state {}", one.state)]);
        let goal = seen.goals.iter().find(|goal| Some(goal.id) == one.goal);
        facts.extend(goal.map(|goal| format!("for {}", goal.name)));
        facts.extend(one.until.map(|day| format!("until {day}")));
        all.push(facts);
    }
    all
}
