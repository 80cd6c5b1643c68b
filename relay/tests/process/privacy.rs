//! Every byte that the relay keeps or says, searched for what must not be there. The search finds what is planted.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use relay::{Purpose, Token, token::hash};

use crate::invites::{fetch, invite, secrets};
use crate::kit::{DAY, Owner, Relay, WEEK, get, set_day, text};

const ANN: Owner = Owner("ann");

/// The forms in which bytes could hide.
pub fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex = hex::encode(bytes);
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let texts = [hex.clone(), hex.to_uppercase(), text(bytes), base64];
    let wide = |text: &String| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let mut forms: Vec<Vec<u8>> = texts.iter().map(wide).collect();
    forms.extend(texts.map(String::into_bytes));
    forms.push(bytes.to_vec());
    forms.push(bytes.iter().rev().copied().collect());
    // Half of it would be too much as well.
    forms.push(bytes[..bytes.len() / 2].to_vec());
    forms
}

pub fn holds(everything: &[(String, Vec<u8>)], sought: &[u8]) -> Option<String> {
    let within = |bytes: &[u8]| {
        let mut begins = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == sought[0]);
        begins.any(|(at, _)| bytes[at..].starts_with(sought))
    };
    everything
        .iter()
        .find(|(_, bytes)| within(bytes))
        .map(|(name, _)| name.clone())
}

/// From 1970 to 2000, where PostgreSQL's times begin.
pub const THIRTY_YEARS: u64 = 946_684_800;

/// The second since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// How often a moment between these seconds is written there: eight bytes in either order, of seconds, milliseconds or microseconds since 1970 or
/// microseconds since 2000; digits, of the first three; or the minutes and seconds of a clock, of whichever hour. (Four bytes of seconds are in
/// random bytes too often to tell.)
pub fn moments(bytes: &[u8], begun: u64, ended: u64) -> usize {
    let since_2000 = |second: u64| (second - THIRTY_YEARS) * 1_000_000;
    let spans = [
        (begun, ended),
        (begun * 1_000, ended * 1_000),
        (begun * 1_000_000, ended * 1_000_000),
        (since_2000(begun), since_2000(ended)),
    ];
    let among = |number: u64| {
        spans
            .iter()
            .any(|(from, until)| (*from..*until).contains(&number))
    };
    let numbers = bytes.windows(8).filter(|bytes| {
        let bytes: [u8; 8] = (*bytes).try_into().unwrap();
        among(u64::from_le_bytes(bytes)) || among(u64::from_be_bytes(bytes))
    });
    let digits = bytes.windows(10).filter(|digits| {
        let text = std::str::from_utf8(digits).unwrap_or_default();
        text.parse()
            .is_ok_and(|second: u64| (begun..ended).contains(&second))
    });
    let clock: Vec<String> = (begun..ended)
        .map(|second| format!(":{:02}:{:02}", second / 60 % 60, second % 60))
        .collect();
    let clocks = bytes
        .windows(6)
        .filter(|text| text[0] == b':' && clock.iter().any(|clock| clock.as_bytes() == *text));
    numbers.count() + digits.count() + clocks.count()
}

/// The search finds what is planted, in each form.
pub fn planted_moments_are_found(begun: u64, ended: u64) {
    for form in [
        begun.to_le_bytes(),
        (begun * 1_000 + 7).to_be_bytes(),
        (begun * 1_000_000 + 7).to_le_bytes(),
        ((begun - THIRTY_YEARS) * 1_000_000 + 7).to_le_bytes(),
    ] {
        let planted = [&[9; 5], &form[..], &[9; 5]].concat();
        assert_eq!(moments(&planted, begun, ended), 1);
    }
    let clock = format!("at 12:{:02}:{:02} UTC", begun / 60 % 60, begun % 60);
    for text in [format!("at {begun}."), clock] {
        assert_eq!(moments(text.as_bytes(), begun, ended), 1, "{text}");
    }
}

/// Her inbox was deleted: neither the short body that waited there nor her hashes are kept.
pub fn nothing_is_left_of_ann(kept: &[(String, Vec<u8>)]) {
    assert_eq!(holds(kept, &[30; 200]), None, "a body of a deleted inbox");
    for hash in [
        hash(Purpose::Fetch, &ANN.fetch()),
        hash(Purpose::Slot, &ANN.slot(5)),
    ] {
        assert_eq!(holds(kept, &hash), None, "a hash of a deleted inbox");
    }
}

pub fn holds_in_any_form(everything: &[(String, Vec<u8>)], sought: &[u8]) -> Option<String> {
    forms(sought)
        .iter()
        .find_map(|form| holds(everything, form))
}

/// All files of the folder but the test's own day, and the counters.
pub async fn everything(relay: &Relay) -> Vec<(String, Vec<u8>)> {
    let mut all = files(relay.folder());
    all.push((
        "metrics".into(),
        get(format!("{}/metrics", relay.metrics)).await.body,
    ));
    all
}

/// Idempotency keys that look random.
pub fn forty_keys() -> Vec<[u8; 16]> {
    let key = |number| hash(Purpose::Wake, &Token([number; 32]));
    (0..40)
        .map(|number| key(number)[..16].try_into().unwrap())
        .collect()
}

pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let named = files.map(|file| (file.file_name().to_string_lossy().into_owned(), file.path()));
    named
        .filter(|(name, _)| name != "day")
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect()
}

#[tokio::test]
async fn no_token_key_address_or_time_is_kept_or_said() {
    let folder = tempfile::tempdir().unwrap();
    let code = Token(hash(Purpose::Slot, &Token([77; 32])));
    let relay = Relay::start(folder.path(), &[("RELAY_CREATE_SECRETS", &text(&code.0))]);
    let begun = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert_eq!(
        relay.create(Some(&code), &ANN.inbox(WEEK)).await.status,
        201
    );
    let (invited, _) = invite(folder.path());
    let secret = secrets(&fetch(&relay, Some(&invited)).await)[0].1.clone();
    let keys = forty_keys();
    for (number, key) in (0_u8..).zip(&keys) {
        relay.post(&ANN.slot(number), *key, &[number; 1024]).await;
    }
    relay
        .post(&Owner("nobody").slot(1), keys[0], &[0; 1024])
        .await;
    let got = relay.fetch(&ANN.fetch(), 20, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    relay.fetch(&ANN.fetch(), 20, &got.cursor, &acks).await;
    relay.wait(&ANN.wake(), 1).await;

    let mut sought = vec![
        ("fixed create-secret", code.0.to_vec()),
        ("invite's code", invited.0.to_vec()),
        ("month's create-secret", secret.0.to_vec()),
        ("fetch", ANN.fetch().0.to_vec()),
        ("wake", ANN.wake().0.to_vec()),
    ];
    sought.extend((0..64).map(|number| ("slot", ANN.slot(number).0.to_vec())));
    sought.extend(keys.iter().map(|key| ("idempotency key", key.to_vec())));
    sought.push(("unknown slot", Owner("nobody").slot(1).0.to_vec()));
    sought.push(("cursor", got.cursor.clone()));
    let during = everything(&relay).await;
    let names: Vec<_> = during.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["relay.db", "relay.db-wal", "log", "metrics"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let address = relay.address.trim_start_matches("http://").to_owned();
    let check = |all: &[(String, Vec<u8>)], when: &str| {
        for (what, bytes) in &sought {
            assert_eq!(holds_in_any_form(all, bytes), None, "{what} {when}");
        }
        for words in [
            "127.0.0.1",
            "localhost",
            "reqwest",
            "authorization",
            "Bearer",
            "idempotency",
            address.as_str(),
        ] {
            assert_eq!(holds(all, words.as_bytes()), None, "{words} {when}");
        }
        // Seconds since 1970 of any moment of this test, as text or as a number; milliseconds begin with the same digits.
        for second in begun..begun + 60 {
            assert_eq!(
                holds(all, second.to_string().as_bytes()),
                None,
                "a time as text {when}"
            );
        }
    };
    check(&during, "while it runs");

    // The search finds what is planted, in each form.
    for form in forms(&ANN.fetch().0) {
        let mut planted = during.clone();
        let log = planted.iter_mut().find(|(name, _)| name == "log").unwrap();
        log.1.splice(10..10, form);
        assert!(holds_in_any_form(&planted, &ANN.fetch().0).is_some());
    }
    // And it finds what is there: the hash of a token, and a body.
    assert!(holds(&during, &hash(Purpose::Fetch, &ANN.fetch())).is_some());
    assert!(holds(&during, &[30; 1024]).is_some());

    // What was acknowledged or is over leaves no byte behind, in no free page and no log.
    set_day(folder.path(), DAY + 1);
    relay.fetch(&ANN.fetch(), 1, &[], &[]).await;
    let after = everything(&relay).await;
    check(&after, "after the day's turn");
    assert_eq!(holds(&after, &[3; 200]), None, "an acknowledged body");
    assert!(holds(&after, &[30; 1024]).is_some());
    assert_eq!(relay.delete(&ANN.fetch()).await.status, 204);
    set_day(folder.path(), DAY + 2);
    relay.fetch_raw(&ANN.fetch(), 1, &[], &[]).await;
    let deleted = everything(&relay).await;
    nothing_is_left_of_ann(&deleted);
    relay.kill();
    check(&files(folder.path()), "after a crash");
}

#[tokio::test]
async fn nothing_kept_says_which_slot_an_item_came_through() {
    // The same life but for the slot: the same number of rows, and no row of an item holds anything that a slot's holder or the relay could match.
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(17), [5; 16], &[1; 1024]).await;
    relay.post(&ANN.slot(18), [5; 16], &[2; 1024]).await;
    assert_eq!(relay.stop().0, Some(0));
    let db = rusqlite::Connection::open(folder.path().join("relay.db")).unwrap();
    let rows = |sql: &str| -> Vec<Vec<Vec<u8>>> {
        let mut rows = db.prepare(sql).unwrap();
        let columns = rows.column_count();
        let bytes = |value: rusqlite::types::Value| match value {
            rusqlite::types::Value::Blob(bytes) => bytes,
            rusqlite::types::Value::Integer(number) => number.to_be_bytes().to_vec(),
            other => format!("{other:?}").into_bytes(),
        };
        let read = |row: &rusqlite::Row<'_>| {
            (0..columns)
                .map(|column| row.get(column).map(bytes))
                .collect()
        };
        rows.query_map([], read)
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    let (items, slots) = (rows("SELECT * FROM item"), rows("SELECT * FROM slot"));
    assert_eq!((items.len(), slots.len()), (2, 64));
    // All slots look alike: the same inbox, and nothing else but their hash.
    assert!(
        slots
            .iter()
            .all(|slot| slot.len() == 2 && slot[1] == slots[0][1])
    );
    for column in items.iter().flatten().filter(|column| column.len() < 1024) {
        for slot in &slots {
            assert_ne!(
                column[..8],
                slot[0][..8],
                "the hash of a slot beside an item"
            );
        }
    }
    let tables: Vec<Vec<Vec<u8>>> =
        rows("SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let tables: Vec<_> = tables
        .into_iter()
        .flatten()
        .map(|name| String::from_utf8(name).unwrap())
        .collect();
    assert_eq!(
        tables,
        ["box", "inbox", "item", "slot"],
        "PROTOCOL.md names every table"
    );
}

#[tokio::test]
async fn no_file_and_no_counter_holds_a_moment_of_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let second = Duration::from_millis(1100);
    tokio::time::sleep(second).await;
    let begun = now();
    relay.create(None, &ANN.inbox(WEEK)).await;
    for number in 0..40 {
        relay
            .post(&ANN.slot(number), [number; 16], &[number; 1024])
            .await;
    }
    let got = relay.fetch(&ANN.fetch(), 20, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    relay.acknowledge(&ANN.fetch(), &acks).await;
    tokio::time::sleep(second).await;
    let ended = now();
    let timed = |all: &[(String, Vec<u8>)]| {
        let found = all
            .iter()
            .filter(|(_, bytes)| moments(bytes, begun, ended) > 0);
        found.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(timed(&everything(&relay).await), [] as [&str; 0]);
    relay.kill();
    assert_eq!(timed(&files(folder.path())), [] as [&str; 0]);
    planted_moments_are_found(begun, ended);
}
