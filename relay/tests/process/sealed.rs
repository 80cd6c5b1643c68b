//! What an oblivious relay, or anybody, could do with sealed requests: send them again, or send them so slowly that no other has a turn.

use std::time::{Duration, Instant};

use relay::wire::{self, FetchRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::kit::{Answer, DAY, OK, Owner, Relay, WEEK, ask, set_day, text};
use crate::oblivious::{Phone, binary, post};

const ANN: Owner = Owner("ann");

/// A sealed request that was recorded.
struct Recorded(Vec<u8>);

impl Recorded {
    /// It is sent once by the phone, and recorded on its way.
    async fn of(phone: &Phone, path: &str, token: Option<[u8; 32]>, body: &[u8]) -> (Self, Answer) {
        let token = token.map(relay::Token);
        let asked = binary("POST", path, token.as_ref(), Some([5; 16]), body);
        let (sealed, opener) = phone.seal(&asked);
        let came = post(&format!("{}/v1/oblivious", phone.at), sealed.clone()).await;
        assert_eq!(came.kind, "message/ohttp-res");
        (Self(sealed), crate::oblivious::opened(opener, &came.body))
    }

    async fn again(&self, phone: &Phone) {
        let came = post(&format!("{}/v1/oblivious", phone.at), self.0.clone()).await;
        assert_eq!((came.status, came.kind.as_str()), (OK, "message/ohttp-res"));
    }
}

fn fetching(acks: &[[u8; 16]]) -> Vec<u8> {
    wire::write_fetch(&FetchRequest {
        max: 100,
        cursor: Vec::new(),
        acks: acks.to_vec(),
    })
}

async fn waiting(relay: &Relay) -> Vec<([u8; 16], u8)> {
    let got = relay.fetch(&ANN.fetch(), 100, &[], &[]).await;
    let items = got.items.iter();
    items.map(|(id, _, bytes)| (*id, bytes[0])).collect()
}

#[tokio::test]
async fn a_sealed_request_that_is_sent_again_does_what_it_did_once() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let phone = Phone::of(&relay.address, &relay.address).await;
    let (fetch, slot) = (Some(ANN.fetch().0), Some(ANN.slot(1).0));

    let inbox = wire::write_create(&ANN.inbox(WEEK));
    let (create, made) = Recorded::of(&phone, "/v1/create", None, &inbox).await;
    assert_eq!(made.status, 201);
    create.again(&phone).await;
    let (posted, answer) = Recorded::of(&phone, "/v1/post", slot, &[1; 1024]).await;
    assert_eq!((answer.status, answer.body), (OK, vec![1, 1, 0]));
    posted.again(&phone).await;
    assert_eq!(waiting(&relay).await.len(), 1, "it is kept once");

    // Each takes away what it took away, and nothing that came since.
    let first = waiting(&relay).await[0].0;
    let (fetched, answer) = Recorded::of(&phone, "/v1/fetch", fetch, &fetching(&[first])).await;
    assert!(crate::kit::got(&answer.body).items.is_empty());
    relay.post(&ANN.slot(2), [2; 16], &[2; 1024]).await;
    for recorded in [&fetched, &posted, &create] {
        recorded.again(&phone).await;
        let items = waiting(&relay).await;
        assert_eq!(items.iter().map(|item| item.1).collect::<Vec<_>>(), [2]);
    }
    let second = waiting(&relay).await[0].0;
    let body = wire::write_acknowledge(&[second]);
    let (acknowledged, answer) = Recorded::of(&phone, "/v1/acknowledge", fetch, &body).await;
    assert_eq!(answer.status, 204);
    relay.post(&ANN.slot(3), [3; 16], &[3; 1024]).await;
    acknowledged.again(&phone).await;
    assert_eq!(waiting(&relay).await[0].1, 3);

    let hashes = [relay::token::hash(relay::Purpose::Slot, &ANN.slot(1))];
    let body = wire::write_close(&hashes);
    let (closed, answer) = Recorded::of(&phone, "/v1/close", fetch, &body).await;
    assert_eq!(answer.status, 204);
    for recorded in [&closed, &posted, &create] {
        recorded.again(&phone).await;
    }
    let through = relay.post(&ANN.slot(1), [4; 16], &[4; 1024]).await;
    assert_eq!(through.status, 404, "it stays closed");
    let through = relay.post(&ANN.slot(4), [5; 16], &[4; 1024]).await;
    assert_eq!(through.status, OK);

    // A post is known to the end of the next day; after that it is a new item, whose bytes its reader knows.
    let (late, _) = Recorded::of(&phone, "/v1/post", Some(ANN.slot(5).0), &[5; 1024]).await;
    for (day, kept) in [(DAY + 1, 1), (DAY + 2, 2)] {
        set_day(folder.path(), day);
        late.again(&phone).await;
        let items = waiting(&relay).await;
        assert_eq!(items.iter().filter(|item| item.1 == 5).count(), kept);
    }

    let (deleted, answer) = Recorded::of(&phone, "/v1/delete", fetch, &[1]).await;
    assert_eq!(answer.status, 204);
    for recorded in [&deleted, &posted, &fetched, &acknowledged, &closed] {
        recorded.again(&phone).await;
        let gone = relay.fetch_raw(&ANN.fetch(), 1, &[], &[]).await;
        assert_eq!(gone.status, 404);
    }
    // The box remembers nothing of what was deleted, so this one makes it anew; it is as empty as a new one.
    create.again(&phone).await;
    assert!(waiting(&relay).await.is_empty());
}

/// One that promises a body, sends so much of it, and no more; gives the status that it is told. `None`: what was not read of it was reset.
async fn stalls(address: String, path: &str, promised: usize, sent: usize) -> Option<u16> {
    let to = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\ncontent-length: {promised}\r\n\r\n",
        text(&[7; 32]),
        text(&[7; 16])
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![0; sent]).await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.ok()?;
    String::from_utf8_lossy(&line[9..]).parse().ok()
}

#[tokio::test]
async fn who_promises_much_and_sends_little_takes_no_turn_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let phone = Phone::of(&relay.address, &relay.address).await;
    relay.create(None, &ANN.inbox(WEEK)).await;
    let (most, small) = (wire::POST_LIMIT, wire::BODY_LIMIT);
    let mut slow = JoinSet::new();
    for (path, promised, sent, count) in [
        ("/v1/oblivious", most, 1, 200),
        // More than there are places for long ones.
        ("/v1/oblivious", most, 100_000, 40),
        ("/v1/post", most, 1, 200),
        ("/v1/fetch", small, 1, 100),
        ("/v1/acknowledge", small, 1, 100),
    ] {
        for _ in 0..count {
            slow.spawn(stalls(relay.address.clone(), path, promised, sent));
        }
    }
    // A box that is open asks for no secret to make an inbox.
    let creating =
        format!("POST /v1/create HTTP/1.1\r\nhost: x\r\ncontent-length: {small}\r\n\r\n1");
    let mut makers = Vec::new();
    for _ in 0..100 {
        let to = relay.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(creating.as_bytes()).await.unwrap();
        makers.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;

    let begun = Instant::now();
    let (fetched, _) = phone
        .ask("/v1/fetch", Some(&ANN.fetch()), None, &fetching(&[]))
        .await;
    assert_eq!(fetched.status, OK);
    let (posted, _) = phone
        .ask("/v1/post", Some(&ANN.slot(1)), Some([1; 16]), &[1; 65_536])
        .await;
    assert_eq!(posted.status, OK);
    let posted = relay.post(&ANN.slot(2), [2; 16], &vec![2; most]).await;
    assert_eq!(posted.status, OK, "the post that is not sealed");
    assert_eq!(
        relay.create(None, &Owner("bob").inbox(WEEK)).await.status,
        201
    );
    let straight = format!("{}/v1/fetch", relay.address);
    let straight = ask(straight, Some(&ANN.fetch()), None, fetching(&[])).await;
    assert_eq!(straight.unwrap().status, OK);
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(6),
        "they were held up for {took:?}"
    );

    // A long sealed one waits for a place, until those who send nothing more have lost theirs.
    let begun = Instant::now();
    let (posted, _) = phone
        .ask(
            "/v1/post",
            Some(&ANN.slot(3)),
            Some([3; 16]),
            &vec![3; most],
        )
        .await;
    assert_eq!(posted.status, OK);
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(25),
        "it was held up for {took:?}"
    );
    let statuses = slow.join_all().await;
    assert!(
        statuses
            .iter()
            .all(|status| matches!(status, Some(429) | None))
    );
    let told = statuses.iter().flatten().count();
    assert!(told >= 600, "{told} were told");
    drop(makers);
}
