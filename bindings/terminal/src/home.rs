//! Where the home is, and what time it is there: folder, key file, clock and zone come in here and nowhere else.
//! Invariant: opening writes nothing, and a home is opened by one program at a time (the store holds the lock).

use crate::answer::Answer;
use crate::trouble::Trouble;
use crate::{Said, post};
use alongside_core::AlongsideError;
use alongside_core::companion::{Clock, Companion, Moment, SystemClock};
use alongside_core::life::days;
use alongside_core::store::KeyFile;
use std::path::{Path, PathBuf};

/// A zone where nothing else is known.
const UTC: &str = "UTC";

/// The home's folder and its clock.
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    zone: String,
    /// The moment given, in seconds since 1970-01-01 UTC; none: the machine's own clock.
    seconds: Option<u64>,
}

struct StoodStill(Moment);

impl Clock for StoodStill {
    fn now(&self) -> Moment {
        self.0
    }
}

/// Randomness of the system.
pub(crate) fn chance() -> rand_core::UnwrapErr<getrandom::SysRng> {
    rand_core::UnwrapErr(getrandom::SysRng)
}

impl Place {
    /// From the command line, else from the environment, else where such things are kept.
    pub(crate) fn find(
        dir: Option<PathBuf>,
        today: Option<&str>,
        zone: Option<&str>,
    ) -> Result<Self, Trouble> {
        let dir = dir
            .or_else(|| given("ALONGSIDE_HOME").map(PathBuf::from))
            .or_else(usual_home)
            .ok_or_else(|| Trouble::usage("say where your Alongside is: --home DIR"))?;
        let named = zone.map(str::to_owned).or_else(|| given("ALONGSIDE_ZONE"));
        let zone = match named {
            Some(name) => {
                days::zone(&name).map_err(Trouble::usage)?;
                name
            }
            None => zone_of_the_machine(),
        };
        let today = today
            .map(str::to_owned)
            .or_else(|| given("ALONGSIDE_TODAY"));
        let seconds = today.map(|text| moment(&text, &zone)).transpose()?;
        Ok(Self { dir, zone, seconds })
    }

    pub(crate) fn clock(&self) -> Result<Box<dyn Clock>, Trouble> {
        let Some(seconds) = self.seconds else {
            return Ok(Box::new(SystemClock::in_zone(&self.zone)?));
        };
        let zone = days::zone(&self.zone).map_err(Trouble::usage)?;
        let instant = i64::try_from(seconds)
            .ok()
            .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            .ok_or_else(|| Trouble::usage(TODAY))?;
        Ok(Box::new(StoodStill(Moment {
            seconds,
            today: days::day_of(instant, &zone),
            time: zone.to_datetime(instant).time(),
        })))
    }

    pub(crate) fn open(&self) -> Result<Companion, Trouble> {
        if !self.dir.join("key").exists() && !self.dir.join("alongside.db").exists() {
            return Err(Trouble::no(
                "there is no Alongside here yet; begin with: alongside new NAME",
            ));
        }
        let key = KeyFile::of(&self.dir);
        Companion::open(&self.dir, &key, self.clock()?, Box::new(chance()))
            .map_err(Trouble::of_the_home)
    }
}

/// `new`: a blank home.
pub(crate) fn begin(place: &Place, name: &str, post_box: Option<&str>) -> Said {
    let at = post_box.map(post::address).transpose()?;
    let clock = place.clock()?;
    // The name first: a home is not begun under one that can't be shown.
    alongside_core::life::text::display_name(name).map_err(AlongsideError::from)?;
    let key = KeyFile::make(&place.dir, &mut chance()).map_err(AlongsideError::from)?;
    let mut app = Companion::make(&place.dir, &key, name, clock, Box::new(chance()))?;
    let mut answer = Answer::says(format!("Welcome, {}.", app.name()?));
    answer
        .say("Everything here is on this machine, locked with a key of its own. Nobody was told.");
    if let Some(at) = at {
        app.set_post_box(&at)?;
        answer.say("The post box is set. It is met when you say: alongside sync");
    }
    answer.say("Begin with a routine: alongside routine add \"Morning walk\" every day");
    answer.put("name", app.name()?);
    answer.put("home", place.dir.display().to_string());
    Ok(answer)
}

/// Where homes are kept when nothing else is said.
fn usual_home() -> Option<PathBuf> {
    let data = given("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| given("HOME").map(|home| Path::new(&home).join(".local/share")));
    data.map(|data| data.join("alongside"))
}

const TODAY: &str = "say the moment as seconds since 1970, a day like 2026-02-04, or a moment like 2026-02-04T08:30:00Z";

fn moment(text: &str, zone: &str) -> Result<u64, Trouble> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let instant = match text.parse::<jiff::civil::Date>() {
        Ok(day) if text.len() == 10 => {
            let zone = days::zone(zone).map_err(Trouble::usage)?;
            days::instant_of(day, jiff::civil::time(12, 0, 0, 0), &zone)
        }
        _ => text.parse::<jiff::Timestamp>().ok(),
    };
    instant
        .and_then(|instant| u64::try_from(instant.as_second()).ok())
        .ok_or_else(|| Trouble::usage(TODAY))
}

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn zone_of_the_machine() -> String {
    let from_file = || std::fs::read_to_string("/etc/timezone").ok();
    let from_link = || {
        let link = std::fs::read_link("/etc/localtime").ok()?;
        let text = link.to_string_lossy().into_owned();
        text.split_once("zoneinfo/")
            .map(|(_, name)| name.to_owned())
    };
    let tz = given("TZ").map(|name| name.trim_start_matches(':').to_owned());
    [tz, from_link(), from_file()]
        .into_iter()
        .flatten()
        .map(|name| name.trim().to_owned())
        .find(|name| days::zone(name).is_ok())
        .unwrap_or_else(|| UTC.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_seconds_a_day_or_an_instant() {
        assert_eq!(moment("1770192000", UTC).unwrap(), 1_770_192_000);
        assert_eq!(
            moment("2026-02-04", "Europe/London").unwrap(),
            1_770_206_400
        );
        assert_eq!(moment("2026-02-04T12:00:00Z", UTC).unwrap(), 1_770_206_400);
        assert!(moment("soon", UTC).is_err());
        assert!(moment("1960-01-01", UTC).is_err());
    }
}
