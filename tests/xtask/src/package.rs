//! The relay as a Debian package: made, and tried on this machine as its operator would meet it.
//! It knows cargo-deb and the script that tries; what is in the package stands in relay/Cargo.toml and relay/packaging.

use crate::check::tool;
use crate::run::{Held, cargo, debian, hold, root, target};
use std::path::PathBuf;
use std::process::Command;

/// Makes the package, and says where it is.
pub fn package() -> Held {
    println!("{}", made()?.display());
    Ok(())
}

/// Makes it, and installs, runs, removes and purges it here, as root.
pub fn try_it() -> Held {
    let package = made()?;
    debian(&[
        ("strace", "strace"),
        ("curl", "curl"),
        ("adduser", "adduser"),
        ("ps", "procps"),
        ("systemd-analyze", "systemd"),
    ])?;
    let mut command = Command::new(root().join("relay/packaging/try.sh"));
    command.arg(package);
    hold(command)
}

fn made() -> Result<PathBuf, String> {
    let program = tool("cargo-deb", "3.8.0")?;
    let package = target().join("debian").join("alongside-relay.deb");
    // Built alone, so that it links nothing of ours.
    hold(cargo(&["build", "--quiet", "--release", "-p", "relay"]))?;
    let mut command = Command::new(program);
    command
        .args(["-p", "relay", "--no-build", "--quiet", "--output"])
        .arg(&package)
        .current_dir(root());
    hold(command)?;
    Ok(package)
}
