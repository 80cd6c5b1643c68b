//! Takes each defence away from a copy of the project: the test that stands for it must then fall, by the assertion
//! that the patch names. The patches live in tests/attacks/, one a defence; no switch for any of this is in shipped
//! code. The copy and what is built from it lie in a folder of their own below the target folder, so that nothing
//! built without a defence is ever taken for the real thing. What a test's output means is told in attacks/verdict.rs.

mod copy;
mod verdict;

use crate::run::{Held, cargo, root, target};
use copy::Copied;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use verdict::{Fallen, fallen, passed};

/// One defence, and what must be seen when it is gone.
struct Attack {
    /// The patch's name.
    name: String,
    patch: PathBuf,
    /// The first file that it changes: those of one room are tried together, so that less is built.
    file: String,
    /// `-p town --test attacks`, as cargo takes them.
    program: Vec<String>,
    /// The whole name of the test.
    test: String,
    /// Words of the assertion that must fall.
    falls: String,
}

/// Every patch, or those whose name holds one of the words given.
pub fn attacks(rest: &[&str]) -> Held {
    let all = read(&root().join("tests/attacks"), rest)?;
    let begun = Instant::now();
    let copied = Copied::make(&root(), &target().join("attacks"))?;
    println!("== {} tests with every defence in place", all.len());
    whole(&copied, &all)?;
    println!("== all pass ({} s)", begun.elapsed().as_secs());
    let mut stood = Vec::new();
    for attack in &all {
        let round = Instant::now();
        match one(&copied, attack) {
            Ok(fallen) => println!(
                "{}: without the defence {} falls ({} s)\n    {}",
                attack.name,
                attack.test,
                round.elapsed().as_secs(),
                short(&fallen.said)
            ),
            Err(why) => {
                println!("{}: NOT NOTICED: {why}", attack.name);
                stood.push(attack.name.as_str());
            }
        }
    }
    copied.restore()?;
    println!(
        "attacks: {} passed, {} failed ({} s)",
        all.len() - stood.len(),
        stood.len(),
        begun.elapsed().as_secs()
    );
    if stood.is_empty() {
        Ok(())
    } else {
        Err(format!("not noticed: {}", stood.join(", ")))
    }
}

/// For reading: what was found may be long, where and why it fell is not.
fn short(said: &str) -> String {
    const LINE: usize = 240;
    let lines = said.lines().map(|line| {
        let cut = line.char_indices().nth(LINE).map(|(at, _)| at);
        let more = cut.map_or("", |_| " ...");
        [line.get(..cut.unwrap_or(line.len())).unwrap_or(line), more].concat()
    });
    lines.collect::<Vec<_>>().join("\n    ")
}

fn read(folder: &Path, words: &[&str]) -> Result<Vec<Attack>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut all = Vec::new();
    for entry in entries {
        let patch = entry.map_err(|error| error.to_string())?.path();
        let name = patch.file_stem().unwrap_or_default().to_string_lossy();
        if patch.extension().is_some_and(|end| end == "patch")
            && (words.is_empty() || words.iter().any(|word| name.contains(word)))
        {
            let text = std::fs::read_to_string(&patch).map_err(|error| error.to_string())?;
            all.push(head(&name, &patch, &text).map_err(|why| format!("{name}: {why}"))?);
        }
    }
    if all.is_empty() {
        return Err(format!("no patch in {}", folder.display()));
    }
    all.sort_by(|one, other| (&one.file, &one.name).cmp(&(&other.file, &other.name)));
    Ok(all)
}

/// A patch begins with `# test: -p town --test attacks MODULE::TEST` (or `-p alongside-core --lib`) and `# falls: WORDS`:
/// the whole name of one test, and words of the assertion that is to notice.
fn head(name: &str, patch: &Path, text: &str) -> Result<Attack, String> {
    let line = |start: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(start))
            .map(str::trim)
            .filter(|rest| !rest.is_empty())
            .ok_or(format!("no line `{start}...`"))
    };
    let mut program: Vec<String> = line("# test: ")?
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let test = program.pop().ok_or("no test")?;
    Ok(Attack {
        name: name.to_owned(),
        patch: patch.to_owned(),
        file: line("--- a/")?.to_owned(),
        program,
        test,
        falls: line("# falls: ")?.to_owned(),
    })
}

/// With every defence in place each named test is there and passes.
fn whole(copied: &Copied, all: &[Attack]) -> Held {
    let mut programs: Vec<&[String]> = all.iter().map(|one| one.program.as_slice()).collect();
    programs.sort_unstable();
    programs.dedup();
    for program in programs {
        let mut tests: Vec<&str> = all
            .iter()
            .filter(|one| one.program == program)
            .map(|one| one.test.as_str())
            .collect();
        tests.sort_unstable();
        tests.dedup();
        build(copied, program)?;
        let said = run(copied, program, &tests)?;
        passed(&said, tests.len()).map_err(|why| format!("{}: {why}", program.join(" ")))?;
    }
    Ok(())
}

/// Without one defence its test falls, and for the reason that the patch names.
fn one(copied: &Copied, attack: &Attack) -> Result<Fallen, String> {
    copied.restore()?;
    copied.apply(&attack.patch)?;
    build(copied, &attack.program)
        .map_err(|why| format!("does not build without the defence: {why}"))?;
    let said = run(copied, &attack.program, &[&attack.test])?;
    fallen(&said, &attack.test, &attack.falls)
}

fn test_command(copied: &Copied, program: &[String]) -> Command {
    let mut command = cargo(&["test", "--quiet"]);
    command
        .args(program)
        .current_dir(copied.folder())
        .env("CARGO_TARGET_DIR", copied.target())
        // A panic's place is in its message; nothing here is debugged, and linking is quicker.
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
        .env("RUST_BACKTRACE", "0");
    command
}

fn build(copied: &Copied, program: &[String]) -> Held {
    let mut command = test_command(copied, program);
    let out = command
        .args(["--no-run", "--message-format", "short"])
        .output()
        .map_err(|error| error.to_string())?;
    if out.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// Runs tests by their whole names and returns what the program said.
fn run(copied: &Copied, program: &[String], tests: &[&str]) -> Result<String, String> {
    let mut command = test_command(copied, program);
    command.args(["--", "--exact"]).args(tests);
    let out = command.output().map_err(|error| error.to_string())?;
    Ok([out.stdout, out.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patch_names_its_test_and_what_falls() {
        let all = read(&root().join("tests/attacks"), &[]).unwrap_or_default();
        assert!(all.len() >= 26, "{} patches", all.len());
        for attack in &all {
            assert!(attack.falls.len() >= 6, "{}: {}", attack.name, attack.falls);
            assert!(
                ["--test", "--lib"]
                    .iter()
                    .any(|kind| attack.program.iter().any(|word| word == kind)),
                "{}",
                attack.name
            );
        }
    }

    #[test]
    fn a_head_without_its_lines_is_refused() {
        let whole =
            "# test: -p town --test attacks a::b\n# falls: a key\n# Why.\n--- a/core/x.rs\n";
        let read = |text: &str| head("it", Path::new("it.patch"), text);
        let attack = read(whole).ok();
        let attack = attack.as_ref();
        assert_eq!(attack.map(|one| one.test.as_str()), Some("a::b"));
        assert_eq!(attack.map(|one| one.file.as_str()), Some("core/x.rs"));
        assert_eq!(attack.map(|one| one.program.len()), Some(4));
        for line in whole.lines().filter(|line| *line != "# Why.") {
            assert!(read(&whole.replace(line, "")).is_err(), "{line}");
        }
    }
}
