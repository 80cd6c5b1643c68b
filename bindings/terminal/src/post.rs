//! The post box: where it is, and meeting it now. The only place of this face that waits for the network.
//! Invariant: no other command touches the network, and offline is an answer, not a loss.

use crate::Said;
use crate::answer::Answer;
use crate::args::PostBox;
use crate::trouble::{OFFLINE, Trouble};
use alongside_core::companion::{Companion, PostBoxAt};
use alongside_core::post::HttpPostBox;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// After so long without a word something is said again.
const PATIENCE: Duration = Duration::from_secs(3);

/// An address that a post box can have.
pub(crate) fn address(url: &str) -> Result<PostBoxAt, Trouble> {
    let at = PostBoxAt {
        url: url.to_owned(),
        ..PostBoxAt::default()
    };
    reach(&at)?;
    Ok(at)
}

fn reach(at: &PostBoxAt) -> Result<HttpPostBox, Trouble> {
    let post = HttpPostBox::at(&at.url, at.proxy.as_deref(), at.oblivious.as_deref());
    post.map_err(|_| {
        Trouble::usage(
            "the address of a post box, or of an oblivious relay, begins with https:// (http:// on this machine and for .onion); a proxy's with socks5h://",
        )
    })
}

pub(crate) fn post_box(app: &mut Companion, typed: &PostBox) -> Said {
    let Some(url) = &typed.url else {
        let mut answer = Answer::silent();
        match app.post_box()? {
            Some(at) => {
                answer.say(format!(
                    "The post box is {}. It can't read your notes.",
                    at.url
                ));
                if let Some(proxy) = &at.proxy {
                    answer.say(format!("It is reached through {proxy}."));
                }
                if let Some(oblivious) = &at.oblivious {
                    answer.say(format!(
                        "Your notes go by {oblivious}, so the box does not see where you are."
                    ));
                }
                if let Some(days) = app.days_since_met()?.filter(|days| *days > 0) {
                    let days = if days == 1 {
                        "a day".to_owned()
                    } else {
                        format!("{days} days")
                    };
                    answer.say(format!(
                        "This machine has not met it for {days}. Your things are safe here."
                    ));
                }
                answer.put("url", at.url);
                answer.put("proxy", at.proxy);
                answer.put("oblivious", at.oblivious);
            }
            None => {
                answer.say("No post box is set. Everything here works without one.");
                answer.put("url", None::<String>);
            }
        }
        return Ok(answer);
    };
    let word = typed.word.as_deref().map(str::to_lowercase);
    if word.as_ref().is_some_and(|word| !is_word(word)) {
        return Err(Trouble::usage("the box's word has 64 hexadecimal digits"));
    }
    let before = app.post_box()?;
    let before = before.filter(|at| at.url == url.trim_end_matches('/') && !typed.straight);
    let stop = typed.oblivious.clone();
    let at = PostBoxAt {
        url: url.clone(),
        proxy: typed.proxy.clone(),
        word,
        code: typed.code.as_deref().map(code).transpose()?,
        // A stop on the way is not lost because something else was typed anew.
        oblivious: stop.or_else(|| before.and_then(|at| at.oblivious)),
    };
    reach(&at)?;
    app.set_post_box(&at)?;
    let mut answer = Answer::says("The post box is set. It can't read your notes.");
    answer.say("It is met only when you say: alongside sync");
    answer.put("url", url.as_str());
    answer.put("proxy", typed.proxy.clone());
    if let Some(oblivious) = &at.oblivious {
        answer.say(format!("Your notes go by {oblivious}."));
    }
    answer.put("oblivious", at.oblivious);
    Ok(answer)
}

/// A code as it was typed, or a line of standard input: what is typed stands in the list of what runs on the machine.
fn code(typed: &str) -> Result<String, Trouble> {
    if typed != "-" {
        return Ok(typed.to_owned());
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn is_word(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(crate) fn sync(app: &mut Companion, json: bool) -> Said {
    let at = app
        .post_box()?
        .ok_or_else(|| Trouble::no("no post box is set; say which: alongside post-box URL"))?;
    let post = reach(&at)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let talks = !json && std::io::stderr().is_terminal();
    let report = runtime.block_on(async {
        let begun = Instant::now();
        let mut meeting = std::pin::pin!(app.sync(&post));
        loop {
            match tokio::time::timeout(PATIENCE, &mut meeting).await {
                Ok(report) => return report,
                Err(_) if talks => {
                    eprintln!(
                        "With the post box for {} seconds ...",
                        begun.elapsed().as_secs()
                    );
                }
                Err(_) => {}
            }
        }
    })?;
    let mut answer = Answer::silent();
    let minutes = report.ready_in_minutes;
    if report.code_refused {
        answer.say("The post box does not know this code. Ask who runs it.");
    }
    if minutes > 0 {
        answer.say(format!(
            "Your place there is being made ready. Sync again in {minutes} minutes."
        ));
    }
    if report.offline && minutes > 0 {
        answer.code(OFFLINE);
    } else if report.offline {
        answer.say("The post box was not reached. Your things are safe here.");
        if let Some(oblivious) = &at.oblivious {
            answer.say(format!("The way goes by {oblivious}. Is that one there?"));
        }
        if let Some(days) = app.days_since_met()?.filter(|days| *days > 0) {
            answer.say(format!("The last time was {days} days ago."));
        }
        answer.code(OFFLINE);
    } else {
        answer.say("Met the post box.");
        if report.came > 0 {
            answer.say("Something came.");
        }
        if report.went > 0 {
            answer.say("What was owed went out.");
        }
    }
    if report.waits > 0 {
        answer.say("Something waits here for the next time.");
    }
    if report.not_up_to_date {
        answer.say("Something may not have come yet. It is asked for.");
    }
    if report.aside > 0 {
        answer.say("Something came that does not open here. It was set aside.");
    }
    let waiting = app.invites()?;
    if waiting.iter().any(|one| one.words.is_some()) {
        answer.say("Four words are there to compare: alongside invite list");
    } else if waiting
        .iter()
        .any(|one| one.theirs.is_some() && !one.answered)
    {
        answer.say("Someone asks to be in touch: alongside invite list");
    }
    answer.put("offline", report.offline);
    answer.put("ready_in_minutes", minutes);
    answer.put("came", report.came);
    answer.put("went", report.went);
    answer.put("waits", report.waits);
    answer.put("aside", report.aside);
    answer.put("not_up_to_date", report.not_up_to_date);
    Ok(answer)
}
