//! The command as people use it: the real program on real homes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod kit;

use alongside_core::companion::{Companion, SystemClock};
use alongside_core::store::KeyFile;
use kit::{Home, code, err};
use serde_json::Value;
use std::path::Path;

#[test]
fn a_day_is_written_read_and_taken_back() {
    let robin = Home::of("Robin");
    let said = robin.says(&[
        "routine",
        "add",
        "Morning walk",
        "mon",
        "wed",
        "fri",
        "--time",
        "8am",
        "--unit",
        "km",
    ]);
    assert!(said.contains("New: Morning walk, mon wed fri."));
    assert!(said.contains("Only you can see this."));
    robin.says(&["routine", "add", "Read"]);
    let today = robin.says(&["today"]);
    assert!(today.contains("- 08:00 Morning walk\n- Read\n"));
    robin.say("done morning walk --amount 2.5 --note River");
    let today = robin.json("today");
    assert_eq!(today["day"], "2026-02-04");
    assert_eq!(today["routines"][0]["mark"], "done");
    assert_eq!(today["routines"][0]["amount"], "2.5");
    assert_eq!(today["routines"][0]["unit"], "km");
    assert_eq!(today["routines"][0]["notes"][0], "River");

    assert!(robin.say("undo").contains("taken back"));
    let mark = robin.json("today")["routines"][0]["mark"].clone();
    assert_eq!(mark, Value::Null, "one deed, one undo");
    robin.say("rest read --day yesterday");
    robin.says(&["note", "read", "No light", "--day", "monday"]);
    let history = robin.json("routine history read");
    assert_eq!(history["days"].as_array().unwrap().len(), 2);
    assert_eq!(history["days"][0]["notes"][0], "No light");
    assert_eq!(history["days"][1]["mark"], "rest");
    robin.say("clear read --day yesterday");
    robin.say("note read --day monday --remove");
    let history = robin.json("routine history read");
    assert!(history["days"].as_array().unwrap().is_empty());
}

#[test]
fn routines_goals_and_steps_go_through_their_lives() {
    let robin = Home::of("Robin");
    robin.say("routine add Swim every day");
    robin.say("routine rhythm swim twice a week");
    robin.say("routine time swim 7pm");
    robin.says(&["routine", "rename", "swim", "Swim at the lido"]);
    let all = robin.json("routine list");
    assert_eq!(all["routines"][0]["rhythm"], "2 a week");
    assert_eq!(all["routines"][0]["time"], "19:00");
    robin.say("routine time swim none");
    robin.say("pause swim --until 2026-02-10");
    let paused = robin.json("today")["paused"][0]["name"].clone();
    assert_eq!(paused, "Swim at the lido");
    robin.say("resume swim");
    robin.say("routine end swim");
    assert_eq!(robin.json("routine list")["routines"][0]["ended"], true);
    robin.say("resume swim");

    robin.say("goal add A place of my own --area home");
    robin.says(&["step", "add", "Ask the council", "--goal", "place"]);
    robin.say("step state ask reached");
    robin.say("goal state place set-aside");
    robin.say("goal state place going");
    robin.says(&["rename", "step: ask", "Ring the council"]);
    let goals = robin.json("goal list");
    assert_eq!(goals["goals"][0]["state"], "going");
    assert_eq!(goals["goals"][0]["area"], "home");
    assert_eq!(goals["goals"][0]["steps"][0]["name"], "Ring the council");
    let gone = robin.json("delete ring");
    assert!(gone["may_have_seen"].as_array().unwrap().is_empty());
    assert!(robin.say("step list").contains("No step is here yet."));
    robin.say("undo");
    let steps = robin.json("step list");
    assert_eq!(steps["steps"].as_array().unwrap().len(), 1);
}

#[test]
fn two_of_one_name_are_told_apart_and_never_guessed() {
    let robin = Home::of("Robin");
    robin.say("routine add Walk");
    robin.say("routine add Walk");
    let both = robin.run(&["done", "walk"]);
    assert_eq!(code(&both), 1);
    assert!(err(&both).contains("ore than one routine fits"));
    robin.say("done walk (2)");
    let today = robin.json("today");
    assert_eq!(today["routines"][0]["mark"], Value::Null);
    assert_eq!(today["routines"][1]["name"], "Walk (2)");
    assert_eq!(today["routines"][1]["mark"], "done");
}

#[test]
fn exit_codes_say_what_can_be_done() {
    let robin = Home::empty();
    assert_eq!(robin.code("today"), 1);
    assert_eq!(code(&robin.run(&["new", ""])), 1);
    assert!(!robin.dir().exists(), "nothing is begun under such a name");
    robin.say("new Robin");
    assert_eq!(robin.code("new Robin"), 1);
    assert_eq!(robin.code("done nothing"), 1);
    assert_eq!(robin.code("done x --day blursday"), 2);
    assert_eq!(robin.code("routine add Walk 8 a week"), 2);
    assert_eq!(robin.code("post-box http://post.example.org"), 2);
    assert_eq!(robin.code("fly"), 2);
    assert_eq!(robin.code("sync"), 1);
    robin.say("post-box http://127.0.0.1:1");
    let offline = robin.run(&["sync"]);
    assert_eq!(code(&offline), 3);
    let said = String::from_utf8_lossy(&offline.stdout).into_owned();
    assert!(said.contains("Your things are safe here."));

    let error = robin.run(&["--json", "done", "nothing"]);
    let error: Value = serde_json::from_str(&err(&error)).unwrap();
    assert_eq!(error["error"]["code"], 1);
    assert_eq!(error["error"]["kind"], "not-found");

    let clock = Box::new(SystemClock::in_zone("UTC").unwrap());
    let rng = Box::new(rand_core::UnwrapErr(getrandom::SysRng));
    let key = KeyFile::of(&robin.dir());
    let open = Companion::open(&robin.dir(), &key, clock, rng).unwrap();
    assert_eq!(robin.code("today"), 5);
    drop(open);
    assert_eq!(robin.code("today"), 0);

    let file = robin.dir().join("alongside.db");
    damage(&file);
    let before = std::fs::read(&file).unwrap();
    let damaged = robin.run(&["today"]);
    assert_eq!(code(&damaged), 4, "{}", err(&damaged));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// As a bad disk would leave it.
fn damage(file: &Path) {
    let wal = file.with_extension("db-wal");
    if wal.exists() {
        std::fs::remove_file(wal).unwrap();
    }
    let mut bytes = std::fs::read(file).unwrap();
    for byte in bytes.iter_mut().skip(100).step_by(7) {
        *byte ^= 0x5a;
    }
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn an_export_goes_out_and_comes_back_and_tells_who_can_read_it() {
    let robin = Home::of("Robin");
    robin.say("routine add Walk");
    robin.say("done walk");
    robin.say("note walk Rain");
    let file = robin.file("all.json");
    let file = file.to_str().unwrap();
    assert!(robin.says(&["export", file]).contains("can read it"));
    let again = robin.run(&["export", file]);
    assert_eq!(code(&again), 1, "nothing is overwritten");
    let text = robin.say("export");
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);

    let fresh = Home::of("Robin");
    let look = fresh.json_of(&["import", file, "--look"]);
    assert_eq!(look["brought_in"], false);
    assert_eq!(look["adds"]["done"], 1);
    let said = fresh.says(&["import", file]);
    assert!(said.contains("1 routine, 1 day done"), "{said}");
    assert_eq!(fresh.say("export"), text);
    assert_eq!(fresh.json_of(&["import", file])["brought_in"], false);
    let bad = robin.file("bad.json");
    std::fs::write(&bad, &text[..text.len() / 2]).unwrap();
    let refused = fresh.run(&["import", bad.to_str().unwrap()]);
    assert_eq!(code(&refused), 1);
    assert_eq!(fresh.say("export"), text);
}

#[test]
fn a_locked_backup_opens_with_its_passphrase_alone() {
    let robin = Home::of("Robin");
    robin.say("routine add Walk");
    let file = robin.file("locked");
    let path = file.to_str().unwrap();
    assert_eq!(code(&robin.typing(&["backup", path], "short\n")), 1);
    assert!(!file.exists());
    let made = robin.typing(&["backup", path], "a long way home\n");
    assert_eq!(code(&made), 0, "{}", err(&made));
    let fresh = Home::empty();
    let wrong = fresh.typing(&["restore", path], "another way home\n");
    assert_eq!(code(&wrong), 1, "{}", err(&wrong));
    let right = fresh.typing(&["restore", path], "a long way home\n");
    assert_eq!(code(&right), 0, "{}", err(&right));
    assert!(fresh.say("routine list").contains("- Walk: every day"));
}

#[test]
fn the_sheet_is_shown_checked_and_forgotten() {
    let robin = Home::of("Robin");
    let words = robin.json("sheet")["words"].as_str().unwrap().to_owned();
    assert_eq!(words.split_whitespace().count(), 12);
    let wrong = robin.typing(&["sheet", "check"], "these are not they\n");
    assert_eq!(code(&wrong), 1);
    assert_eq!(robin.json("sheet show")["words"], words.as_str());
    let right = robin.typing(&["sheet", "check"], &format!("{words}\n"));
    assert_eq!(code(&right), 0, "{}", err(&right));
    assert_eq!(robin.code("sheet"), 1);
}

#[test]
fn an_invite_is_a_link_a_picture_and_words() {
    let robin = Home::of("Robin");
    assert_eq!(robin.code("invite person Pat"), 1, "it waits at a post box");
    robin.say("post-box https://post.example.org");
    let said = robin.say("invite person Pat --role mentor");
    assert!(said.contains("Is it okay for you two to be in touch?"));
    assert!(said.contains('\u{2588}') && said.contains("alongside:#"));
    let invite = robin.json("device add");
    let words = invite["words"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 24);
    let under_way = robin.json("invite list");
    assert_eq!(under_way["invites"].as_array().unwrap().len(), 2);
    robin.say("invite no 1");
    robin.say("invite no");
    assert!(robin.say("invite list").contains("No invite is under way."));

    let pat = Home::of("Pat");
    let link = invite["link"].as_str().unwrap();
    pat.says(&["join", link]);
    let list = pat.say("invite list");
    assert!(list.contains("sync, to find out who asks"));
    assert_eq!(pat.code("join yes"), 1);
    pat.say("join no");
    assert_eq!(pat.code("join not a code"), 1);
    let at = pat.say("post-box");
    assert!(at.contains("https://post.example.org"));
}

#[test]
fn completions_and_help_are_there_without_a_home() {
    let nobody = Home::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = nobody.command(&["completions", shell]).output().unwrap();
        assert_eq!(code(&output), 0);
        assert!(output.stdout.len() > 1_000);
    }
    let help = nobody.say("--help");
    for part in ["Exit codes:", "ALONGSIDE_TODAY", "see-as", "stop-showing"] {
        assert!(help.contains(part), "{part}");
    }
    assert!(!nobody.dir().exists());
}
