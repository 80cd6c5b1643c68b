//! Fuzzing: every decoder of foreign bytes, without a sanitizer, so that the stable compiler is enough.

use crate::check::tool;
use crate::run::{Held, hold, root};
use std::process::Command;

/// Every target for so many seconds; then each again with a planted panic, which must be found.
pub fn fuzz(rest: &[&str]) -> Held {
    let seconds: u32 = match rest {
        [] => 600,
        [seconds, ..] => seconds
            .parse()
            .map_err(|_| "seconds are a whole number".to_owned())?,
    };
    let program = tool("cargo-fuzz", "0.13.2")?;
    let folder = root().join("tests/fuzz/fuzz_targets");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    for name in &names {
        println!("== {name}: {seconds} seconds without a crash");
        hold(target(&program, name, seconds, &[]))?;
        println!("== {name}: finds a planted panic");
        if hold(target(&program, name, 120, &["--features", "planted"])).is_ok() {
            return Err(format!("{name} did not find the planted panic"));
        }
    }
    println!("fuzz targets: {} passed, 0 failed", names.len());
    Ok(())
}

fn target(program: &std::path::Path, name: &str, seconds: u32, more: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(["run", "-s", "none", "--fuzz-dir", "tests/fuzz"])
        .args(more)
        .arg(name)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .args(["-rss_limit_mb=2048", "-print_final_stats=1"])
        .current_dir(root());
    command
}
