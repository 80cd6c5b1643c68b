//! The deeds of the office, told as short stories: each over SQLite in memory, and over PostgreSQL.
//! Long because each story is told to its end.
use super::*;
use crate::store::postgres::Postgres;
use crate::wire;

const DAY: u32 = 20_500;
const WEEK: u32 = DAY / 7;

fn token(name: &str, number: u8) -> Token {
    let mut bytes = [number; 32];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Token(bytes)
}

fn inbox(name: &str, week: u32) -> NewInbox {
    NewInbox {
        week,
        fetch_hash: hash(Purpose::Fetch, &token(name, 200)),
        wake_hash: hash(Purpose::Wake, &token(name, 201)),
        slot_hashes: (0..64)
            .map(|slot| hash(Purpose::Slot, &token(name, slot)))
            .collect(),
    }
}

/// Makes an office over a fresh store.
type Fresh<'a, S> = &'a dyn Fn() -> Office<S>;

/// Tells every story on both stores.
macro_rules! told_on_both {
    ($($story:ident)*) => {
        mod on_sqlite {
            $(#[test] fn $story() { super::$story(&|| super::Office::in_memory(1).unwrap()) })*
        }
        mod on_postgres {
            $(#[test] fn $story() {
                let server = crate::store::postgres_kit::Server::shared();
                super::$story(&|| super::over_postgres(&server.database()))
            })*
        }
        /// How many stories there are for each store.
        #[test]
        fn the_stories_are_counted() {
            let count = [$(stringify!($story)),*].len();
            crate::store::conformance::say(&format!("the office: {count} stories on SQLite, {count} on PostgreSQL"));
            assert!(count > 15);
        }
    };
}

mod over_days;
use over_days::*;

told_on_both! {
    an_item_goes_from_a_slot_to_the_reader_and_is_gone_when_acknowledged
    the_same_post_after_its_key_was_forgotten_is_another_item
    the_same_post_is_known_again_also_after_it_was_acknowledged_and_on_the_next_day
    sizes_are_the_ladder_and_parts_stay_together
    creating_is_idempotent_and_hashes_are_taken_once
    a_code_is_asked_for_and_two_are_honoured
    unknown_closed_deleted_and_over_are_one_answer
    only_the_fetch_token_opens_and_only_its_own_inbox
    what_was_over_before_it_was_fetched_is_a_gap_and_days_never_go_back
    numbers_go_on_after_all_was_acknowledged_and_foreign_cursors_are_a_gap
    quotas_are_of_each_slot_and_the_reader_sees_a_marker
    a_full_box_refuses_inboxes_first_then_posts_and_never_the_reader
    a_fault_takes_back_all_deeds_of_its_transaction
    what_is_over_goes_on_a_send_and_on_a_timer
    a_full_box_takes_posts_again_when_it_was_emptied
    a_cursor_older_than_what_is_kept_is_a_gap
}

fn over_postgres(database: &str) -> Office<Postgres> {
    let store = crate::store::postgres::tests::open(database).unwrap();
    Office::new(store, Quotas::default(), Codes::default(), Chance::System)
}

fn office_with<S: Store>(fresh: Fresh<'_, S>, name: &str) -> Office<S> {
    let mut office = fresh();
    assert_eq!(
        office.create(DAY, None, &inbox(name, WEEK)),
        Ok(Created::Now)
    );
    office
}

fn all<S: Store>(office: &mut Office<S>, name: &str, cursor: &[u8], acks: &[[u8; 16]]) -> Fetched {
    office
        .fetch(DAY, &token(name, 200), 100, cursor, acks)
        .unwrap()
}

fn an_item_goes_from_a_slot_to_the_reader_and_is_gone_when_acknowledged<S: Store>(
    fresh: Fresh<'_, S>,
) {
    let mut office = office_with(fresh, "ann");
    let posted = office
        .post(DAY, &token("ann", 3), [1; 16], &[7; 1024])
        .unwrap();
    assert_eq!(posted.stored, [Stored::Now]);
    assert!(office.waits(DAY, &token("ann", 201)).unwrap());
    let first = all(&mut office, "ann", &[], &[]);
    assert_eq!(
        (
            first.items.len(),
            first.items[0].bytes.len(),
            first.items[0].day
        ),
        (1, 1024, DAY)
    );
    assert!(!first.gap && !first.marker && !first.more);
    let again = all(&mut office, "ann", &[], &[]);
    assert_eq!(again.items, first.items, "not acknowledged: it waits");
    assert!(
        all(&mut office, "ann", &first.cursor, &[]).items.is_empty(),
        "past the cursor"
    );
    assert!(
        all(&mut office, "ann", &[], &[first.items[0].id])
            .items
            .is_empty()
    );
    assert!(!office.waits(DAY, &token("ann", 201)).unwrap());
}

fn the_same_post_after_its_key_was_forgotten_is_another_item<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    for day in [DAY, DAY + 1, DAY + 2] {
        office
            .post(day, &token("ann", 3), [1; 16], &[7; 1024])
            .unwrap();
    }
    let both = all(&mut office, "ann", &[], &[]).items;
    assert_eq!(both.len(), 2, "the next day it is known, the day after not");
    assert_ne!(both[0].id, both[1].id, "no answer names an item twice");
    let left = all(&mut office, "ann", &[], &[both[0].id]).items;
    assert_eq!(left, both[1..]);
}

fn the_same_post_is_known_again_also_after_it_was_acknowledged_and_on_the_next_day<S: Store>(
    fresh: Fresh<'_, S>,
) {
    let mut office = office_with(fresh, "ann");
    let post = |office: &mut Office<S>, day, byte| {
        office
            .post(day, &token("ann", 3), [1; 16], &[byte; 2048])
            .map(|posted| posted.stored)
    };
    assert_eq!(post(&mut office, DAY, 7), Ok(vec![Stored::Now]));
    assert_eq!(post(&mut office, DAY, 7), Ok(vec![Stored::Before]));
    assert_eq!(post(&mut office, DAY, 8), Err(Refusal::Conflict));
    let id = all(&mut office, "ann", &[], &[]).items[0].id;
    all(&mut office, "ann", &[], &[id]);
    assert_eq!(post(&mut office, DAY, 7), Ok(vec![Stored::Before]));
    assert_eq!(post(&mut office, DAY + 1, 7), Ok(vec![Stored::Before]));
    assert!(all(&mut office, "ann", &[], &[]).items.is_empty());
    // Another slot with the same key is another request.
    assert_eq!(
        office
            .post(DAY + 1, &token("ann", 4), [1; 16], &[9; 1024])
            .unwrap()
            .stored,
        [Stored::Now]
    );
}

fn sizes_are_the_ladder_and_parts_stay_together<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    for (number, size) in [0, 1, 1023, 1025, 3072, 5 * (64 << 10), 25 * (64 << 10)]
        .into_iter()
        .enumerate()
    {
        let key = [u8::try_from(number).unwrap(); 16];
        assert_eq!(
            office.post(DAY, &token("ann", 0), key, &vec![0; size]),
            Err(Refusal::WrongSize)
        );
    }
    let posted = office
        .post(DAY, &token("ann", 0), [99; 16], &vec![5; 6 * wire::CHUNK])
        .unwrap();
    assert_eq!(posted.stored.len(), 6);
    let first = office.fetch(DAY, &token("ann", 200), 4, &[], &[]).unwrap();
    assert_eq!((first.items.len(), first.more), (4, true));
    let rest = office
        .fetch(DAY, &token("ann", 200), 4, &first.cursor, &[])
        .unwrap();
    assert_eq!((rest.items.len(), rest.more), (2, false));
}

fn creating_is_idempotent_and_hashes_are_taken_once<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    assert_eq!(
        office.create(DAY, None, &inbox("ann", WEEK)),
        Ok(Created::Before)
    );
    assert_eq!(
        office.create(DAY, None, &inbox("ann", WEEK + 1)),
        Err(Refusal::Conflict)
    );
    let thief = NewInbox {
        slot_hashes: inbox("ann", WEEK).slot_hashes,
        ..inbox("eve", WEEK)
    };
    assert_eq!(office.create(DAY, None, &thief), Err(Refusal::Conflict));
    assert_eq!(
        office.create(DAY, None, &inbox("bob", WEEK + 14)),
        Err(Refusal::Malformed)
    );
    assert_eq!(
        office.create(DAY, None, &inbox("bob", WEEK + 13)),
        Ok(Created::Now)
    );
    assert_eq!(
        office.create(DAY, None, &inbox("old", WEEK - 14)),
        Err(Refusal::Malformed)
    );
    assert_eq!(
        office.create(DAY, None, &inbox("max", u32::MAX)),
        Err(Refusal::Malformed)
    );
}

fn a_code_is_asked_for_and_two_are_honoured<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = fresh();
    office
        .codes
        .replace(Creating::Invited, vec![token("now", 0), token("next", 0)]);
    assert_eq!(
        office.create(DAY, None, &inbox("ann", WEEK)),
        Err(Refusal::NotInvited)
    );
    assert_eq!(
        office.create(DAY, Some(&token("last", 0)), &inbox("ann", WEEK)),
        Err(Refusal::NotInvited)
    );
    assert_eq!(
        office.create(DAY, Some(&token("now", 0)), &inbox("ann", WEEK)),
        Ok(Created::Now)
    );
    assert_eq!(
        office.create(DAY, Some(&token("next", 0)), &inbox("bob", WEEK)),
        Ok(Created::Now)
    );
}

fn unknown_closed_deleted_and_over_are_one_answer<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    let post = |office: &mut Office<S>, day, slot| {
        office
            .post(day, &token("ann", slot), [slot; 16], &[0; 1024])
            .map(|_| ())
    };
    assert_eq!(
        office.post(DAY, &token("bob", 3), [1; 16], &[0; 1024]),
        Err(Refusal::NoSuchInbox)
    );
    office
        .close(
            DAY,
            &token("ann", 200),
            &[hash(Purpose::Slot, &token("ann", 3))],
        )
        .unwrap();
    assert_eq!(post(&mut office, DAY, 3), Err(Refusal::NoSuchInbox));
    assert_eq!(
        office.create(DAY, None, &inbox("ann", WEEK)),
        Ok(Created::Before)
    );
    assert_eq!(
        post(&mut office, DAY, 3),
        Err(Refusal::NoSuchInbox),
        "making it again opens no closed slot"
    );
    assert_eq!(post(&mut office, DAY, 4), Ok(()));
    let last = WEEK * 7 + 96;
    assert_eq!(post(&mut office, last, 5), Ok(()));
    assert_eq!(post(&mut office, last + 1, 6), Err(Refusal::NoSuchInbox));
    assert_eq!(
        office
            .fetch(last + 1, &token("ann", 200), 9, &[], &[])
            .unwrap_err(),
        Refusal::NoSuchInbox
    );
    assert_eq!(office.store.inboxes(), 0);

    let mut office = office_with(fresh, "ann");
    office.delete(DAY, &token("ann", 200)).unwrap();
    assert_eq!(post(&mut office, DAY, 7), Err(Refusal::NoSuchInbox));
    assert_eq!(
        office.waits(DAY, &token("ann", 201)),
        Err(Refusal::NoSuchInbox)
    );
    assert_eq!(
        office.create(DAY, None, &inbox("ann", WEEK)),
        Ok(Created::Now)
    );
    assert_eq!(post(&mut office, DAY, 7), Ok(()));
}

fn only_the_fetch_token_opens_and_only_its_own_inbox<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    office.create(DAY, None, &inbox("bob", WEEK)).unwrap();
    office
        .post(DAY, &token("ann", 1), [1; 16], &[0; 1024])
        .unwrap();
    let id = all(&mut office, "ann", &[], &[]).items[0].id;
    for other in [token("ann", 1), token("ann", 201)] {
        assert_eq!(
            office.fetch(DAY, &other, 9, &[], &[]).unwrap_err(),
            Refusal::NoSuchInbox
        );
    }
    office.acknowledge(DAY, &token("bob", 200), &[id]).unwrap();
    office
        .close(
            DAY,
            &token("bob", 200),
            &[hash(Purpose::Slot, &token("ann", 1))],
        )
        .unwrap();
    assert_eq!(all(&mut office, "ann", &[], &[]).items.len(), 1);
    assert!(
        office
            .post(DAY, &token("ann", 1), [2; 16], &[0; 1024])
            .is_ok()
    );
}

fn what_was_over_before_it_was_fetched_is_a_gap_and_days_never_go_back<S: Store>(
    fresh: Fresh<'_, S>,
) {
    let mut office = fresh();
    office.create(DAY, None, &inbox("ann", WEEK + 2)).unwrap();
    office
        .post(DAY, &token("ann", 1), [1; 16], &[0; 1024])
        .unwrap();
    office
        .post(DAY + 10, &token("ann", 1), [2; 16], &[0; 1024])
        .unwrap();
    let before = office
        .fetch(DAY + 89, &token("ann", 200), 9, &[], &[])
        .unwrap();
    assert_eq!((before.items.len(), before.gap), (2, false));
    let after = office
        .fetch(DAY + 90, &token("ann", 200), 9, &[], &[])
        .unwrap();
    assert_eq!((after.items.len(), after.gap), (1, true));
    let then = office
        .fetch(DAY + 90, &token("ann", 200), 9, &after.cursor, &[])
        .unwrap();
    assert_eq!(
        (then.items.len(), then.gap),
        (0, false),
        "the cursor has passed the gap"
    );
    assert!(
        !office
            .fetch(DAY + 90, &token("ann", 200), 9, &before.cursor, &[])
            .unwrap()
            .gap,
        "this reader had it"
    );
    // A clock put back neither revives nor ages anything.
    office
        .post(DAY, &token("ann", 1), [3; 16], &[0; 1024])
        .unwrap();
    assert_eq!(
        office
            .fetch(DAY, &token("ann", 200), 9, &after.cursor, &[])
            .unwrap()
            .items[0]
            .day,
        DAY + 90
    );
}

fn numbers_go_on_after_all_was_acknowledged_and_foreign_cursors_are_a_gap<S: Store>(
    fresh: Fresh<'_, S>,
) {
    let mut office = office_with(fresh, "ann");
    office
        .post(DAY, &token("ann", 1), [1; 16], &[1; 1024])
        .unwrap();
    let first = all(&mut office, "ann", &[], &[]);
    all(&mut office, "ann", &first.cursor, &[first.items[0].id]);
    office.turn_day(DAY + 1).unwrap();
    office
        .post(DAY + 1, &token("ann", 1), [2; 16], &[2; 1024])
        .unwrap();
    assert_eq!(
        all(&mut office, "ann", &first.cursor, &[]).items.len(),
        1,
        "a number is never given twice"
    );
    let foreign = all(&mut office, "ann", &[9; 48], &[]);
    assert_eq!((foreign.gap, foreign.items.len()), (true, 1));

    // A box put back from an older copy has fewer numbers than the reader saw.
    let mut older = office_with(fresh, "ann");
    let ahead = crate::cursor::seal(
        &older.store.key(),
        &[0; 24],
        &inbox("ann", WEEK).fetch_hash,
        2,
    );
    older
        .post(DAY, &token("ann", 1), [3; 16], &[3; 1024])
        .unwrap();
    let found = all(&mut older, "ann", &ahead, &[]);
    assert_eq!((found.gap, found.items.len()), (true, 1));
}

fn quotas_are_of_each_slot_and_the_reader_sees_a_marker<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    office.quotas = Quotas {
        slot_day_items: 2,
        slot_bytes: 4096,
        ..Quotas::default()
    };
    let post = |office: &mut Office<S>, day, slot, key| {
        office
            .post(day, &token("ann", slot), [key; 16], &[0; 1024])
            .map(|_| ())
    };
    assert_eq!(post(&mut office, DAY, 1, 1), Ok(()));
    assert_eq!(post(&mut office, DAY, 1, 2), Ok(()));
    assert_eq!(
        post(&mut office, DAY, 1, 3),
        Err(Refusal::TryLater {
            seconds: office.quotas.retry_after
        })
    );
    assert_eq!(
        post(&mut office, DAY, 1, 2),
        Ok(()),
        "a repeated post costs nothing"
    );
    assert_eq!(
        post(&mut office, DAY, 2, 4),
        Ok(()),
        "another slot sees nothing of it"
    );
    assert!(
        !all(&mut office, "ann", &[], &[]).marker,
        "later is not full"
    );
    assert_eq!(post(&mut office, DAY + 1, 1, 5), Ok(()));
    assert_eq!(post(&mut office, DAY + 1, 1, 6), Ok(()));
    assert_eq!(post(&mut office, DAY + 2, 1, 7), Err(Refusal::Full));
    assert_eq!(post(&mut office, DAY + 2, 2, 8), Ok(()));
    let seen = all(&mut office, "ann", &[], &[]);
    assert!(seen.marker);
    assert!(!all(&mut office, "ann", &seen.cursor, &[]).marker);
}

fn a_full_box_refuses_inboxes_first_then_posts_and_never_the_reader<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    office
        .post(DAY, &token("ann", 1), [1; 16], &[0; 1024])
        .unwrap();
    let kept = office.store.kept_bytes().unwrap();
    office.quotas.box_bytes = kept + 1024;
    assert_eq!(
        office.create(DAY, None, &inbox("bob", WEEK)),
        Err(Refusal::Full)
    );
    assert!(
        office
            .post(DAY, &token("ann", 1), [2; 16], &[0; 1024])
            .is_ok()
    );
    office.quotas.box_bytes = kept;
    assert_eq!(
        office.post(DAY, &token("ann", 1), [3; 16], &[0; 1024]),
        Err(Refusal::Full)
    );
    let seen = all(&mut office, "ann", &[], &[]);
    assert!(seen.marker && seen.items.len() == 2);
    let acks: Vec<_> = seen.items.iter().map(|item| item.id).collect();
    assert!(
        all(&mut office, "ann", &seen.cursor, &acks)
            .items
            .is_empty()
    );
}

#[test]
fn a_seed_repeats_every_byte() {
    let fresh = || Office::in_memory(1).unwrap();
    let life = || {
        let mut office = office_with(&fresh, "ann");
        office
            .post(DAY, &token("ann", 1), [1; 16], &[0; 1024])
            .unwrap();
        all(&mut office, "ann", &[], &[])
    };
    assert_eq!(life(), life());
}

fn a_fault_takes_back_all_deeds_of_its_transaction<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    let done = office.together(&Needs::on(DAY), &mut |desk| {
        desk.create(None, &inbox("bob", WEEK)).unwrap();
        desk.broken = Some(StoreError::DiskFull);
    });
    assert_eq!(done, Err(StoreError::DiskFull));
    assert_eq!(office.store.inboxes(), 1);
    assert_eq!(
        office
            .fetch(DAY, &token("bob", 200), 9, &[], &[])
            .unwrap_err(),
        Refusal::NoSuchInbox
    );
}
