//! The post box's key for requests that go through an oblivious relay: asked for twice, there and straight, and used only
//! where both gave the same (docs/decisions/oblivious.md). Knows weeks and randomness, not how a relay is reached.
//! Invariant: nothing is sent before the key of this week, or of the last within its days of grace, was given by both; and
//! no request goes within minutes of the straight question, which shows the post box an address.

use super::Contact;
use super::rhythm::APART;
use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};
use crate::post::{OpenAnswer, PostBox, PostError, Seal};
use crate::trust::oblivious::{AnswerKey, GRACE_DAYS, ObliviousKey};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::sync::{Arc, Mutex, PoisonError};

/// In this phone's own record: the key that two gave alike, what each of them gave, and from when on it is used.
pub(super) const AGREED: &[u8] = b"oblivious-key";
pub(super) const THERE: &[u8] = b"oblivious-there";
pub(super) const STRAIGHT: &[u8] = b"oblivious-straight";
pub(super) const QUIET: &[u8] = b"oblivious-quiet";
/// And when something last went sealed.
pub(super) const LAST: &[u8] = b"oblivious-last";
/// The longest time after the straight question in which nothing goes, in seconds; the shortest is [`APART`].
const LONGEST: u32 = 4 * APART;

/// A key with randomness of its own.
struct Sealer {
    key: ObliviousKey,
    rng: Mutex<ChaCha20Rng>,
}

impl Seal for Sealer {
    fn seal(&self, request: &[u8]) -> Result<(Vec<u8>, Box<dyn OpenAnswer>), PostError> {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed = self.key.seal(request, &mut *rng);
        let (sealed, answer) = sealed.map_err(|_| PostError::OtherKey)?;
        Ok((sealed, Box::new(answer)))
    }
}

impl OpenAnswer for AnswerKey {
    fn open(self: Box<Self>, sealed: &[u8]) -> Result<Vec<u8>, PostError> {
        AnswerKey::open(*self, sealed).map_err(|_| PostError::NotThisProtocol)
    }
}

impl Companion {
    fn key_kept(&self, at: &[u8]) -> Done<Option<ObliviousKey>> {
        let list = self.store.get(SELF, at)?.unwrap_or_default();
        Ok(ObliviousKey::from_list(&list).ok())
    }

    /// Whether there is a key that serves today.
    pub(super) fn has_a_key(&self) -> Done<bool> {
        let day = self.now().utc_day();
        Ok(self.key_kept(AGREED)?.is_some_and(|key| key.serves(day)))
    }

    /// Which of the two is still to be asked for this week's key.
    pub(super) fn keys_to_ask(&self) -> Done<Vec<Contact>> {
        let mut asks = Vec::new();
        let day = self.now().utc_day();
        let at = self.post_box()?;
        let agreed = self.key_kept(AGREED)?.is_some_and(|key| key.is_of(day));
        if agreed || at.is_none_or(|at| at.oblivious.is_none()) {
            return Ok(asks);
        }
        for (kept, straight) in [(THERE, false), (STRAIGHT, true)] {
            if !self.key_kept(kept)?.is_some_and(|key| key.is_of(day)) {
                asks.push(Contact::Key { straight });
            }
        }
        Ok(asks)
    }

    /// The same for a day's plan: on one of the days of grace, or today where nothing can be sent before.
    pub(super) fn keys_to_plan(&mut self) -> Done<Vec<Contact>> {
        let asks = self.keys_to_ask()?;
        if asks.is_empty() {
            return Ok(asks);
        }
        let day = self.now().utc_day();
        let serves = self.has_a_key()?;
        let days_left = GRACE_DAYS.saturating_sub(day % 7).max(1);
        let today = !serves || self.rng.next_u32().is_multiple_of(days_left);
        Ok(if today { asks } else { Vec::new() })
    }

    /// Asks for the key: a contact of its own, without a token. Where the two differ both are forgotten, and asked again.
    pub(super) async fn ask_key<P: PostBox>(
        &mut self,
        post: &P,
        straight: bool,
    ) -> Done<Result<(), PostError>> {
        if straight {
            // It shows an address: so not within minutes of a sealed request, before or after, whatever becomes of it.
            let now = self.now().seconds;
            let last = self.seconds_of(LAST)?;
            if now >= last && now - last < u64::from(APART) {
                let seconds = APART;
                return Ok(Err(PostError::TryLater { seconds }));
            }
            let quiet = now + u64::from(APART + self.rng.next_u32() % (LONGEST - APART));
            let mut deed = self.store.begin()?;
            deed.put(SELF, QUIET, &quiet.to_be_bytes())?;
            deed.commit()?;
        }
        let list = match self.away(post.oblivious_keys(straight)).await {
            Ok(list) => list,
            Err(why) => return Ok(Err(why)),
        };
        let now = self.now();
        let is_this_weeks =
            ObliviousKey::from_list(&list).is_ok_and(|key| key.is_of(now.utc_day()));
        let (here, other) = if straight {
            (STRAIGHT, THERE)
        } else {
            (THERE, STRAIGHT)
        };
        let theirs = self.store.get(SELF, other)?.unwrap_or_default();
        let other_is_too = self
            .key_kept(other)?
            .is_some_and(|key| key.is_of(now.utc_day()));
        let mut deed = self.store.begin()?;
        let answer = if !is_this_weeks {
            Err(PostError::OtherKey)
        } else if !other_is_too {
            deed.put(SELF, here, &list)?;
            Ok(())
        } else if theirs == list {
            deed.put(SELF, AGREED, &list)?;
            deed.put(SELF, here, &list)?;
            Ok(())
        } else {
            deed.delete(SELF, here)?;
            deed.delete(SELF, other)?;
            Err(PostError::OtherKey)
        };
        deed.commit()?;
        if answer.is_err() && is_this_weeks {
            self.ask_later(Contact::Key { straight: false })?;
            self.ask_later(Contact::Key { straight: true })?;
        }
        Ok(answer)
    }

    /// How long it is still quiet, in seconds.
    pub(super) fn quiet_left(&self) -> Done<u32> {
        self.seconds_until(QUIET, LONGEST)
    }

    /// Gives the post box what seals; false where there is no key yet, or its time is not there. Where nothing is to be
    /// sealed it is always ready.
    pub(super) fn is_ready_for<P: PostBox>(&mut self, post: &P) -> Done<bool> {
        if !post.is_sealed() {
            // Never straight where the person set a stop on the way, also not by a sync that began before.
            return Ok(self.post_box()?.is_none_or(|at| at.oblivious.is_none()));
        }
        let day = self.now().utc_day();
        let key = self.key_kept(AGREED)?.filter(|key| key.serves(day));
        let Some(key) = key else {
            return Ok(false);
        };
        if self.quiet_left()? > 0 {
            return Ok(false);
        }
        let now = self.now().seconds.to_be_bytes();
        let mut deed = self.store.begin()?;
        deed.put(SELF, LAST, &now)?;
        deed.commit()?;
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        let rng = Mutex::new(ChaCha20Rng::from_seed(seed));
        post.seal_with(Arc::new(Sealer { key, rng }));
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
