//! Who may make inboxes: everybody, those who know the month's create-secret, or nobody.
//! Knows the secrets and the hashes of the codes that fetch them; knows no file, no HTTP and no inbox.
//! Invariant: what a creation shows is the same for everybody in a month, and equal work is done whichever secret or code fits.

use std::fmt;
use std::sync::{Arc, RwLock};

use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::Refusal;
use crate::token::{Token, labelled};

/// Days of a month: four of the relay's weeks.
pub const MONTH_DAYS: u32 = 28;
/// In how many of a month's last days the next month's secret is given out.
pub const NEXT_GIVEN_DAYS: u32 = 7;

/// Who may make inboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Creating {
    /// Everybody.
    #[default]
    Open,
    /// Who knows the month's create-secret, or a fixed one.
    Invited,
    /// Nobody; what is there lives on.
    Closed,
}

impl Creating {
    /// The three words of the setting.
    pub const ALL: [Self; 3] = [Self::Open, Self::Invited, Self::Closed];

    /// The word in settings and `/v1/info`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invited => "invited",
            Self::Closed => "closed",
        }
    }
}

/// What invites stand on: the seed of the months' secrets, and the hash of each code.
#[derive(Clone, PartialEq, Eq)]
pub struct Invites {
    /// Random; all months' secrets follow from it.
    pub seed: [u8; 32],
    /// Hashes of the codes that fetch them ([`code_hash`]), sorted.
    pub codes: Vec<[u8; 32]>,
}

impl fmt::Debug for Invites {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Invites({} codes)", self.codes.len())
    }
}

impl Invites {
    /// The create-secret of a month (UTC day / [`MONTH_DAYS`]): HKDF-SHA256 of the seed.
    #[must_use]
    pub fn secret(&self, month: u32) -> Token {
        let mut info = b"alongside/relay create-secret".to_vec();
        info.extend_from_slice(&month.to_be_bytes());
        let mut secret = [0; 32];
        // 32 bytes are one block of it, which is never too long.
        let _ = Hkdf::<Sha256>::new(None, &self.seed).expand(&info, &mut secret);
        Token(secret)
    }
}

/// What is kept of an invite's code.
#[must_use]
pub fn code_hash(code: &Token) -> [u8; 32] {
    labelled("alongside/relay invite", &[&code.0])
}

/// What everybody may know of a create-secret, so that a phone sees whether it was given the one that all others were.
#[must_use]
pub fn secret_hash(secret: &Token) -> [u8; 32] {
    labelled("alongside/relay create-secret", &[&secret.0])
}

#[derive(Default)]
struct Kept {
    creating: Creating,
    fixed: Vec<Token>,
    invites: Option<Invites>,
}

/// Who may make inboxes, and with what. Shared, and replaced while the relay runs.
#[derive(Clone, Default)]
pub struct Codes(Arc<RwLock<Kept>>);

impl Codes {
    /// Who may, and the fixed secrets that are honoured besides the month's.
    #[must_use]
    pub fn new(creating: Creating, fixed: Vec<Token>) -> Self {
        Self(Arc::new(RwLock::new(Kept {
            creating,
            fixed,
            invites: None,
        })))
    }

    /// Puts others in their place; invites stay.
    pub fn replace(&self, creating: Creating, fixed: Vec<Token>) {
        if let Ok(mut kept) = self.0.write() {
            kept.creating = creating;
            kept.fixed = fixed;
        }
    }

    /// Other invites from now on; `None`: nobody has a code.
    pub fn invite(&self, invites: Option<Invites>) {
        if let Ok(mut kept) = self.0.write() {
            kept.invites = invites;
        }
    }

    /// Whether this secret opens on this UTC day; all are compared, whichever fits.
    #[must_use]
    pub fn allow(&self, day: u32, secret: Option<&Token>) -> bool {
        let Ok(kept) = self.0.read() else {
            return false;
        };
        match kept.creating {
            Creating::Open => true,
            Creating::Closed => false,
            Creating::Invited => secret.is_some_and(|secret| {
                let turned = kept.invites.iter().flat_map(|one| two_months(one, day));
                let turned = turned.map(|(_, secret)| secret);
                let all = turned.chain(kept.fixed.iter().cloned());
                all.fold(false, |found, one| found | one.same(secret))
            }),
        }
    }

    /// What a code fetches on this UTC day: months with their secrets; none where the box is open.
    ///
    /// # Errors
    /// [`Refusal::NotInvited`]: the code is unknown, revoked or none, or the box is closed.
    pub fn fetch(&self, day: u32, code: Option<&Token>) -> Result<Vec<(u32, Token)>, Refusal> {
        let kept = self.0.read().map_err(|_| Refusal::NotInvited)?;
        match (kept.creating, &kept.invites) {
            (Creating::Open, _) => Ok(Vec::new()),
            (Creating::Invited, Some(invites)) => {
                let code = code_hash(code.ok_or(Refusal::NotInvited)?);
                // Worked out before the code is looked at: what is refused costs as much as what is given.
                let mut secrets = Vec::from(two_months(invites, day));
                let known = invites.codes.iter().fold(false, |found, one| {
                    found | bool::from(one.as_slice().ct_eq(&code))
                });
                if day % MONTH_DAYS < MONTH_DAYS - NEXT_GIVEN_DAYS {
                    secrets.truncate(1);
                }
                if known {
                    Ok(secrets)
                } else {
                    Err(Refusal::NotInvited)
                }
            }
            _ => Err(Refusal::NotInvited),
        }
    }

    /// Of this month's and the next one's create-secret, what everybody may know.
    #[must_use]
    pub fn hashes(&self, day: u32) -> Vec<(u32, [u8; 32])> {
        let Ok(kept) = self.0.read() else {
            return Vec::new();
        };
        let invites = kept
            .invites
            .iter()
            .filter(|_| kept.creating == Creating::Invited);
        invites
            .flat_map(|invites| two_months(invites, day))
            .map(|(month, secret)| (month, secret_hash(&secret)))
            .collect()
    }

    /// Who may make inboxes.
    #[must_use]
    pub fn creating(&self) -> Creating {
        self.0.read().map_or(Creating::Closed, |kept| kept.creating)
    }
}

fn two_months(invites: &Invites, day: u32) -> [(u32, Token); 2] {
    let month = day / MONTH_DAYS;
    [month, month.saturating_add(1)].map(|month| (month, invites.secret(month)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 28 * 700;

    fn codes() -> (Codes, Token) {
        let code = Token([5; 32]);
        let codes = Codes::new(Creating::Invited, Vec::new());
        codes.invite(Some(Invites {
            seed: [1; 32],
            codes: vec![[0; 32], code_hash(&code), [9; 32]],
        }));
        (codes, code)
    }

    fn months(codes: &Codes, day: u32, code: &Token) -> Vec<u32> {
        let fetched = codes.fetch(day, Some(code)).unwrap();
        fetched.into_iter().map(|(month, _)| month).collect()
    }

    #[test]
    fn the_next_secret_is_given_in_the_last_week_and_honoured_always() {
        let (codes, code) = codes();
        assert_eq!(months(&codes, DAY, &code), [700]);
        assert_eq!(months(&codes, DAY + 20, &code), [700]);
        assert_eq!(months(&codes, DAY + 21, &code), [700, 701]);
        assert_eq!(months(&codes, DAY + 28, &code), [701]);
        let both = codes.fetch(DAY + 27, Some(&code)).unwrap();
        let (now, next) = (&both[0].1, &both[1].1);
        assert!(codes.allow(DAY, Some(now)) && codes.allow(DAY, Some(next)));
        assert!(!codes.allow(DAY + 28, Some(now)), "the month is over");
        assert!(codes.allow(DAY + 28, Some(next)));
        assert!(!codes.allow(DAY, None) && !codes.allow(DAY, Some(&code)));
        let said = codes.hashes(DAY);
        assert_eq!(said, [(700, secret_hash(now)), (701, secret_hash(next))]);
    }

    #[test]
    fn unknown_revoked_and_no_code_get_nothing() {
        let (codes, code) = codes();
        let before = codes.fetch(DAY, Some(&code)).unwrap();
        for wrong in [None, Some(&Token([6; 32]))] {
            assert_eq!(codes.fetch(DAY, wrong), Err(Refusal::NotInvited));
        }
        codes.invite(Some(Invites {
            seed: [1; 32],
            codes: vec![],
        }));
        assert_eq!(codes.fetch(DAY, Some(&code)), Err(Refusal::NotInvited));
        codes.invite(Some(Invites {
            seed: [2; 32],
            codes: vec![code_hash(&code)],
        }));
        let turned = codes.fetch(DAY, Some(&code)).unwrap();
        assert_ne!(before, turned, "another seed is another secret at once");
        assert!(!codes.allow(DAY, Some(&before[0].1)));
        assert!(codes.allow(DAY, Some(&turned[0].1)));
    }

    #[test]
    fn open_asks_nothing_and_closed_gives_nothing() {
        let (codes, code) = codes();
        let secret = codes.fetch(DAY, Some(&code)).unwrap()[0].1.clone();
        codes.replace(Creating::Open, vec![]);
        assert!(codes.allow(DAY, None) && codes.allow(DAY, Some(&Token([8; 32]))));
        assert_eq!(codes.fetch(DAY, None), Ok(vec![]));
        assert_eq!(codes.hashes(DAY), []);
        codes.replace(Creating::Closed, vec![Token([8; 32])]);
        for secret in [None, Some(&secret), Some(&Token([8; 32]))] {
            assert!(!codes.allow(DAY, secret));
        }
        assert_eq!(codes.fetch(DAY, Some(&code)), Err(Refusal::NotInvited));
        codes.replace(Creating::Invited, vec![Token([8; 32])]);
        assert!(codes.allow(DAY, Some(&secret)) && codes.allow(DAY, Some(&Token([8; 32]))));
    }

    #[test]
    fn the_months_secret_is_the_one_written_in_the_contract() {
        let invites = Invites {
            seed: [3; 32],
            codes: vec![],
        };
        let mut info = b"alongside/relay create-secret".to_vec();
        info.extend([0, 0, 2, 0xbc]);
        let mut expected = [0; 32];
        Hkdf::<Sha256>::new(None, &[3; 32])
            .expand(&info, &mut expected)
            .unwrap();
        assert_eq!(invites.secret(700), Token(expected));
        assert!(!format!("{invites:?}").contains('3'));
    }
}
