//! What the one who runs the relay sees: a clean stop, counters, wrong settings, a log of a closed list.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::kit::{OK, Owner, Relay, WEEK, get, set_day, text};

const ANN: Owner = Owner("ann");

#[tokio::test]
async fn a_clean_stop_finishes_what_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    let waiting = tokio::spawn({
        let url = format!("{}/v1/wait", relay.address);
        async move { crate::kit::ask(url, Some(&ANN.wake()), None, vec![1, 1, 44]).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (code, took) = tokio::task::spawn_blocking(move || relay.stop())
        .await
        .unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    let waited = waiting.await.unwrap().unwrap();
    assert_eq!(
        (waited.status, waited.body),
        (OK, vec![1, 0]),
        "who waits is answered, not cut off"
    );
    let log = std::fs::metadata(folder.path().join("relay.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "the log was copied into the database");
}

#[tokio::test]
async fn counters_are_by_endpoint_and_status_on_loopback_only() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await;
    relay.post(&ANN.slot(1), [2; 16], &[0; 1000]).await;
    let text = String::from_utf8(get(format!("{}/metrics", relay.metrics)).await.body).unwrap();
    for line in [
        "{endpoint=\"create\",status=\"201\"} 1",
        "{endpoint=\"post\",status=\"200\"} 1",
        "{endpoint=\"post\",status=\"422\"} 1",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(get(format!("{}/metrics", relay.address)).await.status, 404);
}

#[test]
fn wrong_settings_stop_the_start() {
    let relay = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_relay"))
            .args(arguments)
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    assert_eq!(relay(&["--nonsense"]).0, Some(2));
    assert_eq!(relay(&["--metrics-listen", "0.0.0.0:0"]).0, Some(2));
    assert_eq!(relay(&["--help"]).0, Some(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.db");
    std::fs::write(
        &path,
        "these are notes of somebody, not a post box. ".repeat(50),
    )
    .unwrap();
    let (code, said) = relay(&[
        "--listen",
        "127.0.0.1:0",
        "--database",
        path.to_str().unwrap(),
    ]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("of another kind") && !said.contains("text.db"),
        "{said}"
    );
}

#[tokio::test]
async fn one_file_serves_one_relay() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Relay::start(folder.path(), &[]);
    let second = Command::new(env!("CARGO_BIN_EXE_relay"))
        .args(["--listen", "127.0.0.1:0", "--database"])
        .arg(folder.path().join("relay.db"))
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8(second.stderr).unwrap().contains("in use"));
}

#[tokio::test]
async fn the_log_is_words_counts_and_days() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await;
    relay
        .post(&Owner("nobody").slot(1), [1; 16], &[0; 1024])
        .await;
    set_day(folder.path(), crate::kit::DAY + 2);
    relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    set_day(folder.path(), 7);
    relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    let path = folder.path().to_owned();
    assert_eq!(relay.stop().0, Some(0));
    let log = std::fs::read_to_string(path.join("log")).unwrap();
    let expected = "started: day 20500, 0 inboxes\nday 20500: 0 inboxes and 0 items are over, 0 requests before\n\
                    day 20502: 0 inboxes and 0 items are over, 3 requests before\nstopped\n";
    assert_eq!(log, expected);
}

/// `relay close-slot`, as an operator calls it with a token that somebody showed.
fn close_slot(control: &str, token: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_relay"))
        .arg("close-slot")
        .env("RELAY_CONTROL", control)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(token.as_bytes())
        .unwrap();
    let done = child.wait_with_output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_reported_slot_is_closed_and_nothing_else_is_touched_or_told() {
    let folder = tempfile::tempdir().unwrap();
    let control = folder.path().join("control").to_string_lossy().into_owned();
    let relay = Relay::start(folder.path(), &[("RELAY_CONTROL", &control)]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[1; 1024]).await;
    let unknown = relay
        .post(&Owner("nobody").slot(1), [1; 16], &[0; 1024])
        .await;
    let shown = format!("{}\n", text(&ANN.slot(1).0));
    assert_eq!(close_slot(&control, &shown), (Some(0), "closed\n".into()));
    assert_eq!(relay.post(&ANN.slot(1), [2; 16], &[0; 1024]).await, unknown);
    // In hexadecimal digits, too; and what does not open a slot closes none.
    assert_eq!(close_slot(&control, &hex::encode(ANN.slot(2).0)).0, Some(0));
    assert_eq!(relay.post(&ANN.slot(2), [3; 16], &[0; 1024]).await, unknown);
    for token in [
        ANN.slot(1),
        ANN.fetch(),
        ANN.wake(),
        Owner("nobody").slot(3),
    ] {
        let (code, said) = close_slot(&control, &text(&token.0));
        assert_eq!(code, Some(1));
        assert!(said.starts_with("relay: no such slot"), "{said}");
        assert!(!said.contains(&text(&token.0)));
    }
    assert_eq!(close_slot(&control, "nonsense").0, Some(1));
    // The other slots go on, and what came before is read.
    assert_eq!(
        relay.post(&ANN.slot(3), [4; 16], &[3; 1024]).await.status,
        OK
    );
    let got = relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    assert_eq!((got.flags, got.items.len()), (0, 2));
    // Over the network nobody can ask for it.
    let url = format!("{}/close-slot", relay.address);
    let asked = crate::kit::ask(url, Some(&ANN.slot(3)), None, vec![]).await;
    assert_eq!(asked.unwrap().status, 404);
    assert_eq!(relay.log().lines().count(), 2, "{}", relay.log());
    assert_eq!(relay.stop().0, Some(0));
    assert!(!std::path::Path::new(&control).exists());
    assert_eq!(close_slot(&control, &shown).0, Some(1));
}
