//! Robin's busiest month on the wire: the owner's phone against the real relay through TLS, with all who were among
//! Robin's people then and Robin's tablet. Five weeks are lived before, so that keys are of every age when counting begins.
//! Each device keeps the rhythm that the app keeps: four fetches and a delivery a day; what is written to somebody goes at once.
//! Invariant: what is counted is what this phone's own client sent and got.

use super::Told;
use super::row::{Goal, Row, Unit};
use crate::clock::DAY;
use crate::demo::SEED;
use crate::demo::lived::{does, home_of, is_between_those_who_met};
use crate::demo::tell::Teller;
use crate::demo::town::{PHONE, TABLET, Town};
use crate::robin::{DAYS, Deed, Life, ROBIN, What, day};
use crate::tls::{TlsEnd, Went};
use alongside_core::post::HttpPostBox;
use alongside_core::sync::{Contact, Rhythm};
use jiff::ToSpan;
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::path::Path;

const MONTH: u32 = 30;
const BEFORE: u32 = 35;
/// TCP and IP themselves for one contact, as packets were counted: docs/decisions/month-on-the-wire.md.
const PACKETS: u64 = 745;

/// The first day of the thirty with the most deeds.
fn busiest(life: &Life) -> Date {
    let starts = BEFORE + 30..DAYS - MONTH;
    let deeds = |from: u32| {
        let (from, to) = (day(from), day(from + MONTH));
        let of = life.deeds.iter();
        of.filter(|deed| (from..to).contains(&deed.day)).count()
    };
    day(starts.max_by_key(|from| deeds(*from)).expect("two years"))
}

/// What happens within a day.
enum Event {
    Deed(Deed),
    Contact(&'static str, Contact),
}

/// The row.
pub(super) fn row(folder: &Path) -> Told<Vec<Row>> {
    let life = Life::make(SEED);
    let first = busiest(&life);
    let begin = first.saturating_sub(i64::from(BEFORE).days());
    let mut town = Town::begin(folder, Teller::new())?;
    // To the first day, nine in the morning; the post box goes along.
    let days = (begin - town.today()).get_days();
    town.clock.pass(i64::from(days) * DAY);
    town.relay.set_day(town.clock.true_day());
    town.unpack(PHONE, ROBIN, "phone")?;
    town.unpack(TABLET, ROBIN, "tablet")?;
    town.sets_post_box(PHONE)?;
    let end = TlsEnd::before(town.relay.url.trim_start_matches("http://"))?;
    town.home(PHONE).reach(HttpPostBox::new(&end.url, None)?);
    town.join_beside(PHONE, TABLET)?;
    town.until_quiet()?;
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    let deeds = life.window(begin, BEFORE + MONTH);
    let (mut before, mut came) = (BTreeMap::new(), 0);
    for number in 0..BEFORE + MONTH {
        if number == BEFORE {
            before = end.went();
        }
        let today = town.today();
        let of_today = deeds.iter().filter(|deed| deed.day == today).cloned();
        let of_today: Vec<Deed> = of_today.collect();
        came += live(&mut town, of_today, number, &mut rng)?;
    }
    let mut month = end.went();
    for (asked, went) in &mut month {
        let old = before.get(asked).copied().unwrap_or_default();
        went.connections -= old.connections;
        went.resumed -= old.resumed;
        went.wire -= old.wire;
        went.inside -= old.inside;
    }
    if came == 0 {
        return Err("nothing ever came to the phone".into());
    }
    let people = town.app(PHONE).people()?.len();
    Ok(vec![tell(&month, first, people)])
}

fn tell(month: &BTreeMap<String, Went>, first: Date, people: usize) -> Row {
    let all = month.values().fold(Went::default(), |sum, went| Went {
        connections: sum.connections + went.connections,
        resumed: sum.resumed + went.resumed,
        wire: sum.wire + went.wire,
        inside: sum.inside + went.inside,
    });
    let each: Vec<String> = month
        .iter()
        .map(|(asked, went)| {
            format!(
                "{} {asked} ({} resumed) {} kB",
                went.connections,
                went.resumed,
                went.wire / 1_000
            )
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "bytes of a month")]
    let wire = all.wire as f64;
    Row::alone(
        "a month on the wire, the owner's phone",
        Unit::Bytes,
        wire,
        Goal::AtMost(1_000_000.0),
    )
    .note(format!(
        "TCP payload both ways in the 30 days from {first}, {people} people and an own device: {}; {} kB of it inside TLS",
        each.join(", "),
        all.inside / 1_000
    ))
    .note(format!(
        "TCP and IP headers beside it, summed: {} kB",
        all.connections * PACKETS / 1_000
    ))
    .why("each request has a connection of its own, so that nothing but the token joins two of them")
}

/// A day on all devices. Returns how many envelopes came to the phone.
fn live(town: &mut Town, deeds: Vec<Deed>, number: u32, rng: &mut ChaCha20Rng) -> Told<u32> {
    let (things, rest): (Vec<Deed>, Vec<Deed>) = deeds.into_iter().partition(|deed| {
        matches!(
            deed.what,
            What::Meets { .. }
                | What::Begins(_)
                | What::Wants(_)
                | What::Plans(_)
                | What::Shows { .. }
        )
    });
    for deed in things {
        does(town, &deed, number)?;
    }
    let midnight = i64::from(town.clock.true_day()) * DAY;
    let mut events: Vec<(i64, Event)> = Vec::new();
    for deed in rest {
        if !is_between_those_who_met(town, &deed) {
            continue;
        }
        // In daylight, after nine.
        let at = 9 * 3_600 + 60 + i64::from(rng.next_u32() % (11 * 3_600));
        let home = home_of(town, &deed, number)?;
        if matches!(deed.what, What::Says { .. } | What::Suggests { .. }) {
            events.push((at + 60, Event::Contact(home, Contact::Deliver)));
        }
        events.push((at, Event::Deed(deed)));
    }
    let homes: Vec<&'static str> = town.homes.keys().copied().collect();
    for home in homes {
        for (at, contact) in town.plan_day(home, Rhythm::default())? {
            events.push((i64::from(at), Event::Contact(home, contact)));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    let nine = 9 * 3_600;
    let mut came = 0;
    // The day is lived from nine to nine: what falls before nine comes after midnight.
    let morning = events.partition_point(|(at, _)| *at < nine);
    events.rotate_left(morning);
    for (at, event) in events {
        let at = midnight + if at < nine { at + DAY } else { at };
        town.clock.pass((at - town.clock.seconds()).max(0));
        if town.clock.true_day() > town.relay.day() {
            town.relay.set_day(town.clock.true_day());
        }
        match event {
            Event::Deed(deed) => does(town, &deed, number)?,
            Event::Contact(home, contact) => {
                let report = town.contact(home, contact)?;
                came += if home == PHONE { report.came } else { 0 };
            }
        }
    }
    town.clock
        .pass(midnight + DAY + nine - town.clock.seconds());
    town.relay.set_day(town.clock.true_day());
    Ok(came)
}
