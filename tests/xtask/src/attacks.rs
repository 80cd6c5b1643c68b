//! Takes each defence away from a copy of the project: the test that stands for it must then fall.
//! The patches live in tests/attacks/, one a defence; no switch for any of this is in shipped code.

use crate::run::{Held, cargo, hold, root};
use std::path::Path;
use std::process::Command;

/// Every patch, or those whose name holds the word given.
pub fn attacks(rest: &[&str]) -> Held {
    let folder = root().join("tests/attacks");
    let mut patches: Vec<_> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "patch"))
        .filter(|path| {
            rest.iter()
                .all(|word| path.to_string_lossy().contains(word))
        })
        .collect();
    patches.sort();
    let copy = std::env::temp_dir().join(format!("alongside-attacks-{}", std::process::id()));
    let mut stood = Vec::new();
    for patch in &patches {
        let result = one(patch, &copy);
        let name = patch
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match result {
            Ok(test) => println!("{name}: without the defence, {test} falls"),
            Err(why) => {
                println!("{name}: {why}");
                stood.push(name);
            }
        }
    }
    let _ = std::fs::remove_dir_all(&copy);
    println!(
        "attacks: {} passed, {} failed",
        patches.len() - stood.len(),
        stood.len()
    );
    if stood.is_empty() && !patches.is_empty() {
        Ok(())
    } else {
        Err(format!("the test did not notice: {}", stood.join(", ")))
    }
}

/// The first line of a patch names its test: `# test: -p town --test attacks removed_officer`.
fn one(patch: &Path, copy: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(patch).map_err(|error| error.to_string())?;
    let test = text
        .lines()
        .find_map(|line| line.strip_prefix("# test: "))
        .ok_or("no line `# test: ...`")?;
    refresh(copy)?;
    let mut apply = Command::new("git");
    apply
        .args(["apply", "--whitespace=nowarn"])
        .arg(patch)
        .current_dir(copy);
    hold(apply).map_err(|why| format!("the patch no longer fits: {why}"))?;
    let words: Vec<&str> = test.split_whitespace().collect();
    let target = std::env::var("CARGO_TARGET_DIR")
        .unwrap_or_else(|_| root().join("target").display().to_string());
    let run = |more: &[&str]| {
        let mut all = vec!["test", "--quiet"];
        all.extend(more.iter().chain(words.iter()));
        let mut command = cargo(&all);
        command.current_dir(copy).env("CARGO_TARGET_DIR", &target);
        command
    };
    hold(run(&["--no-run"])).map_err(|why| format!("does not build without the defence: {why}"))?;
    let out = run(&[]).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&out.stdout);
    if said.contains("test result: FAILED") {
        Ok(test.to_owned())
    } else {
        Err(format!("{test} still passes"))
    }
}

/// A copy of what is committed and of what is not yet, without the built things.
fn refresh(copy: &Path) -> Held {
    let _ = std::fs::remove_dir_all(copy);
    std::fs::create_dir_all(copy).map_err(|error| error.to_string())?;
    let list = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .map_err(|error| error.to_string())?;
    for name in String::from_utf8_lossy(&list.stdout)
        .split('\0')
        .filter(|name| !name.is_empty())
    {
        let (from, to) = (root().join(name), copy.join(name));
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        std::fs::copy(&from, &to).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}
