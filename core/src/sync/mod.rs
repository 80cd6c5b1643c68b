//! The order of deeds between phones: collect, then deliver; retry, pace, and what is owed. The only room that waits.
//! It knows no screen and no cipher. Invariant: each contact is a connection of its own and holds one token, and
//! nothing is made to be sent before the post box was reached.

mod absorb;
mod around;
mod basket;
mod carried;
mod door;
mod due;
mod give;
mod items;
#[cfg(test)]
mod kit;
mod meet;
mod past;
mod plan;
mod rhythm;
mod right;
mod shelf;
mod take;
mod way_back;
mod weeks;

pub(crate) use shelf::{GENERATION, open_shared};
pub(crate) use take::ASK;
pub(crate) use way_back::DUE as WAY_BACK_DUE;
pub(crate) use weeks::{AHEAD, CLOSE, CLOSING, WEEK};

pub(crate) use door::Hall;
pub use door::{Background, Door, Listening};
pub use meet::{Trouble, Waiting};
pub use rhythm::{Contact, Rhythm, derive_day};

use crate::companion::ties::{get_more, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::error::AlongsideError;
use crate::post::{PostBox, PostError, Token};
use crate::trust::ids::TieId;
use crate::trust::inbox::week_of;

/// What this phone learns of its post box and keeps in its own record. It is forgotten when the post box changes.
pub(crate) const OF_THE_POST_BOX: [&[u8]; 9] = [
    right::SECRETS,
    right::WHO,
    right::EARLIEST,
    right::REFUSED,
    around::AGREED,
    around::THERE,
    around::STRAIGHT,
    around::QUIET,
    around::LAST,
];

/// What a sync did, for the person's own eyes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SyncReport {
    /// Envelopes that came and opened.
    pub came: u32,
    /// Envelopes that were handed to the post box.
    pub went: u32,
    /// Envelopes that wait here for the next time.
    pub waits: u32,
    /// Things that came and did not open.
    pub aside: u32,
    /// The post box was not reached (or only in part): everything is safe here.
    pub offline: bool,
    /// Something may not have come yet; it is being asked for.
    pub not_up_to_date: bool,
    /// Minutes until this phone's place at the post box is ready, where its key or the right to an inbox was asked for; else 0.
    pub ready_in_minutes: u32,
    /// The post box does not know the code that was typed.
    pub code_refused: bool,
}

impl Companion {
    /// Collects and delivers now, by hand.
    ///
    /// # Errors
    /// [`AlongsideError::Offline`] never: being offline is in the report. The store's errors.
    pub async fn sync<P: PostBox>(&mut self, post: &P) -> Done<SyncReport> {
        let mut report = SyncReport::default();
        if self.make_ready(post).await? {
            self.collect_and_deliver(post, &mut report).await?;
        } else {
            report.offline = true;
        }
        report.ready_in_minutes = self.post_box_ready_in()?.div_ceil(60);
        report.code_refused = self.code_was_refused()?;
        Ok(report)
    }

    async fn collect_and_deliver<P: PostBox>(
        &mut self,
        post: &P,
        report: &mut SyncReport,
    ) -> Done<()> {
        self.collect(post, report).await?;
        if !report.offline {
            self.deliver(post, report).await?;
        }
        if !report.offline {
            report.not_up_to_date |= self.complete()?;
        }
        Ok(())
    }

    /// Seconds until what was asked for can be used, where the post box is reached through an oblivious relay or asks for a
    /// code; 0 where nothing needs to be waited for, or nothing was asked for yet.
    ///
    /// # Errors
    /// The store's.
    pub fn post_box_ready_in(&self) -> Done<u32> {
        let quiet = if self.has_a_key()? {
            self.quiet_left()?
        } else {
            0
        };
        Ok(quiet.max(self.creates_in()?))
    }

    /// Asks by hand for what the rhythm asks for at random times: a key where requests go sealed, and the right to make
    /// inboxes. False where nothing can be sent yet.
    async fn make_ready<P: PostBox>(&mut self, post: &P) -> Done<bool> {
        if post.is_sealed() && !self.has_a_key()? {
            for contact in self.keys_to_ask()? {
                if let Contact::Key { straight } = contact
                    && self.ask_key(post, straight).await?.is_err()
                {
                    return Ok(false);
                }
            }
        }
        if !self.is_ready_for(post)? {
            return Ok(false);
        }
        let (asks, now) = self.rights_to_ask()?;
        if !now || self.creates_in()? > 0 {
            return Ok(true);
        }
        // The code first, and who may create only once its secret's time is there: a box that is asked both at once could
        // give one phone a secret and its hash.
        let first = asks.iter().find(|one| **one == Contact::Code);
        let asked = match first.or(asks.first()) {
            Some(Contact::Code) => self.fetch_secrets(post).await?,
            Some(_) => self.ask_who(post).await?,
            None => Ok(()),
        };
        if matches!(asked, Err(PostError::Offline)) {
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads what waits: this week's inbox, old ones not drained yet, invites, the way back.
    ///
    /// # Errors
    /// The store's.
    pub async fn collect<P: PostBox>(&mut self, post: &P, report: &mut SyncReport) -> Done<()> {
        for week in self.weeks_to_register()? {
            match self.register(post, week).await {
                Ok(()) | Err(PostError::Refused(_)) => {}
                Err(_) => {
                    report.offline = true;
                    break;
                }
            }
        }
        for week in self.weeks_to_read()? {
            if report.offline {
                break;
            }
            self.fetch_week(post, week, report).await?;
        }
        if !report.offline {
            report.offline |= self.walk_invites(post).await?.is_err();
        }
        if !report.offline {
            report.offline |= self.walk_the_way_back(post).await?.is_err();
        }
        if !report.offline {
            report.offline |= self.read_the_past(post).await?.is_err();
        }
        Ok(())
    }

    pub(crate) async fn fetch_week<P: PostBox>(
        &mut self,
        post: &P,
        week: u32,
        report: &mut SyncReport,
    ) -> Done<()> {
        match self.read_week(post, week).await? {
            Ok(read) => {
                report.came += read.opened;
                report.aside += read.aside;
                report.not_up_to_date |= read.gap;
            }
            Err(_) => report.offline = true,
        }
        self.reached(!report.offline)
    }

    /// Whether the post box was reached the last time: what is to be sent is made only then.
    fn reached(&mut self, reached: bool) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.put("self", b"reached", &[u8::from(reached)])?;
        deed.commit()?;
        Ok(())
    }

    /// Hands out what is owed. Only after a collect that reached the post box.
    ///
    /// # Errors
    /// The store's.
    pub async fn deliver<P: PostBox>(&mut self, post: &P, report: &mut SyncReport) -> Done<()> {
        self.end_ties_of_the_gone()?;
        self.sign_out_the_gone()?;
        if self.store.get("self", b"reached")?.as_deref() == Some(&[0]) {
            return self.post_outbox(post, report).await;
        }
        if self.begin_anew_if_rolled_back()? {
            // New inboxes first, so that others find this phone by the cards that go out next.
            for week in self.weeks_to_register()? {
                if self.register(post, week).await.is_err() {
                    report.offline = true;
                    return Ok(());
                }
            }
        }
        self.prepare()?;
        self.close_what_is_known()?;
        if self.has_to_close()? {
            let mut all = true;
            for week in self.registered_weeks()? {
                all &= self.close_in(post, week).await?.is_ok();
            }
            if all {
                self.closed_all()?;
            }
        }
        self.post_outbox(post, report).await
    }

    async fn post_outbox<P: PostBox>(&mut self, post: &P, report: &mut SyncReport) -> Done<()> {
        let today = self.clock.now().utc_day();
        for entry in self.store.outbox()? {
            let item = &entry.item;
            let stale = week_of(item.made_day) + 1 < week_of(today);
            let answer = if stale {
                Err(PostError::NoSuchInbox)
            } else {
                self.away(post.post(&Token(item.slot_token), item.idempotency, &item.body))
                    .await
            };
            match answer {
                Ok(()) => {
                    self.forget(entry.id, None)?;
                    report.went += 1;
                }
                Err(PostError::Offline | PostError::OtherKey) => {
                    report.offline = true;
                    report.waits = u32::try_from(self.store.outbox_count()?).unwrap_or(u32::MAX);
                    return Ok(());
                }
                Err(PostError::TryLater { .. } | PostError::Full | PostError::NotThisProtocol) => {
                    report.waits += 1;
                }
                Err(PostError::NoSuchInbox | PostError::Conflict | PostError::Refused(_)) => {
                    // Nobody will read it there: the present state goes to where they are, the next time.
                    self.forget(entry.id, Some(TieId(item.tie)))?;
                }
            }
        }
        Ok(())
    }

    fn forget(&mut self, entry: i64, undelivered: Option<TieId>) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.outbox_remove(entry)?;
        if let Some(tie) = undelivered {
            let mut more = get_more(&deed, &tie)?;
            // At its own pace: a reader whose inbox is gone comes back by its own card.
            more.wait = more.wait.max(1);
            put_more(&mut deed, &tie, &more)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// A sync went through: keys grow older by it, and those past their time are erased. True where something that
    /// others wrote is known to be missing here.
    pub(crate) fn complete(&mut self) -> Done<bool> {
        let today = self.clock.now().utc_day();
        let mut erased = false;
        let mut ties = self.people_ties()?;
        ties.push(self.home_tie()?);
        let lacks = ties.iter().any(crate::trust::tie::Tie::lacks_something);
        let mut changed = Vec::new();
        for mut tie in ties {
            let (before, stepped) = (tie.last_synced(), today);
            erased |= tie.completed_sync(today);
            if before != Some(stepped) {
                changed.push(tie);
            }
        }
        if changed.is_empty() {
            return Ok(lacks);
        }
        let mut deed = self.store.begin()?;
        for tie in &changed {
            put_tie(&mut deed, tie)?;
        }
        deed.put("self", b"met", &today.to_be_bytes())?;
        deed.commit()?;
        if erased {
            self.store.erase_now()?;
        }
        Ok(lacks)
    }

    /// How many days ago the post box was last met, if ever.
    ///
    /// # Errors
    /// The store's.
    pub fn days_since_met(&self) -> Done<Option<u32>> {
        let Some(bytes) = self.store.get("self", b"met")? else {
            return Ok(None);
        };
        let day = u32::from_be_bytes(bytes.try_into().map_err(|_| AlongsideError::StoreDamaged)?);
        Ok(Some(self.clock.now().utc_day().saturating_sub(day)))
    }
}
