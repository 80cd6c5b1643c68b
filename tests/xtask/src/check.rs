//! Everything that must hold before a change lands. A part that could not run has not held.

use crate::fuzz;
use crate::kotlin;
use crate::mixed;
use crate::package;
use crate::run::{Held, build_faces, build_phones, build_relay, cargo, debian, demo, hold, root};
use crate::swift;
use crate::words;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// A part's name and what it does.
type Part = (&'static str, fn() -> Held);

/// Runs every part, all of them even when one falls, and counts them at the end.
pub fn check() -> Held {
    let parts: [Part; 17] = [
        ("format", format),
        ("relay, built alone", build_relay),
        ("command and kit", build_faces),
        ("lints of the relay", || clippy(&["-p", "relay"])),
        ("lints of all the rest", || {
            clippy(&["--workspace", "--exclude", "relay"])
        }),
        ("tests of the relay", relay_tests),
        ("package of the relay", package::try_it),
        ("tests and stories", || {
            tests(&["--workspace", "--exclude", "relay"])
        }),
        ("stories through Oblivious HTTP", stories_around),
        ("the demo, told to its end", || demo(&[])),
        ("words on screen", words::check),
        ("library of the phones", build_phones),
        ("Android: story, screens, platform", kotlin::kotlin),
        ("iOS: story, kit, views", swift::swift),
        ("phones of two languages", mixed::mixed),
        ("documents", documents),
        ("bans, licences, sources", licences),
    ];
    let (mut passed, mut fallen) = (0, Vec::new());
    for (name, part) in parts {
        println!("== {name}");
        let begun = Instant::now();
        match part() {
            Ok(()) => {
                passed += 1;
                println!("== {name}: held ({} s)", begun.elapsed().as_secs());
            }
            Err(why) => {
                println!("== {name}: did not hold: {why}");
                fallen.push(name);
            }
        }
    }
    println!("parts: {passed} passed, {} failed", fallen.len());
    if fallen.is_empty() {
        Ok(())
    } else {
        Err(format!("did not hold: {}", fallen.join("; ")))
    }
}

fn format() -> Held {
    hold(cargo(&["fmt", "--all", "--check"]))?;
    fuzz::format()
}

fn clippy(which: &[&str]) -> Held {
    let mut words = vec!["clippy", "--quiet", "--all-targets"];
    words.extend(which);
    words.extend(["--", "-D", "warnings"]);
    hold(cargo(&words))
}

fn tests(which: &[&str]) -> Held {
    let mut words = vec!["test", "--no-fail-fast"];
    words.extend(which);
    hold(cargo(&words))
}

/// The town's stories again, everything sealed through an oblivious relay as another process.
fn stories_around() -> Held {
    let mut command = cargo(&["test", "--no-fail-fast", "-p", "town", "--test", "stories"]);
    command.env("TOWN_WAY", "oblivious");
    hold(command)
}

/// On both stores: PostgreSQL is started by the tests themselves, from Debian's package.
fn relay_tests() -> Held {
    debian(&[("/usr/lib/postgresql/15/bin/postgres", "postgresql-15")])?;
    tests(&["-p", "relay"])
}

fn documents() -> Held {
    let mut command = cargo(&[
        "doc",
        "--quiet",
        "--no-deps",
        "--workspace",
        "--exclude",
        "relay",
    ]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    hold(command)?;
    let mut command = cargo(&["doc", "--quiet", "--no-deps", "-p", "relay"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    hold(command)
}

/// Advisories need a host that can't be reached from every machine, so they are not asked here.
fn licences() -> Held {
    let program = tool("cargo-deny", "0.20.2")?;
    for manifest in ["Cargo.toml", "tests/fuzz/Cargo.toml"] {
        let mut command = Command::new(&program);
        command
            .args(["--manifest-path", manifest, "--config", "deny.toml"])
            .args(["check", "bans", "licenses", "sources"])
            .current_dir(root());
        hold(command)?;
    }
    Ok(())
}

/// A tool from the package registry, kept outside the tree, at the version named.
pub fn tool(name: &str, version: &str) -> Result<PathBuf, String> {
    let folder = cache()?
        .join("alongside-tools")
        .join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.exists() {
        let mut command = cargo(&[
            "install",
            "--quiet",
            "--locked",
            name,
            "--version",
            version,
            "--root",
        ]);
        command.arg(&folder);
        hold(command)?;
    }
    Ok(program)
}

/// Where things are kept that are fetched or built once for every clone.
pub fn cache() -> Result<PathBuf, String> {
    std::env::var("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|_| {
            std::env::var("HOME")
                .map(|home| PathBuf::from(home).join(".cache"))
                .map_err(|_| "neither XDG_CACHE_HOME nor HOME is set".to_owned())
        })
}
