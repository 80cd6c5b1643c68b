//! What owners, senders and readers do.

use std::time::{Duration, Instant};

use relay::{Purpose, token::hash};

use crate::kit::{DAY, OK, Owner, Relay, WEEK, get, set_day};

const ANN: Owner = Owner("ann");
const BOB: Owner = Owner("bob");

#[tokio::test]
async fn an_envelope_goes_from_a_slot_to_the_reader_and_is_gone_when_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let made = relay.create(None, &ANN.inbox(WEEK)).await;
    assert_eq!((made.status, made.body.len()), (201, 0));
    assert_eq!(relay.create(None, &ANN.inbox(WEEK)).await.status, 200);
    let posted = relay.post(&ANN.slot(9), [1; 16], &[7; 1024]).await;
    assert_eq!((posted.status, posted.body), (OK, vec![1, 1, 0]));
    let first = relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    assert_eq!(
        (first.flags, first.items.len(), first.cursor.len()),
        (0, 1, 48)
    );
    assert_eq!((first.items[0].1, &first.items[0].2), (DAY, &vec![7; 1024]));
    assert_eq!(
        relay.fetch(&ANN.fetch(), 9, &[], &[]).await.items,
        first.items
    );
    assert!(
        relay
            .fetch(&ANN.fetch(), 9, &first.cursor, &[])
            .await
            .items
            .is_empty()
    );
    assert!(
        relay
            .fetch(&ANN.fetch(), 9, &first.cursor, &[first.items[0].0])
            .await
            .items
            .is_empty()
    );
    assert!(
        relay
            .fetch(&ANN.fetch(), 9, &[], &[])
            .await
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn every_size_of_the_ladder_arrives_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    let mut cursor = Vec::new();
    for (key, kib) in (0_u8..).zip([1, 2, 4, 16, 64, 128, 192, 256, 384, 512, 768, 1024, 1536]) {
        let body: Vec<u8> = (0..=255)
            .cycle()
            .map(|byte: u8| byte.wrapping_mul(11) ^ key)
            .take(kib * 1024)
            .collect();
        let posted = relay.post(&ANN.slot(key), [key; 16], &body).await;
        let parts = (kib / 64).max(1);
        assert_eq!((posted.status, posted.body.len()), (OK, 2 + parts));
        let got = relay.fetch(&ANN.fetch(), 99, &cursor, &[]).await;
        assert_eq!(got.items.len(), parts);
        assert_eq!(
            got.items
                .iter()
                .flat_map(|item| item.2.clone())
                .collect::<Vec<_>>(),
            body
        );
        cursor = got.cursor;
    }
}

#[tokio::test]
async fn a_repeated_post_is_stored_once_and_another_body_is_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    assert_eq!(
        relay.post(&ANN.slot(1), [5; 16], &[1; 1024]).await.body,
        [1, 1, 0]
    );
    assert_eq!(
        relay.post(&ANN.slot(1), [5; 16], &[1; 1024]).await.body,
        [1, 1, 1]
    );
    assert_eq!(
        relay.post(&ANN.slot(1), [5; 16], &[2; 1024]).await.status,
        409
    );
    // Also after the reader took it, over a crash, and on the next day.
    let got = relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    assert_eq!(
        relay
            .acknowledge(&ANN.fetch(), &[got.items[0].0])
            .await
            .status,
        204
    );
    relay.kill();
    set_day(folder.path(), DAY + 1);
    let relay = Relay::start(folder.path(), &[]);
    assert_eq!(
        relay.post(&ANN.slot(1), [5; 16], &[1; 1024]).await.body,
        [1, 1, 1]
    );
    assert!(
        relay
            .fetch(&ANN.fetch(), 9, &[], &[])
            .await
            .items
            .is_empty()
    );
    let many = vec![3; 6 << 16];
    assert_eq!(
        relay.post(&ANN.slot(2), [6; 16], &many).await.body,
        [1, 6, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(
        relay.post(&ANN.slot(2), [6; 16], &many).await.body,
        [1, 6, 1, 1, 1, 1, 1, 1]
    );
}

#[tokio::test]
async fn a_reader_in_small_steps_gets_all_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    for number in 0..10 {
        relay
            .post(&ANN.slot(number), [number; 16], &[number; 1024])
            .await;
    }
    let (mut cursor, mut acks, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let got = relay.fetch(&ANN.fetch(), 4, &cursor, &acks).await;
        seen.extend(got.items.iter().map(|item| item.2[0]));
        acks = got.items.iter().map(|item| item.0).collect();
        cursor = got.cursor;
        if got.flags & 4 == 0 {
            break;
        }
    }
    assert_eq!(seen, (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn closed_slots_and_deleted_inboxes_answer_as_if_they_had_never_been() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.create(None, &BOB.inbox(WEEK)).await;
    let unknown = relay
        .post(&Owner("nobody").slot(1), [1; 16], &[0; 1024])
        .await;
    assert_eq!(
        (unknown.status, unknown.kind.as_str()),
        (404, "application/problem+json")
    );
    assert_eq!(
        relay
            .close(&BOB.fetch(), &[hash(Purpose::Slot, &ANN.slot(1))])
            .await
            .status,
        204
    );
    assert_eq!(
        relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await.status,
        OK,
        "another's slot can't be closed"
    );
    assert_eq!(
        relay
            .close(&ANN.fetch(), &[hash(Purpose::Slot, &ANN.slot(1))])
            .await
            .status,
        204
    );
    assert_eq!(relay.post(&ANN.slot(1), [2; 16], &[0; 1024]).await, unknown);
    assert_eq!(
        relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await,
        unknown,
        "nor the repeat of what went through before"
    );
    assert_eq!(
        relay.post(&ANN.slot(2), [3; 16], &[0; 1024]).await.status,
        OK
    );
    assert_eq!(relay.delete(&ANN.fetch()).await.status, 204);
    assert_eq!(relay.post(&ANN.slot(2), [4; 16], &[0; 1024]).await, unknown);
    assert_eq!(relay.fetch_raw(&ANN.fetch(), 9, &[], &[]).await, unknown);
    assert_eq!(relay.wait(&ANN.wake(), 9).await, unknown);
    assert_eq!(
        relay.post(&BOB.slot(2), [4; 16], &[0; 1024]).await.status,
        OK
    );
}

#[tokio::test]
async fn inboxes_and_items_end_with_their_days_and_a_gap_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK + 1)).await;
    relay.post(&ANN.slot(1), [1; 16], &[1; 1024]).await;
    set_day(folder.path(), DAY + 1);
    relay.post(&ANN.slot(1), [2; 16], &[2; 1024]).await;
    set_day(folder.path(), DAY + 90);
    let got = relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    assert_eq!(
        (got.flags, got.items.len(), got.items[0].1),
        (1, 1, DAY + 1)
    );
    assert_eq!(
        relay.fetch(&ANN.fetch(), 9, &got.cursor, &[]).await.flags,
        0
    );
    let last = (WEEK + 1) * 7 + 96;
    set_day(folder.path(), last);
    assert_eq!(
        relay.post(&ANN.slot(1), [3; 16], &[3; 1024]).await.status,
        OK
    );
    set_day(folder.path(), last + 1);
    let over = relay.post(&ANN.slot(1), [4; 16], &[4; 1024]).await;
    assert_eq!(over, relay.post(&BOB.slot(1), [4; 16], &[4; 1024]).await);
    assert_eq!(over.status, 404);
    // And the same over a restart, when the relay was off at the day's turn.
    relay.create(None, &BOB.inbox(last / 7)).await;
    assert_eq!(relay.stop().0, Some(0));
    set_day(folder.path(), last + 120);
    let relay = Relay::start(folder.path(), &[]);
    assert_eq!(relay.fetch_raw(&BOB.fetch(), 9, &[], &[]).await, over);
    assert!(relay.log().contains("1 inboxes"), "{}", relay.log());
}

#[tokio::test]
async fn who_waits_is_called_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.create(None, &BOB.inbox(WEEK)).await;
    assert_eq!(relay.wait(&ANN.wake(), 0).await.body, [1, 0]);
    let begun = Instant::now();
    let (ann_wake, bob_wake, slot) = (ANN.wake(), BOB.wake(), ANN.slot(3));
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        relay.post(&slot, [1; 16], &[0; 1024]).await
    };
    let (ann, bob, _) = tokio::join!(relay.wait(&ann_wake, 60), relay.wait(&bob_wake, 1), later);
    assert_eq!((ann.body, bob.body), (vec![1, 1], vec![1, 0]));
    assert!(begun.elapsed() >= Duration::from_secs(1) && begun.elapsed() < Duration::from_secs(20));
    assert_eq!(
        relay.wait(&ANN.wake(), 60).await.body,
        [1, 1],
        "it still waits"
    );
    assert_eq!(
        relay.wait(&ANN.fetch(), 60).await.status,
        404,
        "each token for its own end"
    );
}

#[tokio::test]
async fn the_box_says_what_it_allows() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[("RELAY_OPERATOR", "Ann's shed")]);
    let info = get(format!("{}/v1/info", relay.address)).await;
    let info: serde_json::Value = serde_json::from_slice(&info.body).unwrap();
    assert_eq!(
        (info["day"].as_u64(), info["operator"].as_str()),
        (Some(DAY.into()), Some("Ann's shed"))
    );
    assert_eq!(
        (
            info["slots"].as_u64(),
            info["max_fetch"].as_u64(),
            info["open"].as_bool()
        ),
        (Some(64), Some(256), Some(true))
    );
    assert_eq!(get(format!("{}/healthz", relay.address)).await.status, OK);
    assert_eq!(get(format!("{}/readyz", relay.address)).await.status, OK);
}
