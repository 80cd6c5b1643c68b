//! What the post box hears and answers: both readers of one contract held against each other, a relay's own office on
//! any requests, and its settings.

use super::pieces::Pieces;
use super::{Met, place};
use alongside_core::post::http::{ask, sealed};
use alongside_core::post::wire as ours;
use alongside_core::post::{CreateInbox, Fetched, LADDER};
use alongside_core::trust::oblivious::ObliviousKey;
use relay::store::sqlite::Sqlite;
use relay::wire as theirs;
use relay::{NewInbox, Office, Purpose, Token, cursor};

const DAY: u32 = 20_486;
const WEEK: u32 = DAY / 7;

/// Answers, requests, and what becomes of requests.
pub fn wire(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 4 {
        0 => answers(&mut met, &mut from),
        1 => requests(&mut met, from.rest()),
        2 => written(&mut met, &mut from),
        _ => office(&mut met, &mut from),
    }
    met
}

/// Any bytes as an answer: what is read is what the relay would have written.
fn answers(met: &mut Met, from: &mut Pieces<'_>) {
    let most = u16::from_be_bytes(from.array());
    let answer = from.rest();
    if let Some(fetched) = met.takes(ours::decode_fetched(answer, most)) {
        assert_eq!(theirs::write_fetched(&as_theirs(&fetched)), answer);
        met.rare = is_rare(&fetched);
    }
    met.takes(ours::decode_waited(answer));
    met.takes(ours::decode_secrets(answer));
    met.takes(ask::creating(answer));
    met.takes(ObliviousKey::from_list(answer));
    met.takes(sealed::read(answer).map(|opened| opened.body));
    for items in [1, 2, 24] {
        met.takes(ours::decode_posted(answer, items));
    }
}

fn is_rare(answer: &Fetched) -> bool {
    answer.gap && answer.marker && answer.more && !answer.items.is_empty()
}

fn as_theirs(fetched: &Fetched) -> relay::Fetched {
    let items = fetched.items.iter().map(|item| relay::FetchedItem {
        id: item.id,
        day: item.day,
        bytes: item.bytes.clone(),
    });
    relay::Fetched {
        gap: fetched.gap,
        marker: fetched.marker,
        more: fetched.more,
        cursor: fetched.cursor.clone(),
        items: items.collect(),
    }
}

/// Any bytes as a request: what the relay reads is what a phone would have written.
fn requests(met: &mut Met, body: &[u8]) {
    if let Some(inbox) = met.takes(theirs::read_create(body)) {
        let again = ours::encode_create(&CreateInbox {
            week: inbox.week,
            fetch_hash: inbox.fetch_hash,
            wake_hash: inbox.wake_hash,
            slot_hashes: inbox.slot_hashes,
        });
        assert_eq!(again.as_deref(), Ok(body));
    }
    if let Some(request) = met.takes(theirs::read_fetch(body)) {
        let again = ours::encode_fetch(request.max.min(1_024), &request.cursor, &request.acks);
        assert!(request.max > 1_024 || again.as_deref() == Ok(body));
    }
    if let Some(acks) = met.takes(theirs::read_acknowledge(body)) {
        assert_eq!(ours::encode_acknowledge(&acks).as_deref(), Ok(body));
    }
    if let Some(hashes) = met.takes(theirs::read_close(body)) {
        assert_eq!(ours::encode_close(&hashes).as_deref(), Ok(body));
    }
    if let Some(seconds) = met.takes(theirs::read_wait(body)) {
        assert_eq!(ours::encode_wait(seconds), body);
    }
    if met.takes(theirs::read_delete(body)).is_some() {
        assert_eq!(ours::encode_delete(), body);
    }
    let taken = theirs::items_of(body).map(|items| items.len());
    let sent = ours::items_in(body).map(usize::from);
    assert_eq!(taken, sent.ok(), "the ladder differs");
    let _ = cursor::open(&[1; 32], &[2; 32], body);
    let _ = Token::from_text(&String::from_utf8_lossy(body));
}

/// An answer that the relay writes, read by a phone, whole and with one byte changed.
fn written(met: &mut Met, from: &mut Pieces<'_>) {
    let flags = from.u8();
    let mut fetched = Fetched {
        gap: flags & 1 != 0,
        marker: flags & 2 != 0,
        more: flags & 4 != 0,
        cursor: from.piece().to_vec(),
        items: Vec::new(),
    };
    for _ in 0..from.u8() % 4 {
        let size = LADDER[usize::from(from.u8()) % LADDER.len()];
        fetched.items.push(alongside_core::post::FetchedItem {
            id: [from.u8(); 16],
            day: from.u32(),
            bytes: vec![from.u8(); size],
        });
    }
    let mut answer = theirs::write_fetched(&as_theirs(&fetched));
    if let Some(read) = met.takes(ours::decode_fetched(&answer, 64)) {
        assert_eq!(read, fetched, "an answer changed on its way");
        met.rare = is_rare(&read);
    }
    let (at, by) = (from.u32() as usize % answer.len(), from.u8());
    answer[at] ^= by;
    met.takes(ours::decode_fetched(&answer, 64));
}

fn token(n: u8) -> Token {
    Token([n; 32])
}

/// Deeds at a relay that stands in memory; its tokens have a few values, so that some are known.
fn office(met: &mut Met, from: &mut Pieces<'_>) {
    let mut office: Office<Sqlite> = Office::in_memory(5).expect("a relay in memory");
    let hash = |purpose, n| relay::token::hash(purpose, &token(n));
    let inbox = NewInbox {
        week: WEEK,
        fetch_hash: hash(Purpose::Fetch, 1),
        wake_hash: hash(Purpose::Wake, 2),
        slot_hashes: (64..128).map(|n| hash(Purpose::Slot, n)).collect(),
    };
    office.create(DAY, None, &inbox).expect("an inbox");
    let mut day = DAY;
    for _ in 0..16 {
        if from.is_empty() {
            break;
        }
        day = day.saturating_add(u32::from(from.u8() / 128));
        let whose = from.u8();
        let done = match from.u8() % 7 {
            0 => {
                let body = from.piece();
                theirs::read_create(body)
                    .is_ok_and(|inbox| office.create(day, None, &inbox).is_ok())
            }
            1 => {
                let size = LADDER[usize::from(from.u8()) % LADDER.len()];
                let (key, body) = ([from.u8() % 4; 16], vec![from.u8(); size]);
                office.post(day, &token(whose), key, &body).is_ok()
            }
            2 => {
                let request = theirs::read_fetch(from.piece());
                request.is_ok_and(|request| {
                    let theirs::FetchRequest { max, cursor, acks } = request;
                    let fetched = office.fetch(day, &token(whose), max, &cursor, &acks);
                    fetched.is_ok_and(|fetched| {
                        let answer = theirs::write_fetched(&fetched);
                        ours::decode_fetched(&answer, max.max(1)).expect("a phone reads it");
                        // The cursor that was given goes on from there.
                        office
                            .fetch(day, &token(whose), max, &fetched.cursor, &[])
                            .is_ok()
                    })
                })
            }
            3 => {
                let acks = theirs::read_acknowledge(from.piece());
                acks.is_ok_and(|acks| office.acknowledge(day, &token(whose), &acks).is_ok())
            }
            4 => {
                let hashes = theirs::read_close(from.piece());
                hashes.is_ok_and(|hashes| office.close(day, &token(whose), &hashes).is_ok())
            }
            5 => office.waits(day, &token(whose)).is_ok(),
            _ => office.delete(day, &token(whose)).is_ok(),
        };
        met.taken += u32::from(done);
    }
}

/// The relay's settings: a file, and words in the environment.
pub fn settings(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    let (name, value) = (from.piece(), from.piece());
    let named = String::from_utf8_lossy(name).into_owned();
    let value = String::from_utf8_lossy(value).into_owned();
    let path = place("relay.toml");
    std::fs::write(&path, from.rest()).unwrap();
    let words = ["--config".to_owned(), path.to_string_lossy().into_owned()];
    let environment = |name: &str| (name == named).then(|| value.clone());
    if let Some(wish) = met.takes(relay::config::read(&words, &environment))
        && let relay::config::Wish::Run(config) = wish
    {
        assert!(config.connections > 0, "a relay that takes nobody in");
        let outside = |address: std::net::SocketAddr| !address.ip().is_loopback();
        assert!(!config.metrics_listen.is_some_and(outside));
        met.rare = config.connections == 7 && !config.operator.is_empty();
    }
    met
}
