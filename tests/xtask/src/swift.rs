//! The iOS side, as far as a plain Linux machine can tell: CompanionKit and the story in Swift built and run on the real
//! core, the views type-checked against a stand-in for SwiftUI, that check itself tried with planted mistakes, and the
//! Xcode project read. It knows no rule of life. Invariant: a part that could not run, or that ran nothing, has failed.

mod ground;
mod mistakes;
mod outcome;
mod project;
mod spoken;

use crate::mixed::Program;
use crate::run::{Held, root, target};
use ground::Ground;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LIBRARY: &str = "libalongside_phones.a";
/// Planted mistakes that have to be caught, of those in mistakes.rs.
const CAUGHT: usize = 14;

/// Where things lie.
struct Places {
    tree: PathBuf,
    target: PathBuf,
    /// All that Swift builds.
    out: PathBuf,
}

/// Runs everything, and prints how many of each kind passed.
pub fn swift() -> Held {
    let swift = Swift::make()?;
    project::check(
        &swift
            .places
            .tree
            .join("ios/Alongside.xcodeproj/project.pbxproj"),
    )?;
    println!("Xcode project: no dangling id");
    let outcome = outcome::Outcome::read(&swift.test()?)?;
    swift.stub()?;
    let views = swift.views()?;
    swift.adapters()?;
    let caught = swift.caught()?;
    let mistakes = mistakes::MISTAKES.len();
    println!("Swift story: {} passed", outcome.stories);
    println!("Swift package tests: {} passed", outcome.others);
    println!("SwiftUI type-check (against a stand-in): {views} files");
    println!("planted mistakes in views: {caught} of {mistakes} caught");
    if caught < CAUGHT {
        return Err(format!(
            "only {caught} of {mistakes} planted mistakes were caught"
        ));
    }
    println!("{} passed, 0 failed", outcome.stories + outcome.others);
    Ok(())
}

/// Builds the phone that does what lines of text say; what comes back starts it.
pub fn by_hand() -> Result<Program, String> {
    let swift = Swift::make()?;
    let mut command = swift.package("build");
    command.args(["--product", "phone-by-hand"]);
    said(command)?;
    let program = swift.places.out.join("build/debug/phone-by-hand");
    Ok(Box::new(move || {
        swift.inside(&program.display().to_string())
    }))
}

struct Swift {
    places: Places,
    ground: Ground,
}

impl Swift {
    fn make() -> Result<Self, String> {
        let (tree, target) = (root(), target());
        let out = target.join("swift");
        let places = Places { tree, target, out };
        places.stage()?;
        let ground = Ground::make()?;
        Ok(Self { places, ground })
    }

    /// A program inside Swift's root, the work tree and the built things at their own places.
    fn inside(&self, program: &str) -> Command {
        let places = &self.places;
        let mut command = self
            .ground
            .command(&[&places.tree, &places.target], program);
        command
            .env("TMPDIR", places.out.join("tmp"))
            .env("HOME", places.out.join("home"))
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LANG", "C.UTF-8")
            .env("ALONGSIDE_RELAY", places.target.join("debug/relay"))
            .current_dir(&places.tree);
        command
    }

    /// SwiftPM on the staged package.
    fn package(&self, deed: &str) -> Command {
        let out = &self.places.out;
        let mut command = self.inside("swift");
        command
            .args([deed, "--disable-sandbox", "--package-path"])
            .arg(out.join("package"))
            .arg("--scratch-path")
            .arg(out.join("build"))
            .arg("-Xlinker")
            .arg(format!("-L{}", out.join("library").display()))
            // Of what @Observable needs one symbol is nowhere on Linux (swiftlang/swift#75670).
            .args(["-Xlinker", "--allow-shlib-undefined"]);
        command
    }

    /// All tests; what they said.
    fn test(&self) -> Result<String, String> {
        said(self.package("test"))
    }

    fn compiler(&self) -> Command {
        let mut command = self.inside("swiftc");
        command.args(["-swift-version", "6", "-warnings-as-errors"]);
        command
    }

    /// The stand-in for SwiftUI, as a module.
    fn stub(&self) -> Held {
        let module = self.places.out.join("stub/SwiftUI.swiftmodule");
        let mut command = self.compiler();
        command
            .args(["-emit-module", "-module-name", "SwiftUI", "-o"])
            .arg(module)
            .args(files(&self.places.tree.join("ios/check/SwiftUIStub"))?);
        said(command).map(drop)
    }

    /// The app's views as they are, against the stand-in and the real kit. How many files.
    fn views(&self) -> Result<usize, String> {
        let views = files(&self.places.views())?;
        if views.is_empty() {
            return Err("there are no views to check".to_owned());
        }
        spoken::check(&views)?;
        said(self.checked(&views)).map(|_| views.len())
    }

    fn checked(&self, views: &[PathBuf]) -> Command {
        let mut command = self.compiler();
        // One step further than types: what may cross from one actor to another is only looked at there.
        command
            .args(["-emit-sil", "-wmo", "-parse-as-library", "-o", "/dev/null"])
            .args(["-module-name", "Alongside", "-I"])
            .arg(self.places.out.join("stub"))
            .arg("-I")
            .arg(self.places.out.join("build/debug/Modules"))
            .arg("-Xcc")
            .arg(format!(
                "-fmodule-map-file={}",
                self.places
                    .out
                    .join("package/Generated/FFI/module.modulemap")
                    .display()
            ))
            .args(views);
        command
    }

    /// What speaks to Apple's frameworks: checked where each of them has a stand-in, else only read.
    fn adapters(&self) -> Held {
        let (adapters, stands_in) = (
            files(&self.places.tree.join("ios/Alongside/Platform"))?,
            files(&self.places.tree.join("ios/check/AppleStubs"))?,
        );
        let mut known = vec!["CompanionKit".to_owned(), "Foundation".to_owned()];
        for framework in &stands_in {
            let name = framework.file_stem().unwrap_or_default();
            let module = self.places.out.join("stub").join(name);
            let mut command = self.compiler();
            command
                .args(["-emit-module", "-parse-as-library", "-module-name"])
                .arg(name)
                .arg("-o")
                .arg(module.with_extension("swiftmodule"))
                .arg(framework);
            said(command)?;
            known.push(name.to_string_lossy().into_owned());
        }
        let mut checked = Vec::new();
        for adapter in &adapters {
            let text = read(adapter)?;
            let mut imports = text.lines().filter_map(|line| line.strip_prefix("import "));
            if imports.all(|name| known.iter().any(|one| one == name.trim())) {
                checked.push(adapter.clone());
            }
        }
        if checked.is_empty() {
            return Err("no adapter's types were checked".to_owned());
        }
        said(self.checked(&checked))?;
        let mut command = self.compiler();
        command.arg("-parse").args(&adapters);
        said(command)?;
        println!(
            "adapters to Apple's frameworks: {} files type-checked (against stand-ins), {} more only parse",
            checked.len(),
            adapters.len() - checked.len()
        );
        Ok(())
    }

    /// How many planted mistakes are caught; two are tried at a time.
    fn caught(&self) -> Result<usize, String> {
        let half = mistakes::MISTAKES.len().div_ceil(2);
        let count = |some: &[mistakes::Mistake]| -> Result<usize, String> {
            some.iter()
                .map(|one| self.catches(one).map(usize::from))
                .sum()
        };
        let (first, second) = mistakes::MISTAKES.split_at(half);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| count(second));
            let counted = count(first)?;
            Ok(counted
                + other
                    .join()
                    .map_err(|_| "a check of a mistake broke".to_owned())??)
        })
    }

    /// Whether the check falls over this mistake, planted in a copy of one view.
    fn catches(&self, mistake: &mistakes::Mistake) -> Result<bool, String> {
        let mut views = files(&self.places.views())?;
        let at = views
            .iter()
            .position(|view| view.ends_with(mistake.file))
            .ok_or_else(|| format!("there is no view {}", mistake.file))?;
        let original = views.remove(at);
        let text = read(&original)?;
        if text.matches(mistake.from).count() != 1 {
            return Err(format!(
                "{}: not there just once: {}",
                mistake.file, mistake.from
            ));
        }
        let copy = self
            .places
            .out
            .join("planted")
            .join(mistake.what.replace(' ', "-"))
            .join(mistake.file);
        let folder = copy.parent().ok_or("no folder")?;
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        fs::write(&copy, text.replace(mistake.from, mistake.to))
            .map_err(|error| error.to_string())?;
        views.push(copy);
        let mut command = self.checked(&views);
        let output = command.output().map_err(|error| error.to_string())?;
        let told = String::from_utf8_lossy(&output.stderr);
        let caught = !output.status.success() && told.contains("error:");
        let what = told.lines().find(|line| line.contains("error:"));
        let what = what
            .and_then(|line| line.split_once("error: "))
            .map_or("", |(_, why)| why);
        println!(
            "  {}: {}",
            mistake.what,
            if caught { what } else { "NOT CAUGHT" }
        );
        Ok(caught)
    }
}

impl Places {
    fn views(&self) -> PathBuf {
        self.tree.join("ios/Alongside/Views")
    }

    /// The package as SwiftPM wants it: our sources by links, the generated ones beside them, so that nothing generated
    /// is in the work tree; and the library in a folder of its own, or the linker would take the shared one.
    fn stage(&self) -> Held {
        let (package, generated) = (self.out.join("package"), self.target.join("phones/swift"));
        for folder in [
            "tmp",
            "home",
            "stub",
            "library",
            "package/Generated/Swift",
            "package/Generated/FFI",
        ] {
            let folder = self.out.join(folder);
            fs::create_dir_all(&folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let kit = self.tree.join("ios/CompanionKit");
        for name in ["Sources", "Tests"] {
            let link = package.join(name);
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(kit.join(name), &link).map_err(|error| error.to_string())?;
        }
        renew(&kit.join("Package.swift"), &package.join("Package.swift"))?;
        let into = package.join("Generated");
        renew(
            &generated.join("AlongsideCore.swift"),
            &into.join("Swift/AlongsideCore.swift"),
        )?;
        renew(
            &generated.join("AlongsideFFI.h"),
            &into.join("FFI/AlongsideFFI.h"),
        )?;
        renew(
            &generated.join("AlongsideFFI.modulemap"),
            &into.join("FFI/module.modulemap"),
        )?;
        let (library, staged) = (
            self.target.join("debug").join(LIBRARY),
            self.out.join("library").join(LIBRARY),
        );
        if !same(&library, &staged) {
            // SwiftPM does not look at a library for whether to link anew: what an older core is in has to go first.
            for linked in ["CompanionKitPackageTests.xctest", "phone-by-hand"] {
                let _ = fs::remove_file(self.out.join("build/debug").join(linked));
            }
        }
        renew(&library, &staged)
    }
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|bytes| fs::read(other).is_ok_and(|others| bytes == others))
}

/// Copies it where it differs, so that nothing is built anew for nothing.
fn renew(from: &Path, to: &Path) -> Held {
    let bytes = fs::read(from).map_err(|error| format!("{}: {error}", from.display()))?;
    if same(from, to) {
        return Ok(());
    }
    fs::write(to, bytes).map_err(|error| format!("{}: {error}", to.display()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Every Swift file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = file.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|end| end == "swift") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What a command said, where it held; shown where it did not.
fn said(mut command: Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    println!("{text}");
    Err(format!(
        "{}: {}",
        command.get_program().to_string_lossy(),
        output.status
    ))
}
