//! The Android sources, checked on this machine: the Kotlin story and the screens on Compose for desktop with the real core and
//! a real relay, the platform classes on Robolectric; and the pictures and the two-phone window, which the desktop build draws.
//! It knows Maven's words and its reports, no Kotlin. Invariant: a kind of test that did not run has not held.

use crate::run::{Held, cargo, debian, hold, root, target};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that are needed, and what Debian calls them.
const NEEDS: [(&str, &str); 2] = [("javac", "openjdk-17-jdk-headless"), ("mvn", "maven")];

/// The core as a library for Java and Android.
const LIBRARY: &str = "libalongside_phones.so";

/// The kinds of tests, in the order in which they are counted.
const KINDS: [&str; 4] = [
    "Kotlin story on the JVM",
    "Compose UI tests, by ear",
    "words, theme and lock",
    "Robolectric tests",
];

/// Compiles everything and runs every test, and counts them by kind.
///
/// The core's library, the Kotlin generated from it and the relay must be built before.
pub fn kotlin() -> Held {
    debian(&NEEDS)?;
    let built = target();
    for part in [library(), generated(), built.join("debug/relay")] {
        if !part.exists() {
            return Err(format!("not built: {}", part.display()));
        }
    }
    left()?;
    let out = built.join("android");
    for module in ["desktop", "robolectric"] {
        for earlier in ["classes", "test-classes", "surefire-reports"] {
            // What an earlier run compiled or reported is no part of this one.
            clear(&out.join(module).join(earlier))?;
        }
    }
    let told = hold(maven(&["--fail-at-end", "test"]));
    let counted = count(&out)?;
    told?;
    for (kind, ran) in KINDS.iter().zip(&counted) {
        if *ran == 0 {
            return Err(format!("no test ran of: {kind}"));
        }
    }
    Ok(())
}

/// Pictures of every page in every look, into `docs/screens`.
pub fn pictures() -> Held {
    debian(&NEEDS)?;
    let (left, homes) = (left()?, homes("pictures")?);
    let into = root().join("docs/screens");
    hold(desktop("Pictures", &[&into, &left, &homes], true)?)
}

/// Two phones side by side with a real relay between them: windows, or a picture where there is no display.
pub fn phones() -> Held {
    debian(&NEEDS)?;
    let (left, homes) = (left()?, homes("phones")?);
    let into = target().join("phones/two-phones.png");
    let blind = std::env::var_os("DISPLAY").is_none();
    hold(desktop("Phones", &[&left, &homes, &into], blind)?)?;
    if blind {
        println!("{}", into.display());
    }
    Ok(())
}

fn library() -> PathBuf {
    target().join("debug").join(LIBRARY)
}

fn generated() -> PathBuf {
    target().join("phones/kotlin")
}

fn maven(words: &[&str]) -> Command {
    let mut command = Command::new("mvn");
    let built = target();
    command
        .args(["--quiet", "--file", "android/check/pom.xml"])
        .arg(format!("-Dtop={}", root().display()))
        .arg(format!("-Dout={}", built.display()))
        .args(words)
        .current_dir(root());
    command
}

fn desktop(program: &str, arguments: &[&Path], blind: bool) -> Result<Command, String> {
    let mut command = Command::new("java");
    command
        .arg(format!("-Djava.awt.headless={blind}"))
        .arg(format!(
            "-Drelay.program={}",
            target().join("debug/relay").display()
        ))
        .args(java(&target().join("debug"))?)
        .arg(format!("org.alongside.desktop.{program}Kt"))
        .args(arguments)
        .current_dir(root());
    Ok(command)
}

/// Compiles the desktop build. Returns the words with which Java runs it on the core's library in this folder.
fn java(library: &Path) -> Result<Vec<String>, String> {
    let out = target().join("android/desktop");
    let listed = out.join("classpath");
    hold(maven(&[
        "--projects",
        "desktop",
        "compile",
        "dependency:build-classpath",
        &format!("-Dmdep.outputFile={}", listed.display()),
    ]))?;
    let listed =
        std::fs::read_to_string(&listed).map_err(|why| format!("{}: {why}", listed.display()))?;
    Ok(vec![
        format!("-Djna.library.path={}", library.display()),
        "-Dskiko.renderApi=SOFTWARE".to_owned(),
        "-classpath".to_owned(),
        format!("{}:{}", out.join("classes").display(), listed.trim()),
    ])
}

/// What the figures of the phones need: the core's library exactly as the Android build makes it, and how Java is started on it.
/// Returns the folder with both.
pub fn speed() -> Result<PathBuf, String> {
    debian(&NEEDS)?;
    let folder = homes_at("speed");
    empty(&folder)?;
    let built = target().join("phone");
    // Other programs link the same package with other features, and the file has one name for all.
    let _ = std::fs::remove_file(built.join("deps").join(LIBRARY));
    hold(cargo(&[
        "rustc",
        "--quiet",
        "--profile",
        "phone",
        "--package",
        "alongside-phones",
        "--lib",
        "--crate-type",
        "cdylib",
        "--",
        "-Clink-arg=-Wl,--icf=all",
        "-Clink-arg=-Wl,-z,pack-relative-relocs",
    ]))?;
    let to = folder.join(LIBRARY);
    std::fs::copy(built.join(LIBRARY), &to).map_err(|why| format!("{}: {why}", to.display()))?;
    let mut words = vec!["-Djava.awt.headless=true".to_owned()];
    words.extend(java(&folder)?);
    words.push("org.alongside.desktop.SpeedKt".to_owned());
    let listed = folder.join("java");
    std::fs::write(&listed, words.join("\n"))
        .map_err(|why| format!("{}: {why}", listed.display()))?;
    Ok(folder)
}

/// The demo life as it was left on a day of its second year. It is lived again when a program changed that lives it.
fn left() -> Result<PathBuf, String> {
    let programs = ["homes", "relay"].map(|name| target().join("debug").join(name));
    let mut made_by = String::new();
    for program in &programs {
        let about = std::fs::metadata(program)
            .and_then(|about| Ok((about.len(), about.modified()?)))
            .map_err(|why| format!("{}: {why}", program.display()))?;
        made_by += &format!("{about:?}\n");
    }
    let (folder, stamp) = (homes_at("left"), homes_at("left-by"));
    if folder.exists() && std::fs::read_to_string(&stamp).is_ok_and(|last| last == made_by) {
        return Ok(folder);
    }
    println!("Robin's two years are lived: most of a minute");
    empty(&folder)?;
    let mut command = Command::new(target().join("debug/homes"));
    command.arg(&folder).current_dir(root());
    hold(command)?;
    std::fs::write(&stamp, made_by).map_err(|why| format!("{}: {why}", stamp.display()))?;
    Ok(folder)
}

/// An empty folder for homes that are lived in for a moment.
fn homes(name: &str) -> Result<PathBuf, String> {
    let folder = homes_at("homes").join(name);
    empty(&folder)?;
    Ok(folder)
}

fn homes_at(name: &str) -> PathBuf {
    target().join("phones").join(name)
}

fn empty(folder: &Path) -> Held {
    clear(folder)?;
    std::fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))
}

fn clear(folder: &Path) -> Held {
    if !folder.exists() {
        return Ok(());
    }
    std::fs::remove_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))
}

fn reports(out: &Path, module: &str) -> PathBuf {
    out.join(module).join("surefire-reports")
}

/// How many tests ran of each kind; a test that was left out is said, since it has not held.
fn count(out: &Path) -> Result<[u32; 4], String> {
    let mut ran = [0; 4];
    let mut left_out = 0;
    for module in ["desktop", "robolectric"] {
        let Ok(files) = std::fs::read_dir(reports(out, module)) else {
            continue;
        };
        for file in files.flatten().map(|file| file.path()) {
            if file.extension().is_none_or(|end| end != "xml") {
                continue;
            }
            let told = std::fs::read_to_string(&file)
                .map_err(|why| format!("{}: {why}", file.display()))?;
            let name = file
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let kind = match module {
                "robolectric" => 3,
                _ if name.ends_with("ScreenTest") => 1,
                _ if name.ends_with("Story") => 0,
                _ => 2,
            };
            if let Some(ran) = ran.get_mut(kind) {
                *ran += number(&told, "tests");
            }
            left_out += number(&told, "skipped");
        }
    }
    for (kind, ran) in KINDS.iter().zip(&ran) {
        println!("{kind}: {ran}");
    }
    if left_out > 0 {
        return Err(format!("{left_out} tests were left out"));
    }
    Ok(ran)
}

/// The number that a report gives for a whole file of tests.
fn number(report: &str, name: &str) -> u32 {
    let suite = report
        .split("<testsuite ")
        .nth(1)
        .and_then(|rest| rest.split('>').next());
    let after = suite.and_then(|suite| {
        suite
            .split(&format!(" {name}=\""))
            .nth(1)
            .and_then(|rest| rest.split('"').next())
    });
    after
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
