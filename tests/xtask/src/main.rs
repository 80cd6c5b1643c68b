//! `cargo xtask`: the deeds of a maker, each a thin row of ordinary commands.
//! It depends on nothing, so that it builds in a second; it knows no rule of life or trust.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod attacks;
mod check;
mod fuzz;
mod fuzz_relay;
mod kotlin;
mod mixed;
mod package;
mod run;
mod swift;
mod words;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask DEED

  check            everything that must hold: format, lints, tests, documents, licences
  demo [--keep]    six homes and a real relay live three weeks; every claim is checked
  bench            each figure of docs/performance.md, beside its peer or floor; `bench relay [PART]... [--inboxes N]` those of
                   the relay alone, `bench relay --peers` the relay beside three others, which it installs
  timing [TRIES]   whether time tells an unknown token from one known for something else, on each store
  towns N [SEED]   N simulated towns; with SEED, only that one again
  attacks          takes each defence away from a copy: its named test must then fall
  crash [ROUNDS] [--store sqlite|postgres] [--seed N] [--plant]
                   rounds of kill -9, full disk, clock jumps and more under load, on each store (200 unless told): what was lost
  fuzz [SECONDS]   fuzzes every decoder of foreign bytes (600 seconds each unless told); SECONDS TARGET: one alone
  fuzz-relay [SECONDS] [--seed N]
                   every endpoint of a real relay on each store: by chance, and by its own document (600 seconds each unless told)
  kotlin           the Android sources on this machine: story, screens by ear, words, Robolectric
  pictures         every page of the phone app in every look, into docs/screens
  package [--try]  the relay as a Debian package; --try installs, runs and purges it here, as root
  phones           two phones side by side with a real relay between them, to play with
  story NAME       one story of the town, with what it says
  bindings LANGUAGE DIR  the Kotlin or Swift that calls the core, into a folder
  mixed            a phone in one language meets a phone in another, each killed in the middle
  swift            the iOS side: the story and the kit's tests on the real core, the views type-checked
  words            makes the iOS app's files of words from bindings/phones/words
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => check::check(),
        ["demo", rest @ ..] => run::demo(rest),
        ["bench", rest @ ..] => run::bench(rest),
        ["timing", rest @ ..] => run::timing(rest),
        ["towns", rest @ ..] => run::towns(rest),
        ["attacks", rest @ ..] => attacks::attacks(rest),
        ["crash", rest @ ..] => run::crash(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["fuzz-relay", rest @ ..] => fuzz_relay::fuzz(rest),
        [compiler, words @ ..] if fuzz::is_compiler(compiler) => fuzz::compile(compiler, words),
        ["kotlin"] => run::build_phones().and_then(|()| kotlin::kotlin()),
        ["pictures"] => run::build_phones().and_then(|()| kotlin::pictures()),
        ["package"] => package::package(),
        ["package", "--try"] => package::try_it(),
        ["phones"] => run::build_phones().and_then(|()| kotlin::phones()),
        ["story", name] => run::story(name),
        ["bindings", language, folder] => run::bindings(language, folder),
        ["mixed"] => run::build_phones().and_then(|()| mixed::mixed()),
        ["swift"] => run::build_phones().and_then(|()| swift::swift()),
        ["words"] => words::write(),
        _ => Err(HELP.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
