//! One who has all that went over the lines to the relay, and all that it keeps, and wants to know which inboxes of two weeks are one person's.
//! He has no addresses and no times. He finds what is planted, so that finding nothing means something.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use relay::{Purpose, Token, token::hash};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::invites::{fetch, fetch_at, invite, invited, secrets};
use crate::kit::{DAY, Owner, Relay, WEEK, set_day};

const WINDOW: usize = 8;
/// So many windows in common are no chance: beside words that all have, a few characters of a secret may well be the same.
const ENOUGH: usize = 6;
const PEOPLE: usize = 6;

/// Names of each person's inbox in two weeks; nothing in one follows from the other.
const FIRST: [&str; PEOPLE] = ["moss", "reed", "fern", "sorrel", "alder", "birch"];
const SECOND: [&str; PEOPLE] = ["granite", "slate", "chalk", "flint", "marble", "gneiss"];

type Windows = HashSet<Vec<u8>>;

fn windows(bytes: &[u8]) -> Windows {
    bytes.windows(WINDOW).map(<[u8]>::to_vec).collect()
}

/// Which of the first and which of the second have something in common that not all of a week have.
fn pairs(first: &[Vec<u8>], second: &[Vec<u8>]) -> Vec<(usize, usize)> {
    let week = |each: &[Vec<u8>]| -> (Vec<Windows>, Windows) {
        let all: Vec<Windows> = each.iter().map(|bytes| windows(bytes)).collect();
        let mut shared = all[0].clone();
        all.iter()
            .for_each(|one| shared.retain(|window| one.contains(window)));
        (all, shared)
    };
    let ((first, of_first), (second, of_second)) = (week(first), week(second));
    let own = |window: &&Vec<u8>| !of_first.contains(*window) && !of_second.contains(*window);
    let mut found = Vec::new();
    for (one, left) in first.iter().enumerate() {
        for (other, right) in second.iter().enumerate() {
            if left.intersection(right).filter(own).count() >= ENOUGH {
                found.push((one, other));
            }
        }
    }
    found
}

/// An answer without its `date`: he has no times, and two creations in the same second would be a pair for him.
fn timeless(answer: Vec<u8>) -> Vec<u8> {
    let named = b"\r\ndate: ";
    let Some(start) = answer.windows(named.len()).position(|some| some == named) else {
        return answer;
    };
    let ends = |some: &[u8]| some == b"\r\n";
    let length = answer[start + 2..].windows(2).position(ends).unwrap();
    [&answer[..start], &answer[start + 2 + length..]].concat()
}

/// A line to the relay that writes down each connection: what went, then what came.
struct Line {
    address: String,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Line {
    async fn to(relay: &Relay) -> Self {
        let (socket, heard) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            Arc::default(),
        );
        let address = format!("http://{}", socket.local_addr().unwrap());
        let far = relay.address.trim_start_matches("http://").to_owned();
        let kept: Arc<Mutex<Vec<Vec<u8>>>> = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((near, _)) = socket.accept().await {
                let (far, kept) = (TcpStream::connect(&far).await.unwrap(), Arc::clone(&kept));
                tokio::spawn(async move {
                    let ((mut near_in, mut near_out), (mut far_in, mut far_out)) =
                        (near.into_split(), far.into_split());
                    let (mut went, mut came) = (Vec::new(), Vec::new());
                    let there = async {
                        let mut some = vec![0; 4096];
                        while let Ok(count @ 1..) = near_in.read(&mut some).await {
                            went.extend_from_slice(&some[..count]);
                            far_out.write_all(&some[..count]).await.unwrap();
                        }
                        let _ = far_out.shutdown().await;
                    };
                    let back = async {
                        let mut some = vec![0; 4096];
                        while let Ok(count @ 1..) = far_in.read(&mut some).await {
                            came.extend_from_slice(&some[..count]);
                            if near_out.write_all(&some[..count]).await.is_err() {
                                break;
                            }
                        }
                    };
                    tokio::join!(there, back);
                    kept.lock().unwrap().push([went, timeless(came)].concat());
                });
            }
        });
        Self { address, heard }
    }

    /// The connections that were ended since the last call; waits until there are so many.
    async fn heard(&self, count: usize) -> Vec<Vec<u8>> {
        while self.heard.lock().unwrap().len() < count {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

/// One connection's transcript of a creation; `also` is what a bad client would send along.
async fn created(
    line: &Line,
    secret: &Token,
    owner: &Owner,
    week: u32,
    also: Option<&Token>,
) -> Vec<u8> {
    let mut request = crate::kit::client()
        .post(format!("{}/v1/create", line.address))
        .header(
            "authorization",
            format!("Bearer {}", crate::kit::text(&secret.0)),
        )
        .header("connection", "close")
        .body(relay::wire::write_create(&owner.inbox(week)));
    if let Some(code) = also {
        request = request.header("x-code", crate::kit::text(&code.0));
    }
    assert_eq!(request.send().await.unwrap().status(), 201);
    line.heard(1).await.remove(0)
}

/// A row for each inbox of these people: all that the database keeps of it.
fn rows(folder: &std::path::Path, names: &[&'static str]) -> Vec<Vec<u8>> {
    let db = rusqlite::Connection::open(folder.join("relay.db")).unwrap();
    let mut found = HashMap::new();
    let mut inboxes = db
        .prepare("SELECT fetch, no, wake, made, last_day FROM inbox")
        .unwrap();
    let mut slots = db
        .prepare("SELECT hash FROM slot WHERE inbox = ?1")
        .unwrap();
    let mut inboxes = inboxes.query([]).unwrap();
    while let Some(row) = inboxes.next().unwrap() {
        let (fetch, no): ([u8; 32], i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        let (wake, made): ([u8; 32], [u8; 32]) = (row.get(2).unwrap(), row.get(3).unwrap());
        let last: u32 = row.get(4).unwrap();
        let mut all = [
            &fetch[..],
            &no.to_be_bytes(),
            &wake,
            &made,
            &last.to_be_bytes(),
        ]
        .concat();
        let mut hashes = slots.query([no]).unwrap();
        while let Some(row) = hashes.next().unwrap() {
            all.extend(row.get::<_, [u8; 32]>(0).unwrap());
        }
        found.insert(fetch, all);
    }
    let of = |name: &&'static str| found.remove(&hash(Purpose::Fetch, &Owner(name).fetch()));
    names.iter().map(of).collect::<Option<_>>().unwrap()
}

/// A life of two weeks with a month between them: six people with a code each, half of whom fetched the next secret early.
#[tokio::test]
async fn creations_of_one_person_in_two_weeks_cannot_be_paired() {
    let folder = tempfile::tempdir().unwrap();
    let first_day = DAY / 28 * 28 + 20;
    set_day(folder.path(), first_day);
    let relay = invited(folder.path());
    let line = Line::to(&relay).await;
    let codes: Vec<Token> = (0..PEOPLE).map(|_| invite(folder.path()).0).collect();
    let truth: Vec<_> = (0..PEOPLE).map(|person| (person, person)).collect();

    let mut of_month = Vec::new();
    for code in &codes {
        let given = secrets(&fetch_at(&line.address, Some(code)).await);
        of_month.push(given[0].1.clone());
    }
    let fetches = line.heard(PEOPLE).await;
    let mut first = Vec::new();
    for (name, secret) in FIRST.iter().zip(&of_month) {
        first.push(created(&line, secret, &Owner(name), WEEK + 1, None).await);
    }
    // The last week of the month: some fetch the next secret before they create, and use this month's all the same.
    set_day(folder.path(), first_day + 1);
    let mut second = Vec::new();
    for (person, name) in SECOND.iter().enumerate() {
        let mut secret = of_month[person].clone();
        if person % 2 == 0 {
            let given = secrets(&fetch(&relay, Some(&codes[person])).await);
            assert_eq!(given.len(), 2);
            secret = given[0].1.clone();
        }
        second.push(created(&line, &secret, &Owner(name), WEEK + 2, None).await);
    }
    assert_eq!(pairs(&first, &second), [], "the lines");
    // Nor does anything join the fetch by a code to a creation, but what is everybody's.
    assert_eq!(pairs(&fetches, &first), [], "a code's fetch and a creation");

    // A month later, with another secret.
    set_day(folder.path(), first_day + 8);
    let mut third = Vec::new();
    for (person, name) in ["oak", "elm", "ash", "yew", "box", "fir"]
        .into_iter()
        .enumerate()
    {
        let secret = secrets(&fetch(&relay, Some(&codes[person])).await)[0]
            .1
            .clone();
        assert_ne!(secret, of_month[person]);
        third.push(created(&line, &secret, &Owner(name), WEEK + 3, None).await);
    }
    assert_eq!(pairs(&first, &third), [], "the lines, over the turn");

    // He finds what is planted: a client that sends its code along, and a box that gives each person a secret of their own.
    let plant = |person: usize| Owner(["p0", "p1", "p2", "p3", "p4", "p5"][person]);
    let other = |person: usize| Owner(["q0", "q1", "q2", "q3", "q4", "q5"][person]);
    let (mut along, mut later) = (Vec::new(), Vec::new());
    let secret = secrets(&fetch(&relay, Some(&codes[0])).await)[0].1.clone();
    for (person, code) in codes.iter().enumerate() {
        along.push(created(&line, &secret, &plant(person), WEEK + 4, Some(code)).await);
        later.push(created(&line, &secret, &other(person), WEEK + 5, Some(code)).await);
    }
    assert_eq!(pairs(&along, &later), truth, "a code that goes along");

    // The relay at rest.
    assert_eq!(relay.stop().0, Some(0));
    let (one, two) = (rows(folder.path(), &FIRST), rows(folder.path(), &SECOND));
    assert_eq!(pairs(&one, &two), [], "the relay at rest");
    let kept = std::fs::read(folder.path().join("relay.db-invites")).unwrap();
    let of_codes: Vec<Vec<u8>> = codes
        .iter()
        .map(|code| relay::office::codes::code_hash(code).to_vec())
        .collect();
    assert!(of_codes.iter().all(|hash| {
        let text = crate::kit::text(hash);
        kept.windows(text.len())
            .any(|window| window == text.as_bytes())
    }));
    assert_eq!(
        pairs(&of_codes, &one),
        [],
        "the codes at rest and the inboxes"
    );
    let marked = |rows: &[Vec<u8>]| -> Vec<Vec<u8>> {
        let with = rows.iter().zip(&of_codes);
        with.map(|(row, hash)| [&row[..], hash].concat()).collect()
    };
    assert_eq!(
        pairs(&marked(&one), &marked(&two)),
        truth,
        "an inbox that knows its code"
    );
}

#[tokio::test]
async fn a_box_that_gave_each_person_a_secret_of_their_own_would_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(
        folder.path(),
        &[(
            "RELAY_CREATE_SECRETS",
            &(0..PEOPLE)
                .map(|person| crate::kit::text(&own(person).0))
                .collect::<Vec<_>>()
                .join(","),
        )],
    );
    let line = Line::to(&relay).await;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for person in 0..PEOPLE {
        first.push(created(&line, &own(person), &Owner(FIRST[person]), WEEK, None).await);
        second.push(created(&line, &own(person), &Owner(SECOND[person]), WEEK + 1, None).await);
    }
    let truth: Vec<_> = (0..PEOPLE).map(|person| (person, person)).collect();
    assert_eq!(pairs(&first, &second), truth);
}

fn own(person: usize) -> Token {
    Token(hash(
        Purpose::Wake,
        &Token([u8::try_from(person).unwrap(); 32]),
    ))
}
