//! A day of the life as it is lived on real homes, whichever of the two years it is from: who has which device in hand, who
//! meets whom and who leaves. It knows no chapter and tells nothing.
//! Invariant: a deed is done only between people who met.

use super::Told;
use super::deeds::perform;
use super::town::{PHONE, TABLET, Town};
use crate::robin::{Deed, PEOPLE, ROBIN, What};
use alongside_core::life::Allow;

/// Robin has the phone in hand, and for each third tick the tablet, where it knows the routine already.
pub(crate) fn home_of(town: &mut Town, deed: &Deed, number: u32) -> Told<&'static str> {
    if deed.who != ROBIN {
        return Ok(deed.who);
    }
    if let What::Marks(at, _) | What::Notes(at, _) = &deed.what {
        let item = town.routine(*at)?;
        let third = (at + usize::try_from(number)?).is_multiple_of(3);
        if third && town.app(TABLET).routine(item).is_ok() {
            return Ok(TABLET);
        }
    }
    Ok(PHONE)
}

/// Whether whoever this deed is with is among Robin's people by now: some things are meant for those who come later.
pub(crate) fn is_between_those_who_met(town: &Town, deed: &Deed) -> bool {
    let with = match &deed.what {
        What::Meets { .. } => return true,
        What::Shows { to, .. } | What::Stops { to, .. } => to,
        What::Says { to, .. } if deed.who == ROBIN => to,
        What::Answers { from, .. } => from,
        _ => &deed.who,
    };
    *with == ROBIN || town.known.contains_key(&(PHONE, *with))
}

/// Does it, or leaves it where it is with somebody who is not among Robin's people yet: who joins is met, who leaves is taken out.
pub(crate) fn does(town: &mut Town, deed: &Deed, number: u32) -> Told<()> {
    if !is_between_those_who_met(town, deed) {
        return Ok(());
    }
    match &deed.what {
        What::Meets { role } => {
            let person = PEOPLE.iter().find(|one| one.name == deed.who);
            let person = person.ok_or("somebody of Robin's people")?;
            town.unpack(person.name, person.name, "")?;
            town.meet(PHONE, person.name, role.clone())?;
            if person.own_words {
                let (there, here) = (
                    town.knows(PHONE, person.name),
                    town.knows(person.name, ROBIN),
                );
                town.app(PHONE).set_allow(&there, Allow::OwnWords)?;
                town.app(person.name).set_allow(&here, Allow::OwnWords)?;
            }
            town.until_quiet()?;
        }
        What::Leaves { blocked } => {
            let who = town.knows(PHONE, deed.who);
            if *blocked {
                town.app(PHONE).block_person(&who)?;
            } else {
                town.app(PHONE).remove_person(&who)?;
            }
        }
        What::Ends(at) => {
            let id = town.routine(*at)?;
            town.app(PHONE).end_routine(id)?;
        }
        _ => {
            let home = home_of(town, deed, number)?;
            perform(town, home, deed)?;
        }
    }
    Ok(())
}
