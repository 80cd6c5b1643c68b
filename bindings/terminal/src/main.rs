//! The terminal face of Alongside: one command for each sentence a person can say to the front door.
//! It knows how a sentence is typed and how an answer is read, and decides nothing. Invariant: every answer says what
//! happens and who sees it, and nothing of another person is printed that they do not show.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod answer;
mod args;
mod circle;
mod day;
mod files;
mod home;
mod kind;
mod meet;
mod post;
mod share;
mod shown;
mod things;
mod trouble;
mod wants;
mod words;

use answer::Answer;
use args::{Args, Deed};
use clap::{CommandFactory, Parser};
use std::process::ExitCode;
use trouble::Trouble;

/// What a deed of the terminal comes to.
type Said = Result<Answer, Trouble>;

fn main() -> ExitCode {
    let args = Args::parse();
    let json = args.json;
    match run(args) {
        Ok(answer) => answer.print(json),
        Err(trouble) => trouble.print(json),
    }
}

fn run(args: Args) -> Said {
    let Args {
        home: at,
        json,
        today,
        zone,
        deed,
    } = args;
    let place = home::Place::find(at, today.as_deref(), zone.as_deref())?;
    match deed {
        Deed::Completions { shell } => {
            let mut command = Args::command();
            clap_complete::generate(shell, &mut command, "alongside", &mut std::io::stdout());
            return Ok(Answer::silent());
        }
        Deed::New { name, post_box } => return home::begin(&place, &name, post_box.as_deref()),
        Deed::Restore(restore) => return files::restore(&place, &restore),
        _ => {}
    }
    let app = &mut place.open()?;
    match deed {
        Deed::Completions { .. } | Deed::New { .. } | Deed::Restore(_) => Ok(Answer::silent()),
        Deed::Today => day::today(app),
        Deed::Done(mark) => day::mark(app, &mark, day::How::Done),
        Deed::Rest(mark) => day::mark(app, &mark, day::How::Rest),
        Deed::Clear(mark) => day::mark(app, &mark, day::How::Clear),
        Deed::Note(note) => day::note(app, &note),
        Deed::Pause(pause) => things::pause(app, &pause),
        Deed::Resume { routine } => things::resume(app, &routine.join(" ")),
        Deed::Routine(what) => things::routine(app, what),
        Deed::Goal(what) => wants::goal(app, what),
        Deed::Step(what) => wants::step(app, what),
        Deed::Rename { thing, name } => things::rename(app, &thing, &name),
        Deed::Undo => day::undo(app),
        Deed::Delete { thing } => things::delete(app, &thing.join(" ")),
        Deed::People { what } => circle::people(app, what),
        Deed::Invite(what) => meet::invite(app, what, json),
        Deed::Join(join) => meet::join(app, &join),
        Deed::Remove { person } => circle::remove(app, &person),
        Deed::Block { person } => circle::block(app, &person),
        Deed::Show(show) => share::show(app, &show),
        Deed::StopShowing { thing, person } => share::stop(app, &thing, &person),
        Deed::Shares { person } => share::shares(app, person.as_deref()),
        Deed::SeeAs { person } => share::see_as(app, &person),
        Deed::Look { person } => share::look(app, &person),
        Deed::Encourage(word) => kind::encourage(app, &word),
        Deed::Allow { person, what } => circle::allow(app, &person, &what),
        Deed::Thank(word) => kind::thank(app, &word),
        Deed::Saw(word) => kind::saw(app, &word),
        Deed::Suggest { person, what } => kind::suggest(app, &person, what),
        Deed::Ideas { what } => kind::ideas(app, what),
        Deed::Inbox { what } => kind::inbox(app, what),
        Deed::Device(what) => meet::device(app, what, json),
        Deed::Backup(backup) => files::backup(app, &backup),
        Deed::Sheet { what } => files::sheet(app, what),
        Deed::Sync => post::sync(app, json),
        Deed::Import { file, look } => files::import(app, &file, look),
        Deed::Export { file } => files::export(app, file.as_deref()),
        Deed::PostBox(at) => post::post_box(app, &at),
    }
}
