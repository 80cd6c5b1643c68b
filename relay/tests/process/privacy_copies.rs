//! Every byte of a backup after a day of use, of each store, its name and what the file system says of it: searched for what must not be there.

use std::os::unix::fs::MetadataExt;
use std::time::{SystemTime, UNIX_EPOCH};

use relay::{Purpose, Token, token::hash};

use crate::copies::back_up;
use crate::invites::{fetch, invite, secrets};
use crate::kit::{DAY, Owner, Relay, WEEK, set_day, text};
use crate::postgres::Server;
use crate::privacy::{forms, forty_keys, holds, holds_in_any_form};

const ANN: Owner = Owner("ann");

/// Whether a moment of this test stands in these bytes, as text or as a number: in seconds, milliseconds, microseconds (also since 2000) or nanoseconds.
fn a_time_in(bytes: &[u8], begun: u64, ended: u64) -> bool {
    let spans: Vec<(i128, i128)> = [1, 1_000, 1_000_000, 1_000_000_000]
        .into_iter()
        .flat_map(|unit| {
            [0, 946_684_800].map(|since| {
                let from = (i128::from(begun) - since) * unit;
                (from, from + i128::from(ended + 1 - begun) * unit)
            })
        })
        .collect();
    let within = |number: &i128| {
        spans
            .iter()
            .any(|(from, until)| (*from..*until).contains(number))
    };
    let eight = bytes.windows(8).any(|bytes| {
        let bytes = bytes.try_into().unwrap();
        within(&i64::from_le_bytes(bytes).into()) || within(&i64::from_be_bytes(bytes).into())
    });
    // The span is this test's own few seconds: in hashes chance alone would find a wider one.
    let four = bytes.windows(4).any(|bytes| {
        let bytes = bytes.try_into().unwrap();
        let span = u32::try_from(begun).unwrap()..=u32::try_from(ended).unwrap();
        span.contains(&u32::from_be_bytes(bytes)) || span.contains(&u32::from_le_bytes(bytes))
    });
    let texts = (begun..=ended).any(|second| {
        let text = second.to_string();
        bytes
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    });
    eight || four || texts
}

#[tokio::test]
async fn a_backup_holds_no_token_key_address_or_time() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let file = folder.path().join("relay.db").to_str().unwrap().to_owned();
    for (number, database) in [file, server.database()].into_iter().enumerate() {
        set_day(folder.path(), DAY);
        let begun = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let code = Token(hash(Purpose::Slot, &Token([77; 32])));
        let invites = folder.path().join("relay.db-invites");
        let settings = [
            ("RELAY_CREATE_SECRETS", text(&code.0)),
            ("RELAY_INVITES", invites.to_str().unwrap().to_owned()),
            (
                "RELAY_OBLIVIOUS",
                folder
                    .path()
                    .join("relay.db-oblivious")
                    .to_str()
                    .unwrap()
                    .to_owned(),
            ),
        ];
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let relay = Relay::start_over(&database, folder.path(), &settings);
        assert_eq!(
            relay.create(Some(&code), &ANN.inbox(WEEK)).await.status,
            201
        );
        let (invited, _) = invite(folder.path());
        let secret = secrets(&fetch(&relay, Some(&invited)).await)[0].1.clone();
        let keys = forty_keys();
        for (number, key) in (0_u8..).zip(&keys) {
            relay.post(&ANN.slot(number), *key, &[number; 1024]).await;
        }
        let got = relay.fetch(&ANN.fetch(), 20, &[], &[]).await;
        let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
        relay.fetch(&ANN.fetch(), 20, &got.cursor, &acks).await;
        set_day(folder.path(), DAY + 1);
        relay.post(&ANN.slot(50), [50; 16], &[50; 1024]).await;

        let path = folder.path().join(format!("backup-{number}"));
        let told = if number == 0 {
            back_up(&database, &path)
        } else {
            // Its invites are not beside a file.
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_relay"));
            let command = command.args([
                "backup",
                "--to",
                path.to_str().unwrap(),
                "--database",
                &database,
            ]);
            let told = command.env("RELAY_INVITES", &invites).output().unwrap();
            assert!(told.status.success());
            String::from_utf8(told.stdout).unwrap()
        };
        let backup = std::fs::read(&path).unwrap();
        assert!(
            holds(&[("told".into(), told.clone().into_bytes())], b"21 items").is_some(),
            "{told}"
        );
        let meta = std::fs::metadata(&path).unwrap();
        assert_eq!(
            (meta.mtime(), meta.mtime_nsec()),
            (i64::from(DAY + 1) * 86_400, 0)
        );
        let all = vec![
            ("backup".to_owned(), backup.clone()),
            ("told".to_owned(), told.into_bytes()),
        ];

        let mut sought = vec![
            ("fixed create-secret", code.0.to_vec()),
            ("invite's code", invited.0.to_vec()),
            ("month's create-secret", secret.0.to_vec()),
            ("fetch", ANN.fetch().0.to_vec()),
            ("wake", ANN.wake().0.to_vec()),
            ("cursor", got.cursor.clone()),
        ];
        let seed = std::fs::read_to_string(folder.path().join("relay.db-oblivious")).unwrap();
        let seed = seed.rsplit("seed ").next().unwrap().trim().to_owned();
        sought.push((
            "oblivious seed",
            Token::from_text(&seed).unwrap().0.to_vec(),
        ));
        sought.extend((0..64).map(|number| ("slot", ANN.slot(number).0.to_vec())));
        sought.extend(keys.iter().map(|key| ("idempotency key", key.to_vec())));
        for (what, bytes) in &sought {
            assert_eq!(holds_in_any_form(&all, bytes), None, "{what}");
            // The search finds what is planted, in each form.
            for form in forms(bytes) {
                let planted = [&backup[..100], &form, &backup[100..]].concat();
                let planted = vec![("backup".to_owned(), planted)];
                assert!(holds_in_any_form(&planted, bytes).is_some(), "{what}");
            }
        }
        let address = relay.address.trim_start_matches("http://").to_owned();
        for words in [
            "127.0.0.1",
            "localhost",
            "reqwest",
            "Bearer",
            "idempotency",
            "postgres",
            &address,
        ] {
            assert_eq!(holds(&all, words.as_bytes()), None, "{words}");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        assert!(!a_time_in(&backup, begun, now.as_secs()), "a time");
        let plants = [
            now.as_secs().to_string().into_bytes(),
            u32::try_from(now.as_secs()).unwrap().to_be_bytes().to_vec(),
            now.as_secs().to_be_bytes().to_vec(),
            u64::try_from(now.as_micros())
                .unwrap()
                .to_le_bytes()
                .to_vec(),
            (u64::try_from(now.as_micros()).unwrap() - 946_684_800_000_000)
                .to_be_bytes()
                .to_vec(),
        ];
        for plant in plants {
            let planted = [&backup[..100], &plant, &backup[100..]].concat();
            assert!(a_time_in(&planted, begun, now.as_secs()), "{plant:?}");
        }
        // What was acknowledged before is not in it; what waits is, with its hashes.
        assert_eq!(holds(&all, &[3; 200]), None, "an acknowledged body");
        for there in [
            &[30; 1024][..],
            &[50; 1024],
            &hash(Purpose::Fetch, &ANN.fetch()),
        ] {
            assert!(holds(&all, there).is_some());
        }
        relay.kill();
    }
}
