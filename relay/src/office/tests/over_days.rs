//! Stories of what ends, fills and is fetched late; told on both stores.
use super::*;
use crate::store::LIFE_DAYS;

pub(super) fn what_is_over_goes_on_a_send_and_on_a_timer<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = fresh();
    office.create(DAY, None, &inbox("ann", WEEK + 13)).unwrap();
    let post = |office: &mut Office<S>, day, key| {
        office
            .post(day, &token("ann", 1), [key; 16], &[key; 1024])
            .unwrap();
    };
    let ended = |inboxes, items| Ended { inboxes, items };
    post(&mut office, DAY, 1);
    post(&mut office, DAY, 2);
    assert_eq!(office.take_turned(), Some((DAY, ended(0, 0))));
    // Nobody looked for three months: a post finds what is over, and ends it before it is kept.
    post(&mut office, DAY + 90, 3);
    assert_eq!(office.take_turned(), Some((DAY + 90, ended(0, 2))));
    let seen = office
        .fetch(DAY + 90, &token("ann", 200), 9, &[], &[])
        .unwrap();
    assert_eq!((seen.items.len(), seen.gap), (1, true));
    // Nobody came at all: the relay's own clock ends the rest.
    office.turn_day(DAY + 170).unwrap();
    assert_eq!(office.take_turned(), Some((DAY + 170, ended(0, 0))));
    let last = (WEEK + 13) * 7 + 96;
    office.turn_day(last + 1).unwrap();
    assert_eq!(office.take_turned(), Some((last + 1, ended(1, 1))));
    assert_eq!(office.store.inboxes(), 0);
    office.turn_day(last + 1).unwrap();
    assert_eq!(office.take_turned(), None, "a day begins once");
}

pub(super) fn a_full_box_takes_posts_again_when_it_was_emptied<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = office_with(fresh, "ann");
    office.quotas.box_bytes = office.store.kept_bytes().unwrap() + (600 << 10);
    let body = vec![7; 64 << 10];
    let post = |office: &mut Office<S>, key| {
        office
            .post(DAY, &token("ann", 1), [key; 16], &body)
            .map(|_| ())
    };
    let kept = (0..99)
        .take_while(|key| post(&mut office, *key).is_ok())
        .count();
    assert!((5..=9).contains(&kept), "{kept}");
    assert_eq!(post(&mut office, 100), Err(Refusal::Full));
    let (mut cursor, mut acks, mut drained, mut marked) = (vec![], vec![], 0, false);
    loop {
        let seen = office
            .fetch(DAY, &token("ann", 200), 2, &cursor, &acks)
            .unwrap();
        marked |= seen.marker;
        if seen.items.is_empty() {
            break;
        }
        acks = seen.items.iter().map(|item| item.id).collect();
        (cursor, drained) = (seen.cursor, drained + acks.len());
    }
    assert_eq!((drained, marked), (kept, true));
    assert_eq!(post(&mut office, 101), Ok(()));
    assert_eq!(all(&mut office, "ann", &cursor, &[]).items.len(), 1);
}

pub(super) fn a_cursor_older_than_what_is_kept_is_a_gap<S: Store>(fresh: Fresh<'_, S>) {
    let mut office = fresh();
    office.create(DAY, None, &inbox("ann", WEEK + 2)).unwrap();
    let post = |office: &mut Office<S>, day, key| {
        office
            .post(day, &token("ann", 1), [key; 16], &[key; 1024])
            .unwrap();
    };
    let fetch = |office: &mut Office<S>, day, cursor: &[u8]| {
        let seen = office
            .fetch(day, &token("ann", 200), 9, cursor, &[])
            .unwrap();
        let bytes: Vec<u8> = seen.items.iter().map(|item| item.bytes[0]).collect();
        (bytes, seen.gap, seen.cursor)
    };
    post(&mut office, DAY, 1);
    let (_, _, after_one) = fetch(&mut office, DAY, &[]);
    post(&mut office, DAY + 1, 2);
    let (_, _, after_two) = fetch(&mut office, DAY + 1, &after_one);
    post(&mut office, DAY + 5, 3);
    let day = DAY + 1 + LIFE_DAYS;
    let (bytes, gap, _) = fetch(&mut office, day, &after_one);
    assert_eq!(
        (bytes, gap),
        (vec![3], true),
        "the second was over before it was fetched"
    );
    let (bytes, gap, _) = fetch(&mut office, day, &after_two);
    assert_eq!((bytes, gap), (vec![3], false), "this reader had it");
}

#[test]
fn a_day_that_another_process_turned_begins_here_too() {
    let server = crate::store::postgres_kit::Server::shared();
    let database = server.database();
    let (mut one, mut two) = (over_postgres(&database), over_postgres(&database));
    one.create(DAY, None, &inbox("ann", WEEK + 2)).unwrap();
    two.post(DAY, &token("ann", 1), [1; 16], &[1; 1024])
        .unwrap();
    assert_eq!(two.take_turned(), Some((DAY, Ended::default())));
    one.turn_day(DAY + 90).unwrap();
    let ended = Ended {
        inboxes: 0,
        items: 1,
    };
    assert_eq!(one.take_turned(), Some((DAY + 90, ended)));
    // Its clock is behind; with its second deed it has seen that the day is another, and says so once, without the counts.
    for key in [2, 3, 4] {
        two.post(DAY + 1, &token("ann", 1), [key; 16], &[1; 1024])
            .unwrap();
    }
    assert_eq!(two.take_turned(), Some((DAY + 90, Ended::default())));
    two.turn_day(DAY + 90).unwrap();
    assert_eq!(two.take_turned(), None);
    let seen = one
        .fetch(DAY + 90, &token("ann", 200), 9, &[], &[])
        .unwrap();
    assert!(seen.gap && seen.items.iter().all(|item| item.day == DAY + 90));
}
