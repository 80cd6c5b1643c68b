//! A stream of hints over real HTTP: what it tells, how many there may be, and how it ends.

use std::time::{Duration, Instant};

use crate::kit::{Owner, Relay, WEEK};
use crate::waking::post;

/// What of a stream came until it stands still for a while.
async fn heard(stream: &mut reqwest::Response) -> String {
    let (mut text, rest) = (String::new(), Duration::from_millis(1500));
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(rest, stream.chunk()).await {
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    text
}

async fn stream(relay: &Relay, wake: &relay::Token) -> reqwest::Response {
    let asked = crate::kit::client()
        .post(format!("{}/v1/waits", relay.address))
        .header(
            "authorization",
            format!("Bearer {}", crate::kit::text(&wake.0)),
        )
        .body(vec![1]);
    asked.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_hints_and_ends_with_the_inbox_and_with_the_relay() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let (ann, bob) = (Owner("ann"), Owner("bob"));
    for owner in [&ann, &bob] {
        relay.create(None, &owner.inbox(WEEK)).await;
    }
    let mut hints = stream(&relay, &ann.wake()).await;
    assert_eq!(hints.status(), 200);
    assert_eq!(hints.headers()["content-type"], "text/event-stream");
    assert_eq!(heard(&mut hints).await, ":\n\n");
    post(&relay, &bob, 1).await;
    assert_eq!(heard(&mut hints).await, "", "another's");
    post(&relay, &ann, 2).await;
    assert_eq!(heard(&mut hints).await, "data: 1\n\n");
    assert_eq!(heard(&mut hints).await, "", "once, though it waits still");
    for key in 3..=8 {
        post(&relay, &ann, key).await;
    }
    let more = heard(&mut hints).await;
    let count = more.matches("data: 1\n\n").count();
    assert!(
        (1..=2).contains(&count) && more.len() == 9 * count,
        "{more:?}"
    );
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(stream(&relay, &ann.wake()).await);
    }
    assert_eq!(
        heard(&mut others[0]).await,
        "data: 1\n\n",
        "what waits already"
    );
    let fifth = stream(&relay, &ann.wake()).await;
    assert_eq!(fifth.status(), 429, "as of waits");
    assert_eq!(
        relay.wait(&ann.wake(), 1).await.body,
        [1, 1],
        "what waits is told at once"
    );
    // One that is gone leaves its place.
    drop(others.pop());
    let begun = Instant::now();
    while stream(&relay, &ann.wake()).await.status() != 200 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for token in [ann.fetch(), ann.slot(1), Owner("eve").wake()] {
        assert_eq!(stream(&relay, &token).await.status(), 404);
    }
    let mut of_bob = stream(&relay, &bob.wake()).await;
    assert_eq!(heard(&mut of_bob).await, "data: 1\n\n");
    assert_eq!(relay.delete(&bob.fetch()).await.status, 204);
    let end = async |stream: &mut reqwest::Response| {
        let rest = async { while let Ok(Some(_)) = stream.chunk().await {} };
        tokio::time::timeout(Duration::from_secs(5), rest)
            .await
            .is_ok()
    };
    assert!(!end(&mut hints).await, "it is held");
    let (code, took) = tokio::task::spawn_blocking(move || relay.stop())
        .await
        .unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(end(&mut hints).await);
}
