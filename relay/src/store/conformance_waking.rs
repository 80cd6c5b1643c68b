//! What every store must do with the addresses at which owners want to be woken, as assertions.
//! Knows the traits only.
//! Invariant: an address is gone with its inbox, and is given only where something waits.

use super::conformance::{add, id, inbox, put, write};
use super::{InboxNo, Store, StoreError};

pub(super) fn wakes_who_holds<S: Store>(store: &mut S) -> Result<(), StoreError> {
    let both = [add(store, 1)?, add(store, 2)?];
    let [one, two] = both;
    let set = |store: &mut S, no: InboxNo, to: Option<[u8; 32]>| {
        write(store, |books| books.set_wake_address(no, to.as_ref()))
    };
    put(store, one, 1)?;
    assert_eq!(store.wake_addresses(&both)?, [[0; 32]; 0], "none is set");
    set(store, one, Some([9; 32]))?;
    set(store, two, Some([7; 32]))?;
    assert_eq!(
        store.wake_addresses(&both)?,
        [[9; 32]],
        "the other holds nothing"
    );
    put(store, two, 2)?;
    assert_eq!(
        store.wake_addresses(&both)?,
        [[7; 32], [9; 32]],
        "in an order of their own"
    );
    assert_eq!(store.wake_addresses(&[two, InboxNo(5)])?, [[7; 32]]);
    set(store, two, Some([8; 32]))?;
    assert_eq!(store.wake_addresses(&both)?, [[8; 32], [9; 32]]);
    write(store, |books| books.remove_items(one, &[id(1)]))?;
    assert_eq!(store.wake_addresses(&both)?, [[8; 32]], "it was fetched");
    set(store, two, None)?;
    assert_eq!(store.wake_addresses(&both)?, [[0; 32]; 0]);
    put(store, one, 3)?;
    // With the inbox its address goes, also where the same is made anew.
    write(store, |books| {
        books.delete_inbox(one)?;
        assert!(books.add_inbox(&inbox(1))?);
        Ok(())
    })?;
    put(store, one, 4)?;
    assert_eq!(store.wake_addresses(&both)?, [[0; 32]; 0]);
    Ok(())
}
