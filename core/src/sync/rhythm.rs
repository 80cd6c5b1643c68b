//! The rhythm of contacts: when a phone meets the post box, drawn afresh for each day from randomness alone. It never
//! follows use, charging or Wi-Fi: fetching at each opening let a linker know a phone again a week later (protocol.md 9).
//! Invariant: a fetch and a delivery never share a moment.

use super::SyncReport;
use super::weeks::AHEAD;
use crate::companion::{Companion, Done};
use crate::post::{PostBox, PostError};
use crate::trust::inbox::week_of;
use rand_core::CryptoRng;

/// How often a phone meets the post box. Constant until the person chooses another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Fetches a day, each in a part of the day of its own (1 to 24).
    pub fetches: u8,
    /// Deliveries a day (1 to 4).
    pub deliveries: u8,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            fetches: 4,
            deliveries: 1,
        }
    }
}

/// One contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contact {
    /// Read this week's inbox.
    Fetch,
    /// Hand out what is owed.
    Deliver,
    /// Read the inbox of a week gone by, to its end.
    Drain(u32),
    /// Register the inbox of a week to come.
    Register(u32),
    /// Read and leave word the way back.
    WayBack,
    /// Read the inboxes that were left after this phone's past was put back.
    Past,
    /// Ask for this week's key of the post box, through the oblivious relay or straight.
    Key {
        /// Of the post box itself.
        straight: bool,
    },
    /// Ask who may create inboxes.
    Who,
    /// Fetch the create-secrets with the code.
    Code,
}

/// Seconds between a fetch and a delivery, at least.
pub(super) const APART: u32 = 600;
/// Seconds of a day.
pub(super) const DAY: u32 = 86_400;

/// The contacts of one day, as seconds after its beginning (UTC), in order: each fetch uniformly in its part of the
/// day, each delivery uniformly in the day but ten minutes from any fetch.
pub fn derive_day(rhythm: Rhythm, rng: &mut dyn CryptoRng) -> Vec<(u32, Contact)> {
    let fetches = u32::from(rhythm.fetches.clamp(1, 24));
    let part = DAY / fetches;
    let mut day: Vec<(u32, Contact)> = (0..fetches)
        .map(|n| (n * part + rng.next_u32() % part, Contact::Fetch))
        .collect();
    let moments: Vec<u32> = day.iter().map(|(at, _)| *at).collect();
    for _ in 0..rhythm.deliveries.clamp(1, 4) {
        let at = loop {
            let at = rng.next_u32() % DAY;
            if moments.iter().all(|fetch| fetch.abs_diff(at) >= APART) {
                break at;
            }
        };
        day.push((at, Contact::Deliver));
    }
    day.sort_unstable();
    day
}

impl Companion {
    /// The contacts of the day that begins, as seconds after its beginning (UTC): the rhythm's own, and what falls due:
    /// an old week to drain, a week to come to register (at a random time of its week), the way back. Each is a moment
    /// of its own, whatever the person does meanwhile.
    ///
    /// # Errors
    /// The store's.
    pub fn plan_day(&mut self, rhythm: Rhythm) -> Done<Vec<(u32, Contact)>> {
        let mut day = derive_day(rhythm, &mut self.rng);
        let today = self.now().utc_day();
        let now = week_of(today);
        let mut more: Vec<Contact> = self
            .weeks_to_read()?
            .into_iter()
            .filter(|week| *week < now)
            .map(Contact::Drain)
            .collect();
        for week in self.weeks_to_register()? {
            let days_left = 7 - today % 7;
            if week < now + AHEAD || self.rng.next_u32().is_multiple_of(days_left) {
                more.push(Contact::Register(week));
            }
        }
        if self.way_back_is_due()? {
            more.push(Contact::WayBack);
        }
        if self.has_a_past()? {
            more.push(Contact::Past);
        }
        more.extend(self.rights_to_plan()?);
        more.extend(self.keys_to_plan()?);
        day.extend(
            more.into_iter()
                .map(|contact| (self.rng.next_u32() % DAY, contact)),
        );
        day.sort_unstable();
        Ok(day)
    }

    /// Has one contact.
    ///
    /// # Errors
    /// The store's; being offline is in the report.
    pub async fn contact<P: PostBox>(&mut self, post: &P, contact: Contact) -> Done<SyncReport> {
        let mut report = SyncReport::default();
        if let Contact::Key { straight } = contact {
            if self.keys_to_ask()?.contains(&contact) {
                report.offline = is_away(&self.ask_key(post, straight).await?);
            }
            return Ok(report);
        }
        if !self.is_ready_for(post)? {
            report.offline = true;
            return Ok(report);
        }
        if matches!(contact, Contact::Who | Contact::Code) {
            // Asked already by hand, or not needed any more.
            if self.rights_to_ask()?.0.contains(&contact) {
                let asked = match contact {
                    Contact::Who => self.ask_who(post).await?,
                    _ => self.fetch_secrets(post).await?,
                };
                report.offline = is_away(&asked);
            }
            return Ok(report);
        }
        match contact {
            Contact::Key { .. } | Contact::Who | Contact::Code => {}
            Contact::Fetch => {
                self.fetch_week(post, week_of(self.now().utc_day()), &mut report)
                    .await?
            }
            Contact::Drain(week) => self.fetch_week(post, week, &mut report).await?,
            Contact::Register(week) => {
                report.offline = matches!(self.register(post, week).await, Err(PostError::Offline));
            }
            Contact::WayBack => report.offline = self.walk_the_way_back(post).await?.is_err(),
            Contact::Past => report.offline = self.read_the_past(post).await?.is_err(),
            Contact::Deliver => {
                self.deliver(post, &mut report).await?;
                if !report.offline {
                    self.complete()?;
                }
            }
        }
        if contact == Contact::Fetch && !report.offline {
            report.offline |= self.walk_invites(post).await?.is_err();
        }
        Ok(report)
    }
}

/// Whether it is to be tried again today: a refusal is not.
fn is_away(asked: &Result<(), PostError>) -> bool {
    matches!(
        asked,
        Err(PostError::Offline | PostError::TryLater { .. } | PostError::NotThisProtocol)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn four_fetches_and_a_delivery_apart() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        for _ in 0..500 {
            let day = derive_day(Rhythm::default(), &mut rng);
            let fetches: Vec<u32> = day
                .iter()
                .filter(|(_, c)| *c == Contact::Fetch)
                .map(|(at, _)| *at)
                .collect();
            assert_eq!(fetches.len(), 4);
            for (n, at) in fetches.iter().enumerate() {
                assert_eq!(*at / (DAY / 4), u32::try_from(n).unwrap());
            }
            let delivery = day.iter().find(|(_, c)| *c == Contact::Deliver).unwrap().0;
            assert!(fetches.iter().all(|at| at.abs_diff(delivery) >= APART));
        }
    }
}
