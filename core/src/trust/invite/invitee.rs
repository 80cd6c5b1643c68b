//! The invitee's side of a meeting, from the code read to both having said yes. It does not know the post room.
//! Invariant: "not now" is no step at all; her nonce is promised before she sees the inviter's and opened after; a
//! refused item changes nothing. What is kept between steps: docs/formats.md "Invite", "Waiting invitee".
use super::{
    ANSWER, Bundle, Exported, Introduction, InviteCode, InviteSecret, Kind, Meeting, Met, NONCE,
    OFFER, OPENING, Offer, Posting, answer_info, bundle_hash, commitment, derive_offer_inbox,
    open_step, posting, seal_step,
};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::inbox::{SeededInbox, SlotKey, SlotToken};
use crate::trust::suite;
use crate::trust::wayback::{Side, WayBackSecret};
use crate::trust::words::Words;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const LONGEST_BODY: usize = 1 << 20;

/// An invite that this phone was given.
pub struct Invitee {
    code: InviteCode,
    stage: Stage,
}

enum Stage {
    /// The offer was not read yet.
    Looking,
    /// The person sees who asks.
    Offered(Offered),
    /// The person said yes.
    Answered(Offered, Box<Answered>),
}

struct Offered {
    bundle: Vec<u8>,
    who: Introduction,
    offer: Offer,
}

struct Answered {
    bundle: Vec<u8>,
    /// Where this side's one-off inbox is.
    relay: Option<String>,
    nonce: Zeroizing<[u8; 32]>,
    exported: Exported,
    body: Vec<u8>,
    /// The inviter's nonce and the sealed opening, once the nonce came.
    opened: Option<([u8; 32], Vec<u8>)>,
}

impl Invitee {
    /// Begins with a code that was scanned, tapped or typed.
    #[must_use]
    pub fn from_code(code: InviteCode) -> Self {
        let stage = Stage::Looking;
        Self { code, stage }
    }

    /// The code that it began with.
    #[must_use]
    pub fn code(&self) -> &InviteCode {
        &self.code
    }

    /// The inbox in which the offer waits: fetched from, never acknowledged.
    #[must_use]
    pub fn offer_inbox(&self) -> SeededInbox {
        derive_offer_inbox(&self.code.secret, self.code.kind)
    }

    /// The post box of the offer inbox; none: the reader's own.
    #[must_use]
    pub fn relay(&self) -> Option<&str> {
        self.code.relay.as_deref()
    }

    /// Whom the invite is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.code.kind
    }

    /// Reads an item of the offer inbox. `now` is seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// `CannotOpen` when it is not sealed for this code, `BadSignature` when it is not the bundle whose hash the code
    /// carries, `WrongKind`, `Expired`, `Replayed` for another offer than the one that the person sees, and after the
    /// yes; else what is wrong with it.
    pub fn open_offer(&mut self, item: &[u8], now: u64) -> Result<(), Refused> {
        let bundle = open_step(&self.offer_inbox().slot_key(), OFFER, item)?;
        match &self.stage {
            Stage::Looking => {}
            Stage::Offered(known) if known.bundle == bundle => {}
            // The person looks at one name while a yes would go to another.
            _ => return Err(Refused::Replayed),
        }
        let offered = Offered::read(&self.code, bundle)?;
        if now > offered.offer.expires {
            return Err(Refused::Expired);
        }
        self.stage = Stage::Offered(offered);
        Ok(())
    }

    /// What the inviter says of itself, once the offer was read. Nothing of it is to be believed before the words agree.
    #[must_use]
    pub fn theirs(&self) -> Option<&Introduction> {
        self.offered().ok().map(|offered| &offered.who)
    }

    /// The person says yes: seals this side's bundle and the promise of a nonce. The caller saves the state, makes
    /// [`reply_inbox`](Self::reply_inbox), then posts [`answer_step`](Self::answer_step).
    ///
    /// # Errors
    /// `Stale` before an offer, `Replayed` after a yes, `Expired`; else as
    /// [`Bundle::encode`].
    pub fn answer(
        &mut self,
        who: Introduction,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Refused> {
        let Stage::Offered(offered) = &self.stage else {
            return Err(match self.stage {
                Stage::Answered(..) => Refused::Replayed,
                _ => Refused::Stale,
            });
        };
        if now > offered.offer.expires {
            return Err(Refused::Expired);
        }
        let kind = self.code.kind;
        let relay = who.relay.clone();
        let bundle = Bundle {
            kind,
            who,
            offer: None,
        }
        .encode()?;
        let nonce = Zeroizing::new(suite::make_32(rng));
        let mut w = Writer::new();
        w.bytes(&bundle);
        w.fixed(&commitment(&offered.bundle, &bundle, &nonce));
        let hash = bundle_hash(&offered.bundle);
        let (step, export) = suite::hpke_seal_psk(
            &offered.offer.one_time,
            (self.code.secret.leak_bytes(), &hash),
            &answer_info(kind),
            &[],
            &w.finish(),
            rng,
        )?;
        let exported = Exported::derive(&export);
        let body = seal_step(
            &SlotKey::from_bytes(offered.offer.answer_key),
            ANSWER,
            &step,
            rng,
        )?;
        let answered = Answered {
            bundle,
            relay,
            nonce,
            exported,
            body,
            opened: None,
        };
        if let Stage::Offered(offered) = std::mem::replace(&mut self.stage, Stage::Looking) {
            self.stage = Stage::Answered(offered, Box::new(answered));
        }
        Ok(())
    }

    /// The inbox in which the inviter's nonce comes. The invitee makes it before she posts the answer.
    ///
    /// # Errors
    /// `Stale` before the person said yes.
    pub fn reply_inbox(&self) -> Result<SeededInbox, Refused> {
        Ok(SeededInbox::from_seed(self.answered()?.1.exported.reply))
    }

    /// The post box of the reply inbox; none: this phone's own.
    #[must_use]
    pub fn reply_relay(&self) -> Option<&str> {
        self.answered()
            .ok()
            .and_then(|(_, answered)| answered.relay.as_deref())
    }

    /// The answer, for the inbox that only the inviter reads.
    ///
    /// # Errors
    /// `Stale` before the person said yes.
    pub fn answer_step(&self) -> Result<Posting, Refused> {
        let (_, answered) = self.answered()?;
        self.to_inviter(&answered.body)
    }

    /// Takes an item of the reply inbox as the inviter's nonce.
    ///
    /// # Errors
    /// `Stale` before the person said yes, `Replayed` after a nonce, `CannotOpen` when it is not the inviter's.
    pub fn take_nonce(&mut self, item: &[u8], rng: &mut dyn CryptoRng) -> Result<(), Refused> {
        let Stage::Answered(_, answered) = &mut self.stage else {
            return Err(Refused::Stale);
        };
        let key = SeededInbox::from_seed(answered.exported.reply).slot_key();
        let nonce = open_step(&key, NONCE, item)?;
        if answered.opened.is_some() {
            return Err(Refused::Replayed);
        }
        let nonce = nonce
            .as_slice()
            .try_into()
            .map_err(|_| Refused::Malformed)?;
        let key = SlotKey::from_bytes(answered.exported.opening);
        answered.opened = Some((
            nonce,
            seal_step(&key, OPENING, answered.nonce.as_slice(), rng)?,
        ));
        Ok(())
    }

    /// The opening of this side's nonce, for the inbox that only the inviter reads.
    ///
    /// # Errors
    /// `Stale` before the inviter's nonce came.
    pub fn opening_step(&self) -> Result<Posting, Refused> {
        let (_, answered) = self.answered()?;
        let (_, body) = answered.opened.as_ref().ok_or(Refused::Stale)?;
        self.to_inviter(body)
    }

    /// The four words that this phone shows.
    ///
    /// # Errors
    /// `Stale` before the inviter's nonce came.
    pub fn words(&self) -> Result<Words, Refused> {
        Ok(self.meeting()?.words())
    }

    /// Ends the meeting. `same` is what the person said about the four words: there is one try, and the caller erases
    /// what was kept of it either way, with the tie saved in the same step.
    ///
    /// # Errors
    /// `Stale` before the inviter's nonce came, `WordsDiffer` when the words were not the same.
    pub fn finish(self, same: bool) -> Result<Met, Refused> {
        let meeting = self.meeting()?;
        if !same {
            return Err(Refused::WordsDiffer);
        }
        let (tie, words) = (meeting.tie(), meeting.words());
        let (offered, answered) = self.answered()?;
        Ok(Met {
            tie,
            kind: self.code.kind,
            side: Side::Invitee,
            theirs: offered.who.clone(),
            way_back: WayBackSecret::from_bytes(answered.exported.way_back),
            words,
        })
    }

    /// What is kept between steps, inside the encrypted database only.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.u8(suite::SUITE);
        w.u8(self.code.kind.byte());
        w.bytes(self.code.relay.as_deref().unwrap_or("").as_bytes());
        w.fixed(self.code.secret.leak_bytes());
        w.u8(u8::from(self.code.bundle_hash.is_some()));
        w.fixed(&self.code.bundle_hash.unwrap_or_default());
        match &self.stage {
            Stage::Looking => w.u8(0),
            Stage::Offered(offered) => {
                w.u8(1);
                w.bytes(&offered.bundle);
            }
            Stage::Answered(offered, answered) => {
                w.u8(if answered.opened.is_some() { 3 } else { 2 });
                w.bytes(&offered.bundle);
                w.bytes(&answered.bundle);
                w.fixed(answered.nonce.as_slice());
                answered.exported.write(&mut w);
                w.bytes(&answered.body);
                if let Some((nonce, body)) = &answered.opened {
                    w.fixed(nonce);
                    w.bytes(body);
                }
            }
        }
        Zeroizing::new(w.finish())
    }

    /// Takes up a kept state.
    ///
    /// # Errors
    /// `Malformed`, `UnknownSuite`, `WrongKind` when it is none.
    pub fn decode(kept: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(kept);
        if r.u8()? != suite::SUITE {
            return Err(Refused::UnknownSuite);
        }
        let kind = Kind::from_byte(r.u8()?)?;
        let relay =
            String::from_utf8(r.bytes(LONGEST_BODY)?.to_vec()).map_err(|_| Refused::Malformed)?;
        let secret = InviteSecret::from_bytes(r.array()?);
        let has_hash = r.u8()? == 1;
        let hash = r.array()?;
        let code = InviteCode {
            kind,
            relay: Some(relay).filter(|relay| !relay.is_empty()),
            secret,
            bundle_hash: Some(hash).filter(|_| has_hash),
        };
        let stage = match r.u8()? {
            0 => Stage::Looking,
            1 => Stage::Offered(Offered::read(&code, r.bytes(LONGEST_BODY)?.to_vec())?),
            stage @ 2..=3 => {
                let offered = Offered::read(&code, r.bytes(LONGEST_BODY)?.to_vec())?;
                let bundle = r.bytes(LONGEST_BODY)?.to_vec();
                let answered = Answered {
                    relay: Bundle::decode(&bundle)?.who.relay,
                    bundle,
                    nonce: Zeroizing::new(r.array()?),
                    exported: Exported::read(&mut r)?,
                    body: r.bytes(LONGEST_BODY)?.to_vec(),
                    opened: match stage {
                        3 => Some((r.array()?, r.bytes(LONGEST_BODY)?.to_vec())),
                        _ => None,
                    },
                };
                Stage::Answered(offered, Box::new(answered))
            }
            _ => return Err(Refused::Malformed),
        };
        r.finish()?;
        Ok(Self { code, stage })
    }

    fn offered(&self) -> Result<&Offered, Refused> {
        match &self.stage {
            Stage::Looking => Err(Refused::Stale),
            Stage::Offered(offered) | Stage::Answered(offered, _) => Ok(offered),
        }
    }

    fn answered(&self) -> Result<(&Offered, &Answered), Refused> {
        match &self.stage {
            Stage::Answered(offered, answered) => Ok((offered, answered)),
            _ => Err(Refused::Stale),
        }
    }

    fn to_inviter(&self, body: &[u8]) -> Result<Posting, Refused> {
        let slot = SlotToken::from_bytes(self.offered()?.offer.answer_token);
        // The answer inbox is where the offer was found, also when the code came as words.
        Ok(posting(self.code.relay.as_deref(), slot, body))
    }

    fn meeting(&self) -> Result<Meeting<'_>, Refused> {
        let (offered, answered) = self.answered()?;
        let (theirs, _) = answered.opened.as_ref().ok_or(Refused::Stale)?;
        Ok(Meeting {
            secret: &self.code.secret,
            kind: self.code.kind,
            bundles: [&offered.bundle, &answered.bundle],
            nonces: [theirs, &answered.nonce],
        })
    }
}

impl Offered {
    fn read(code: &InviteCode, bundle: Vec<u8>) -> Result<Self, Refused> {
        if let Some(hash) = &code.bundle_hash
            && !bool::from(hash.ct_eq(&bundle_hash(&bundle)))
        {
            return Err(Refused::BadSignature);
        }
        let read = Bundle::decode(&bundle)?;
        match read.offer {
            Some(offer) if read.kind == code.kind => Ok(Self {
                bundle,
                who: read.who,
                offer,
            }),
            _ => Err(Refused::WrongKind),
        }
    }
}

impl std::fmt::Debug for Invitee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitee({:?})", self.code.kind)
    }
}
