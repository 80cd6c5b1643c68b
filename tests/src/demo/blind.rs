//! The last chapter: what the post box knows. Its folder as a thief would have it, and every byte that was sent to it.
//! It knows every word that was typed. Invariant: the search is shown to find what is there before it is believed.

use super::Told;
use super::held::{Kept, Shelf};
use super::search::{Search, forms, words_of};
use super::town::{PHONE, TABLET, Town};
use crate::robin::EAT_WITH_MUM;
use crate::town::BEGIN;
use alongside_core::life::Mark;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The sizes of envelopes, in bytes.
const SIZES: [usize; 5] = [1_024, 4_096, 16_384, 65_536, 2_048];

/// What the post box holds, and what it does not.
pub(super) fn tell(town: &mut Town, empty: &BTreeMap<String, Vec<u8>>) -> Told<()> {
    leave_something(town)?;
    let shelf = Shelf::of(town)?;
    holds(town, &shelf)?;
    tokens(town, &shelf)?;
    words(town, &shelf, empty)
}

/// A last tick: its envelopes lie there while the others sleep.
fn leave_something(town: &mut Town) -> Told<()> {
    let id = town.routine(EAT_WITH_MUM)?;
    let today = town.today();
    town.app(PHONE)
        .mark_with(id, today, Some(Mark::Done), None, None)?;
    town.round(&[PHONE, TABLET])?;
    town.tell.say("Robin eats with Mum on a Tuesday, ticks it and puts the phone away; the others sleep. Somebody takes the post box's folder and opens its database.");
    town.tell.line("");
    Ok(())
}

fn holds(town: &mut Town, shelf: &Shelf) -> Told<()> {
    let (waiting, fetched): (Vec<&Kept>, Vec<&Kept>) = shelf.kept.iter().partition(|one| one.waits);
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut days: BTreeMap<u32, usize> = BTreeMap::new();
    for one in &waiting {
        *sizes.entry(one.size).or_default() += 1;
        *days.entry(one.day).or_default() += 1;
    }
    let mut rows = vec![["bytes", "envelopes waiting"].map(str::to_owned).to_vec()];
    rows.extend(
        sizes
            .iter()
            .map(|(size, count)| vec![size.to_string(), count.to_string()]),
    );
    town.tell.table(&rows);
    let mut rows = vec![
        ["an envelope's id", "its day", "its bytes"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(waiting.iter().take(3).map(|one| {
        vec![
            one.id.clone(),
            one.day.to_string(),
            format!("{}...", one.start),
        ]
    }));
    town.tell.table(&rows);
    let mut rows = vec![
        ["a slot's or inbox's name, hashed"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(
        shelf
            .hashes
            .iter()
            .take(3)
            .map(|hash| vec![hex::encode(hash)]),
    );
    town.tell.table(&rows);
    town.tell.aside(&format!(
        "{} inboxes of all homes and weeks; of {} fetched envelopes the ids until tomorrow. A day is a number since 1970.",
        shelf.inboxes.len(),
        fetched.len(),
    ));
    town.tell.line("");
    let (first, last) = (u32::try_from(BEGIN / 86_400)?, town.clock.true_day());
    town.tell.holds(
        "Every envelope has one of five sizes: none tells how much was written.",
        !waiting.is_empty() && sizes.keys().all(|size| SIZES.contains(size)),
    );
    town.tell.holds(
        "Of a fetched envelope no byte is left.",
        !fetched.is_empty() && fetched.iter().all(|one| one.size == 0),
    );
    town.tell.holds(
        "Of time it knows whole days, and nothing finer.",
        days.keys().all(|day| (first..=last).contains(day)),
    );
    let known: Vec<&str> = shelf.tables.keys().map(String::as_str).collect();
    town.tell.claim(
        "It has four tables: its own one, inboxes, slots, envelopes. None is for people, and no column joins two inboxes.",
        &(known, shelf.tables.get("inbox").map(|columns| columns.join(" "))),
        &(
            vec!["box", "inbox", "item", "slot"],
            Some(
                // The last is where the owner wants to be woken, if at all: drawn anew for each inbox.
                "no fetch wake made last_day gone_through expired_through refused_at wake_address"
                    .to_owned(),
            ),
        ),
    );
    Ok(())
}

/// Tokens went over the wire; the folder has their hashes alone.
fn tokens(town: &mut Town, shelf: &Shelf) -> Told<()> {
    let all = &shelf.raw;
    let mut tokens = BTreeSet::new();
    for request in town.passed.lock().map_err(|_| "nothing was kept")?.iter() {
        let (head, _) = parts(request);
        let head = String::from_utf8_lossy(head);
        let found = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let token = value.trim().strip_prefix("Bearer ")?;
            name.eq_ignore_ascii_case("authorization")
                .then(|| token.to_owned())
        });
        tokens.extend(found);
    }
    let (mut as_hash, mut as_they_are) = (0, 0);
    for token in &tokens {
        let raw = URL_SAFE_NO_PAD.decode(token)?;
        as_hash += usize::from(
            labels()
                .iter()
                .any(|label| shelf.hashes.contains(&hash(label, &raw))),
        );
        let spellings = [
            raw.clone(),
            token.clone().into_bytes(),
            hex::encode(&raw).into_bytes(),
        ];
        as_they_are += usize::from(
            spellings
                .iter()
                .any(|one| all.values().any(|bytes| within(bytes, one))),
        );
    }
    let claim = format!(
        "{} tokens were shown to it in these weeks. None is in its folder.",
        tokens.len()
    );
    town.tell.claim(&claim, &as_they_are, &0);
    let claim = format!(
        "Ids are hashed: of {as_hash} of them it has the hash, of the others nothing any more."
    );
    town.tell.holds(&claim, as_hash > 0);
    let planted = tokens.first().cloned().unwrap_or_default();
    let copy = [
        all.get("relay.db").cloned().unwrap_or_default(),
        planted.clone().into_bytes(),
    ]
    .concat();
    town.tell.holds(
        "A token planted in a copy is found.",
        within(&copy, planted.as_bytes()),
    );
    Ok(())
}

fn words(town: &mut Town, shelf: &Shelf, empty: &BTreeMap<String, Vec<u8>>) -> Told<()> {
    let all: BTreeSet<String> = town.typed.iter().flat_map(|text| words_of(text)).collect();
    let links: BTreeSet<String> = town.links.iter().flat_map(|link| words_of(link)).collect();
    // A word of the relay's own, there before anybody typed, would say nothing.
    let own = Search::of(&all);
    let of_its_own: BTreeSet<String> = empty.values().flat_map(|bytes| own.find(bytes)).collect();
    let typed: BTreeSet<String> = all.difference(&of_its_own).cloned().collect();
    let search = Search::of(&typed.union(&links).cloned().collect());
    let folder = &shelf.raw;
    let bytes: usize = folder.values().map(Vec::len).sum();
    let found: BTreeSet<String> = folder
        .values()
        .flat_map(|bytes| search.find(bytes))
        .collect();
    let some: Vec<&str> = typed
        .iter()
        .map(String::as_str)
        .step_by((typed.len() / 9).max(1))
        .collect();
    town.tell.line("");
    town.tell.say(&format!(
        "Now every word of six letters or more that anybody typed in these weeks, {} of them, and the {} links:",
        typed.len(), town.links.len()
    ));
    town.tell.aside(&format!("{} ...", some.join(", ")));
    if !of_its_own.is_empty() {
        town.tell.aside(&format!(
            "left out, since an unused post box has them in its own files: {of_its_own:?}"
        ));
    }
    let names: Vec<&str> = folder.keys().map(String::as_str).collect();
    let claim = format!(
        "None of them is in any of the {bytes} bytes of its folder ({}), as it is, as UTF-16, as hex or as base64.",
        names.join(", ")
    );
    town.tell.claim(&claim, &found, &BTreeSet::new());
    town.tell.holds(
        "Those were enough words and bytes to mean something.",
        typed.len() >= 40 && bytes > 100_000,
    );
    let (mut sent, mut in_mail) = (0, BTreeSet::new());
    for request in town.passed.lock().map_err(|_| "nothing was kept")?.iter() {
        let (_, body) = parts(request);
        sent += body.len();
        in_mail.extend(search.find(body));
    }
    town.tell.claim(
        &format!("Nor are they in any of the {sent} bytes that were sent to it."),
        &in_mail,
        &BTreeSet::new(),
    );
    let planted = plant(shelf)?;
    town.tell.claim(
        "A word planted in a copy of its database is found in each of these forms.",
        &planted,
        &true,
    );
    Ok(())
}

/// Writes a word into a copy, in one form after another, and looks for it there.
fn plant(shelf: &Shelf) -> Told<bool> {
    let search = Search::of(&["marmalade".to_owned()].into());
    let path = shelf.folder.join("relay.db");
    let clean = std::fs::read(&path)?;
    let mut all = search.find(&clean).is_empty();
    for (_, form) in forms("marmalade") {
        let mut planted = clean.clone();
        let middle = planted.len() / 2;
        planted[middle..middle + form.len()].copy_from_slice(&form);
        std::fs::write(&path, &planted)?;
        all &= search.find(&std::fs::read(&path)?).contains("marmalade");
    }
    std::fs::write(&path, &clean)?;
    Ok(all)
}

fn labels() -> [&'static str; 3] {
    [
        "alongside/relay fetch",
        "alongside/relay wake",
        "alongside/relay slot",
    ]
}

/// As relay/PROTOCOL.md says it.
fn hash(label: &str, token: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(u32::try_from(label.len()).unwrap_or_default().to_be_bytes());
    hasher.update(label);
    hasher.update(token);
    hasher.finalize().to_vec()
}

/// A request's head and body.
fn parts(request: &[u8]) -> (&[u8], &[u8]) {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or((request, &[]), |at| (&request[..at], &request[at + 4..]))
}

fn within(bytes: &[u8], sought: &[u8]) -> bool {
    let Some(first) = sought.first() else {
        return false;
    };
    let mut begins = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
    begins.any(|(at, _)| bytes[at..].starts_with(sought))
}
