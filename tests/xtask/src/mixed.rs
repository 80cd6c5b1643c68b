//! A phone in one language meets a phone in another, through one real post box: the story of tests/README-mixed.md, told to
//! two programs by lines of text, once in each order, each phone killed in the middle. It knows no rule of life and no
//! language. Invariant: a phone that does not answer, or answers otherwise, ends the story as fallen.

use crate::run::{Held, build_relay, hold, root, target};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What starts a phone by hand; FOLDER, NAME and POST-BOX come after.
pub type Program = Box<dyn Fn() -> Command>;

/// Rounds in which each phone meets the post box once, until something has to be there.
const ROUNDS: usize = 6;
const CARD: &str = "well-done";

/// Every pair of languages, in both orders.
pub fn mixed() -> Held {
    build_relay()?;
    let languages: [(&str, Program); 2] =
        [("Kotlin", kotlin()?), ("Swift", crate::swift::by_hand()?)];
    let mut told = 0;
    for (first, begins) in &languages {
        for (second, answers) in &languages {
            pair((first, begins), (second, answers))?;
            told += 1;
            println!("{first} invites {second}: met, shown, encouraged, stopped; each killed once");
        }
    }
    println!("mixed stories: {told} passed, 0 failed");
    Ok(())
}

/// Compiles the phone in Kotlin; what comes back starts it on the JVM, without a build tool around it that would outlive it.
fn kotlin() -> Result<Program, String> {
    let (target, list) = (target(), target().join("mixed/classpath"));
    let mut build = Command::new("mvn");
    build
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(root().join("android/check/pom.xml"))
        .args([
            "--projects",
            "desktop",
            "compile",
            "dependency:build-classpath",
        ])
        .arg(format!("-Dout={}", target.display()))
        .arg(format!("-Dmdep.outputFile={}", list.display()));
    hold(build)?;
    let jars = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let classes = target.join("android/desktop/classes");
    let path = format!("{}:{}", classes.display(), jars.trim());
    let library = format!("-Djna.library.path={}", target.join("debug").display());
    Ok(Box::new(move || {
        let mut command = Command::new("java");
        command.args(["-cp", &path, &library, "org.alongside.desktop.ByHandKt"]);
        command
    }))
}

fn pair(first: (&str, &Program), second: (&str, &Program)) -> Held {
    let folder = target()
        .join("mixed")
        .join(format!("{}-{}", first.0, second.0));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let relay = Relay::start(&folder)?;
    let mut robin = Phone::open(&folder, "Robin", &relay.url, first.1)?;
    let mut pat = Phone::open(&folder, "Pat", &relay.url, second.1)?;
    story(&mut robin, &mut pat).map_err(|why| format!("{} invites {}: {why}", first.0, second.0))
}

fn story(robin: &mut Phone, pat: &mut Phone) -> Held {
    // They meet.
    let code = field(&robin.ask("invite Pat")?, "code")?;
    pat.ask(&format!("join {code} Robin"))?;
    until(robin, pat, |_, pat| {
        pat.says("stage", r#""stage":"theyAsk""#)
    })?;
    pat.ask("yes")?;
    until(robin, pat, |robin, pat| {
        Ok(robin.has_words()? && pat.has_words()?)
    })?;
    let (mine, theirs) = (list(&robin.ask("words")?)?, list(&pat.ask("words")?)?);
    if mine != theirs || mine.matches('"').count() != 8 {
        return Err(format!("the four words differ: {mine} {theirs}"));
    }
    robin.ask("same")?;
    pat.ask("same")?;
    for _ in 0..2 {
        robin.sync()?;
        pat.sync()?;
    }

    // Robin shows a routine, and is killed while it goes out.
    for line in [
        "routine Walk",
        "routine Mine alone",
        "done Walk",
        "show Walk",
    ] {
        robin.ask(line)?;
    }
    robin.killed_while_it_meets()?;
    let walk = r#""name":"Walk""#;
    until(robin, pat, |_, pat| pat.says("see", walk))?;
    let seen = pat.ask("see")?;
    if seen.contains("Mine alone") || seen.contains(r#""done":[]"#) {
        return Err(format!("not what was shown: {seen}"));
    }
    if !robin.says("see-as", walk)? {
        return Err("the preview does not show what was sent".to_owned());
    }

    // Pat encourages back, and is killed while that goes out.
    pat.ask(&format!("encourage {CARD}"))?;
    pat.killed_while_it_meets()?;
    until(robin, pat, |robin, _| robin.says("heard", CARD))?;
    if robin.ask("heard")?.matches(CARD).count() != 1 {
        return Err("the card came twice".to_owned());
    }

    // Robin stops showing.
    robin.ask("stop Walk")?;
    until(robin, pat, |_, pat| pat.says("see", r#""routines":[]"#))?;
    if robin.says("see-as", walk)? {
        return Err("the preview still shows it".to_owned());
    }
    Ok(())
}

/// Each meets the post box in turn until this holds.
fn until(
    robin: &mut Phone,
    pat: &mut Phone,
    holds: impl Fn(&mut Phone, &mut Phone) -> Result<bool, String>,
) -> Held {
    for _ in 0..ROUNDS {
        robin.sync()?;
        pat.sync()?;
        if holds(robin, pat)? {
            return Ok(());
        }
    }
    Err(format!(
        "not after {ROUNDS} rounds: {} {}",
        robin.last, pat.last
    ))
}

/// A text of an answer. None of those asked for here holds a sign that JSON would escape.
fn field(answer: &str, name: &str) -> Result<String, String> {
    let after = answer
        .split_once(&format!("\"{name}\":\""))
        .map(|(_, after)| after);
    let text = after
        .and_then(|after| after.split_once('"'))
        .map(|(text, _)| text.to_owned());
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| format!("no {name} in {answer}"))
}

/// The list called `words`, as it stands.
fn list(answer: &str) -> Result<String, String> {
    let after = answer.split_once("\"words\":[").map(|(_, after)| after);
    let text = after
        .and_then(|after| after.split_once(']'))
        .map(|(text, _)| text.to_owned());
    text.ok_or_else(|| format!("no words in {answer}"))
}

/// One phone: its program, and where to start it again.
struct Phone<'a> {
    running: Option<(Child, ChildStdin, BufReader<ChildStdout>)>,
    folder: PathBuf,
    name: &'static str,
    url: String,
    program: &'a Program,
    last: String,
}

impl<'a> Phone<'a> {
    fn open(
        folder: &Path,
        name: &'static str,
        url: &str,
        program: &'a Program,
    ) -> Result<Self, String> {
        let (folder, url, last) = (folder.join(name), url.to_owned(), String::new());
        let mut phone = Self {
            running: None,
            folder,
            name,
            url,
            program,
            last,
        };
        phone.start()?;
        Ok(phone)
    }

    fn start(&mut self) -> Held {
        let mut command = (self.program)();
        command.arg(&self.folder).args([self.name, &self.url]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no way to talk to it".to_owned());
        };
        self.running = Some((child, to, BufReader::new(from)));
        Ok(())
    }

    fn tell(&mut self, line: &str) -> Held {
        let (_, to, _) = self.running.as_mut().ok_or("it does not run")?;
        writeln!(to, "{line}")
            .and_then(|()| to.flush())
            .map_err(|error| format!("{}: {line}: {error}", self.name))
    }

    /// Tells it a line, and waits for its answer.
    fn ask(&mut self, line: &str) -> Result<String, String> {
        self.tell(line)?;
        let (_, _, from) = self.running.as_mut().ok_or("it does not run")?;
        let mut answer = String::new();
        from.read_line(&mut answer)
            .map_err(|error| error.to_string())?;
        self.last = format!("{}: {line}: {}", self.name, answer.trim());
        if answer.contains("\"ok\":true") {
            Ok(answer)
        } else {
            Err(self.last.clone())
        }
    }

    fn says(&mut self, line: &str, what: &str) -> Result<bool, String> {
        Ok(self.ask(line)?.contains(what))
    }

    /// Whether the four words are there. Before that there may be no invite to ask for.
    fn has_words(&mut self) -> Result<bool, String> {
        list(&self.ask("words")?).map(|words| !words.is_empty())
    }

    fn sync(&mut self) -> Held {
        if self.says("sync", "\"offline\":false")? {
            Ok(())
        } else {
            Err(self.last.clone())
        }
    }

    /// Tells it to meet the post box, ends it before it has answered as `kill -9` does, and opens the same phone again.
    fn killed_while_it_meets(&mut self) -> Held {
        // Where it was quicker than this, it is ended sooner: what was not gone yet goes out later all the same.
        for milliseconds in [15, 5, 1, 0] {
            self.tell("sync")?;
            std::thread::sleep(std::time::Duration::from_millis(milliseconds));
            let (mut child, to, mut from) = self.running.take().ok_or("it does not run")?;
            child.kill().map_err(|error| error.to_string())?;
            child.wait().map_err(|error| error.to_string())?;
            drop(to);
            let mut answer = String::new();
            from.read_line(&mut answer)
                .map_err(|error| error.to_string())?;
            self.start()?;
            if answer.is_empty() {
                return Ok(());
            }
        }
        Err(format!("{} always answered before it was ended", self.name))
    }

    fn end(&mut self) {
        if let Some((mut child, _, _)) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Phone<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

struct Relay {
    child: Child,
    url: String,
}

impl Relay {
    fn start(folder: &Path) -> Result<Self, String> {
        let mut command = Command::new(target().join("debug/relay"));
        command
            .args(["--listen", "127.0.0.1:0", "--database"])
            .arg(folder.join("relay.db"));
        let log = fs::File::create(folder.join("relay.log")).map_err(|error| error.to_string())?;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            let mut reader = BufReader::new(out);
            reader
                .read_line(&mut first)
                .map_err(|error| error.to_string())?;
            child.stdout = Some(reader.into_inner());
        }
        match first.trim().strip_prefix("listening on ") {
            Some(address) => Ok(Self {
                child,
                url: format!("http://{address}"),
            }),
            None => {
                let _ = child.kill();
                Err(format!("the relay did not start: {first:?}"))
            }
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::{field, list};

    #[test]
    fn answers_are_read() {
        let answer = r#"{"code":"alongside://x#abc","ok":true}"#;
        assert_eq!(field(answer, "code").as_deref(), Ok("alongside://x#abc"));
        assert!(field(answer, "who").is_err());
        assert!(field(r#"{"code":"","ok":true}"#, "code").is_err());
        assert_eq!(
            list(r#"{"ok":true,"words":["a","b"]}"#).as_deref(),
            Ok(r#""a","b""#)
        );
        assert_eq!(list(r#"{"ok":true,"words":[]}"#).as_deref(), Ok(""));
        assert!(list(r#"{"ok":true}"#).is_err());
    }
}
