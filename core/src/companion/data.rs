//! In and out: everything of one's own as one readable file, and what other programs or an earlier home left as files.
//! Invariant: what is here stays as it is, whatever a file says; the same file brought in again changes nothing.

use super::deed::Mine;
use super::inbox::years;
use super::{Companion, Done};
use crate::life::{DayRecord, ItemId, ItemRef, PersonRef};
use crate::notebook::Written;
use crate::port::{
    Adds, Entry, Home, ImportPlan, Incoming, LoopData, Present, Target, Touched, plan_import,
    read_file, write_export,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A file that was read and compared with what is here. Nothing is changed until it is brought in.
#[derive(Debug)]
pub struct Import {
    what: What,
    adds: Adds,
}

#[derive(Debug)]
enum What {
    Plan(ImportPlan),
    Home(Box<Home>),
}

impl Import {
    /// Whether it comes from Loop Habit Tracker; else it is an export of Alongside.
    #[must_use]
    pub fn is_of_loop(&self) -> bool {
        matches!(self.what, What::Plan(_))
    }

    /// How much it adds.
    #[must_use]
    pub fn adds(&self) -> Adds {
        self.adds
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.what {
            What::Plan(plan) => plan.is_empty(),
            What::Home(home) => **home == Home::default(),
        }
    }

    /// How many routines of the file were deleted here before, and stay so.
    #[must_use]
    pub fn deleted_here(&self) -> usize {
        match &self.what {
            What::Plan(plan) => plan.deleted_here,
            What::Home(_) => 0,
        }
    }

    /// How many names, units and notes of the file were longer than there is room for.
    #[must_use]
    pub fn shortened(&self) -> usize {
        match &self.what {
            What::Plan(plan) => plan.shortened,
            What::Home(_) => 0,
        }
    }
}

impl Companion {
    /// Everything of one's own as readable text (docs/export.md). No key and no tie is in it; who finds it can read it.
    ///
    /// # Errors
    /// [`crate::AlongsideError::Invalid`] where it would be larger than can be read back; the store's.
    pub fn export(&mut self) -> Done<String> {
        let home = self.look(everything)?;
        Ok(write_export(&home)?)
    }

    /// Reads a file and works out what it would add here: Loop's zip or backup, or an export of Alongside.
    ///
    /// # Errors
    /// What is the matter with the file, never a word of it; nothing is changed.
    pub fn plan_import(&mut self, path: &Path) -> Done<Import> {
        match read_file(path)? {
            Incoming::Loop(data) => self.plan_loop(&data),
            Incoming::Export(home) => self.plan_home(*home),
        }
    }

    /// Brings it in, as one deed: undo takes all of it back.
    ///
    /// # Errors
    /// The store's.
    pub fn bring_in(&mut self, import: Import) -> Done<()> {
        self.deed(|mine| match import.what {
            What::Plan(plan) => plan.routines.into_iter().try_for_each(|planned| {
                let id = match planned.target {
                    Target::New(routine) => {
                        mine.put_routine(&routine)?;
                        routine.id
                    }
                    Target::Here(id) => id,
                };
                write_days(mine, id, planned.days)
            }),
            What::Home(home) => put_home(mine, *home),
        })
    }

    fn plan_loop(&mut self, data: &LoopData) -> Done<Import> {
        let (here, today) = (self.look(came_before)?, self.clock.now().today);
        let plan = plan_import(data, &here, today, || self.make_id());
        let adds = plan.adds();
        Ok(Import {
            what: What::Plan(plan),
            adds,
        })
    }

    /// Of an export only what was never here comes in; people, and what goes with them, only where nobody is yet. They
    /// come as names: to be in touch they have to be met again.
    fn plan_home(&mut self, mut home: Home) -> Done<Import> {
        self.look(|mine| {
            let (items, written) = (mine.ever_items()?, mine.ever_written()?);
            let is_new = |item: ItemRef| !items.contains(&item);
            home.routines.retain(|one| is_new(ItemRef::Routine(one.id)));
            home.goals.retain(|one| is_new(ItemRef::Goal(one.id)));
            home.steps.retain(|one| is_new(ItemRef::Step(one.id)));
            let new: BTreeSet<ItemId> = home.routines.iter().map(|one| one.id).collect();
            let here: BTreeSet<ItemId> = mine.routines()?.iter().map(|one| one.id).collect();
            home.records.retain(|(id, day), record| {
                let before = written.get(&(*id, *day)).copied();
                let before = before.filter(|_| !new.contains(id)).unwrap_or_default();
                record.mark = record.mark.filter(|_| !before.mark);
                record.amount = record.amount.filter(|_| !before.amount);
                if before.note {
                    record.notes.clear();
                }
                (new.contains(id) || here.contains(id)) && !record.is_blank()
            });
            if mine.people()?.is_empty() {
                name_people(&mut home);
            } else {
                home.people.clear();
                home.shares.clear();
                home.words.clear();
                home.kept_words.clear();
                home.ideas.clear();
            }
            Ok(())
        })?;
        let count = |f: fn(&DayRecord) -> bool| home.records.values().filter(|one| f(one)).count();
        let adds = Adds {
            routines: home.routines.len(),
            done: count(|one| one.mark == Some(crate::life::Mark::Done)),
            rest: count(|one| one.mark == Some(crate::life::Mark::Rest)),
            amounts: count(|one| one.amount.is_some()),
            notes: home.records.values().map(|one| one.notes.len()).sum(),
        };
        Ok(Import {
            what: What::Home(Box::new(home)),
            adds,
        })
    }
}

fn everything(mine: &mut Mine<'_>) -> Done<Home> {
    let people = mine.people()?;
    let mut home = Home {
        routines: mine.routines()?,
        records: mine.records(Date::MIN, Date::MAX)?,
        goals: mine.goals()?,
        steps: mine.steps()?,
        ..Home::default()
    };
    let years = years(mine)?;
    for person in &people {
        home.shares.extend(mine.shares_with(&person.who)?);
        for year in &years {
            let who = &person.who;
            let words = mine.words_to(who, *year)?;
            home.words
                .extend(words.into_iter().map(|word| (who.clone(), word)));
            let ideas = mine.ideas_for(who, *year)?;
            home.ideas
                .extend(ideas.into_iter().map(|idea| (who.clone(), idea)));
        }
    }
    for year in years {
        home.kept_words.extend(mine.kept_words(year)?);
    }
    home.people = people;
    Ok(home)
}

/// What was brought in from elsewhere before, deleted routines too, and every day on which anything was written.
fn came_before(mine: &mut Mine<'_>) -> Done<Vec<Present>> {
    let mut days: BTreeMap<ItemId, BTreeMap<Date, Touched>> = BTreeMap::new();
    for ((id, day), written) in mine.ever_written()? {
        let Written { mark, amount, note } = written;
        let touched = Touched { mark, amount, note };
        days.entry(id).or_default().insert(day, touched);
    }
    let mut here = Vec::new();
    for (import_key, id) in mine.import_keys()? {
        here.push(Present {
            id,
            import_key,
            deleted: mine.routine(id)?.is_none(),
            days: days.remove(&id).unwrap_or_default(),
        });
    }
    Ok(here)
}

fn write_days(mine: &mut Mine<'_>, id: ItemId, days: Vec<(Date, Entry)>) -> Done<()> {
    for (day, entry) in days {
        if entry.mark.is_some() {
            mine.set_mark(id, day, entry.mark)?;
        }
        if entry.amount.is_some() {
            mine.set_amount(id, day, entry.amount)?;
        }
        if entry.note.is_some() {
            mine.set_note(id, day, entry.note.as_deref())?;
        }
    }
    Ok(())
}

fn put_home(mine: &mut Mine<'_>, home: Home) -> Done<()> {
    for routine in &home.routines {
        mine.put_routine(routine)?;
    }
    for goal in &home.goals {
        mine.put_goal(goal)?;
    }
    for step in &home.steps {
        mine.put_step(step)?;
    }
    for ((id, day), record) in home.records {
        let note = (!record.notes.is_empty()).then(|| record.notes.join("\n"));
        let entry = Entry {
            mark: record.mark,
            amount: record.amount,
            note,
        };
        write_days(mine, id, vec![(day, entry)])?;
    }
    for person in &home.people {
        mine.put_person(person)?;
    }
    for share in &home.shares {
        mine.show(share)?;
    }
    for (who, word) in &home.words {
        mine.put_word(who, word)?;
    }
    for (who, word) in &home.kept_words {
        mine.keep_word(who, word)?;
    }
    for (who, idea) in &home.ideas {
        mine.put_idea(who, idea)?;
    }
    Ok(())
}

/// People of an export are names without a tie: they are called by what cannot be a tie's id, and so are those who are
/// spoken of but not in its list.
fn name_people(home: &mut Home) {
    let name = |who: &mut PersonRef| *who = PersonRef(format!("export-{}", who.0));
    home.people.iter_mut().for_each(|one| name(&mut one.who));
    home.shares.iter_mut().for_each(|one| name(&mut one.to));
    home.words.iter_mut().for_each(|one| name(&mut one.0));
    home.kept_words.iter_mut().for_each(|one| name(&mut one.0));
    home.ideas.iter_mut().for_each(|one| name(&mut one.0));
}
