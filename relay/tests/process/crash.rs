//! kill -9 in the midst of posts: nothing that was answered is lost, nothing is doubled.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::kit::{OK, Owner, Relay, WEEK, ask};

const ANN: Owner = Owner("ann");

/// The body of one post: its name all over.
fn body(client: u8, number: u16) -> Vec<u8> {
    let parts = if number.is_multiple_of(7) {
        2 << 16
    } else {
        1024
    };
    [client, number.to_be_bytes()[0], number.to_be_bytes()[1], 0].repeat(parts / 4)
}

fn key(client: u8, number: u16) -> [u8; 16] {
    let mut key = [client; 16];
    key[..2].copy_from_slice(&number.to_be_bytes());
    key
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_answered_is_lost_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let quotas = [
        ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "100000"),
        ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000"),
        ("RELAY_QUOTAS_SLOT_BYTES", "1000000000"),
    ];
    let relay = Relay::start(folder.path(), &quotas);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK)).await.status, 201);
    relay.kill();

    let answered: Arc<Mutex<HashSet<(u8, u16)>>> = Arc::default();
    let mut open: HashMap<u8, u16> = (0..8).map(|client| (client, 0)).collect();
    for round in 0..6_u64 {
        let relay = Relay::start(folder.path(), &quotas);
        let clients: Vec<_> = open
            .iter()
            .map(|(client, next)| {
                let (url, answered) = (format!("{}/v1/post", relay.address), Arc::clone(&answered));
                let (client, mut next) = (*client, *next);
                tokio::spawn(async move {
                    // A post that got no answer is sent again, the same, after the restart.
                    loop {
                        match ask(
                            url.clone(),
                            Some(&ANN.slot(client)),
                            Some(key(client, next)),
                            body(client, next),
                        )
                        .await
                        {
                            Ok(answer) if answer.status == OK => {
                                answered.lock().unwrap().insert((client, next));
                                next += 1;
                            }
                            Ok(answer) => panic!("{answer:?}"),
                            Err(_) => return (client, next),
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(150 + 97 * round)).await;
        relay.kill();
        for client in clients {
            let (client, next) = client.await.unwrap();
            open.insert(client, next);
        }
    }

    let relay = Relay::start(folder.path(), &quotas);
    for (client, next) in open {
        let answer = relay
            .post(&ANN.slot(client), key(client, next), &body(client, next))
            .await;
        assert_eq!(answer.status, OK);
        answered.lock().unwrap().insert((client, next));
    }
    let (mut cursor, mut kept) = (Vec::new(), HashMap::<(u8, u16), usize>::new());
    loop {
        let got = relay.fetch(&ANN.fetch(), 256, &cursor, &[]).await;
        assert_eq!(got.flags & 3, 0);
        for (_, _, bytes) in &got.items {
            assert_eq!(bytes.len() % 4, 0);
            assert!(
                bytes.chunks(4).all(|chunk| chunk == &bytes[..4]),
                "no item is torn"
            );
            *kept
                .entry((bytes[0], u16::from_be_bytes([bytes[1], bytes[2]])))
                .or_default() += 1;
        }
        cursor = got.cursor;
        if got.flags & 4 == 0 {
            break;
        }
    }
    let answered = answered.lock().unwrap();
    assert!(
        answered.len() > 100,
        "only {} posts were answered",
        answered.len()
    );
    assert_eq!(kept.keys().copied().collect::<HashSet<_>>(), *answered);
    for ((client, number), count) in kept {
        assert_eq!(
            count,
            body(client, number).len().div_ceil(1 << 16),
            "post {number} of {client}"
        );
    }
}

#[tokio::test]
async fn acknowledged_items_stay_gone_and_made_inboxes_stay_made_over_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path(), &[]);
    for week in 0..6 {
        let owner = Owner(["a", "b", "c", "d", "e", "f"][week]);
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 201);
        relay.post(&owner.slot(1), [1; 16], &[1; 1024]).await;
        relay.post(&owner.slot(1), [2; 16], &[2; 1024]).await;
        let got = relay.fetch(&owner.fetch(), 1, &[], &[]).await;
        assert_eq!(
            relay
                .acknowledge(&owner.fetch(), &[got.items[0].0])
                .await
                .status,
            204
        );
        relay.kill();
        relay = Relay::start(folder.path(), &[]);
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 200);
        let left = relay.fetch(&owner.fetch(), 9, &[], &[]).await;
        assert_eq!(
            left.items.iter().map(|item| item.2[0]).collect::<Vec<_>>(),
            [2]
        );
    }
}
