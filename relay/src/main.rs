//! The relay's process: settings in, signals in, exit code out.
//! Knows the command line; everything else is in the library.
//! Invariant: exit code 0 after a clean stop or a command that was done, 2 for settings that are wrong, 1 for everything else.

use std::process::ExitCode;

use relay::chance::Chance;
use relay::command::{self, Command};
use relay::config::{self, Config, Database, Problems, Wish};
use relay::{backup, control, invite, openapi, server};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

fn main() -> ExitCode {
    match settings() {
        Ok((_, Wish::Help)) => print!("{}", config::HELP),
        Ok((_, Wish::Version)) => println!("relay {}", env!("CARGO_PKG_VERSION")),
        Ok((_, Wish::Check(_))) => println!("the settings are good"),
        Ok((command, Wish::Run(config))) => return start(&command, *config),
        Err(wrong) => {
            eprintln!("relay: {wrong}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn settings() -> Result<(Command, Wish), Problems> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, arguments) = command::split(&arguments)?;
    let wish = config::read(&arguments, &|name| std::env::var(name).ok())?;
    if let (Command::Oblivious, Wish::Run(config) | Wish::Check(config)) = (&command, &wish)
        && config.target.is_none()
    {
        return Err(config::NO_TARGET.into());
    }
    if let (Command::WakeGateway, Wish::Run(config) | Wish::Check(config)) = (&command, &wish)
        && !matches!(config.database, Database::File(_))
    {
        return Err(config::NO_FILE.into());
    }
    Ok((command, wish))
}

fn start(command: &Command, config: Config) -> ExitCode {
    let done = match command {
        Command::Serve | Command::Oblivious | Command::WakeGateway => serve(command, config),
        Command::Invite(deed) => invite::run(&config.invites, deed, &mut Chance::System)
            .map(|shown| print!("{shown}"))
            .map_err(|error| error.to_string()),
        Command::OpenApi => {
            println!("{:#}", openapi::document());
            Ok(())
        }
        Command::BackUp(_) | Command::Restore(_) | Command::Migrate(_) => {
            with_box(command, &config)
        }
        Command::CloseSlot => control::close_slot(config.control.as_deref(), std::io::stdin())
            .map(|()| println!("closed"))
            .map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is done with a whole box.
fn with_box(command: &Command, config: &Config) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.kind().to_string())?;
    let (handle, chance) = (runtime.handle(), &mut Chance::System);
    let done = match command {
        Command::BackUp(to) => backup::back_up(config, to, handle),
        Command::Restore(from) => backup::restore(config, from, handle, chance),
        Command::Migrate(to) => {
            let to = config::of_place(to).map_err(|wrong| wrong.to_string())?;
            backup::migrate(config, &to, handle, chance)
        }
        _ => return Ok(()),
    };
    done.map(|shown| print!("{shown}"))
        .map_err(|error| error.to_string())
}

fn serve(command: &Command, config: Config) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.kind().to_string())?;
    let done = runtime.block_on(answer(command, config));
    done.map_err(|error| error.to_string())
}

async fn answer(command: &Command, config: Config) -> Result<(), server::ServerError> {
    let (mut terminate, mut interrupt, hangup) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
        signal(SignalKind::hangup())?,
    );
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    match command {
        Command::Oblivious => return server::forward(&config, stop).await,
        Command::WakeGateway => return server::wake(&config, stop).await,
        _ => {}
    }
    let (again, codes_again) = mpsc::channel(1);
    tokio::spawn(read_again(hangup, again));
    server::run(config, stop, codes_again).await
}

/// On each SIGHUP the settings are read again, and who may create is sent on.
async fn read_again(mut hangup: Signal, again: mpsc::Sender<Option<server::WhoMay>>) {
    while hangup.recv().await.is_some() {
        let codes = match settings() {
            Ok((_, Wish::Run(config))) => Some((config.creating, config.create_secrets)),
            Ok(_) | Err(_) => None,
        };
        if again.send(codes).await.is_err() {
            return;
        }
    }
}
