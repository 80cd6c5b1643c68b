//! Property tests: every reader of foreign bytes ends in a value or a refusal, and reads back exactly what was written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use proptest::collection::vec;
use proptest::prelude::*;
use relay::config::Wish;
use relay::oblivious::binary;
use relay::wire::{self, FetchRequest};
use relay::{NewInbox, Token, cursor};

fn inbox() -> impl Strategy<Value = NewInbox> {
    (
        any::<u32>(),
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
        vec(any::<[u8; 32]>(), 64),
    )
        .prop_map(|(week, fetch_hash, wake_hash, slot_hashes)| NewInbox {
            week,
            fetch_hash,
            wake_hash,
            slot_hashes,
        })
}

/// Bodies that begin well: a version, then something.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    (
        prop_oneof![9 => Just(1_u8), 1 => any::<u8>()],
        vec(any::<u8>(), 0..3000),
    )
        .prop_map(|(version, mut rest)| {
            rest.insert(0, version);
            rest
        })
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader_and_what_is_read_is_what_was_written(bytes in nearly()) {
        if let Ok(inbox) = wire::read_create(&bytes) {
            prop_assert_eq!(wire::write_create(&inbox), bytes.clone());
        }
        if let Ok(request) = wire::read_fetch(&bytes) {
            prop_assert_eq!(wire::write_fetch(&request), bytes.clone());
        }
        if let Ok(acks) = wire::read_acknowledge(&bytes) {
            prop_assert_eq!(wire::write_acknowledge(&acks), bytes.clone());
        }
        if let Ok(hashes) = wire::read_close(&bytes) {
            prop_assert_eq!(wire::write_close(&hashes), bytes.clone());
        }
        if let Ok(seconds) = wire::read_wait(&bytes) {
            prop_assert!(seconds <= 300 && bytes.len() == 3);
        }
        prop_assert_eq!(wire::read_delete(&bytes).is_ok(), bytes == [1]);
        // Binary HTTP begins with another byte.
        let inner = [&[0, 4], &b"POST"[..], &[0, 0, 1], b"/", &bytes].concat();
        for binary in [&bytes[..], &inner] {
            if let Ok(asked) = binary::read(binary) {
                prop_assert!(asked.headers.len() <= binary.len() && asked.body.len() <= binary.len());
            }
        }
        prop_assert_eq!(wire::read_create_secret(&bytes).is_ok(), bytes == [1]);
    }

    #[test]
    fn a_create_is_read_whole_or_not_at_all(inbox in inbox(), cut in 0_usize..2118, more in vec(any::<u8>(), 1..9)) {
        let bytes = wire::write_create(&inbox);
        prop_assert_eq!(bytes.len(), 2118);
        prop_assert_eq!(wire::read_create(&bytes), Ok(inbox.clone()));
        prop_assert!(wire::read_create(&bytes[..cut]).is_err());
        prop_assert!(wire::read_create(&[bytes, more].concat()).is_err());
        let mut twice = inbox;
        twice.slot_hashes[63] = twice.slot_hashes[0];
        prop_assert!(wire::read_create(&wire::write_create(&twice)).is_err());
    }

    #[test]
    fn a_fetch_is_read_whole_or_not_at_all(
        max in any::<u16>(), place in vec(any::<u8>(), 0..=64), acks in vec(any::<[u8; 16]>(), 0..40), cut in any::<prop::sample::Index>(), extra in any::<u8>(),
    ) {
        let request = FetchRequest { max, cursor: place, acks: acks.clone() };
        let bytes = wire::write_fetch(&request);
        prop_assert_eq!(wire::read_fetch(&bytes), Ok(request));
        prop_assert!(wire::read_fetch(&bytes[..cut.index(bytes.len())]).is_err());
        prop_assert!(wire::read_fetch(&[&bytes[..], &[extra]].concat()).is_err());
        prop_assert_eq!(wire::read_acknowledge(&wire::write_acknowledge(&acks)), Ok(acks));
    }

    #[test]
    fn a_close_is_read_whole_or_not_at_all(hashes in vec(any::<[u8; 32]>(), 0..=64), cut in any::<prop::sample::Index>()) {
        let bytes = wire::write_close(&hashes);
        prop_assert_eq!(wire::read_close(&bytes), Ok(hashes));
        prop_assert!(wire::read_close(&bytes[..cut.index(bytes.len())]).is_err());
    }

    #[test]
    fn only_the_ladder_is_taken_and_parts_join_to_the_whole(length in prop_oneof![0_usize..70_000, (0_usize..27).prop_map(|count| count << 16)]) {
        let body = vec![7; length];
        let allowed = [1, 2, 4, 16, 64, 128, 192, 256, 384, 512, 768, 1024, 1536].iter().any(|kib| kib << 10 == length);
        match wire::items_of(&body) {
            Some(items) => prop_assert!(allowed && items.concat() == body && items.iter().all(|item| item.len() <= 1 << 16)),
            None => prop_assert!(!allowed),
        }
    }

    #[test]
    fn a_cursor_opens_for_its_inbox_and_key_only(
        key in any::<[u8; 32]>(), nonce in any::<[u8; 24]>(), inbox in any::<[u8; 32]>(), after in any::<u64>(), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let sealed = cursor::seal(&key, &nonce, &inbox, after);
        prop_assert_eq!(cursor::open(&key, &inbox, &sealed), cursor::Place::After(after));
        let mut other = sealed.clone();
        other[at.index(sealed.len())] ^= flip;
        prop_assert_eq!(cursor::open(&key, &inbox, &other), cursor::Place::Unknown);
    }

    #[test]
    fn any_bytes_may_come_as_a_cursor_or_as_the_text_of_a_token(bytes in vec(any::<u8>(), 0..80), text in ".{0,60}") {
        let _ = cursor::open(&[1; 32], &[2; 32], &bytes);
        if let Some(token) = Token::from_text(&text) {
            use base64::Engine;
            prop_assert_eq!(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(token.0), text);
        }
    }

    #[test]
    fn any_text_is_settings_or_refused_without_repeating_a_value(
        name in "(listen|metrics_listen|operator|create_secrets|connections|quotas|[a-z_]{1,9})",
        value in "([0-9]{1,20}|true|'[ -&(-~]{0,20}'|\\['[A-Za-z0-9_-]{0,43}'\\]|\\{ [a-z_]{1,14} = [0-9]{1,20} \\}|\\PC{0,20})",
        from_environment in "hush[0-9]{0,9}",
    ) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{name} = {value}\n")).unwrap();
        let words = ["--config".to_owned(), file.path().to_string_lossy().into_owned()];
        let nothing = |_: &str| None;
        if let Ok(Wish::Run(config)) = relay::config::read(&words, &nothing) {
            prop_assert!(config.connections > 0);
            prop_assert!(config.metrics_listen.is_none_or(|address| address.ip().is_loopback()));
        }
        let codes = |name: &str| (name == "RELAY_CREATE_SECRETS").then(|| from_environment.clone());
        let why = relay::config::read(&words, &codes).err().map(|why| why.to_string());
        prop_assert!(why.is_some_and(|why| !why.contains("hush")));
    }
}
