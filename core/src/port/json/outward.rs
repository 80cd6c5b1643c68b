//! From a home to the export's fields. Does not know JSON.
//! Invariant: the order depends on what is in the home alone, so that equal homes give equal bytes.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::form::{
    Day, File, Goal, Idea, NewRoutine, NewStep, Pause, Person, Routine, Share, Step, Word,
};
use super::{EXPORT_VERSION, Home};
use crate::life::{self, DayRecord, ItemId, Mark, Offer, PersonRef, spoken};

impl File {
    pub(super) fn of(home: &Home) -> File {
        let mut people: Vec<&life::Person> = home.people.iter().collect();
        people.sort_by(|a, b| person_order(a).cmp(&person_order(b)));
        let mut labels = Labels::default();
        for person in &people {
            labels.of(&person.who);
        }
        let listed: Vec<&life::Share> = home
            .shares
            .iter()
            .filter(|share| labels.0.contains_key(&share.to))
            .collect();
        let mut shares: Vec<Share> = listed
            .into_iter()
            .map(|share| share_out(share, &mut labels))
            .collect();
        shares.sort_by(|a, b| (&a.item, label_order(&a.to)).cmp(&(&b.item, label_order(&b.to))));

        File {
            alongside_export: EXPORT_VERSION,
            routines: routines_out(home),
            goals: sorted(home.goals.iter().map(goal_out), |goal| {
                (goal.started, goal.id.clone())
            }),
            steps: sorted(home.steps.iter().map(step_out), |step| {
                (step.started, step.id.clone())
            }),
            words: words_out(&home.words, &mut labels),
            kept_words: words_out(&home.kept_words, &mut labels),
            ideas: ideas_out(&home.ideas, &mut labels),
            people: people
                .into_iter()
                .map(|person| person_out(person, &mut labels))
                .collect(),
            shares,
        }
    }
}

/// The names of people in one file, in the order in which they are first met.
#[derive(Default)]
struct Labels(BTreeMap<PersonRef, String>);

impl Labels {
    fn of(&mut self, who: &PersonRef) -> String {
        let next = format!("p{}", self.0.len() + 1);
        self.0.entry(who.clone()).or_insert(next).clone()
    }
}

// "p10" comes after "p9".
fn label_order(label: &str) -> (usize, &str) {
    (label.len(), label)
}

fn person_order(person: &life::Person) -> (Date, &str, String, &PersonRef) {
    (
        person.since,
        &person.name,
        person.role.to_string(),
        &person.who,
    )
}

fn sorted<T, K: Ord>(all: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_by_key(|one| key(one));
    all
}

fn routines_out(home: &Home) -> Vec<Routine> {
    let mut days: BTreeMap<ItemId, Vec<Day>> = BTreeMap::new();
    for ((id, day), record) in &home.records {
        if !record.is_blank() {
            days.entry(*id).or_default().push(day_out(*day, record));
        }
    }
    let all = home.routines.iter().map(|routine| Routine {
        id: routine.id.to_string(),
        name: routine.name.clone(),
        rhythm: routine.rhythm.to_string(),
        time: routine.time.map(|time| time.strftime("%H:%M").to_string()),
        pause: routine.pause.map(|pause| Pause {
            from: pause.from,
            until: pause.until,
        }),
        unit: routine.unit.clone(),
        started: routine.started,
        ended: routine.ended,
        import_key: routine.import_key.clone(),
        days: days.remove(&routine.id).unwrap_or_default(),
    });
    sorted(all, |routine| (routine.started, routine.id.clone()))
}

fn day_out(day: Date, record: &DayRecord) -> Day {
    let mark = record.mark.map(|mark| match mark {
        Mark::Done => "done".to_owned(),
        Mark::Rest => "rest".to_owned(),
    });
    Day {
        day,
        mark,
        amount: record.amount.map(spoken::amount_text),
        notes: record.notes.clone(),
    }
}

fn goal_out(goal: &life::Goal) -> Goal {
    Goal {
        id: goal.id.to_string(),
        name: goal.name.clone(),
        area: goal.area.as_ref().map(ToString::to_string),
        state: goal.state.to_string(),
        started: goal.started,
    }
}

fn step_out(step: &life::Step) -> Step {
    Step {
        id: step.id.to_string(),
        goal: step.goal.map(|goal| goal.to_string()),
        name: step.name.clone(),
        state: step.state.to_string(),
        started: step.started,
    }
}

fn person_out(person: &life::Person, labels: &mut Labels) -> Person {
    Person {
        who: labels.of(&person.who),
        name: person.name.clone(),
        role: person.role.to_string(),
        official: person.official,
        allows: person.allows.to_string(),
        blocked: person.blocked,
        since: person.since,
    }
}

fn share_out(share: &life::Share, labels: &mut Labels) -> Share {
    Share {
        item: share.item.to_string(),
        to: labels.of(&share.to),
        from: share.from,
        until: share.until.to_string(),
        notes: share.notes,
    }
}

fn words_out(words: &[(PersonRef, life::Word)], labels: &mut Labels) -> Vec<Word> {
    let words = sorted(words.iter(), |(_, word)| (word.day, word.id));
    let out = |(who, word): &(PersonRef, life::Word)| Word {
        id: word.id.to_string(),
        who: labels.of(who),
        day: word.day,
        kind: match word.kind {
            life::WordKind::Card(card) => format!("card {}", card.word()),
            life::WordKind::OwnWords => "own-words".to_owned(),
            life::WordKind::Thanks => "thanks".to_owned(),
            life::WordKind::Seen => "seen".to_owned(),
        },
        text: word.text.clone(),
        about: word.about.map(|about| about.to_string()),
    };
    words.into_iter().map(out).collect()
}

fn ideas_out(ideas: &[(PersonRef, life::Proposal)], labels: &mut Labels) -> Vec<Idea> {
    let ideas = sorted(ideas.iter(), |(_, idea)| (idea.day, idea.id));
    let out = |(who, idea): &(PersonRef, life::Proposal)| {
        let mut out = Idea {
            id: idea.id.to_string(),
            who: labels.of(who),
            day: idea.day,
            routine: None,
            step: None,
            words: None,
        };
        match &idea.what {
            Offer::NewRoutine { name, rhythm } => {
                out.routine = Some(NewRoutine {
                    name: name.clone(),
                    rhythm: rhythm.to_string(),
                });
            }
            Offer::NewStep { goal, name } => {
                out.step = Some(NewStep {
                    goal: goal.map(|goal| goal.to_string()),
                    name: name.clone(),
                });
            }
            Offer::Words(words) => out.words = Some(words.clone()),
        }
        out
    };
    ideas.into_iter().map(out).collect()
}
