//! Who may make inboxes, with the operator's real command beside the running relay.

use std::path::Path;
use std::process::{Command, Output};

use relay::Token;

use crate::kit::{Answer, DAY, OK, Owner, Relay, WEEK, ask, get, set_day, text};

const ANN: Owner = Owner("ann");
const BOB: Owner = Owner("bob");

/// The relay's command over the files of this folder, as an operator calls it.
pub fn command(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relay"))
        .args(words)
        .arg("--database")
        .arg(folder.join("relay.db"))
        .output()
        .unwrap()
}

fn said(folder: &Path, words: &[&str]) -> String {
    let done = command(folder, words);
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// A new code with its label.
pub fn invite(folder: &Path) -> (Token, String) {
    let shown = said(folder, &["invite", "new"]);
    let mut lines = shown.lines();
    let code = lines.next().unwrap().strip_prefix("code:  ").unwrap();
    let label = lines.next().unwrap().strip_prefix("label: ").unwrap();
    (Token::from_text(code).unwrap(), label.to_owned())
}

pub async fn fetch(relay: &Relay, code: Option<&Token>) -> Answer {
    fetch_at(&relay.address, code).await
}

pub async fn fetch_at(address: &str, code: Option<&Token>) -> Answer {
    let url = format!("{address}/v1/create-secret");
    ask(url, code, None, vec![1]).await.unwrap()
}

/// The months and secrets of an answer, by the contract.
pub fn secrets(answer: &Answer) -> Vec<(u32, Token)> {
    let kind = (answer.status, answer.kind.as_str());
    assert_eq!(kind, (OK, "application/octet-stream"));
    assert_eq!(answer.body.len(), 2 + 36 * usize::from(answer.body[1]));
    let each = answer.body[2..].chunks(36).map(|one| {
        let month = u32::from_be_bytes(one[..4].try_into().unwrap());
        (month, Token(one[4..].try_into().unwrap()))
    });
    each.collect()
}

pub fn invited(folder: &Path) -> Relay {
    Relay::start(folder, &[("RELAY_CREATING", "invited")])
}

#[tokio::test]
async fn a_code_fetches_what_opens_the_box_and_a_revoked_one_is_as_an_unknown_one() {
    let folder = tempfile::tempdir().unwrap();
    let relay = invited(folder.path());
    let refused = relay.create(None, &ANN.inbox(WEEK)).await;
    assert_eq!(refused.status, 403);
    let ((ann, label), (bob, _)) = (invite(folder.path()), invite(folder.path()));
    // No signal is needed; and both are given the same.
    let given = secrets(&fetch(&relay, Some(&ann)).await);
    assert_eq!(given, secrets(&fetch(&relay, Some(&bob)).await));
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].0, DAY / 28);
    let secret = &given[0].1;
    assert_eq!(
        relay.create(Some(secret), &ANN.inbox(WEEK)).await.status,
        201
    );
    for wrong in [None, Some(&ann), Some(&Token([9; 32]))] {
        assert_eq!(relay.create(wrong, &BOB.inbox(WEEK)).await, refused);
    }
    let listed = said(folder.path(), &["invite", "list"]);
    assert!(
        listed.contains(&label) && listed.lines().count() == 2,
        "{listed}"
    );
    said(folder.path(), &["invite", "revoke", &label]);
    let unknown = fetch(&relay, Some(&Token([9; 32]))).await;
    assert_eq!(unknown, refused);
    assert_eq!(fetch(&relay, Some(&ann)).await, unknown);
    assert_eq!(fetch(&relay, None).await, unknown);
    assert_eq!(
        fetch(&relay, Some(secret)).await,
        unknown,
        "a secret is no code"
    );
    // What was fetched before goes on to the end of its month, unless it is turned.
    assert_eq!(
        relay.create(Some(secret), &BOB.inbox(WEEK)).await.status,
        201
    );
    said(folder.path(), &["invite", "turn"]);
    let cat = Owner("cat");
    assert_eq!(relay.create(Some(secret), &cat.inbox(WEEK)).await, refused);
    let turned = secrets(&fetch(&relay, Some(&bob)).await);
    assert_eq!(
        relay
            .create(Some(&turned[0].1), &cat.inbox(WEEK))
            .await
            .status,
        201
    );
    let again = command(folder.path(), &["invite", "revoke", &label]);
    assert_eq!(again.status.code(), Some(1));
}

#[tokio::test]
async fn months_turn_by_themselves_and_everybody_can_hold_them_against_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let first = DAY / 28 * 28;
    set_day(folder.path(), first);
    let relay = invited(folder.path());
    let (code, _) = invite(folder.path());
    let now = secrets(&fetch(&relay, Some(&code)).await);
    set_day(folder.path(), first + 21);
    let both = secrets(&fetch(&relay, Some(&code)).await);
    assert_eq!((both.len(), &both[0]), (2, &now[0]));
    let info = get(format!("{}/v1/info", relay.address)).await;
    let info: serde_json::Value = serde_json::from_slice(&info.body).unwrap();
    let said: Vec<_> = both
        .iter()
        .map(|(month, secret)| {
            let hash = relay::office::codes::secret_hash(secret);
            serde_json::json!({"month": month, "hash": text(&hash)})
        })
        .collect();
    assert_eq!(info["create_secrets"], serde_json::json!(said));
    assert_eq!(info["creating"], "invited");
    // The next one is honoured already, for phones whose day is ahead; and it is the same after a restart.
    assert_eq!(
        relay
            .create(Some(&both[1].1), &ANN.inbox(WEEK))
            .await
            .status,
        201
    );
    assert_eq!(relay.stop().0, Some(0));
    set_day(folder.path(), first + 28);
    let relay = invited(folder.path());
    assert_eq!(
        relay
            .create(Some(&both[0].1), &BOB.inbox(WEEK))
            .await
            .status,
        403
    );
    assert_eq!(
        relay
            .create(Some(&both[1].1), &BOB.inbox(WEEK))
            .await
            .status,
        201
    );
    assert_eq!(secrets(&fetch(&relay, Some(&code)).await), both[1..]);
}

#[tokio::test]
async fn an_open_box_gives_no_secret_and_a_closed_one_makes_no_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    let path = config.to_str().unwrap().to_owned();
    std::fs::write(&config, "creating = 'open'\n").unwrap();
    let relay = Relay::start(folder.path(), &[("RELAY_CONFIG", &path)]);
    let (code, _) = invite(folder.path());
    assert_eq!(secrets(&fetch(&relay, Some(&code)).await), []);
    assert_eq!(secrets(&fetch(&relay, None).await), []);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK)).await.status, 201);
    std::fs::write(&config, "creating = 'closed'\n").unwrap();
    relay.signal("HUP");
    while !relay.log().contains("settings read again") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let refused = relay.create(None, &BOB.inbox(WEEK)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(fetch(&relay, Some(&code)).await, refused);
    // What is there lives on.
    assert_eq!(
        relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await.status,
        OK
    );
    assert_eq!(relay.fetch(&ANN.fetch(), 9, &[], &[]).await.items.len(), 1);
}

#[tokio::test]
async fn a_damaged_file_of_invites_changes_nothing_and_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let relay = invited(folder.path());
    let (code, _) = invite(folder.path());
    let given = fetch(&relay, Some(&code)).await;
    std::fs::write(folder.path().join("relay.db-invites"), "nonsense\n").unwrap();
    assert_eq!(fetch(&relay, Some(&code)).await, given);
    assert_eq!(fetch(&relay, Some(&code)).await, given);
    assert_eq!(relay.log().matches("invites not read").count(), 1);
    let done = command(folder.path(), &["invite", "new"]);
    assert_eq!(
        done.status.code(),
        Some(1),
        "and the command does not write over it"
    );
}
