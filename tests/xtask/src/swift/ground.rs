//! The ground that Swift runs on here: Debian trixie's Swift in a folder of its own below the cache, and a way to run a
//! command in it. It knows nothing of the project's Swift. Invariant: nothing of trixie is installed on the machine
//! itself, a half-made root is never used, and mounts die with the command that needed them.

use crate::run::{Held, debian, hold};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Changes with the recipe below, so that a root made by an older one is not taken for it.
const NAME: &str = "trixie-1";
const PACKAGES: &str = "swiftlang,libc6-dev,libstdc++-14-dev";
/// What a compiler and a test need not: 0.9 GB.
const LEFT_OUT: [&str; 9] = [
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "*/bin/*lldb*",
    "*/lib/liblldb*",
    "*/bin/clangd*",
    "*/bin/docc*",
    "*/lib/swift_static/*",
    "*/lib/swift/embedded/*",
];
/// Each place at its own path inside the root, then the command. Every step is an `exec`, so that whoever ends the
/// process ends the command itself.
const ENTER: &str = r#"
root=$1; shift
while [ "$1" != -- ]; do
    mkdir -p "$root$1"; mount --bind "$1" "$root$1"; shift
done
shift
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
exec chroot "$root" "$@"
"#;

/// The root, made where it is missing.
pub struct Ground {
    root: PathBuf,
}

impl Ground {
    /// The root in the cache; about a minute and 1.6 GB where it is missing.
    pub fn make() -> Result<Self, String> {
        let cache = cache()?;
        let root = cache.join(NAME);
        fs::create_dir_all(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        let lock = File::create(cache.join("lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        if !root.is_dir() {
            println!("Swift is fetched into {}", root.display());
            fill(&root)?;
        }
        Ok(Self { root })
    }

    /// This program inside the root, with these places at their own paths.
    pub fn command(&self, places: &[&Path], program: &str) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(["-m", "--propagation", "private", "sh", "-euc", ENTER, "sh"])
            .arg(&self.root)
            .args(places)
            .arg("--")
            .arg(program);
        command
    }
}

fn cache() -> Result<PathBuf, String> {
    crate::check::cache().map(|cache| cache.join("alongside-swift"))
}

fn fill(root: &Path) -> Held {
    debian(&[("mmdebstrap", "mmdebstrap")])?;
    let half = root.with_extension("tmp");
    if half.exists() {
        fs::remove_dir_all(&half).map_err(|error| format!("{}: {error}", half.display()))?;
    }
    let mut make = Command::new("mmdebstrap");
    make.args(["--quiet", "--variant=apt"])
        .arg(format!("--include={PACKAGES}"));
    for place in LEFT_OUT {
        make.arg(format!("--dpkgopt=path-exclude={place}"));
    }
    make.arg("trixie").arg(&half).arg(own_mirror()?);
    hold(make)?;
    fs::rename(&half, root).map_err(|error| format!("{}: {error}", root.display()))
}

/// Where this machine takes its own Debian from.
fn own_mirror() -> Result<String, String> {
    let release = fs::read_to_string("/etc/os-release").map_err(|error| error.to_string())?;
    let suite = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .ok_or("/etc/os-release names no suite: this needs Debian")?;
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(folder.filter_map(|file| file.ok().map(|file| file.path())));
    }
    files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .find_map(|text| mirror(&text, suite.trim_matches('"')))
        .ok_or_else(|| format!("apt's sources name no mirror for {suite}"))
}

/// The mirror that a file of apt's sources names for this suite's `main`, in either of apt's two ways of writing.
fn mirror(sources: &str, suite: &str) -> Option<String> {
    one_line(sources, suite).or_else(|| stanza(sources, suite))
}

fn one_line(sources: &str, suite: &str) -> Option<String> {
    sources.lines().find_map(|line| {
        let line = line.trim().strip_prefix("deb ")?.trim_start();
        let line = match line.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => line,
        };
        let mut words = line.split_whitespace();
        let uri = words.next()?;
        let fits = words.next()? == suite && words.any(|word| word == "main");
        fits.then(|| uri.to_owned())
    })
}

fn stanza(sources: &str, suite: &str) -> Option<String> {
    let plain: Vec<&str> = sources
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    plain
        .split(|line| line.trim().is_empty())
        .find_map(|lines| {
            let field = |name: &str| -> Vec<String> {
                lines
                    .iter()
                    .filter_map(|line| line.split_once(':'))
                    .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                    .flat_map(|(_, value)| value.split_whitespace().map(str::to_owned))
                    .collect()
            };
            let has = |name: &str, word: &str| field(name).iter().any(|value| value == word);
            let fits = has("Types", "deb") && has("Suites", suite) && has("Components", "main");
            fits.then(|| field("URIs").into_iter().next()).flatten()
        })
}

#[cfg(test)]
mod tests {
    use super::mirror;

    #[test]
    fn the_mirror_is_read_in_both_ways_of_writing() {
        let one_line = "# deb http://old bookworm main\n\
            deb [signed-by=/x] http://other stable main\n\
            deb [arch=amd64 signed-by=/x] http://own/debian bookworm contrib main\n";
        assert_eq!(
            mirror(one_line, "bookworm").as_deref(),
            Some("http://own/debian")
        );
        let stanzas = "Types: deb\nURIs: http://tools\nSuites: stable\nComponents: main\n\n\
            Types: deb deb-src\n# URIs: http://old\nURIs: http://own/debian http://second\n\
            Suites: bookworm bookworm-updates\nComponents: main\n";
        assert_eq!(
            mirror(stanzas, "bookworm").as_deref(),
            Some("http://own/debian")
        );
    }

    #[test]
    fn security_updates_other_suites_and_comments_are_no_mirror() {
        for sources in [
            "deb http://own/security bookworm-security main",
            "deb-src http://own/debian bookworm main",
            "deb http://own/debian bookworm contrib",
            "Types: deb\nURIs: http://own\nSuites: bookworm-security\nComponents: main\n",
            "Types: deb\nURIs: http://own\n\nSuites: bookworm\nComponents: main\n",
            "",
        ] {
            assert_eq!(mirror(sources, "bookworm"), None, "{sources}");
        }
    }
}
