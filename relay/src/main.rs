//! The relay's process: settings in, signals in, exit code out.
//! Knows the command line; everything else is in the library.
//! Invariant: exit code 0 after a clean stop, 2 for settings that are wrong, 1 for everything else.

use std::process::ExitCode;

use relay::config::{self, Config, ConfigError, Wish};
use relay::server;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

fn main() -> ExitCode {
    match settings() {
        Ok(Wish::Help) => print!("{}", config::HELP),
        Ok(Wish::Version) => println!("relay {}", env!("CARGO_PKG_VERSION")),
        Ok(Wish::Run(config)) => return start(*config),
        Err(wrong) => {
            eprintln!("relay: {wrong}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn settings() -> Result<Wish, ConfigError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    config::read(&arguments, &|name| std::env::var(name).ok())
}

fn start(config: Config) -> ExitCode {
    let done = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(answer(config)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn answer(config: Config) -> Result<(), server::ServerError> {
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
    let (again, codes_again) = mpsc::channel(1);
    tokio::spawn(read_again(hangup, again));
    server::run(config, stop, codes_again).await
}

/// On each SIGHUP the settings are read again, and their codes sent on.
async fn read_again(mut hangup: Signal, again: mpsc::Sender<Option<Vec<relay::Token>>>) {
    while hangup.recv().await.is_some() {
        let codes = match settings() {
            Ok(Wish::Run(config)) => Some(config.create_secrets),
            Ok(_) | Err(_) => None,
        };
        if again.send(codes).await.is_err() {
            return;
        }
    }
}
