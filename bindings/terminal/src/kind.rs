//! Kind words and ideas, both ways. Invariant: nothing tells anyone that a word was read or what became of an idea.

use crate::Said;
use crate::answer::Answer;
use crate::args::{Encourage, IdeaDeed, InboxDeed, Say, SuggestDeed};
use crate::shown::{idea_json, offer_said, word_json, word_said};
use crate::trouble::Trouble;
use crate::words::{day_said, rhythm};
use alongside_core::companion::{Companion, Idea, Received};
use alongside_core::life::{
    Answer as Became, CardKind, ItemId, ItemRef, Offer, PersonRef, Rhythm, WordKind,
};
use serde_json::{Value, json};

pub(crate) fn encourage(app: &mut Companion, typed: &Encourage) -> Said {
    let who = app.find_person(&typed.person)?;
    let (kind, text) = match (&typed.words, typed.card.as_deref()) {
        (Some(words), _) => (WordKind::OwnWords, words.as_str()),
        (None, card) => (WordKind::Card(card_of(card.unwrap_or("hello"))?), ""),
    };
    send(app, &who, kind, text, typed.about.as_deref())
}

pub(crate) fn thank(app: &mut Companion, typed: &Say) -> Said {
    let who = app.find_person(&typed.person)?;
    let text = typed.text.join(" ");
    send(app, &who, WordKind::Thanks, &text, typed.about.as_deref())
}

pub(crate) fn saw(app: &mut Companion, typed: &Say) -> Said {
    let who = app.find_person(&typed.person)?;
    let text = typed.text.join(" ");
    send(app, &who, WordKind::Seen, &text, typed.about.as_deref())
}

fn send(
    app: &mut Companion,
    who: &PersonRef,
    kind: WordKind,
    text: &str,
    about: Option<&str>,
) -> Said {
    let about = about_of(app, who, about)?;
    let id = app.encourage(who, kind, text, about)?;
    let name = app.person(who)?.name;
    let sent = app.words_sent(who)?;
    let word = sent.iter().find(|word| word.id == id);
    let said = word.map(word_said).unwrap_or_default();
    let mut answer = Answer::says(format!("For {name}: {said}"));
    answer.say(format!("Only {name} will see it, after the next sync."));
    answer.put("person", name);
    answer.put("word", word.map(|word| word_json(word, None)));
    Ok(answer)
}

fn about_of(
    app: &mut Companion,
    who: &PersonRef,
    words: Option<&str>,
) -> Result<Option<ItemId>, Trouble> {
    Ok(words.map(|words| app.find_about(who, words)).transpose()?)
}

fn card_of(word: &str) -> Result<CardKind, Trouble> {
    let word = word.to_lowercase();
    let card = CardKind::ALL.into_iter().find(|card| card.word() == word);
    card.ok_or_else(|| {
        let all: Vec<&str> = CardKind::ALL.iter().map(|card| card.word()).collect();
        Trouble::usage(format!("the cards are: {}", all.join(", ")))
    })
}

pub(crate) fn inbox(app: &mut Companion, what: Option<InboxDeed>) -> Said {
    let all = app.inbox()?;
    match what.unwrap_or(InboxDeed::List) {
        InboxDeed::List => {
            let today = app.now().today;
            let mut answer = Answer::silent();
            if all.is_empty() {
                answer.say("No words are here.");
            }
            let mut rows = Vec::new();
            for (at, one) in all.iter().enumerate() {
                let from = one.name.as_deref().unwrap_or("someone who was here");
                let about = one.about.as_ref().map(|about| format!(" (about {about})"));
                let kept = if one.kept { ", kept" } else { "" };
                answer.item(format!(
                    "{}: {from}, {}{kept}: {}{}",
                    at + 1,
                    day_said(one.word.day, today),
                    word_said(&one.word),
                    about.unwrap_or_default()
                ));
                rows.push(received_json(at + 1, one));
            }
            answer.put("words", rows);
            Ok(answer)
        }
        InboxDeed::Keep { number } => {
            let one = numbered(&all, number)?;
            app.keep_word(&one.from, one.word.id)?;
            let mut answer = Answer::says("Kept: a copy of your own stays here.");
            answer.say("Nobody was told.");
            Ok(answer)
        }
        InboxDeed::LetGo { number } => {
            let one = numbered(&all, number)?;
            app.let_word_go(&one.from, one.word.id)?;
            let mut answer = Answer::says("Your copy is gone.");
            answer.say("Nobody was told.");
            Ok(answer)
        }
    }
}

fn numbered(all: &[Received], number: usize) -> Result<&Received, Trouble> {
    let at = number.checked_sub(1);
    at.and_then(|at| all.get(at))
        .ok_or_else(|| Trouble::no("there is no word of that number"))
}

fn received_json(number: usize, one: &Received) -> Value {
    let mut word = word_json(&one.word, one.about.as_deref());
    if let Some(fields) = word.as_object_mut() {
        fields.insert("number".into(), number.into());
        fields.insert("from".into(), one.name.clone().into());
        fields.insert("kept".into(), one.kept.into());
    }
    word
}

pub(crate) fn suggest(app: &mut Companion, person: &str, what: SuggestDeed) -> Said {
    let who = app.find_person(person)?;
    let offer = match what {
        SuggestDeed::Routine {
            name,
            rhythm: typed,
        } => Offer::NewRoutine {
            name,
            rhythm: rhythm(app, &typed)?,
        },
        SuggestDeed::Step { name, goal } => Offer::NewStep {
            goal: about_of(app, &who, goal.as_deref())?,
            name: name.join(" "),
        },
        SuggestDeed::Words { words } => Offer::Words(words.join(" ")),
    };
    let said = offer_said(&offer);
    app.suggest(&who, offer)?;
    let name = app.person(&who)?.name;
    let mut answer = Answer::says(format!("An idea for {name}: {said}."));
    answer.say(format!(
        "Only {name} will see it, after the next sync. What {name} does with it stays with {name}."
    ));
    answer.put("person", name);
    Ok(answer)
}

pub(crate) fn ideas(app: &mut Companion, what: Option<IdeaDeed>) -> Said {
    match what.unwrap_or(IdeaDeed::List) {
        IdeaDeed::List => list(app),
        IdeaDeed::Take { idea } => {
            let one = app.find_idea(&idea.join(" "))?;
            let made = app.take_idea(&one.from, one.idea.id)?;
            used(app, &one, made)
        }
        IdeaDeed::Change { idea, name, rhythm } => {
            let one = app.find_idea(&idea)?;
            let today = app.now().today;
            let rhythm = rhythm.map(|text| Rhythm::from_words(&text, today));
            let rhythm = rhythm.transpose().map_err(Trouble::usage)?;
            let made = app.change_idea(&one.from, one.idea.id, name.as_deref(), rhythm)?;
            used(app, &one, made)
        }
        IdeaDeed::Leave { idea } => {
            let one = app.find_idea(&idea.join(" "))?;
            app.leave_idea(&one.from, one.idea.id)?;
            let mut answer = Answer::says("Not now.");
            answer.say(format!("{} sees no answer yet.", one.name));
            answer.put(
                "idea",
                idea_row(app.ideas()?.iter().find(|new| new.idea.id == one.idea.id)),
            );
            Ok(answer)
        }
    }
}

fn used(app: &mut Companion, one: &Idea, made: Option<ItemRef>) -> Said {
    let label = made.map(|item| app.label(item)).transpose()?.flatten();
    let mut answer = Answer::says(match &label {
        Some(label) => format!("It is yours now: {label}."),
        None => "Taken to heart.".to_owned(),
    });
    answer.say(format!("Only you can see this. {} is not told.", one.name));
    answer.put("made", label);
    answer.put(
        "idea",
        idea_row(app.ideas()?.iter().find(|new| new.idea.id == one.idea.id)),
    );
    Ok(answer)
}

fn list(app: &mut Companion) -> Said {
    let all = app.ideas()?;
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("No ideas are here.");
    }
    for one in &all {
        let goal = one.goal.as_ref().map(|goal| format!(", for {goal}"));
        let became = one.answer.map(became_said).unwrap_or_default();
        answer.item(format!(
            "{} has an idea for you: {}{}{became}",
            one.name,
            offer_said(&one.idea.what),
            goal.unwrap_or_default()
        ));
    }
    if !all.is_empty() {
        answer.say("Use it, change it, or not now: alongside ideas take, change or leave.");
    }
    let rows: Vec<Value> = all.iter().map(|one| idea_row(Some(one))).collect();
    answer.put("ideas", rows);
    Ok(answer)
}

fn became_said(became: Became) -> &'static str {
    match became {
        Became::Taken => " (you use it)",
        Became::Changed => " (you use it in your own way)",
        Became::Left => " (not now)",
    }
}

fn idea_row(one: Option<&Idea>) -> Value {
    let Some(one) = one else {
        return Value::Null;
    };
    let mut row = idea_json(&one.idea);
    if let Some(fields) = row.as_object_mut() {
        fields.insert("from".into(), one.name.clone().into());
        fields.insert("goal".into(), one.goal.clone().into());
        fields.insert("answer".into(), json!(one.answer));
    }
    row
}
