//! The post box as a phone uses it, with the real relay as a process: what is stored survives kill -9, what is
//! repeated counts once, and each refusal is named by what can be done about it. It knows the trait PostBox
//! and hashes its tokens by itself, as relay/PROTOCOL.md says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use alongside_core::post::{CreateInbox, HttpPostBox, PostBox, PostError, SLOTS, Token};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use town::process::RelayProcess;

fn token(kind: u8, number: usize) -> Token {
    let mut bytes = [kind; 32];
    bytes[0] = u8::try_from(number).unwrap();
    Token(bytes)
}

fn fetch() -> Token {
    token(1, 0)
}

fn wake() -> Token {
    token(2, 0)
}

fn slot(number: usize) -> Token {
    token(3, number)
}

fn hash(label: &str, token: &Token) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(u32::try_from(label.len()).unwrap().to_be_bytes());
    hasher.update(label);
    hasher.update(token.0);
    hasher.finalize().into()
}

fn slot_hash(number: usize) -> [u8; 32] {
    hash("alongside/relay slot", &slot(number))
}

fn inbox(week: u32) -> CreateInbox {
    CreateInbox {
        week,
        fetch_hash: hash("alongside/relay fetch", &fetch()),
        wake_hash: hash("alongside/relay wake", &wake()),
        slot_hashes: (0..SLOTS).map(slot_hash).collect(),
    }
}

/// A relay with one inbox of this week, and the way to it.
async fn with_inbox(settings: &[(&str, &str)]) -> (TempDir, RelayProcess, HttpPostBox) {
    let folder = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start_with(folder.path(), settings);
    let post_box = HttpPostBox::new(&relay.url, None).unwrap();
    post_box
        .create(None, &inbox(relay.day() / 7))
        .await
        .unwrap();
    (folder, relay, post_box)
}

#[tokio::test]
async fn an_envelope_waits_until_it_is_acknowledged() {
    let (_folder, relay, post_box) = with_inbox(&[]).await;
    let empty = post_box.fetch(&fetch(), 10, &[], &[]).await.unwrap();
    assert!(empty.items.is_empty() && !empty.gap && !empty.marker && !empty.more);

    post_box.post(&slot(0), [1; 16], &[7; 1024]).await.unwrap();
    post_box.post(&slot(63), [2; 16], &[8; 4096]).await.unwrap();
    let got = post_box.fetch(&fetch(), 10, &[], &[]).await.unwrap();
    let mut sizes: Vec<usize> = got.items.iter().map(|item| item.bytes.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1024, 4096]);
    assert!(got.items.iter().all(|item| item.day == relay.day()));

    // Not acknowledged: still there. Acknowledged with the next fetch: gone.
    let again = post_box.fetch(&fetch(), 10, &[], &[]).await.unwrap();
    assert_eq!(again.items.len(), 2);
    let one = [again.items[0].id];
    let rest = post_box.fetch(&fetch(), 10, &[], &one).await.unwrap();
    assert_eq!(rest.items.len(), 1);
    assert_ne!(rest.items[0].id, one[0]);
    post_box
        .acknowledge(&fetch(), &[rest.items[0].id])
        .await
        .unwrap();
    let none = post_box.fetch(&fetch(), 10, &[], &[]).await.unwrap();
    assert!(none.items.is_empty());
}

#[tokio::test]
async fn what_was_stored_survives_kill_minus_nine() {
    let (_folder, mut relay, post_box) = with_inbox(&[]).await;
    for round in 0..5 {
        post_box
            .post(&slot(1), [round; 16], &[round; 1024])
            .await
            .unwrap();
        relay.kill();
        let down = post_box.post(&slot(1), [99; 16], &[99; 1024]).await;
        assert_eq!(down, Err(PostError::Offline));
        relay.restart();
        // The phone never heard the answer and says it again: it counts once.
        post_box
            .post(&slot(1), [round; 16], &[round; 1024])
            .await
            .unwrap();
    }
    let got = post_box.fetch(&fetch(), 100, &[], &[]).await.unwrap();
    let mut first: Vec<u8> = got.items.iter().map(|item| item.bytes[0]).collect();
    first.sort_unstable();
    assert_eq!(first, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_deed_counts_once_and_its_key_holds_one_body() {
    let (_folder, _relay, post_box) = with_inbox(&[]).await;
    for _ in 0..3 {
        post_box.post(&slot(5), [1; 16], &[7; 1024]).await.unwrap();
    }
    let other = post_box.post(&slot(5), [1; 16], &[8; 1024]).await;
    assert_eq!(other, Err(PostError::Conflict));
    let got = post_box.fetch(&fetch(), 10, &[], &[]).await.unwrap();
    assert_eq!(got.items.len(), 1);
}

#[tokio::test]
async fn large_things_travel_as_equal_chunks_and_come_back_in_parts() {
    let (_folder, _relay, post_box) = with_inbox(&[]).await;
    let body: Vec<u8> = (0..3_u8).flat_map(|chunk| vec![chunk; 65_536]).collect();
    post_box.post(&slot(5), [1; 16], &body).await.unwrap();
    let (mut cursor, mut chunks, mut more) = (Vec::new(), Vec::new(), true);
    while more {
        let got = post_box.fetch(&fetch(), 1, &cursor, &[]).await.unwrap();
        assert!(got.items.len() <= 1);
        chunks.extend(got.items.iter().map(|item| item.bytes[0]));
        (cursor, more) = (got.cursor, got.more);
    }
    chunks.sort_unstable();
    assert_eq!(chunks, [0, 1, 2]);
}

#[tokio::test]
async fn registering_twice_is_once_and_another_body_is_a_conflict() {
    let (_folder, relay, post_box) = with_inbox(&[]).await;
    let week = relay.day() / 7;
    post_box.create(None, &inbox(week)).await.unwrap();
    let other = post_box.create(None, &inbox(week + 1)).await;
    assert_eq!(other, Err(PostError::Conflict));
}

#[tokio::test]
async fn unknown_closed_and_deleted_look_the_same() {
    let (_folder, _relay, post_box) = with_inbox(&[]).await;
    let nobody = token(9, 9);
    let unknown = post_box.post(&nobody, [1; 16], &[7; 1024]).await;
    assert_eq!(unknown, Err(PostError::NoSuchInbox));

    post_box.close(&fetch(), &[slot_hash(4)]).await.unwrap();
    let closed = post_box.post(&slot(4), [1; 16], &[7; 1024]).await;
    assert_eq!(closed, unknown);
    post_box.post(&slot(5), [1; 16], &[7; 1024]).await.unwrap();

    // A slot's holder can do nothing but post; a fetch token can't post.
    assert_eq!(
        post_box.fetch(&slot(5), 1, &[], &[]).await,
        Err(PostError::NoSuchInbox)
    );
    assert_eq!(post_box.delete(&slot(5)).await, Err(PostError::NoSuchInbox));
    assert_eq!(
        post_box.wait(&fetch(), 1).await,
        Err(PostError::NoSuchInbox)
    );
    assert_eq!(post_box.post(&fetch(), [1; 16], &[7; 1024]).await, unknown);

    post_box.delete(&fetch()).await.unwrap();
    assert_eq!(
        post_box.fetch(&fetch(), 1, &[], &[]).await,
        Err(PostError::NoSuchInbox)
    );
    assert_eq!(post_box.post(&slot(5), [2; 16], &[7; 1024]).await, unknown);
}

#[tokio::test]
async fn waiting_ends_when_something_comes() {
    let (_folder, _relay, post_box) = with_inbox(&[]).await;
    assert_eq!(post_box.wait(&wake(), 1).await, Ok(false));
    let (wake, slot) = (wake(), slot(0));
    let begun = std::time::Instant::now();
    let (woken, posted) = tokio::join!(post_box.wait(&wake, 60), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        post_box.post(&slot, [1; 16], &[7; 1024]).await
    });
    assert_eq!((woken, posted), (Ok(true), Ok(())));
    assert!(
        begun.elapsed().as_secs() < 30,
        "it waited for the clock, not for the post"
    );
}

#[tokio::test]
async fn a_full_day_asks_for_patience() {
    let (_folder, relay, post_box) = with_inbox(&[("RELAY_QUOTAS_SLOT_DAY_ITEMS", "2")]).await;
    for key in 0..2 {
        post_box
            .post(&slot(0), [key; 16], &[7; 1024])
            .await
            .unwrap();
    }
    let third = post_box.post(&slot(0), [3; 16], &[7; 1024]).await;
    assert!(
        matches!(third, Err(PostError::TryLater { .. })),
        "{third:?}"
    );
    // Another slot, and the next day, know nothing of it.
    post_box.post(&slot(1), [4; 16], &[7; 1024]).await.unwrap();
    relay.set_day(relay.day() + 1);
    post_box.post(&slot(0), [3; 16], &[7; 1024]).await.unwrap();
}

#[tokio::test]
async fn an_inbox_lives_ninety_days_after_its_week() {
    let (_folder, relay, post_box) = with_inbox(&[]).await;
    let last = relay.day() / 7 * 7 + 6 + 90;
    relay.set_day(last - 1);
    post_box.post(&slot(0), [1; 16], &[7; 1024]).await.unwrap();
    relay.set_day(last + 1);
    let over = post_box.fetch(&fetch(), 1, &[], &[]).await;
    assert_eq!(over, Err(PostError::NoSuchInbox));
}

#[tokio::test]
async fn a_box_with_a_code_opens_inboxes_to_those_who_have_it() {
    let folder = tempfile::tempdir().unwrap();
    // 32 bytes 0x41 0x04 0x10 again and again, in base64url.
    let code = "Q".repeat(43);
    let relay = RelayProcess::start_with(folder.path(), &[("RELAY_CREATE_SECRETS", &code)]);
    let post_box = HttpPostBox::new(&relay.url, None).unwrap();
    let week = relay.day() / 7;
    for secret in [None, Some(token(9, 9))] {
        let refused = post_box.create(secret.as_ref(), &inbox(week)).await;
        assert_eq!(refused, Err(PostError::Refused(403)));
    }
    let bytes = std::array::from_fn(|at| [0x41, 0x04, 0x10][at % 3]);
    post_box
        .create(Some(&Token(bytes)), &inbox(week))
        .await
        .unwrap();
}
