//! Two phones meet: invites made, answered and finished by four words; and one's own machines.
//! Invariant: nothing here touches the network; each step goes with the next sync, and says so.

use crate::Said;
use crate::answer::Answer;
use crate::args::{DeviceDeed, InviteDeed, Join, RoleOf};
use crate::trouble::Trouble;
use alongside_core::companion::Companion;
use alongside_core::life::Role;
use alongside_core::sync::Waiting;
use alongside_core::trust::invite::Kind;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::{Value, json};

/// The name under which someone is kept until their own is known.
const NOT_KNOWN_YET: &str = "New person";
/// Asked before two people come in touch (HR-45).
const SOFT_CHECK: [&str; 3] = [
    "Is it okay for you two to be in touch?",
    "Some people have orders or licence conditions about contact.",
    "If unsure, ask.",
];

pub(crate) fn invite(app: &mut Companion, what: InviteDeed, json: bool) -> Said {
    match what {
        InviteDeed::Person { name, role } => {
            let (role, official) = role_of(&role)?;
            let mut answer = Answer::silent();
            SOFT_CHECK.iter().for_each(|line| answer.say(*line));
            code(app, answer, Kind::Person, &name, role, official, json)
        }
        InviteDeed::Device => another_device(app, json),
        InviteDeed::List => list(app),
        InviteDeed::Yes { number } => {
            let waiting = one_of(app, number, |waiting| waiting.words.is_some())?;
            yes(app, &waiting)
        }
        InviteDeed::No { number } => {
            let waiting = one_of(app, number, |_| true)?;
            no(app, &waiting)
        }
    }
}

fn another_device(app: &mut Companion, json: bool) -> Said {
    let name = app.name()?;
    let mut answer =
        Answer::says("Open a new, blank Alongside on the other machine and join there.");
    answer.say("It will hold all that is here.");
    code(app, answer, Kind::Device, &name, Role::Friend, false, json)
}

fn code(
    app: &mut Companion,
    mut answer: Answer,
    kind: Kind,
    name: &str,
    role: Role,
    official: bool,
    json: bool,
) -> Said {
    if app.post_box()?.is_none() {
        return Err(Trouble::no(
            "an invite waits at a post box; say which: alongside post-box URL",
        ));
    }
    let (id, code) = app.invite(kind, name, role, official)?;
    let number = number_of(app, id)?;
    let link = code
        .to_link()
        .map_err(alongside_core::AlongsideError::from)?;
    let words = code
        .to_words()
        .map_err(alongside_core::AlongsideError::from)?;
    if !json {
        answer.head("By picture");
        if let Ok(picture) = QrCode::new(link.as_bytes()) {
            let picture = picture.render::<Dense1x2>().build();
            answer.raw(picture);
        }
        answer.head("By link");
        answer.raw(link.as_str());
        answer.head("By words");
        answer.raw(words.as_str());
    }
    answer.say("It is good once, and for 48 hours. Hand it over in person where you can.");
    answer.say(
        "Sync now, so that it waits at the post box. Then sync again until four words are there.",
    );
    answer.put("number", number);
    answer.put("link", link.as_str());
    answer.put("words", words.as_str());
    Ok(answer)
}

fn list(app: &mut Companion) -> Said {
    let all = app.invites()?;
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("No invite is under way.");
    }
    let mut rows = Vec::new();
    for (at, waiting) in all.iter().enumerate() {
        answer.item(format!("{}: {}", at + 1, state_of(waiting)));
        if let Some(words) = &waiting.words {
            answer.raw(format!("  four words: {words}"));
            answer.raw("  Read them to each other. The same? Then: alongside invite yes");
        }
        rows.push(json!({
            "number": at + 1,
            "invited": waiting.invited,
            "kind": kind_said(waiting.kind),
            "name": name_of(waiting),
            "theirs": waiting.theirs,
            "answered": waiting.answered,
            "four_words": waiting.words.map(|words| words.each().to_vec()),
        }));
    }
    answer.put("invites", rows);
    Ok(answer)
}

fn state_of(waiting: &Waiting) -> String {
    let who = name_of(waiting);
    match (waiting.invited, &waiting.theirs, waiting.words.is_some()) {
        (_, Some(theirs), true) => format!("{theirs} is here, as {who}"),
        // "Not now" and "not yet" look the same to the one who invited.
        (true, _, _) => format!("you invited {who}; no answer yet"),
        (false, Some(theirs), false) if waiting.answered => {
            format!("you said yes to {theirs}; sync until four words are there")
        }
        (false, Some(theirs), false) => {
            format!("{theirs} asks to be in touch; say `join yes` or `join no`")
        }
        (false, None, _) => "sync, to find out who asks".to_owned(),
    }
}

fn name_of(waiting: &Waiting) -> String {
    match (&waiting.theirs, waiting.name.as_str()) {
        (Some(theirs), NOT_KNOWN_YET) => theirs.clone(),
        (_, name) => name.to_owned(),
    }
}

pub(crate) fn join(app: &mut Companion, typed: &Join) -> Said {
    let first = typed.code.first().map(|word| word.to_lowercase());
    let number = typed.code.get(1).and_then(|word| word.parse().ok());
    match (first.as_deref(), typed.code.len()) {
        (Some("yes"), ..=2) => return answer_them(app, number, typed),
        (Some("no"), ..=2) => {
            let waiting = one_of(app, number, |waiting| !waiting.invited)?;
            return no(app, &waiting);
        }
        (Some("list"), 1) => return list(app),
        _ => {}
    }
    let (role, official) = role_of(&typed.role)?;
    let name = typed.name.as_deref().unwrap_or(NOT_KNOWN_YET);
    let kind = if typed.device {
        Kind::Device
    } else {
        Kind::Person
    };
    let id = app.join(kind, &typed.code.join(" "), name, role, official)?;
    let number = number_of(app, id)?;
    let mut answer = Answer::says("Taken in. Nobody was told.");
    answer.say("Sync, to find out who asks. Then say `join yes`, or `join no`.");
    answer.put("number", number);
    Ok(answer)
}

fn answer_them(app: &mut Companion, number: Option<u64>, typed: &Join) -> Said {
    let waiting = one_of(app, number, |waiting| !waiting.invited && !waiting.answered)?;
    // Only now it is known who asks: what was typed here counts, what was not stays as it was typed with the code.
    let (role, official) = role_of(&typed.role)?;
    let role = (role != Role::Friend).then_some(role);
    app.know_them_as(waiting.id, typed.name.as_deref(), role, official)?;
    app.answer_invite(waiting.id)?;
    let who = waiting.theirs.clone().unwrap_or_default();
    let mut answer = Answer::says(match waiting.kind {
        Kind::Person => {
            format!("Yes to {who}. {who} sees the name you go by here, and nothing else.")
        }
        Kind::Device => format!("Yes to the machine of {who}."),
    });
    if waiting.kind == Kind::Person {
        SOFT_CHECK.iter().for_each(|line| answer.say(*line));
    }
    answer.say("Sync until four words are there: alongside invite list");
    Ok(answer)
}

fn yes(app: &mut Companion, waiting: &Waiting) -> Said {
    let who = app.words_are_the_same(waiting.id, true)?;
    if waiting.kind == Kind::Device {
        let mut answer = Answer::says("The two machines are yours now.");
        answer.say("Sync on both, so that all comes over.");
        return Ok(answer);
    }
    if waiting.name == NOT_KNOWN_YET
        && let Some(theirs) = &waiting.theirs
    {
        app.rename_person(&who, theirs)?;
    }
    let name = app.person(&who)?.name;
    let mut answer = Answer::says(format!("{name} is one of your people."));
    answer.say(format!(
        "{name} sees nothing of yours until you show it. Cards may come from {name}."
    ));
    answer.put("person", name);
    Ok(answer)
}

fn no(app: &mut Companion, waiting: &Waiting) -> Said {
    if waiting.words.is_some() {
        // The words differ: the invite is over, and the error that says so is the answer here.
        let _ = app.words_are_the_same(waiting.id, false);
    }
    app.leave_invite(waiting.id)?;
    Ok(Answer::says("Nothing was joined. Nobody was told."))
}

pub(crate) fn device(app: &mut Companion, what: DeviceDeed, json: bool) -> Said {
    match what {
        DeviceDeed::Add => another_device(app, json),
        DeviceDeed::List => {
            let mut answer = Answer::silent();
            let mut rows = Vec::new();
            for device in app.devices()? {
                let this = if device.this_one { ", this one" } else { "" };
                answer.item(format!("{}{this}", device.number));
                rows.push(json!({"number": device.number, "this_one": device.this_one}));
            }
            answer.put("devices", rows);
            Ok(answer)
        }
        DeviceDeed::Remove { number } => {
            app.remove_device(&number)?;
            let mut answer = Answer::says("It is out, everywhere. What it holds it keeps.");
            answer.say("Nothing more reaches it after the next sync.");
            answer.put("number", number);
            Ok(answer)
        }
    }
}

/// The invite that a number means; without a number the only one that fits.
fn one_of(
    app: &Companion,
    number: Option<u64>,
    fits: impl Fn(&Waiting) -> bool,
) -> Result<Waiting, Trouble> {
    let all = app.invites()?;
    if let Some(number) = number {
        let at = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let found = at.and_then(|at| all.into_iter().nth(at));
        return found.ok_or_else(|| Trouble::no("there is no invite of that number"));
    }
    let mut fitting = all.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Trouble::no("there is more than one; say its number")),
        (None, _) => Err(Trouble::no(
            "nothing waits for that; sync, then look: alongside invite list",
        )),
    }
}

fn number_of(app: &Companion, id: u64) -> Result<Value, Trouble> {
    let at = app.invites()?.iter().position(|waiting| waiting.id == id);
    Ok(at.map(|at| at + 1).into())
}

fn role_of(typed: &RoleOf) -> Result<(Role, bool), Trouble> {
    let role: Role = typed.role.parse().map_err(Trouble::usage)?;
    let official = typed.official || role == Role::Officer;
    Ok((role, official))
}

fn kind_said(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person",
        Kind::Device => "device",
    }
}
