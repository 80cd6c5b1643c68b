//! The way back, for a device away past 90 days or restored: an inbox for each direction and month that both sides find
//! from the way-back secret. Only signed lists and cards go there, and they are believed by their signatures alone.
//! Invariant: nothing there is acknowledged, so that every device of the other side can read it.

use super::past::lists_and_cards;
use super::weeks::to_create;
use crate::companion::mine::read_day;
use crate::companion::ties::{get_more, put_tie};
use crate::companion::{Companion, Done};
use crate::post::{PostBox, PostError, Token};
use crate::trust::envelope::{Envelope, Opened, Part, derive_post_key, open_item, seal_envelope};
use crate::trust::ids::TieId;
use crate::trust::inbox::{SeededInbox, month_of};
use crate::trust::tie::Tie;
use crate::trust::wayback::WayBackSecret;

/// Namespace of ties whose other side is to be told by the way back.
pub(crate) const DUE: &str = "way-back-due";
/// Namespace of the day on which each tie's way back was last read.
const READ: &str = "way-back-read";
/// Days between two readings of one from whom nothing came for a week, and of everyone else: docs/decisions/month-on-the-wire.md.
const WEEKLY: u32 = 7;
const MONTHLY: u32 = 30;

impl Companion {
    /// Tells those who are to be told, and reads what others left, each weekly.
    pub(crate) async fn walk_the_way_back<P: PostBox>(
        &mut self,
        post: &P,
    ) -> Done<Result<(), PostError>> {
        for (key, _) in self.store.list(DUE)? {
            let Ok(id) = key.try_into() else { continue };
            let id = TieId(id);
            if let Err(why) = self.leave_word(post, &id).await? {
                return Ok(Err(why));
            }
        }
        let today = self.clock.now().utc_day();
        for tie in self.people_ties()? {
            if tie.has_ended() || !self.is_due(&tie, today)? {
                continue;
            }
            if let Err(why) = self.read_word(post, tie, today).await? {
                return Ok(Err(why));
            }
        }
        Ok(Ok(()))
    }

    /// Whether somebody is to be told, or some tie's way back is to be read.
    pub(crate) fn way_back_is_due(&self) -> Done<bool> {
        let today = self.clock.now().utc_day();
        if !self.store.list(DUE)?.is_empty() {
            return Ok(true);
        }
        for tie in self.people_ties()? {
            if !tie.has_ended() && self.is_due(&tie, today)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_due(&self, tie: &Tie, today: u32) -> Done<bool> {
        let last = read_day(&self.store, READ, &tie.id().0)?;
        let silent = today.abs_diff(get_more(&self.store, &tie.id())?.came);
        let wait = if silent < WEEKLY { MONTHLY } else { WEEKLY };
        Ok(last.is_none_or(|day| today.abs_diff(day) >= wait))
    }

    /// Leaves our list and card for the other side, in this month's inbox of our direction.
    async fn leave_word<P: PostBox>(
        &mut self,
        post: &P,
        id: &TieId,
    ) -> Done<Result<(), PostError>> {
        let today = self.clock.now().utc_day();
        let tie = self.tie(id)?;
        let (lists, card) = tie.for_the_way_back();
        let mut parts: Vec<Part> = lists.into_iter().map(Part::List).collect();
        parts.extend(card.map(Part::Card));
        let envelope = Envelope { parts };
        for secret in tie.way_back() {
            let inbox =
                WayBackSecret::from_bytes(*secret).derive_inbox(tie.side(), month_of(today));
            let registration = inbox.registration(today);
            match self.create(post, &to_create(&registration)).await {
                Ok(()) | Err(PostError::Conflict) => {}
                // No right yet: it is left later, and the rest goes on.
                Err(PostError::Refused(_)) => return Ok(Ok(())),
                Err(why) => return Ok(Err(why)),
            }
            let body = seal_envelope(&inbox.slot_key(), &envelope, &mut self.rng)?;
            let token = Token(*inbox.slot_token().leak_bytes());
            match self
                .away(post.post(&token, derive_post_key(&body), &body))
                .await
            {
                Ok(()) => {}
                Err(why) => return Ok(Err(why)),
            }
        }
        let mut deed = self.store.begin()?;
        deed.delete(DUE, &id.0)?;
        deed.commit()?;
        Ok(Ok(()))
    }

    async fn read_word<P: PostBox>(
        &mut self,
        post: &P,
        mut tie: Tie,
        today: u32,
    ) -> Done<Result<(), PostError>> {
        let month = month_of(today);
        let mut lost = false;
        for secret in tie.way_back().to_vec() {
            let secret = WayBackSecret::from_bytes(secret);
            // The month before only while a week of it may be unread: each inbox is a contact.
            let before = (today % 30 < WEEKLY).then(|| month.saturating_sub(1));
            for month in std::iter::once(month).chain(before) {
                let inbox: SeededInbox = secret.derive_inbox(tie.side().other(), month);
                let token = Token(*inbox.fetch_token().leak_bytes());
                let fetched = match self.away(post.fetch(&token, 64, &[], &[])).await {
                    Ok(fetched) => fetched,
                    Err(PostError::NoSuchInbox) => continue,
                    Err(why) => return Ok(Err(why)),
                };
                for item in fetched.items {
                    if let Ok(Opened::Whole(envelope)) = open_item(&inbox.slot_key(), &item.bytes) {
                        lost |= tie.take(&lists_and_cards(envelope)).lost_device;
                    }
                }
            }
        }
        let mut more = get_more(&self.store, &tie.id())?;
        more.reslot |= lost;
        let mut deed = self.store.begin()?;
        deed.put(READ, &tie.id().0, &today.to_be_bytes())?;
        crate::companion::ties::put_more(&mut deed, &tie.id(), &more)?;
        put_tie(&mut deed, &tie)?;
        deed.commit()?;
        Ok(Ok(()))
    }
}
