//! The right to make inboxes at a post box: none is asked for, a word of the box's own, or the month's create-secret, which a
//! code fetches (docs/decisions/who-may-create.md). Knows months and randomness, not how a relay is reached.
//! Invariant: no code goes with a creation; a secret that not everybody is told of is never used; and between fetching one
//! and creating with it a random time passes.

use super::Contact;
use super::rhythm::DAY;
use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};
use crate::post::{CreateInbox, Creating, PostBox, PostError, Token};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::suite::{Label, hash_raw};

/// UTC days of a month: four weeks, so that a week is of one month alone.
const MONTH: u32 = 28;
/// In the last days of a month its phones fetch the next one's secret, each on a day of its own.
const LAST_DAYS: u32 = 7;
/// Between fetching and creating, in seconds: at least this, and at most four times this.
const LATER: u32 = 600;
/// The longest wait that is drawn: a day after a refusal.
const LONGEST: u32 = DAY + LATER;
/// The status of a creation without a right.
const NOT_INVITED: u16 = 403;

/// In this phone's own record: the create-secrets by month, who may create, and from when on this phone creates.
pub(super) const SECRETS: &[u8] = b"create-secrets";
pub(super) const WHO: &[u8] = b"who-may-create";
pub(super) const EARLIEST: &[u8] = b"create-from";
/// And whether the code was refused.
pub(super) const REFUSED: &[u8] = b"code-refused";

/// What a creation takes.
enum Right {
    /// Nothing.
    Free,
    /// The box's word, or the month's secret.
    With(Token),
    /// It is still to be fetched, or its time is not there yet.
    NotYet,
}

fn month_of(day: u32) -> u32 {
    day / MONTH
}

/// As everybody is told of a secret.
fn hash_of(secret: &Token) -> [u8; 32] {
    hash_raw(Label::CreateSecret, &secret.0)
}

/// What everybody is told of a month's secret.
fn told(who: &Creating, month: u32) -> Option<[u8; 32]> {
    let told = who.secrets.iter().find(|(of, _)| *of == month);
    told.map(|(_, hash)| *hash)
}

/// A text of 32 bytes in hexadecimal digits.
fn from_hex(text: &str) -> Option<Token> {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(Token(bytes))
}

fn encode_secrets(secrets: &[(u32, Token)]) -> Vec<u8> {
    let mut w = Writer::new();
    w.count(secrets.len());
    for (month, secret) in secrets {
        w.u32(*month);
        w.fixed(&secret.0);
    }
    w.finish()
}

fn decode_secrets(bytes: &[u8]) -> Result<Vec<(u32, Token)>, Refused> {
    let mut r = Reader::new(bytes);
    let mut secrets = Vec::new();
    for _ in 0..r.count(4)? {
        secrets.push((r.u32()?, Token(r.array()?)));
    }
    r.finish()?;
    Ok(secrets)
}

fn encode_creating(creating: &Creating) -> Vec<u8> {
    let mut w = Writer::new();
    w.u8(u8::from(creating.open));
    w.count(creating.secrets.len());
    for (month, hash) in &creating.secrets {
        w.u32(*month);
        w.fixed(hash);
    }
    w.finish()
}

fn decode_creating(bytes: &[u8]) -> Result<Creating, Refused> {
    let mut r = Reader::new(bytes);
    let open = r.u8()? == 1;
    let mut secrets = Vec::new();
    for _ in 0..r.count(4)? {
        secrets.push((r.u32()?, r.array()?));
    }
    r.finish()?;
    Ok(Creating { open, secrets })
}

impl Companion {
    /// Makes an inbox with what the post box asks for.
    pub(crate) async fn create<P: PostBox>(
        &mut self,
        post: &P,
        inbox: &CreateInbox,
    ) -> Result<(), PostError> {
        let refused = |_| PostError::Refused(0);
        let secret = match self.right_to_create().map_err(refused)? {
            Right::Free => None,
            Right::With(secret) => Some(secret),
            Right::NotYet => return Err(PostError::Refused(NOT_INVITED)),
        };
        let made = self.away(post.create(secret.as_ref(), inbox)).await;
        if made == Err(PostError::Refused(NOT_INVITED)) {
            self.creation_was_refused().map_err(refused)?;
        }
        made
    }

    fn right_to_create(&self) -> Done<Right> {
        let Some(at) = self.post_box()? else {
            return Ok(Right::Free);
        };
        if at.code.is_none() {
            let word = at.word.as_deref().and_then(from_hex);
            return Ok(word.map_or(Right::Free, Right::With));
        }
        let Some(who) = self.who_may_create()? else {
            return Ok(Right::NotYet);
        };
        if who.open {
            return Ok(Right::Free);
        }
        let month = month_of(self.now().utc_day());
        let secrets = self.create_secrets()?;
        let told = told(&who, month);
        let secret = secrets
            .into_iter()
            .find(|(of, secret)| *of == month && told == Some(hash_of(secret)));
        Ok(match secret {
            Some((_, secret)) if self.creates_in()? == 0 => Right::With(secret),
            _ => Right::NotYet,
        })
    }

    fn create_secrets(&self) -> Done<Vec<(u32, Token)>> {
        let bytes = self.store.get(SELF, SECRETS)?;
        let secrets = bytes.map(|bytes| decode_secrets(&bytes)).transpose()?;
        Ok(secrets.unwrap_or_default())
    }

    fn who_may_create(&self) -> Done<Option<Creating>> {
        let bytes = self.store.get(SELF, WHO)?;
        Ok(bytes.map(|bytes| decode_creating(&bytes)).transpose()?)
    }

    /// A moment that was noted, in seconds since 1970; 0 where none was.
    pub(super) fn seconds_of(&self, key: &[u8]) -> Done<u64> {
        let bytes = self.store.get(SELF, key)?.unwrap_or_default();
        Ok(bytes.try_into().map_or(0, u64::from_be_bytes))
    }

    /// Seconds until a moment that was noted; 0 where it is there, or further off than any that is drawn: then a clock was wrong.
    pub(super) fn seconds_until(&self, key: &[u8], longest: u32) -> Done<u32> {
        let left = self.seconds_of(key)?.saturating_sub(self.now().seconds);
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        Ok(if left <= longest { left } else { 0 })
    }

    /// Seconds until this phone may create.
    pub(super) fn creates_in(&self) -> Done<u32> {
        if self.has_a_code()? {
            self.seconds_until(EARLIEST, LONGEST)
        } else {
            Ok(0)
        }
    }

    fn has_a_code(&self) -> Done<bool> {
        Ok(self.post_box()?.is_some_and(|at| at.code.is_some()))
    }

    /// A moment from so many seconds on, within so many more.
    fn make_later(&mut self, least: u32, more: u32) -> u64 {
        let later = least + self.rng.next_u32() % more;
        self.now().seconds + u64::from(later)
    }

    /// What is to be asked before inboxes can be made: without it none can be now, or it is for the month to come.
    pub(super) fn rights_to_ask(&self) -> Done<(Vec<Contact>, bool)> {
        let mut asks = Vec::new();
        if !self.has_a_code()? {
            return Ok((asks, false));
        }
        let day = self.now().utc_day();
        let month = month_of(day);
        let (who, secrets) = (self.who_may_create()?, self.create_secrets()?);
        // Who may create, and the month's secret. One that is not told to everybody may be older than what is: both again.
        let lacks = |month: u32| {
            if who.as_ref().is_some_and(|who| who.open) {
                return (false, false);
            }
            let told = who.as_ref().and_then(|who| told(who, month));
            let held = secrets.iter().find(|(of, _)| *of == month);
            let held = held.map(|(_, secret)| hash_of(secret));
            match (told, held) {
                (Some(told), Some(held)) if told == held => (false, false),
                (Some(_), Some(_)) => (true, true),
                (told, held) => (told.is_none(), held.is_none()),
            }
        };
        let (mut who, mut secret) = lacks(month);
        let now = who || secret;
        if !now && month_of(day + LAST_DAYS) != month {
            (who, secret) = lacks(month + 1);
        }
        if who {
            asks.push(Contact::Who);
        }
        if secret {
            asks.push(Contact::Code);
        }
        Ok((asks, now))
    }

    /// The same for a day's plan: for the month to come on one of the last days of this one.
    pub(super) fn rights_to_plan(&mut self) -> Done<Vec<Contact>> {
        let (asks, now) = self.rights_to_ask()?;
        if asks.is_empty() {
            return Ok(asks);
        }
        let days_left = MONTH - self.now().utc_day() % MONTH;
        let today = now || self.rng.next_u32().is_multiple_of(days_left);
        Ok(if today { asks } else { Vec::new() })
    }

    /// Fetches the create-secrets with the code: a contact of its own.
    pub(super) async fn fetch_secrets<P: PostBox>(
        &mut self,
        post: &P,
    ) -> Done<Result<(), PostError>> {
        let Some(code) = self.post_box()?.and_then(|at| at.code()) else {
            return Ok(Ok(()));
        };
        let mut came = match self.away(post.create_secrets(&code)).await {
            Ok(came) => came,
            Err(why) => {
                if why == PostError::Refused(NOT_INVITED) {
                    let later = self.make_later(LATER, DAY).to_be_bytes();
                    let mut deed = self.store.begin()?;
                    deed.put(SELF, REFUSED, &[1])?;
                    deed.put(SELF, EARLIEST, &later)?;
                    deed.commit()?;
                }
                return Ok(Err(why));
            }
        };
        let month = month_of(self.now().utc_day());
        came.retain(|(of, _)| *of >= month);
        let held = self.create_secrets()?;
        let new = came.iter().any(|one| !held.contains(one));
        // Who may create was told before this secret was, or they were never the same: it is asked again.
        let differs = self.who_may_create()?.is_some_and(|who| {
            came.iter().any(|(month, secret)| {
                told(&who, *month).is_some_and(|told| told != hash_of(secret))
            })
        });
        let later = match (new, differs) {
            (true, _) => Some(self.make_later(LATER, 3 * LATER)),
            (false, true) => Some(self.make_later(LATER, DAY)),
            (false, false) => None,
        };
        let mut deed = self.store.begin()?;
        deed.put(SELF, SECRETS, &encode_secrets(&came))?;
        deed.delete(SELF, REFUSED)?;
        if let Some(later) = later {
            deed.put(SELF, EARLIEST, &later.to_be_bytes())?;
        }
        if differs {
            deed.delete(SELF, WHO)?;
        }
        deed.commit()?;
        if came.is_empty() {
            // An open box: it says so itself.
            return self.ask_who(post).await;
        }
        Ok(Ok(()))
    }

    /// Whether the post box does not know the code, or knows it no more.
    ///
    /// # Errors
    /// The store's.
    pub fn code_was_refused(&self) -> Done<bool> {
        Ok(self.store.get(SELF, REFUSED)?.is_some())
    }

    /// Asks who may create: a contact of its own, without a token.
    pub(super) async fn ask_who<P: PostBox>(&mut self, post: &P) -> Done<Result<(), PostError>> {
        let who = match self.away(post.creating()).await {
            Ok(who) => who,
            Err(why) => return Ok(Err(why)),
        };
        let mut deed = self.store.begin()?;
        deed.put(SELF, WHO, &encode_creating(&who))?;
        deed.commit()?;
        Ok(Ok(()))
    }

    /// A secret that is no longer taken, or a box that is no longer open: who may create is asked again at a random time of the
    /// day, and the code goes only where everybody is told of another secret by then. A box that refuses one inbox to see which
    /// code comes sees none.
    fn creation_was_refused(&mut self) -> Done<()> {
        if !self.has_a_code()? {
            return Ok(());
        }
        let later = self.make_later(LATER, DAY).to_be_bytes();
        let mut deed = self.store.begin()?;
        deed.delete(SELF, WHO)?;
        deed.put(SELF, EARLIEST, &later)?;
        deed.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
