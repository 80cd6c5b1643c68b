//! What every store must do, as assertions: a new kind of store is done when [`conforms`] and [`keeps`] pass.
//! Knows the traits only.
//! Invariant: each promise of [`Store`] and [`Books`] has its assertion here.

use super::{Books, Inbox, InboxNo, InboxToAdd, ItemToAdd, LIFE_DAYS, Store, StoreError, View};

const DAY: u32 = 20_500;

/// Runs all assertions, each on a fresh store.
///
/// # Errors
/// [`StoreError`] of the store.
///
/// # Panics
/// When a promise is not kept.
pub fn conforms<S: Store>(fresh: &dyn Fn() -> Result<S, StoreError>) -> Result<(), StoreError> {
    finds_an_inbox_by_its_hashes_only(&mut fresh()?)?;
    takes_no_hash_twice(&mut fresh()?)?;
    gives_items_in_order_and_within_bounds(&mut fresh()?)?;
    never_gives_a_number_twice(&mut fresh()?)?;
    knows_a_repeated_item_through_the_next_day(&mut fresh()?)?;
    keeps_ids_that_begin_alike(&mut fresh()?)?;
    touches_one_inbox_only(&mut fresh()?)?;
    takes_back_a_transaction(&mut fresh()?)?;
    ends_what_is_over(&mut fresh()?)
}

/// What was written is there after `again` has closed and opened the store.
///
/// # Errors
/// [`StoreError`] of the store.
///
/// # Panics
/// When something is lost.
pub fn keeps<S: Store>(
    mut store: S,
    again: impl FnOnce(S) -> Result<S, StoreError>,
) -> Result<(), StoreError> {
    let inbox = add(&mut store, 1)?;
    put(&mut store, inbox, 1, DAY)?;
    put(&mut store, inbox, 2, DAY)?;
    write(&mut store, |books| books.turn_day(DAY))?;
    write(&mut store, |books| books.remove_items(inbox, &[id(2)], DAY))?;
    let key = store.key();
    let mut store = again(store)?;
    assert_eq!(
        (store.key(), store.last_day(), store.inboxes()),
        (key, DAY, 1)
    );
    assert_eq!(numbers(&store, inbox)?, [1]);
    assert_eq!(
        put(&mut store, inbox, 3, DAY)?,
        3,
        "the number of an item that is gone"
    );
    assert_eq!(
        write(&mut store, |books| books.check_of(DAY, &id(2)))?,
        Some([2; 16])
    );
    store.tidy()?;
    assert_eq!(numbers(&store, inbox)?, [1, 3], "tidying loses nothing");
    Ok(())
}

fn finds_an_inbox_by_its_hashes_only<S: Store>(store: &mut S) -> Result<(), StoreError> {
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

fn gives_items_in_order_and_within_bounds<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    assert_eq!(store.highest_kept(no)?, 0);
    for name in 1..=5 {
        put(store, no, name, DAY)?;
    }
    assert_eq!(store.highest_kept(no)?, 5);
    let count = |after, items, bytes| {
        Ok(store
            .items_after(no, after, items, bytes)?
            .iter()
            .map(|item| item.number)
            .collect::<Vec<_>>())
    };
    assert_eq!(count(0, 99, 1 << 20)?, [1, 2, 3, 4, 5]);
    assert_eq!(count(2, 2, 1 << 20)?, [3, 4]);
    assert_eq!(count(0, 99, 2500)?, [1, 2], "no more bytes than asked for");
    assert_eq!(count(0, 99, 1)?, [1], "but one always");
    assert_eq!(count(5, 99, 1 << 20)?, [0; 0]);
    let items = store.items_after(no, 0, 1, 1)?;
    assert!(
        items
            .iter()
            .all(|item| item.id == id(1) && item.day == DAY && item.bytes == [1; 1024])
    );
    Ok(())
}

fn never_gives_a_number_twice<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    put(store, no, 1, DAY)?;
    put(store, no, 2, DAY)?;
    assert_eq!(
        write(store, |books| books.remove_items(
            no,
            &[id(1), id(2), id(9)],
            DAY
        ))?,
        2
    );
    assert_eq!(put(store, no, 3, DAY)?, 3);
    write(store, |books| books.note_refusal(no, 4))?;
    write(store, |books| books.turn_day(DAY + 5))?;
    assert_eq!(put(store, no, 5, DAY + 5)?, 5);
    assert_eq!(
        store
            .inbox_by_fetch(&[1; 32])?
            .map(|inbox| (inbox.gone_through, inbox.refused_at)),
        Some((2, 4))
    );
    let other = add(store, 2)?;
    assert_eq!(put(store, other, 50, DAY)?, 1, "numbers are of one inbox");
    Ok(())
}

fn knows_a_repeated_item_through_the_next_day<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    put(store, no, 1, DAY)?;
    let known = |store: &mut S, day| write(store, |books| books.check_of(day, &id(1)));
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    assert_eq!(
        known(store, DAY + 1)?,
        None,
        "an item is known by its own day"
    );
    write(store, |books| books.remove_items(no, &[id(1)], DAY))?;
    assert_eq!(numbers(store, no)?, [0; 0]);
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    write(store, |books| books.turn_day(DAY + 1))?;
    assert_eq!(known(store, DAY)?, Some([1; 16]));
    write(store, |books| books.turn_day(DAY + 2))?;
    assert_eq!(known(store, DAY)?, None);
    Ok(())
}

fn keeps_ids_that_begin_alike<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    for last in 1..=5 {
        let mut alike = [7; 16];
        if let Some(byte) = alike.last_mut() {
            *byte = last;
        }
        let item = ItemToAdd {
            id: alike,
            check: [last; 16],
            inbox: no,
            number: last.into(),
            day: DAY,
            bytes: &[last],
        };
        write(store, |books| books.add_item(&item))?;
        assert_eq!(
            write(store, |books| books.check_of(DAY, &alike))?,
            Some([last; 16])
        );
    }
    assert_eq!(numbers(store, no)?, [1, 2, 3, 4, 5]);
    Ok(())
}

fn touches_one_inbox_only<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let (one, two) = (add(store, 1)?, add(store, 2)?);
    put(store, one, 1, DAY)?;
    put(store, two, 2, DAY)?;
    assert_eq!(
        write(store, |books| books.remove_items(two, &[id(1)], DAY))?,
        0
    );
    write(store, |books| {
        books.close_slots(two, &[slot(1, 0), slot(2, 1)])
    })?;
    let open =
        |store: &mut S, hash| write(store, |books| Ok(books.inbox_by_slot(&hash)?.is_some()));
    assert!(open(store, slot(1, 0))? && open(store, slot(2, 0))? && !open(store, slot(2, 1))?);
    write(store, |books| books.delete_inbox(two))?;
    assert!(open(store, slot(1, 0))? && !open(store, slot(2, 0))?);
    assert_eq!(
        (numbers(store, one)?, numbers(store, two)?),
        (vec![1], vec![])
    );
    assert_eq!(
        (store.inbox_by_fetch(&[2; 32])?, store.inboxes()),
        (None, 1)
    );
    add(store, 2)?;
    assert!(
        open(store, slot(2, 1))?,
        "a deleted inbox can be made anew, with all its slots"
    );
    Ok(())
}

fn takes_back_a_transaction<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let no = add(store, 1)?;
    put(store, no, 1, DAY)?;
    let done = write::<S, ()>(store, |books| {
        books.add_inbox(&inbox(2))?;
        books.remove_items(no, &[id(1)], DAY)?;
        let found = books.inbox_by_fetch(&[1; 32])?;
        assert_eq!(found.map_or(Ok(0), |found| books.next_number(&found))?, 2);
        books.turn_day(DAY + 1)?;
        Err(StoreError::DiskFull)
    });
    assert_eq!(done, Err(StoreError::DiskFull));
    assert_eq!(
        (store.inboxes(), store.last_day(), numbers(store, no)?),
        (1, 0, vec![1])
    );
    assert_eq!(put(store, no, 2, DAY)?, 2);
    Ok(())
}

fn ends_what_is_over<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let (early, late) = (add(store, 1)?, add(store, 2)?);
    put(store, early, 1, DAY)?;
    put(store, late, 2, DAY)?;
    put(store, late, 3, DAY + 1)?;
    let turn = |store: &mut S, day| {
        write(store, |books| books.turn_day(day)).map(|ended| (ended.inboxes, ended.items))
    };
    assert_eq!(turn(store, DAY + LIFE_DAYS - 1)?, (0, 0));
    assert_eq!(turn(store, DAY + LIFE_DAYS)?, (0, 2));
    assert_eq!(
        (numbers(store, early)?, numbers(store, late)?),
        (vec![], vec![2])
    );
    assert_eq!(
        store
            .inbox_by_fetch(&[2; 32])?
            .map(|inbox| (inbox.expired_through, inbox.gone_through)),
        Some((1, 1))
    );
    let last = inbox(1).last_day;
    assert_eq!(turn(store, last)?, (0, 1));
    assert_eq!(turn(store, last + 1)?, (1, 0));
    assert_eq!((store.inboxes(), store.last_day()), (1, last + 1));
    assert_eq!(turn(store, DAY)?.0, 0);
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

fn write<S: Store, T>(
    store: &mut S,
    deed: impl FnOnce(&mut dyn Books) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let (mut deed, mut done) = (Some(deed), None);
    store.write(&mut |books| {
        done = deed.take().map(|deed| deed(books)).transpose()?;
        Ok(())
    })?;
    done.ok_or(StoreError::Stopped)
}

fn add<S: Store>(store: &mut S, name: u8) -> Result<InboxNo, StoreError> {
    let inbox = inbox(name);
    assert!(write(store, |books| books.add_inbox(&inbox))?);
    Ok(inbox.no)
}

/// Keeps a KiB under the next number, and gives that number.
fn put<S: Store>(store: &mut S, inbox: InboxNo, name: u8, day: u32) -> Result<u64, StoreError> {
    let kept = [1, 2]
        .into_iter()
        .filter_map(|name| store.inbox_by_fetch(&[name; 32]).ok().flatten())
        .find(|one| one.no == inbox);
    let kept = kept.ok_or(StoreError::Disk)?;
    write(store, |books| {
        let number = books.next_number(&kept)?;
        books.add_item(&ItemToAdd {
            id: id(name),
            check: [name; 16],
            inbox,
            number,
            day,
            bytes: &[name; 1024],
        })?;
        Ok(number)
    })
}

fn numbers(store: &impl View, inbox: InboxNo) -> Result<Vec<u64>, StoreError> {
    Ok(store
        .items_after(inbox, 0, 99, 1 << 20)?
        .iter()
        .map(|item| item.number)
        .collect())
}

fn inbox(name: u8) -> InboxToAdd {
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

const fn id(name: u8) -> [u8; 16] {
    [name.wrapping_mul(37); 16]
}
