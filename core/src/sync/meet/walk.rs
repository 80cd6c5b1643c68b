//! The steps of an invite at the post box, each saved before it is sent. A refusal of what came is kept for the person
//! to see. Invariant: nothing in a one-off inbox is acknowledged, so that a phone that dies here finds it again.

use super::{BURNT, FIRST, INBOXES, MEET, Meet, OVER, SECOND, Side, Trouble};
use crate::companion::{Companion, Done};
use crate::post::{PostBox, PostError, Token};
use crate::sync::weeks::to_create;
use crate::trust::Refused;
use crate::trust::inbox::SeededInbox;
use crate::trust::invite::Posting;

/// An answered invite whose words nobody compared is over so many seconds after it expired: 14 days.
const UNFINISHED: u64 = 14 * 86_400;

/// Items of one fetch from a one-off inbox, and how many fetches: somebody else who has the code may have filled it.
const PAGE: u16 = 64;
const PAGES: usize = 16;

impl Companion {
    /// Walks each invite one step further, as far as what came lets it.
    pub(crate) async fn walk_invites<P: PostBox>(
        &mut self,
        post: &P,
    ) -> Done<Result<(), PostError>> {
        let walked = self.walk_each(post).await?;
        if walked.is_err() {
            return Ok(walked);
        }
        for (key, _) in self.store.list(OVER)? {
            let Ok(token) = key.clone().try_into() else {
                continue;
            };
            match self.away(post.delete(&Token(token))).await {
                Ok(()) | Err(PostError::NoSuchInbox | PostError::Refused(_)) => {}
                Err(why) => return Ok(Err(why)),
            }
            let mut deed = self.store.begin()?;
            deed.delete(OVER, &key)?;
            deed.commit()?;
        }
        Ok(Ok(()))
    }

    async fn walk_each<P: PostBox>(&mut self, post: &P) -> Done<Result<(), PostError>> {
        for (key, _) in self.store.list(MEET)? {
            let Ok(key) = key.try_into() else { continue };
            let id = u64::from_be_bytes(key);
            let mut meet = self.meet(id)?;
            let walked = match &meet.side {
                Side::Inviter(_) => self.walk_inviter(post, id, &mut meet).await?,
                Side::Invitee(_) => self.walk_invitee(post, id, &mut meet).await?,
            };
            match walked {
                Ok(())
                | Err(PostError::NoSuchInbox | PostError::Conflict | PostError::Refused(_)) => {}
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(()))
    }

    async fn walk_inviter<P: PostBox>(
        &mut self,
        post: &P,
        id: u64,
        meet: &mut Meet,
    ) -> Done<Result<(), PostError>> {
        let Side::Inviter(inviter) = &meet.side else {
            return Ok(Ok(()));
        };
        let now = self.clock.now().seconds;
        // Two who answered each other have some days more to compare the four words.
        let unanswered = inviter.theirs().is_none();
        if now > inviter.expires() + if unanswered { 0 } else { UNFINISHED } {
            self.leave_invite(id)?;
            return Ok(Ok(()));
        }
        if meet.made & INBOXES == 0 {
            for inbox in [inviter.offer_inbox(), inviter.answer_inbox()] {
                if let Err(why) = self.make_inbox(post, &inbox).await {
                    return Ok(Err(why));
                }
            }
            meet.made |= INBOXES;
            self.keep(id, meet)?;
        }
        let Side::Inviter(inviter) = &mut meet.side else {
            return Ok(Ok(()));
        };
        if meet.made & FIRST == 0 {
            if let Err(why) = self.away(send(post, &inviter.offer())).await {
                return Ok(Err(why));
            }
            meet.made |= FIRST;
            self.keep(id, meet)?;
        }
        let Side::Inviter(inviter) = &mut meet.side else {
            return Ok(Ok(()));
        };
        let inbox = inviter.answer_inbox();
        let items = match self.away(look(post, &inbox)).await {
            Ok(items) => items,
            Err(why) => return Ok(Err(why)),
        };
        let mut changed = false;
        for item in &items {
            changed |= inviter.take_answer(item, now, &mut self.rng).is_ok();
            changed |= inviter.take_opening(item).is_ok();
        }
        let (answered, offer_inbox) = (inviter.theirs().is_some(), inviter.offer_inbox());
        let nonce = inviter.nonce_step().ok();
        if changed {
            self.keep(id, meet)?;
        }
        if answered && meet.made & BURNT == 0 {
            let _ = self.away(delete(post, &offer_inbox)).await;
            meet.made |= BURNT;
            self.keep(id, meet)?;
        }
        if let (Some(step), 0) = (nonce, meet.made & SECOND) {
            if let Err(why) = self.away(send(post, &step)).await {
                return Ok(Err(why));
            }
            meet.made |= SECOND;
            self.keep(id, meet)?;
        }
        Ok(Ok(()))
    }

    async fn walk_invitee<P: PostBox>(
        &mut self,
        post: &P,
        id: u64,
        meet: &mut Meet,
    ) -> Done<Result<(), PostError>> {
        let now = self.clock.now().seconds;
        let Side::Invitee(invitee) = &mut meet.side else {
            return Ok(Ok(()));
        };
        if invitee.theirs().is_none() {
            let items = match self.away(look(post, &invitee.offer_inbox())).await {
                Ok(items) => items,
                Err(why) => return Ok(Err(why)),
            };
            let mut trouble = None;
            for item in &items {
                match invitee.open_offer(item, now) {
                    Ok(()) => {
                        trouble = None;
                        break;
                    }
                    Err(Refused::Expired) => trouble = Some(Trouble::Over),
                    Err(_) => trouble = Some(Trouble::DoesNotFit),
                }
            }
            if invitee.theirs().is_some() || trouble.is_some() {
                meet.trouble = trouble;
                self.keep(id, meet)?;
            }
            return Ok(Ok(()));
        }
        let Ok(step) = invitee.answer_step() else {
            return Ok(Ok(()));
        };
        let inbox = invitee.reply_inbox()?;
        if meet.made & INBOXES == 0 {
            if let Err(why) = self.make_inbox(post, &inbox).await {
                return Ok(Err(why));
            }
            meet.made |= INBOXES;
            self.keep(id, meet)?;
        }
        if meet.made & FIRST == 0 {
            if let Err(why) = self.away(send(post, &step)).await {
                return Ok(Err(why));
            }
            meet.made |= FIRST;
            self.keep(id, meet)?;
        }
        let Side::Invitee(invitee) = &mut meet.side else {
            return Ok(Ok(()));
        };
        if invitee.words().is_err() {
            let items = match self.away(look(post, &inbox)).await {
                Ok(items) => items,
                Err(why) => return Ok(Err(why)),
            };
            let taken = items
                .iter()
                .any(|item| invitee.take_nonce(item, &mut self.rng).is_ok());
            if taken {
                self.keep(id, meet)?;
            }
        }
        let Side::Invitee(invitee) = &mut meet.side else {
            return Ok(Ok(()));
        };
        if let (Ok(step), 0) = (invitee.opening_step(), meet.made & SECOND) {
            if let Err(why) = self.away(send(post, &step)).await {
                return Ok(Err(why));
            }
            meet.made |= SECOND;
            self.keep(id, meet)?;
            let _ = self.away(delete(post, &inbox)).await;
        }
        Ok(Ok(()))
    }

    async fn make_inbox<P: PostBox>(
        &mut self,
        post: &P,
        inbox: &SeededInbox,
    ) -> Result<(), PostError> {
        let registration = inbox.registration(self.clock.now().utc_day());
        match self.create(post, &to_create(&registration)).await {
            // Made before, in another week: it is there.
            Err(PostError::Conflict) => Ok(()),
            other => other,
        }
    }
}

async fn send<P: PostBox>(post: &P, step: &Posting) -> Result<(), PostError> {
    post.post(&Token(*step.slot.leak_bytes()), step.key, &step.body)
        .await
}

/// What lies in a one-off inbox; nothing is acknowledged, so that a phone that dies here finds it again.
async fn look<P: PostBox>(post: &P, inbox: &SeededInbox) -> Result<Vec<Vec<u8>>, PostError> {
    let token = Token(*inbox.fetch_token().leak_bytes());
    let (mut cursor, mut items) = (Vec::new(), Vec::new());
    // Bounded: somebody else who has the code may have filled it.
    for _ in 0..PAGES {
        let fetched = post.fetch(&token, PAGE, &cursor, &[]).await?;
        items.extend(fetched.items.into_iter().map(|item| item.bytes));
        cursor = fetched.cursor;
        if !fetched.more {
            break;
        }
    }
    Ok(items)
}

async fn delete<P: PostBox>(post: &P, inbox: &SeededInbox) -> Result<(), PostError> {
    post.delete(&Token(*inbox.fetch_token().leak_bytes())).await
}
