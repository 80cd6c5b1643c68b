//! What TLS tickets may join: calls that hold the same token, while the app runs, and nothing else (P10). Real TLS before
//! the real relay; the phone's own client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use alongside_core::post::{CreateInbox, HttpPostBox, PostBox, PostError, Token};
use std::process::Command;
use town::process::RelayProcess;
use town::tls::{ROOT, TlsEnd};

const STORY: &str = "a_ticket_joins_only_what_a_token_joins_already";

#[test]
fn a_ticket_joins_only_what_a_token_joins_already() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    if std::env::var_os("TICKETS_ROOT_IS_TRUSTED").is_none() {
        // The phone's client trusts what the system trusts: in a process of its own that is our root.
        std::fs::write(&root, ROOT).unwrap();
        let told = Command::new(std::env::current_exe().unwrap())
            .args([STORY, "--exact"])
            .env("SSL_CERT_FILE", &root)
            .env_remove("SSL_CERT_DIR")
            .env("TICKETS_ROOT_IS_TRUSTED", "yes")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(told.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let relay = RelayProcess::start(folder.path());
    let end = TlsEnd::before(relay.url.trim_start_matches("http://")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (one, other) = (Token([1; 32]), Token([2; 32]));
    runtime.block_on(async {
        let app = HttpPostBox::new(&end.url, None).unwrap();
        for token in [&one, &one, &other, &one, &other] {
            let fetched = app.fetch(token, 1, &[], &[]).await;
            assert_eq!(fetched, Err(PostError::NoSuchInbox));
        }
        // A slot's token: its posts are joined to each other, not to a fetch.
        let slot = Token([3; 32]);
        for _ in 0..2 {
            let posted = app.post(&slot, [7; 16], &[7; 1024]).await;
            assert_eq!(posted, Err(PostError::NoSuchInbox));
        }
        // Two inboxes of one device, made with the box's own word.
        for week in [0, 1] {
            let inbox = CreateInbox {
                week: relay.day() / 7 + week,
                fetch_hash: [u8::try_from(week).unwrap(); 32],
                wake_hash: [u8::try_from(10 + week).unwrap(); 32],
                slot_hashes: (0..64)
                    .map(|slot| [u8::try_from(64 + 64 * week + slot).unwrap(); 32])
                    .collect(),
            };
            app.create(Some(&one), &inbox).await.unwrap();
        }
        // Started again, the app has no ticket.
        let again = HttpPostBox::new(&end.url, None).unwrap();
        let fetched = again.fetch(&one, 1, &[], &[]).await;
        assert_eq!(fetched, Err(PostError::NoSuchInbox));
    });
    let fetches = [false, true, false, true, true];
    let posts = [false, true];
    let creates_and_a_new_start = [false, false, false];
    assert_eq!(
        end.resumed(),
        [&fetches[..], &posts, &creates_and_a_new_start].concat()
    );
}
