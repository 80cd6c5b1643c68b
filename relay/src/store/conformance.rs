//! What every store must do, as assertions: a new kind of store is done when [`conforms`] and [`keeps`] pass.
//! Knows the traits only.
//! Long because every promise of a store is held in one place.
//! Invariant: each promise of [`Store`] and [`Books`] has its assertion here.

use std::io::Write as _;

use super::conformance_waking::wakes_who_holds;
use super::{
    Books, Inbox, InboxNo, InboxToAdd, ItemToAdd, LIFE_DAYS, Needs, Store, StoreError, View,
};

const DAY: u32 = 20_500;

/// A promise, and the test of it on a fresh store.
type Promise<S> = (&'static str, fn(&mut S) -> Result<(), StoreError>);

/// All that is promised of one store.
fn promises<S: Store>() -> [Promise<S>; 11] {
    [
        ("finds an inbox by its hashes only", finds_an_inbox),
        ("takes no hash twice", takes_no_hash_twice),
        (
            "gives items in order and within bounds",
            gives_items_in_order,
        ),
        ("never gives a number twice", never_gives_a_number_twice),
        ("knows a repeated item through the next day", knows_a_repeat),
        ("keeps ids that begin alike", keeps_ids_that_begin_alike),
        ("touches one inbox only", touches_one_inbox_only),
        (
            "sees what was done before in one transaction",
            sees_its_own_deeds,
        ),
        ("takes back a transaction", takes_back_a_transaction),
        ("ends what is over", ends_what_is_over),
        ("wakes those who hold something", wakes_who_holds),
    ]
}

/// Runs all promises, each on a fresh store, and says how many were kept.
///
/// # Errors
/// [`StoreError`] of the store.
///
/// # Panics
/// When a promise is not kept.
pub fn conforms<S: Store>(
    name: &str,
    fresh: &dyn Fn() -> Result<S, StoreError>,
) -> Result<usize, StoreError> {
    let promises = promises::<S>();
    for (promise, test) in promises {
        println!("{name}: {promise}");
        test(&mut fresh()?)?;
    }
    say(&format!(
        "{name}: {} promises of a store kept",
        promises.len()
    ));
    Ok(promises.len())
}

/// Says a count, also where a test's own words are kept back.
pub fn say(count: &str) {
    // Nobody reads it any more only where nobody would have.
    let _ = writeln!(std::io::stdout(), "{count}");
}

/// What was written is there after `again` has closed and opened the store, twice.
///
/// # Errors
/// [`StoreError`] of the store.
///
/// # Panics
/// When something is lost.
pub fn keeps<S: Store>(
    mut store: S,
    again: impl Fn(S) -> Result<S, StoreError>,
) -> Result<(), StoreError> {
    let inbox = add(&mut store, 1)?;
    store.turn_day(DAY)?;
    put(&mut store, inbox, 1)?;
    put(&mut store, inbox, 2)?;
    write(&mut store, |books| books.remove_items(inbox, &[id(2)]))?;
    let key = store.key();
    // A restart in the midst of a restart does no more.
    let mut store = again(again(store)?)?;
    assert_eq!(
        (store.key(), store.last_day(), store.inboxes()),
        (key, DAY, 1)
    );
    assert_eq!(numbers(&store, 1)?, [1]);
    assert_eq!(
        put(&mut store, inbox, 3)?,
        3,
        "the number of an item that is gone"
    );
    assert_eq!(
        write(&mut store, |books| books.check_of(DAY, &id(2)))?,
        Some([2; 16])
    );
    store.tidy()?;
    assert_eq!(numbers(&store, 1)?, [1, 3], "tidying loses nothing");
    store.turn_day(DAY + 1)?;
    store.tidy()?;
    let store = again(store)?;
    assert_eq!(
        numbers(&store, 1)?,
        [1, 3],
        "nor does laying out a day that is over"
    );
    Ok(())
}

/// Two stores over one database, as two processes have them.
///
/// # Errors
/// [`StoreError`] of the stores.
///
/// # Panics
/// When a promise is not kept.
pub fn shares<S: Store + Send>(mut one: S, mut two: S) -> Result<(), StoreError> {
    assert_eq!(one.key(), two.key());
    one.turn_day(DAY)?;
    assert_eq!(two.turn_day(DAY)?, None, "a day is turned once");
    assert_eq!(two.last_day(), DAY);
    let no = add(&mut one, 1)?;
    assert!(!write(&mut two, |books| books.add_inbox(&inbox(1)))?);
    put(&mut two, no, 1)?;
    put(&mut one, no, 2)?;
    assert_eq!(
        (numbers(&one, 1)?, numbers(&two, 1)?),
        (vec![1, 2], vec![1, 2])
    );
    assert_eq!(
        write(&mut one, |books| books.check_of(DAY, &id(1)))?,
        Some([1; 16]),
        "what came by the other is known"
    );
    write(&mut two, |books| books.remove_items(no, &[id(2)]))?;
    assert_eq!((numbers(&one, 1)?, one.inboxes()), (vec![1], 1));
    // A process that is behind keeps nothing under a day that is over for the other.
    two.turn_day(DAY + 3)?;
    put(&mut one, no, 3)?;
    let kept = numbers_and_days(&one, 1)?;
    assert_eq!(kept, [(1, DAY), (3, DAY + 3)]);
    write(&mut two, |books| books.delete_inbox(no))?;
    let open = write(&mut one, |books| books.inbox_by_slot(&slot(1, 5)))?;
    assert_eq!(open, None);
    assert_eq!((one.inboxes(), two.inboxes()), (0, 0));
    writes_at_once(one, two)
}

/// Both write to the same two inboxes, named in another order, while both read: every number is seen once, in order, and none is passed over.
fn writes_at_once<S: Store + Send>(mut one: S, mut two: S) -> Result<(), StoreError> {
    const ROUNDS: u16 = 100;
    let nos = [add(&mut one, 1)?, add(&mut one, 2)?];
    let work = |store: &mut S, process: u8| -> Result<Vec<u64>, StoreError> {
        let mut seen = Vec::new();
        for round in 0..ROUNDS {
            let mut names = [1, 2];
            if process == 2 {
                names.reverse();
            }
            let needs = Needs {
                fetches: names.map(|name| [name; 32]).to_vec(),
                ..Needs::default()
            };
            store.write(&needs, &mut |books| {
                for name in names {
                    let found = books.inbox_by_fetch(&[name; 32])?;
                    let inbox = found.ok_or(StoreError::Damaged)?;
                    let mut id = [name; 16];
                    id[..3].copy_from_slice(&[
                        process,
                        round.to_be_bytes()[0],
                        round.to_be_bytes()[1],
                    ]);
                    let number = books.next_number(&inbox)?;
                    books.add_item(&ItemToAdd {
                        id,
                        check: id,
                        inbox: inbox.no,
                        number,
                        bytes: &[process; 1024],
                    })?;
                }
                Ok(())
            })?;
            let inbox = store.inbox_by_fetch(&[1; 32])?.ok_or(StoreError::Damaged)?;
            let last = seen.last().copied().unwrap_or(0);
            let items = store.items_after(&inbox, last, 999, 1 << 20)?;
            seen.extend(items.iter().map(|item| item.number));
        }
        Ok(seen)
    };
    let (seen, also) = std::thread::scope(|threads| {
        let other = threads.spawn(|| work(&mut two, 2));
        (work(&mut one, 1), other.join())
    });
    let also = also.map_err(|_| StoreError::Stopped)?;
    for seen in [seen?, also?] {
        assert_eq!(
            seen,
            (1..=u64::try_from(seen.len()).unwrap_or(0)).collect::<Vec<_>>()
        );
    }
    for (name, no) in [(1, nos[0]), (2, nos[1])] {
        let all = numbers(&one, name)?;
        assert_eq!(
            all,
            (1..=2 * u64::from(ROUNDS)).collect::<Vec<_>>(),
            "{no:?}"
        );
    }
    Ok(())
}

fn finds_an_inbox<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    assert_eq!(store.inboxes(), 1);
    let found = |inbox: Option<Inbox>| inbox.map(|inbox| inbox.no);
    assert_eq!(found(store.inbox_by_fetch(&[1; 32])?), Some(no));
    assert_eq!(found(store.inbox_by_wake(&[101; 32])?), Some(no));
    assert_eq!(found(store.inbox_by_wake(&[1; 32])?), None);
    assert_eq!(found(store.inbox_by_fetch(&[101; 32])?), None);
    let slots = write(store, |books| {
        Ok((
            books.inbox_by_slot(&slot(1, 63))?,
            books.inbox_by_slot(&slot(2, 0))?,
        ))
    })?;
    assert_eq!((found(slots.0), found(slots.1)), (Some(no), None));
    Ok(())
}

fn takes_no_hash_twice<S: Store>(store: &mut S) -> Result<(), StoreError> {
    add(store, 1)?;
    let others = [
        InboxToAdd {
            fetch_hash: [1; 32],
            ..inbox(2)
        },
        InboxToAdd {
            wake_hash: [101; 32],
            ..inbox(2)
        },
        InboxToAdd {
            slot_hashes: vec![slot(2, 0), slot(1, 0)],
            ..inbox(2)
        },
    ];
    for other in others {
        assert!(!write(store, |books| books.add_inbox(&other))?);
        assert_eq!(
            write(store, |books| books.inbox_by_slot(&slot(2, 0)))?,
            None,
            "nothing of it was done"
        );
    }
    assert_eq!(store.inboxes(), 1);
    Ok(())
}

fn gives_items_in_order<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    store.turn_day(DAY)?;
    assert_eq!(store.highest_kept(&kept(store, 1)?)?, 0);
    for name in 1..=5 {
        put(store, no, name)?;
    }
    let no = kept(store, 1)?;
    assert_eq!(store.highest_kept(&no)?, 5);
    let count = |after, items, bytes| {
        Ok(store
            .items_after(&no, after, items, bytes)?
            .iter()
            .map(|item| item.number)
            .collect::<Vec<_>>())
    };
    assert_eq!(count(0, 99, 1 << 20)?, [1, 2, 3, 4, 5]);
    assert_eq!(count(2, 2, 1 << 20)?, [3, 4]);
    assert_eq!(count(0, 99, 2500)?, [1, 2], "no more bytes than asked for");
    assert_eq!(count(0, 99, 1)?, [1], "but one always");
    assert_eq!(count(5, 99, 1 << 20)?, [0; 0]);
    let items = store.items_after(&no, 0, 1, 1)?;
    assert!(
        items
            .iter()
            .all(|item| item.id == id(1) && item.day == DAY && item.bytes == [1; 1024])
    );
    Ok(())
}

fn never_gives_a_number_twice<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    store.turn_day(DAY)?;
    put(store, no, 1)?;
    put(store, no, 2)?;
    write(store, |books| {
        books.remove_items(no, &[id(1), id(2), id(9)])
    })?;
    assert_eq!(numbers(store, 1)?, [0; 0]);
    assert_eq!(put(store, no, 3)?, 3);
    write(store, |books| {
        let found = books.inbox_by_fetch(&[1; 32])?;
        let number = books.next_number(&found.ok_or(StoreError::Damaged)?)?;
        books.note_refusal(no, number)
    })?;
    store.turn_day(DAY + 5)?;
    assert_eq!(put(store, no, 5)?, 5);
    let inbox = kept(store, 1)?;
    assert_eq!((inbox.gone_through, inbox.refused_at), (2, 4));
    let other = add(store, 2)?;
    assert_eq!(put(store, other, 50)?, 1, "numbers are of one inbox");
    Ok(())
}

fn knows_a_repeat<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    store.turn_day(DAY)?;
    put(store, no, 1)?;
    let known = |store: &mut S, day| write(store, |books| books.check_of(day, &id(1)));
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    assert_eq!(
        known(store, DAY + 1)?,
        None,
        "an item is known by its own day"
    );
    write(store, |books| books.remove_items(no, &[id(1)]))?;
    assert_eq!(numbers(store, 1)?, [0; 0]);
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    store.turn_day(DAY + 1)?;
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    store.turn_day(DAY + 2)?;
    assert_eq!(known(store, DAY)?, None);
    Ok(())
}

fn keeps_ids_that_begin_alike<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    store.turn_day(DAY)?;
    for last in 1..=5 {
        let mut alike = [7; 16];
        if let Some(byte) = alike.last_mut() {
            *byte = last;
        }
        write(store, |books| {
            let found = books.inbox_by_fetch(&[1; 32])?;
            let number = books.next_number(&found.ok_or(StoreError::Damaged)?)?;
            books.add_item(&ItemToAdd {
                id: alike,
                check: [last; 16],
                inbox: no,
                number,
                bytes: &[last],
            })
        })?;
        assert_eq!(
            write(store, |books| books.check_of(DAY, &alike))?,
            Some([last; 16])
        );
    }
    assert_eq!(numbers(store, 1)?, [1, 2, 3, 4, 5]);
    Ok(())
}

fn touches_one_inbox_only<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let (one, two) = (add(store, 1)?, add(store, 2)?);
    store.turn_day(DAY)?;
    put(store, one, 1)?;
    put(store, two, 2)?;
    write(store, |books| books.remove_items(two, &[id(1)]))?;
    assert_eq!((numbers(store, 1)?, numbers(store, 2)?), (vec![1], vec![1]));
    write(store, |books| {
        books.close_slots(two, &[slot(1, 0), slot(2, 1)])
    })?;
    let open =
        |store: &mut S, hash| write(store, |books| Ok(books.inbox_by_slot(&hash)?.is_some()));
    assert!(open(store, slot(1, 0))? && open(store, slot(2, 0))? && !open(store, slot(2, 1))?);
    write(store, |books| books.delete_inbox(two))?;
    assert!(open(store, slot(1, 0))? && !open(store, slot(2, 0))?);
    assert_eq!(numbers(store, 1)?, [1]);
    assert_eq!(
        (store.inbox_by_fetch(&[2; 32])?, store.inboxes()),
        (None, 1)
    );
    add(store, 2)?;
    assert_eq!(numbers(store, 2)?, [0; 0], "nothing of the one before");
    assert!(
        open(store, slot(2, 1))?,
        "a deleted inbox can be made anew, with all its slots"
    );
    Ok(())
}

fn sees_its_own_deeds<S: Store>(store: &mut S) -> Result<(), StoreError> {
    store.turn_day(DAY)?;
    let (one, kept_before) = (inbox(1), store.kept_bytes()?);
    write(store, |books| {
        assert!(books.add_inbox(&one)?);
        assert_eq!(books.inboxes(), 1);
        assert!(!books.add_inbox(&one)?);
        for name in 1..=3 {
            let found = books.inbox_by_slot(&slot(1, name))?;
            let number = books.next_number(&found.ok_or(StoreError::Damaged)?)?;
            assert_eq!(number, u64::from(name));
            books.add_item(&ItemToAdd {
                id: id(name),
                check: [name; 16],
                inbox: one.no,
                number,
                bytes: &[name; 1024],
            })?;
            assert_eq!(books.check_of(DAY, &id(name))?, Some([name; 16]));
        }
        books.remove_items(one.no, &[id(2)])?;
        books.close_slots(one.no, &[slot(1, 9)])?;
        assert_eq!(books.inbox_by_slot(&slot(1, 9))?, None);
        Ok(())
    })?;
    assert_eq!(numbers(store, 1)?, [1, 3]);
    write(store, |books| {
        books.delete_inbox(one.no)?;
        assert_eq!(books.inbox_by_slot(&slot(1, 1))?, None);
        assert_eq!(books.inbox_by_fetch(&[1; 32])?, None);
        assert!(books.add_inbox(&InboxToAdd {
            no: InboxNo(-77),
            ..inbox(1)
        })?);
        let found = books.inbox_by_slot(&slot(1, 9))?;
        assert_eq!(found.map(|found| found.no), Some(InboxNo(-77)));
        books.delete_inbox(InboxNo(-77))
    })?;
    assert_eq!(
        (store.inboxes(), store.inbox_by_fetch(&[1; 32])?),
        (0, None)
    );
    assert!(
        store.kept_bytes()? <= kept_before + (64 << 10),
        "given back"
    );
    Ok(())
}

fn takes_back_a_transaction<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    store.turn_day(DAY)?;
    put(store, no, 1)?;
    let done = write::<S, ()>(store, |books| {
        books.add_inbox(&inbox(2))?;
        books.remove_items(no, &[id(1)])?;
        books.close_slots(no, &[slot(1, 1)])?;
        let found = books.inbox_by_fetch(&[1; 32])?;
        assert_eq!(found.map_or(Ok(0), |found| books.next_number(&found))?, 2);
        books.note_refusal(no, 2)?;
        Err(StoreError::DiskFull)
    });
    assert_eq!(done, Err(StoreError::DiskFull));
    assert_eq!((store.inboxes(), numbers(store, 1)?), (1, vec![1]));
    assert_eq!(kept(store, 1)?.refused_at, 0);
    let slot = write(store, |books| books.inbox_by_slot(&slot(1, 1)))?;
    assert!(slot.is_some());
    assert_eq!(put(store, no, 2)?, 2);
    Ok(())
}

fn ends_what_is_over<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let (early, late) = (add(store, 1)?, add(store, 2)?);
    store.turn_day(DAY)?;
    put(store, early, 1)?;
    put(store, late, 2)?;
    store.turn_day(DAY + 1)?;
    put(store, late, 3)?;
    let turn = |store: &mut S, day| {
        let ended = store.turn_day(day)?;
        Ok(ended.map(|ended| (ended.inboxes, ended.items)))
    };
    assert_eq!(turn(store, DAY + LIFE_DAYS - 1)?, Some((0, 0)));
    assert_eq!(turn(store, DAY + LIFE_DAYS)?, Some((0, 2)));
    assert_eq!((numbers(store, 1)?, numbers(store, 2)?), (vec![], vec![2]));
    let inbox_of_two = kept(store, 2)?;
    assert_eq!(
        (inbox_of_two.expired_through, inbox_of_two.gone_through),
        (1, 1)
    );
    let last = inbox(1).last_day;
    assert_eq!(turn(store, last)?, Some((0, 1)));
    assert_eq!(turn(store, last + 1)?, Some((1, 0)));
    assert_eq!((store.inboxes(), store.last_day()), (1, last + 1));
    assert_eq!(turn(store, DAY)?, None);
    assert_eq!(store.last_day(), last + 1, "days never go back");
    let slots = write(store, |books| {
        Ok((
            books.inbox_by_slot(&slot(1, 0))?,
            books.inbox_by_slot(&slot(2, 0))?,
        ))
    })?;
    assert!(slots.0.is_none() && slots.1.is_some());
    Ok(())
}

/// Both inboxes are said to be needed; slots and repeated items are not, and are found all the same.
pub(super) fn write<S: Store, T>(
    store: &mut S,
    deed: impl FnOnce(&mut dyn Books) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let (mut deed, mut done) = (Some(deed), None);
    let needs = Needs {
        fetches: vec![[1; 32], [2; 32]],
        makes: true,
        ..Needs::default()
    };
    store.write(&needs, &mut |books| {
        done = deed.take().map(|deed| deed(books)).transpose()?;
        Ok(())
    })?;
    done.ok_or(StoreError::Stopped)
}

pub(super) fn add<S: Store>(store: &mut S, name: u8) -> Result<InboxNo, StoreError> {
    let inbox = inbox(name);
    assert!(write(store, |books| books.add_inbox(&inbox))?);
    Ok(inbox.no)
}

/// Keeps a KiB under the next number, and gives that number.
pub(super) fn put<S: Store>(store: &mut S, inbox: InboxNo, name: u8) -> Result<u64, StoreError> {
    write(store, |books| {
        for fetch in [[1; 32], [2; 32]] {
            if let Some(found) = books.inbox_by_fetch(&fetch)?
                && found.no == inbox
            {
                let number = books.next_number(&found)?;
                books.add_item(&ItemToAdd {
                    id: id(name),
                    check: [name; 16],
                    inbox,
                    number,
                    bytes: &[name; 1024],
                })?;
                return Ok(number);
            }
        }
        Err(StoreError::Damaged)
    })
}

fn kept(store: &impl View, name: u8) -> Result<Inbox, StoreError> {
    store
        .inbox_by_fetch(&[name; 32])?
        .ok_or(StoreError::Damaged)
}

fn numbers(store: &impl View, name: u8) -> Result<Vec<u64>, StoreError> {
    let all = numbers_and_days(store, name)?;
    Ok(all.into_iter().map(|(number, _)| number).collect())
}

fn numbers_and_days(store: &impl View, name: u8) -> Result<Vec<(u64, u32)>, StoreError> {
    let items = store.items_after(&kept(store, name)?, 0, 999, 1 << 20)?;
    Ok(items.iter().map(|item| (item.number, item.day)).collect())
}

pub(super) fn inbox(name: u8) -> InboxToAdd {
    InboxToAdd {
        no: InboxNo(-1000 - i64::from(name)),
        fetch_hash: [name; 32],
        wake_hash: [name + 100; 32],
        slot_hashes: (0..64).map(|number| slot(name, number)).collect(),
        made: [name; 32],
        last_day: DAY + 95 + u32::from(name),
    }
}

fn slot(name: u8, number: u8) -> [u8; 32] {
    let mut hash = [name; 32];
    if let Some(byte) = hash.last_mut() {
        *byte = number;
    }
    hash
}

pub(super) const fn id(name: u8) -> [u8; 16] {
    [name.wrapping_mul(37); 16]
}
