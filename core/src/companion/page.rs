//! Today's page as it lies ready in the store, in two parts: what a tick leaves as it is, and what it changes. So a tick
//! writes a few hundred bytes, however many routines there are. Knows no document.
//! Invariant: both parts are put in one deed; a page of which one is missing is drawn anew.

use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Mark, TodayItem, TodayPage};
use crate::store::{Reads, StoreError, Txn};

/// What a tick leaves as it is. Without it there is no page: it is deleted to have the page drawn anew.
const STILL: &str = "today";
/// What a tick changes.
const MOVING: &str = "today-marks";

/// What today's screen says of people, ready as well.
pub(crate) const US: &str = "us";

/// Has both drawn anew: what they are drawn from came or went.
pub(crate) fn forget_pages(deed: &mut Txn<'_>) -> Result<(), StoreError> {
    deed.delete_page(STILL)?;
    deed.delete_page(US)?;
    Ok(())
}

impl Companion {
    /// What the first screen says of people, as it lies ready.
    pub(crate) fn ready_us(&self) -> Done<Option<Vec<u8>>> {
        Ok(self.store.page(US)?)
    }

    pub(crate) fn keep_us_ready(&mut self, bytes: &[u8]) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.put_page(US, bytes)?;
        deed.commit()?;
        Ok(())
    }
}

/// A page with its two parts.
pub(super) struct ReadyPage {
    pub(super) page: TodayPage,
    still: Vec<u8>,
    moving: Vec<u8>,
}

/// What a tick changes of one routine on the page.
type Moving = (Option<Mark>, Option<i64>, Vec<String>);

fn moving(page: &mut TodayPage) -> impl Iterator<Item = &mut TodayItem> {
    page.items.iter_mut().chain(&mut page.paused)
}

impl ReadyPage {
    pub(super) fn of(page: TodayPage) -> Done<Self> {
        let mut still = page.clone();
        let marks: Vec<Moving> = moving(&mut still)
            .map(|item| {
                (
                    item.mark.take(),
                    item.amount.take(),
                    std::mem::take(&mut item.notes),
                )
            })
            .collect();
        let damaged = |_| AlongsideError::StoreDamaged;
        Ok(Self {
            page,
            still: serde_json::to_vec(&still).map_err(damaged)?,
            moving: serde_json::to_vec(&marks).map_err(damaged)?,
        })
    }

    pub(super) fn put(&self, deed: &mut Txn<'_>) -> Result<(), StoreError> {
        deed.put_page(STILL, &self.still)?;
        deed.put_page(MOVING, &self.moving)
    }
}

/// The page as it lies ready, if it does.
pub(super) fn read_page(reads: &Reads) -> Done<Option<TodayPage>> {
    let (Some(still), Some(marks)) = (reads.page(STILL)?, reads.page(MOVING)?) else {
        return Ok(None);
    };
    let page = serde_json::from_slice::<TodayPage>(&still);
    let marks = serde_json::from_slice::<Vec<Moving>>(&marks);
    let (Ok(mut page), Ok(marks)) = (page, marks) else {
        return Ok(None);
    };
    if page.items.len() + page.paused.len() != marks.len() {
        return Ok(None);
    }
    for (item, (mark, amount, notes)) in moving(&mut page).zip(marks) {
        (item.mark, item.amount, item.notes) = (mark, amount, notes);
    }
    Ok(Some(page))
}
