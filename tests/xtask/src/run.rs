//! Runs one command and says whether it held. Every other file here speaks through this one.

use crate::kotlin;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a deed answers: nothing, or why it did not hold.
pub type Held = Result<(), String>;

/// The top folder of the project.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// `cargo` with these words, in the top folder.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(words).current_dir(root());
    command
}

/// Runs it, its words shown as they come.
pub fn hold(mut command: Command) -> Held {
    let name = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Installs what Debian has of these programs and the machine has not, by the names of their packages.
pub fn debian(needs: &[(&str, &str)]) -> Held {
    let missing: Vec<&str> = needs
        .iter()
        .filter(|(program, _)| Command::new(program).arg("--version").output().is_err())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut update = Command::new("apt-get");
    update.args(["update", "-q"]);
    hold(update)?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(missing);
    hold(install)
}

/// The relay as it is shipped: built alone, so that it links nothing of ours.
pub fn build_relay() -> Held {
    hold(cargo(&["build", "--quiet", "-p", "relay"]))
}

const FACES: [&str; 4] = ["--quiet", "--workspace", "--exclude", "relay"];

/// The command and the kit, built with the features that the tests use, so that nothing is built twice.
pub fn build_faces() -> Held {
    let mut words = vec!["build"];
    words.extend(FACES);
    hold(cargo(&words))
}

/// The library of the phones, and the Kotlin and Swift that call it, made from the library itself into `phones` where cargo
/// builds.
pub fn build_phones() -> Held {
    build_relay()?;
    build_faces()?;
    for language in ["kotlin", "swift"] {
        generate(language, &target().join("phones").join(language))?;
    }
    Ok(())
}

/// The Kotlin or Swift alone, into a folder: for the builds of Android Studio and Xcode.
pub fn bindings(language: &str, folder: &str) -> Held {
    build_faces()?;
    generate(language, Path::new(folder))
}

fn generate(language: &str, folder: &Path) -> Held {
    let mut command = binary("alongside-bindgen");
    command
        .arg("generate")
        .arg(target().join("debug/libalongside_phones.so"))
        .args(["--no-format", "--config", "bindings/phones/uniffi.toml"])
        .args(["--language", language, "--out-dir"])
        .arg(folder);
    hold(command)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from)
}

fn binary(name: &str) -> Command {
    let mut command = Command::new(target().join("debug").join(name));
    command.current_dir(root());
    command
}

/// The demo, on the real relay and the real command.
pub fn demo(rest: &[&str]) -> Held {
    build_relay()?;
    build_faces()?;
    let mut command = binary("demo");
    command.args(rest);
    hold(command)
}

/// The figures, all or these parts; what stands after `relay` is for the relay's alone. The relay is built beside them, in the same profile.
pub fn bench(rest: &[&str]) -> Held {
    let mut parts = rest.splitn(2, |word| *word == "relay");
    let life = parts.next().unwrap_or_default();
    let load = parts.next().or_else(|| rest.is_empty().then_some(rest));
    if rest.is_empty() || !life.is_empty() {
        bench_life(life)?;
    }
    load.map_or(Ok(()), bench_relay)
}

fn bench_life(rest: &[&str]) -> Held {
    // The bench itself knows no Maven: it is told where the desktop build lies.
    let phones = rest.is_empty() || rest.contains(&"phones");
    let ready = phones.then(|| build_phones().and_then(|()| kotlin::speed()));
    let mut command = released("town", "bench", rest);
    if let Some(folder) = ready.transpose()? {
        command.env("ALONGSIDE_SPEED", folder);
    }
    hold(command)
}

fn bench_relay(rest: &[&str]) -> Held {
    debian(&[("/usr/lib/postgresql/15/bin/postgres", "postgresql-15")])?;
    hold(cargo(&["build", "--quiet", "--release", "-p", "relay"]))?;
    hold(released("load", "load", rest))
}

fn released(package: &str, program: &str, rest: &[&str]) -> Command {
    let mut command = cargo(&["run", "--quiet", "--release", "-p", package]);
    command.args(["--bin", program, "--"]).args(rest);
    command
}

/// Many simulated towns, or one again by its seed.
pub fn towns(rest: &[&str]) -> Held {
    let (count, seed) = match rest {
        [] => ("50", None),
        [count] => (*count, None),
        [count, seed, ..] => (*count, Some(*seed)),
    };
    let mut command = cargo(&[
        "test",
        "--quiet",
        "-p",
        "town",
        "--test",
        "any_order",
        "--",
        "--nocapture",
    ]);
    command.env("TOWNS", count);
    if let Some(seed) = seed {
        command.env("TOWN_SEED", seed);
    }
    hold(command)
}

/// The crash report of the relay's stores: rounds of faults under load, each held against what was acknowledged. `--plant` takes one
/// envelope away behind the model's back: the report must then fail.
pub fn crash(rest: &[&str]) -> Held {
    const USE: &str = "cargo xtask crash [ROUNDS] [--store sqlite|postgres] [--seed N] [--plant]";
    debian(&[("/usr/lib/postgresql/15/bin/postgres", "postgresql-15")])?;
    let mut test = "crash::on_".to_owned();
    let mut command = cargo(&["test", "--quiet", "-p", "relay", "--test", "process", "--"]);
    command.env("CRASH_ROUNDS", "200");
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match (*word, words.as_slice().first()) {
            ("--plant", _) => {
                command.env("CRASH_PLANT", "1");
            }
            ("--store", Some(store)) if ["sqlite", "postgres"].contains(store) => {
                test = format!("crash::on_{store}");
                words.next();
            }
            ("--seed", Some(seed)) if seed.parse::<u64>().is_ok() => {
                command.env("CRASH_SEED", seed);
                words.next();
            }
            (rounds, _) if rounds.parse::<u32>().is_ok_and(|rounds| rounds > 0) => {
                command.env("CRASH_ROUNDS", rounds);
            }
            _ => return Err(USE.to_owned()),
        }
    }
    command.args(["--nocapture", "--test-threads=1", &test]);
    hold(command)
}

/// Whether time tells an unknown token from one that is known for something else, on each store; so many tries of each kind.
pub fn timing(rest: &[&str]) -> Held {
    debian(&[("/usr/lib/postgresql/15/bin/postgres", "postgresql-15")])?;
    // Built as the tests are: it tells ratios.
    let mut command = cargo(&["bench", "--quiet", "--profile", "dev"]);
    command
        .args(["-p", "relay", "--bench", "timing", "--"])
        .args(rest);
    hold(command)
}

/// One story, with what it says: a file of its own, or a module of the town's stories.
pub fn story(name: &str) -> Held {
    build_relay()?;
    let own = root().join(format!("tests/stories/{name}.rs")).exists();
    let mut words = vec!["test", "-p", "town", "--test"];
    words.extend(if own {
        vec![name, "--"]
    } else {
        vec!["stories", "--", name]
    });
    words.push("--nocapture");
    hold(cargo(&words))
}
