//! One deed of the life, done on a real home through the front door, and told in a few words.
//! It knows which of Robin's devices is in hand; it keeps no list of its own.
//! Invariant: what is typed is noted as typed before it is done.

use super::Told;
use super::town::{PHONE, TABLET, Town};
use crate::robin::{Deed, GOALS, ROBIN, ROUTINES, STEPS, Thing, What};
use alongside_core::life::{Answer, ItemId, ItemRef, Offer, Until, WordKind};

/// What Robin makes of ideas that are no routine, each in own words.
const STEPS_OF_IDEAS: [&str; 7] = [
    "Ring Pat back",
    "Write Jean a card",
    "Look for a pottery class",
    "Ask Gus about evening hours",
    "Show Kit the certificate",
    "Ring Jean on her birthday",
    "Pick daffodils for Mum",
];

/// Does it on this home. Returns how the day tells it, where it does: ticks and notes are counted instead.
pub(crate) fn perform(town: &mut Town, home: &'static str, deed: &Deed) -> Told<Option<String>> {
    let told = match &deed.what {
        What::Begins(at) => {
            let routine = &ROUTINES[*at];
            let name = town.typed(routine.name);
            let id = town.app(home).add_routine(name, routine.rhythm.parse()?)?;
            town.things
                .insert(Thing::Routine(*at), ItemRef::Routine(id));
            Some(format!("begins \"{name}\", {}", routine.rhythm))
        }
        What::Wants(at) => {
            let name = town.typed(GOALS[*at].name);
            let id = town.app(home).add_goal(name, None)?;
            town.things.insert(Thing::Goal(*at), ItemRef::Goal(id));
            Some(format!("wants \"{name}\""))
        }
        What::Plans(at) => {
            let step = &STEPS[*at];
            let goal = town.things.get(&Thing::Goal(step.goal)).map(|one| one.id());
            let name = town.typed(step.name);
            let id = town.app(home).add_step(name, goal)?;
            town.things.insert(Thing::Step(*at), ItemRef::Step(id));
            Some(format!("next small step: \"{name}\""))
        }
        What::Marks(at, mark) => {
            let id = id_of(town, Thing::Routine(*at))?;
            town.app(home)
                .mark_with(id, deed.day, Some(*mark), None, None)?;
            None
        }
        What::Notes(at, text) => {
            let id = id_of(town, Thing::Routine(*at))?;
            town.typed(text);
            town.app(home).set_note(id, deed.day, Some(text))?;
            None
        }
        What::Stands(thing, state) => {
            let item = item_of(town, *thing)?;
            town.app(home).set_state(item, *state)?;
            Some(format!("\"{}\": {state}", thing.name()))
        }
        What::Shows {
            thing,
            to,
            until,
            notes,
        } => {
            let (item, who) = (item_of(town, *thing)?, town.knows(PHONE, to));
            town.app(home).show(item, &who, *until, *notes, None)?;
            let how_long = match until {
                Until::UntilIStop => String::new(),
                Until::Once => " once".to_owned(),
                Until::Through(last) => format!(" up to and with {}", last.strftime("%A %-d %b")),
            };
            Some(format!("shows {to} \"{}\"{how_long}", thing.name()))
        }
        What::Says {
            to,
            kind,
            text,
            about,
        } => {
            town.typed(text);
            let who = town.knows(if home == TABLET { PHONE } else { home }, to);
            let about = about.and_then(|thing| {
                let found = town.app(home).find_about(&who, thing.name());
                found.ok()
            });
            town.app(home).encourage(&who, *kind, text, about)?;
            Some(match kind {
                WordKind::Card(card) => format!("a card to {to}: \"{}\"", card.text()),
                WordKind::Thanks => format!("thanks {to}"),
                _ => format!("a note to {to}"),
            })
        }
        What::Suggests { offer, .. } => {
            let name = match offer {
                Offer::NewRoutine { name, .. } | Offer::NewStep { name, .. } => name,
                Offer::Words(words) => words,
            };
            town.typed(name);
            let who = town.knows(home, ROBIN);
            town.app(home).suggest(&who, offer.clone())?;
            Some(format!("has an idea for Robin: \"{name}\""))
        }
        What::Answers { idea, from, answer } => {
            return answers(town, home, *idea, from, *answer).map(Some);
        }
        What::Stops { .. } | What::Meets { .. } | What::Leaves { .. } | What::Ends(_) => None,
    };
    Ok(told)
}

/// What Robin does with the newest idea of someone that has no answer yet.
fn answers(
    town: &mut Town,
    home: &str,
    number: usize,
    from: &'static str,
    answer: Answer,
) -> Told<String> {
    let who = town.knows(PHONE, from);
    let ideas = town.app(home).ideas()?;
    let open = ideas
        .iter()
        .find(|one| one.from == who && one.answer.is_none());
    let Some(idea) = open else {
        return Ok(format!("{from}'s idea has not come yet"));
    };
    let (id, label) = (idea.idea.id, idea.label().to_owned());
    match answer {
        Answer::Taken => {
            if matches!(idea.idea.what, Offer::Words(_)) {
                // Words become a small step once they have a short name.
                let name = town.typed(STEPS_OF_IDEAS[number % STEPS_OF_IDEAS.len()]);
                town.app(home).change_idea(&who, id, Some(name), None)?;
            } else {
                town.app(home).take_idea(&who, id)?;
            }
            Ok(format!("uses {from}'s idea \"{label}\""))
        }
        Answer::Changed => {
            let made = match idea.idea.what {
                Offer::NewRoutine { .. } => "Slow breakfast by the window",
                _ => STEPS_OF_IDEAS[number % STEPS_OF_IDEAS.len()],
            };
            let name = town.typed(made);
            town.app(home).change_idea(&who, id, Some(name), None)?;
            Ok(format!("makes \"{name}\" of {from}'s idea \"{label}\""))
        }
        Answer::Left => {
            town.app(home).leave_idea(&who, id)?;
            Ok(format!("leaves {from}'s idea; nobody is told"))
        }
    }
}

fn item_of(town: &Town, thing: Thing) -> Told<ItemRef> {
    let item = town.things.get(&thing);
    Ok(*item.ok_or("a thing that was never begun")?)
}

fn id_of(town: &Town, thing: Thing) -> Told<ItemId> {
    Ok(item_of(town, thing)?.id())
}
