//! Showing one thing to one person, stopping, and seeing with their eyes. Invariant: what will happen and who will see
//! is said before; an office is never shown anything without a yes.

use crate::Said;
use crate::answer::Answer;
use crate::args::Show;
use crate::shown;
use crate::things::may_have_seen;
use crate::trouble::Trouble;
use crate::words::day;
use alongside_core::companion::{Companion, Showing};
use alongside_core::life::Until;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

pub(crate) fn show(app: &mut Companion, typed: &Show) -> Said {
    let today = app.now().today;
    let until = match (&typed.until, typed.once, typed.week) {
        (Some(text), _, _) => Until::Through(day(app, Some(text))?),
        (None, true, _) => Until::Once,
        (None, false, true) => Until::for_a_week(today),
        (None, false, false) => Until::UntilIStop,
    };
    let from = typed.from.as_deref().map(|text| day(app, Some(text)));
    let from = from.transpose()?;
    let item = app.find_item(&typed.thing)?;
    let who = app.find_person(&typed.person)?;
    let before = app.before_showing(item, &who, until, typed.notes)?;
    let mut answer = Answer::silent();
    before.text.iter().for_each(|line| answer.say(line));
    if typed.look {
        answer.put("shown", false);
        return Ok(answer);
    }
    if before.official && !typed.yes {
        ask(&before.text)?;
        answer = Answer::silent();
    }
    app.show(item, &who, until, typed.notes, from)?;
    answer.say("It goes out with the next sync.");
    let showings = app.shares_with(&who)?;
    let one = showings.into_iter().find(|one| one.share.item == item);
    answer.put("shown", true);
    answer.put("share", one.as_ref().map(showing_json));
    Ok(answer)
}

/// A question that waits for a yes; without a terminal to ask it is a no.
fn ask(lines: &[String]) -> Result<(), Trouble> {
    if !std::io::stdin().is_terminal() {
        let mut text = lines.join(" ");
        text.push_str(" If that is what you want, say it again with --yes.");
        return Err(Trouble::no(text));
    }
    for line in lines {
        eprintln!("{line}");
    }
    eprint!("Show it? (yes/no) ");
    let _ = std::io::stderr().flush();
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    if matches!(typed.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Trouble::no("not shown; nobody was told"))
}

pub(crate) fn stop(app: &mut Companion, thing: &str, person: &str) -> Said {
    let item = app.find_item(thing)?;
    let who = app.find_person(person)?;
    let name = app.person(&who)?.name;
    let seen = app.stop_showing(item, &who)?;
    let mut answer =
        Answer::says("You stopped showing this. It goes from their side after the next sync.");
    may_have_seen(&mut answer, &seen);
    answer.say(format!("{name} is not told."));
    answer.put("person", name);
    Ok(answer)
}

pub(crate) fn shares(app: &mut Companion, person: Option<&str>) -> Said {
    let all = match person {
        Some(person) => {
            let who = app.find_person(person)?;
            app.shares_with(&who)?
        }
        None => app.shares()?,
    };
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("Nothing is shown. Only you can see what is here.");
    }
    let mut rows = Vec::new();
    for one in &all {
        let notes = if one.share.notes { ", with notes" } else { "" };
        let over = if one.open { "" } else { ", over" };
        answer.item(format!(
            "{} to {}: {}{notes}{over}",
            one.item,
            one.person,
            until_said(one.share.until)
        ));
        rows.push(showing_json(one));
    }
    answer.put("shares", rows);
    Ok(answer)
}

pub(crate) fn see_as(app: &mut Companion, person: &str) -> Said {
    let who = app.find_person(person)?;
    let name = app.person(&who)?.name;
    let seen = app.see_as(&who)?;
    let today = app.now().today;
    let mut answer = Answer::silent();
    answer.head(format!("What {name} sees of you"));
    let value = shown::write(&mut answer, &seen.shown, today);
    if value.is_empty() {
        answer.say("Nothing.");
    }
    if seen.on_its_way {
        answer.say(format!("Some of it is on its way to {name}."));
    }
    if seen.not_all_here {
        answer.say("Some of it went from another machine of yours and is not here yet. Sync, then look again.");
    }
    answer.say("What you changed since the last sync is not in it yet.");
    answer.put("person", name);
    answer.put("sees", value);
    answer.put("on_its_way", seen.on_its_way);
    answer.put("not_all_here", seen.not_all_here);
    Ok(answer)
}

pub(crate) fn look(app: &mut Companion, person: &str) -> Said {
    let who = app.find_person(person)?;
    let name = app.person(&who)?.name;
    let shows = app.what_they_show(&who)?;
    let today = app.now().today;
    let mut answer = Answer::silent();
    answer.head(format!("What {name} shows you"));
    let value = shown::write(&mut answer, &shows, today);
    if value.is_empty() {
        answer.say("Nothing.");
    }
    answer.put("person", name);
    answer.put("shows", value);
    Ok(answer)
}

fn until_said(until: Until) -> String {
    match until {
        Until::Once => "once".to_owned(),
        Until::Through(day) => format!("up to and with {day}"),
        Until::UntilIStop => "until you stop".to_owned(),
    }
}

fn showing_json(one: &Showing) -> Value {
    json!({
        "thing": one.item,
        "person": one.person,
        "from": one.share.from.to_string(),
        "until": one.share.until.to_string(),
        "notes": one.share.notes,
        "open": one.open,
    })
}
