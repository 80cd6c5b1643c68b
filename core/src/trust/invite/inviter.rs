//! The inviter's side of a meeting, from the code shown to both having said yes. It does not know the post room.
//! Invariant: the one-time key is gone the moment an answer was taken, so there never is a second one; a refused item
//! changes nothing. What is kept between steps: docs/formats.md "Invite", "Waiting inviter".
use super::{
    ANSWER, Bundle, Exported, Introduction, InviteCode, InviteSecret, Kind, LIFE_SECONDS, Meeting,
    Met, NONCE, OFFER, OPENING, Offer, Posting, answer_info, bundle_hash, commitment,
    derive_offer_inbox, open_step, posting, seal_step,
};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::inbox::{SeededInbox, SlotKey};
use crate::trust::suite::{self, HpkeSecret};
use crate::trust::wayback::{Side, WayBackSecret};
use crate::trust::words::Words;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const LONGEST_BODY: usize = 1 << 20;

/// An invite that this phone made.
pub struct Inviter {
    kind: Kind,
    secret: InviteSecret,
    bundle: Vec<u8>,
    answer_seed: Zeroizing<[u8; 32]>,
    expires: u64,
    relay: Option<String>,
    offer_body: Vec<u8>,
    stage: Stage,
}

enum Stage {
    Waiting(HpkeSecret),
    Answered(Box<Answered>),
}

/// What is known once somebody answered.
struct Answered {
    bundle: Vec<u8>,
    who: Introduction,
    commitment: [u8; 32],
    exported: Exported,
    nonce: [u8; 32],
    nonce_body: Vec<u8>,
    /// The invitee's nonce, once it was opened.
    theirs: Option<[u8; 32]>,
}

impl Inviter {
    /// Makes an invite: secret, one-time key, the inbox for the answer, and the sealed offer. `now` is seconds since
    /// 1970-01-01 UTC and only serves the 48 hours.
    ///
    /// # Errors
    /// As [`Bundle::encode`].
    pub fn make(
        kind: Kind,
        who: Introduction,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Refused> {
        let secret = InviteSecret::make(rng);
        Self::make_with(secret, kind, who, now, rng)
    }

    pub(super) fn make_with(
        secret: InviteSecret,
        kind: Kind,
        who: Introduction,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Refused> {
        let one_time = HpkeSecret::make(rng);
        let answer_seed = Zeroizing::new(suite::make_32(rng));
        let answers = SeededInbox::from_seed(*answer_seed);
        // To the full hour: nothing about an invite is finer than it must be.
        let expires = now.saturating_add(LIFE_SECONDS) / 3_600 * 3_600;
        let relay = who.relay.clone();
        let offer = Some(Offer {
            one_time: one_time.public()?,
            answer_token: *answers.slot_token().leak_bytes(),
            answer_key: *answers.slot_key().leak_bytes(),
            expires,
        });
        let bundle = Bundle { kind, who, offer }.encode()?;
        let offer_body = seal_step(
            &derive_offer_inbox(&secret, kind).slot_key(),
            OFFER,
            &bundle,
            rng,
        )?;
        Ok(Self {
            kind,
            secret,
            bundle,
            answer_seed,
            expires,
            relay,
            offer_body,
            stage: Stage::Waiting(one_time),
        })
    }

    /// What is shown as a QR code, sent as a link, or read out as words.
    #[must_use]
    pub fn code(&self) -> InviteCode {
        InviteCode {
            kind: self.kind,
            relay: self.relay.clone(),
            secret: InviteSecret::from_bytes(*self.secret.leak_bytes()),
            bundle_hash: Some(bundle_hash(&self.bundle)),
        }
    }

    /// The inbox in which the offer waits. The inviter makes it, and deletes it when the invite is burnt or over.
    #[must_use]
    pub fn offer_inbox(&self) -> SeededInbox {
        derive_offer_inbox(&self.secret, self.kind)
    }

    /// The inbox in which answer and opening come. Only the inviter can read it.
    #[must_use]
    pub fn answer_inbox(&self) -> SeededInbox {
        SeededInbox::from_seed(*self.answer_seed)
    }

    /// The sealed bundle, for the offer inbox.
    #[must_use]
    pub fn offer(&self) -> Posting {
        posting(
            self.relay.as_deref(),
            self.offer_inbox().slot_token(),
            &self.offer_body,
        )
    }

    /// When the invite ends, in seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn expires(&self) -> u64 {
        self.expires
    }

    /// Whom the invite is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Takes an item of the answer inbox as the answer. The first good one burns the invite; the caller saves the state
    /// before it acknowledges the item, and deletes the offer inbox.
    ///
    /// # Errors
    /// `Expired` after 48 hours. `Replayed` for another answer after the first: the same one again, or somebody else
    /// who has the code. Otherwise what is wrong with the item; the invite stands as it was.
    pub fn take_answer(
        &mut self,
        item: &[u8],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Refused> {
        let step = open_step(&self.answer_inbox().slot_key(), ANSWER, item)?;
        let Stage::Waiting(one_time) = &self.stage else {
            return Err(Refused::Replayed);
        };
        if now > self.expires {
            return Err(Refused::Expired);
        }
        let hash = bundle_hash(&self.bundle);
        let psk = (self.secret.leak_bytes().as_slice(), hash.as_slice());
        let (answer, export) =
            suite::hpke_open_psk(one_time, psk, &answer_info(self.kind), &[], &step)?;
        let mut r = Reader::new(&answer);
        let bundle = r.bytes(answer.len())?.to_vec();
        let commitment = r.array()?;
        r.finish()?;
        let who = their_bundle(self.kind, &bundle)?;
        let nonce = suite::make_32(rng);
        let exported = Exported::derive(&export);
        let key = SeededInbox::from_seed(exported.reply).slot_key();
        let nonce_body = seal_step(&key, NONCE, &nonce, rng)?;
        self.stage = Stage::Answered(Box::new(Answered {
            bundle,
            who,
            commitment,
            exported,
            nonce,
            nonce_body,
            theirs: None,
        }));
        Ok(())
    }

    /// What the other side said of itself, once it answered. Nothing of it is to be believed before the words agree.
    #[must_use]
    pub fn theirs(&self) -> Option<&Introduction> {
        self.answered().ok().map(|answered| &answered.who)
    }

    /// The inviter's nonce, for the inbox that the invitee made.
    ///
    /// # Errors
    /// `Stale` before an answer was taken.
    pub fn nonce_step(&self) -> Result<Posting, Refused> {
        let answered = self.answered()?;
        let slot = SeededInbox::from_seed(answered.exported.reply).slot_token();
        Ok(posting(
            answered.who.relay.as_deref(),
            slot,
            &answered.nonce_body,
        ))
    }

    /// Takes an item of the answer inbox as the opening of the invitee's nonce.
    ///
    /// # Errors
    /// `Stale` before an answer, `Replayed` after an opening, `CannotOpen` when it is not hers, `WordsDiffer` when it
    /// is not what she promised.
    pub fn take_opening(&mut self, item: &[u8]) -> Result<(), Refused> {
        let key = self.opening_key()?;
        let Stage::Answered(answered) = &mut self.stage else {
            return Err(Refused::Stale);
        };
        let opening = open_step(&key, OPENING, item)?;
        if answered.theirs.is_some() {
            return Err(Refused::Replayed);
        }
        let nonce: [u8; 32] = opening
            .as_slice()
            .try_into()
            .map_err(|_| Refused::Malformed)?;
        let promised = commitment(&self.bundle, &answered.bundle, &nonce);
        if !bool::from(promised.ct_eq(&answered.commitment)) {
            return Err(Refused::WordsDiffer);
        }
        answered.theirs = Some(nonce);
        Ok(())
    }

    /// The four words that this phone shows.
    ///
    /// # Errors
    /// `Stale` before the opening.
    pub fn words(&self) -> Result<Words, Refused> {
        Ok(self.meeting()?.words())
    }

    /// Ends the meeting. `same` is what the person said about the four words: there is one try, and the caller erases
    /// what was kept of it either way, with the tie saved in the same step.
    ///
    /// # Errors
    /// `Stale` before the opening, `WordsDiffer` when they were not the same.
    pub fn finish(self, same: bool) -> Result<Met, Refused> {
        let meeting = self.meeting()?;
        if !same {
            return Err(Refused::WordsDiffer);
        }
        let (tie, words) = (meeting.tie(), meeting.words());
        let answered = self.answered()?;
        Ok(Met {
            tie,
            kind: self.kind,
            side: Side::Inviter,
            theirs: answered.who.clone(),
            way_back: WayBackSecret::from_bytes(answered.exported.way_back),
            words,
        })
    }

    /// What is kept between steps, inside the encrypted database only.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.u8(suite::SUITE);
        w.u8(self.kind.byte());
        w.fixed(self.secret.leak_bytes());
        w.bytes(&self.bundle);
        w.fixed(self.answer_seed.as_slice());
        w.u64(self.expires);
        w.bytes(self.relay.as_deref().unwrap_or("").as_bytes());
        w.bytes(&self.offer_body);
        match &self.stage {
            Stage::Waiting(one_time) => {
                w.u8(0);
                w.fixed(one_time.leak_bytes());
            }
            Stage::Answered(answered) => {
                w.u8(if answered.theirs.is_some() { 2 } else { 1 });
                w.bytes(&answered.bundle);
                w.fixed(&answered.commitment);
                answered.exported.write(&mut w);
                w.fixed(&answered.nonce);
                w.bytes(&answered.nonce_body);
                if let Some(nonce) = &answered.theirs {
                    w.fixed(nonce);
                }
            }
        }
        Zeroizing::new(w.finish())
    }

    /// Takes up a kept state.
    ///
    /// # Errors
    /// `Malformed` or `UnknownSuite` when it is none.
    pub fn decode(kept: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(kept);
        if r.u8()? != suite::SUITE {
            return Err(Refused::UnknownSuite);
        }
        let kind = Kind::from_byte(r.u8()?)?;
        let secret = InviteSecret::from_bytes(r.array()?);
        let bundle = r.bytes(LONGEST_BODY)?.to_vec();
        let answer_seed = Zeroizing::new(r.array()?);
        let expires = r.u64()?;
        let relay =
            String::from_utf8(r.bytes(LONGEST_BODY)?.to_vec()).map_err(|_| Refused::Malformed)?;
        let offer_body = r.bytes(LONGEST_BODY)?.to_vec();
        let stage = match r.u8()? {
            0 => Stage::Waiting(HpkeSecret::from_bytes(r.array()?)),
            stage @ 1..=2 => {
                let bundle = r.bytes(LONGEST_BODY)?.to_vec();
                Stage::Answered(Box::new(Answered {
                    who: their_bundle(kind, &bundle)?,
                    bundle,
                    commitment: r.array()?,
                    exported: Exported::read(&mut r)?,
                    nonce: r.array()?,
                    nonce_body: r.bytes(LONGEST_BODY)?.to_vec(),
                    theirs: if stage == 2 { Some(r.array()?) } else { None },
                }))
            }
            _ => return Err(Refused::Malformed),
        };
        r.finish()?;
        Ok(Self {
            kind,
            secret,
            bundle,
            answer_seed,
            expires,
            relay: Some(relay).filter(|relay| !relay.is_empty()),
            offer_body,
            stage,
        })
    }

    /// Only the two sides of the exchange have it, not everyone who has the code.
    pub(super) fn opening_key(&self) -> Result<SlotKey, Refused> {
        Ok(SlotKey::from_bytes(self.answered()?.exported.opening))
    }

    fn answered(&self) -> Result<&Answered, Refused> {
        match &self.stage {
            Stage::Waiting(_) => Err(Refused::Stale),
            Stage::Answered(answered) => Ok(answered),
        }
    }

    fn meeting(&self) -> Result<Meeting<'_>, Refused> {
        let answered = self.answered()?;
        Ok(Meeting {
            secret: &self.secret,
            kind: self.kind,
            bundles: [&self.bundle, &answered.bundle],
            nonces: [
                &answered.nonce,
                answered.theirs.as_ref().ok_or(Refused::Stale)?,
            ],
        })
    }
}

fn their_bundle(kind: Kind, bytes: &[u8]) -> Result<Introduction, Refused> {
    let bundle = Bundle::decode(bytes)?;
    if bundle.kind != kind || bundle.offer.is_some() {
        return Err(Refused::WrongKind);
    }
    Ok(bundle.who)
}

impl std::fmt::Debug for Inviter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inviter({:?})", self.kind)
    }
}
