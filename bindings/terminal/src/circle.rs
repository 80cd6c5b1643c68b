//! My people: listed, called otherwise, let in, taken out, blocked. Invariant: nobody is told of any of it.

use crate::Said;
use crate::answer::Answer;
use crate::args::PeopleDeed;
use crate::trouble::Trouble;
use alongside_core::companion::Companion;
use alongside_core::life::{Allow, Person, Role};
use serde_json::{Value, json};

pub(crate) fn people(app: &mut Companion, what: Option<PeopleDeed>) -> Said {
    match what.unwrap_or(PeopleDeed::List) {
        PeopleDeed::List => list(app),
        PeopleDeed::Rename { person, name } => {
            let who = app.find_person(&person)?;
            let before = app.person(&who)?.name;
            app.rename_person(&who, &name)?;
            let after = app.person(&who)?;
            let mut answer = Answer::says(format!("{before} is called {} here.", after.name));
            answer.say("They are not told.");
            answer.put("person", person_json(&after.name, &after));
            Ok(answer)
        }
        PeopleDeed::Role {
            person,
            role,
            official,
        } => {
            let role: Role = role.parse().map_err(Trouble::usage)?;
            let who = app.find_person(&person)?;
            app.set_role(&who, &role, official || role == Role::Officer)?;
            let after = app.person(&who)?;
            let mut answer = Answer::says(format!("{} is {role} to you.", after.name));
            answer.say("It is a word for you alone. It changes no right.");
            answer.put("person", person_json(&after.name, &after));
            Ok(answer)
        }
    }
}

fn list(app: &mut Companion) -> Said {
    let people = app.people()?;
    let labels = app.people_labels()?;
    let mut answer = Answer::silent();
    if people.is_empty() {
        answer.say("Nobody is here yet. Invite someone: alongside invite person NAME");
    }
    let mut rows = Vec::new();
    for (person, (_, label)) in people.iter().zip(labels) {
        let door = if person.blocked {
            "blocked"
        } else {
            allow_said(person.allows)
        };
        answer.item(format!("{label}: {}, {door}", person.role));
        rows.push(person_json(&label, person));
    }
    answer.put("people", rows);
    Ok(answer)
}

pub(crate) fn allow(app: &mut Companion, person: &str, what: &str) -> Said {
    let allow: Allow = what.to_lowercase().parse().map_err(Trouble::usage)?;
    let who = app.find_person(person)?;
    app.set_allow(&who, allow)?;
    let after = app.person(&who)?;
    let name = &after.name;
    let mut answer = Answer::says(match allow {
        Allow::CardsOnly => format!("Cards may come from {name}."),
        Allow::OwnWords => format!("Cards, own words and ideas may come from {name}."),
        Allow::Quiet => format!("Nothing from {name} is shown for now."),
    });
    answer.say(match allow {
        Allow::Quiet => format!("{name} is not told."),
        Allow::CardsOnly | Allow::OwnWords => {
            format!("{name} sees what may come, after the next sync.")
        }
    });
    answer.put("person", person_json(name, &after));
    Ok(answer)
}

pub(crate) fn remove(app: &mut Companion, person: &str) -> Said {
    let who = app.find_person(person)?;
    let name = app.person(&who)?.name;
    app.remove_person(&who)?;
    let mut answer = Answer::says(format!(
        "{name} is not among your people any more. Nothing goes to {name} from now on."
    ));
    answer.say(format!("{name} is not told, and may keep what they saw."));
    answer.put("person", name);
    Ok(answer)
}

pub(crate) fn block(app: &mut Companion, person: &str) -> Said {
    let who = app.find_person(person)?;
    let name = app.person(&who)?.name;
    app.block_person(&who)?;
    let mut answer = Answer::says(format!(
        "{name} is blocked. All that {name} wrote is hidden, and nothing goes to {name} any more."
    ));
    answer.say(format!("{name} is not told, and may keep what they saw."));
    answer.put("person", name);
    Ok(answer)
}

fn allow_said(allow: Allow) -> &'static str {
    match allow {
        Allow::CardsOnly => "cards may come",
        Allow::OwnWords => "own words may come",
        Allow::Quiet => "quiet",
    }
}

fn person_json(label: &str, person: &Person) -> Value {
    json!({
        "name": label,
        "role": person.role.to_string(),
        "official": person.official,
        "allow": person.allows.to_string(),
        "blocked": person.blocked,
        "since": person.since.to_string(),
    })
}
