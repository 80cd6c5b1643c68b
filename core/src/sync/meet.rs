//! Two phones meet: the steps of an invite as they are kept on disk and walked whenever the post box is reached. Each
//! step is saved before it is sent and may be sent again, so that a phone that dies between two of them loses nothing.
//! Invariant: before both people said that the four words are the same, no tie exists and nothing of theirs is read.
//! Long because one invite's record, its layout on disk and its sentences are read together.

mod never;
mod walk;

use crate::companion::mine::{SELF, close_slot, take_slot};
use crate::companion::ties::{TIE, get_more, person_ref, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Allow, Person, PersonRef, Role};
use crate::trust::bytes::{Reader, Writer};
use crate::trust::ids::TieId;
use crate::trust::inbox::week_of;
use crate::trust::invite::{Introduction, InviteCode, Invitee, Inviter, Kind, Met};
use crate::trust::tie::{Meeting, Tie, TieStart};
use crate::trust::{Refused, words::Words};

/// Namespace of invites under way.
const MEET: &str = "meet";
/// Namespace of one-off inboxes that served their time, by fetch token: deleted when the post box is next reached.
const OVER: &str = "meet-over";
/// Namespace of envelopes that came before this phone's person said yes.
pub(crate) const EARLY: &str = "early";

/// An invite under way, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Names it in the calls of this file.
    pub id: u64,
    /// Whether this phone invited.
    pub invited: bool,
    /// A person, or a device of one's own.
    pub kind: Kind,
    /// Who they say they are, once that is known.
    pub theirs: Option<String>,
    /// The name under which this phone will keep them.
    pub name: String,
    /// Whether this phone's person already said yes to answering (an inviter has).
    pub answered: bool,
    /// What is wrong with what came, if something is.
    pub trouble: Option<Trouble>,
    /// The four words, once both phones can show them.
    pub words: Option<Words>,
}

/// Why an invite does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// What waits there does not fit the code: somebody may have put something else in its place.
    DoesNotFit,
    /// It is older than 48 hours.
    Over,
}

enum Side {
    Inviter(Inviter),
    Invitee(Invitee),
}

struct Meet {
    side: Side,
    start: Option<TieStart>,
    name: String,
    role: Role,
    official: bool,
    made: u8,
    trouble: Option<Trouble>,
}

/// Steps already done at the relay, as bits.
const INBOXES: u8 = 1;
const FIRST: u8 = 2;
const SECOND: u8 = 4;
const BURNT: u8 = 8;

impl Meet {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let (side, state) = match &self.side {
            Side::Inviter(inviter) => (0, inviter.encode()),
            Side::Invitee(invitee) => (1, invitee.encode()),
        };
        w.u8(side);
        w.bytes(&state);
        w.bytes(
            &self
                .start
                .as_ref()
                .map(TieStart::leak_bytes)
                .unwrap_or_default(),
        );
        w.bytes(self.name.as_bytes());
        w.bytes(self.role.to_string().as_bytes());
        w.u8(u8::from(self.official));
        w.u8(self.made);
        w.u8(match self.trouble {
            None => 0,
            Some(Trouble::DoesNotFit) => 1,
            Some(Trouble::Over) => 2,
        });
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let side = r.u8()?;
        let state = r.bytes(1 << 20)?;
        let side = if side == 0 {
            Side::Inviter(Inviter::decode(state)?)
        } else {
            Side::Invitee(Invitee::decode(state)?)
        };
        let start = r.bytes(1 << 16)?;
        let start = if start.is_empty() {
            None
        } else {
            Some(TieStart::from_bytes(start)?)
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| Refused::Malformed);
        let name = text(r.bytes(4_096)?)?;
        let role = text(r.bytes(4_096)?)?
            .parse()
            .map_err(|_| Refused::Malformed)?;
        let meet = Self {
            side,
            start,
            name,
            role,
            official: r.u8()? == 1,
            made: r.u8()?,
            trouble: match r.u8()? {
                1 => Some(Trouble::DoesNotFit),
                2 => Some(Trouble::Over),
                _ => None,
            },
        };
        r.finish()?;
        Ok(meet)
    }

    fn kind(&self) -> Kind {
        match &self.side {
            Side::Inviter(inviter) => inviter.kind(),
            Side::Invitee(invitee) => invitee.kind(),
        }
    }
}

impl Companion {
    /// Makes an invite: for a person (`name` is what this phone will call them), or for an own device. The code is shown
    /// as a QR picture, sent as a link, or read out as words; it is good once and for 48 hours.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for a name that can't be shown; the store's.
    pub fn invite(
        &mut self,
        kind: Kind,
        name: &str,
        role: Role,
        official: bool,
    ) -> Done<(u64, InviteCode)> {
        let now = self.clock.now();
        let name = crate::life::text::display_name(name)?;
        let mut who = self.introduction()?;
        let by_a_way = self.goes_by_a_way()?;
        let start = match kind {
            Kind::Person => {
                let start = self.make_start()?;
                who.statements = vec![start.list_bytes().to_vec()];
                who.card = start.card_bytes().to_vec();
                Some(start)
            }
            Kind::Device => {
                // A phone of one's own that knew the box alone would go straight to it: its way is set there first.
                who.relay = who.relay.filter(|_| !by_a_way);
                let home = self.home_tie()?;
                who.statements = home.mine().statements().map(<[u8]>::to_vec).collect();
                who.card = home
                    .my_card()
                    .ok_or(AlongsideError::StoreDamaged)?
                    .bytes()
                    .to_vec();
                None
            }
        };
        let inviter = Inviter::make(kind, who, now.seconds, &mut self.rng)?;
        let code = inviter.code();
        let id = self.keep_new(&Meet {
            side: Side::Inviter(inviter),
            start,
            name,
            role,
            official,
            made: 0,
            trouble: None,
        })?;
        Ok((id, code))
    }

    /// Takes a code in: a link, or the words. Nothing is answered yet; the next sync finds out who asks. An empty name: as
    /// they call themselves.
    ///
    /// # Errors
    /// [`AlongsideError::CannotOpen`] where it is no code; [`AlongsideError::Invalid`] for one of one's own, one that is
    /// never to be asked about again, or a name that can't be shown.
    pub fn join(
        &mut self,
        kind: Kind,
        typed: &str,
        name: &str,
        role: Role,
        official: bool,
    ) -> Done<u64> {
        let code = if typed.contains('#') || typed.contains(':') {
            InviteCode::from_link(typed)?
        } else {
            InviteCode::from_words(kind, typed)?
        };
        let name = match name {
            "" => String::new(),
            name => crate::life::text::display_name(name)?,
        };
        if self.is_refused(&code)? {
            return Err(AlongsideError::Invalid(
                "you said never to this one; a new code is needed".into(),
            ));
        }
        for (_, value) in self.store.list(MEET)? {
            if let Side::Inviter(inviter) = Meet::decode(&value)?.side
                && inviter.code().secret.leak_bytes() == code.secret.leak_bytes()
            {
                return Err(AlongsideError::Invalid(
                    "this is your own code; it is for the one you invite".into(),
                ));
            }
        }
        if self.post_box()?.is_none()
            && let Some(url) = &code.relay
        {
            let at = crate::companion::PostBoxAt {
                url: url.clone(),
                ..Default::default()
            };
            self.set_post_box(&at)?;
        }
        if code.kind == Kind::Device && !self.is_blank()? {
            return Err(AlongsideError::Invalid(
                "this phone has things of its own; export them, then join from a new home".into(),
            ));
        }
        self.keep_new(&Meet {
            side: Side::Invitee(Invitee::from_code(code)),
            start: None,
            name,
            role,
            official,
            made: 0,
            trouble: None,
        })
    }

    /// The invites under way.
    ///
    /// # Errors
    /// The store's.
    pub fn invites(&self) -> Done<Vec<Waiting>> {
        let mut all = Vec::new();
        for (key, value) in self.store.list(MEET)? {
            let Ok(key) = key.try_into() else { continue };
            let meet = Meet::decode(&value)?;
            let (invited, theirs, answered, words) = match &meet.side {
                Side::Inviter(i) => (
                    true,
                    i.theirs().map(|who| who.name.clone()),
                    true,
                    i.words().ok(),
                ),
                Side::Invitee(i) => (
                    false,
                    i.theirs().map(|who| who.name.clone()),
                    i.answer_step().is_ok(),
                    i.words().ok(),
                ),
            };
            all.push(Waiting {
                id: u64::from_be_bytes(key),
                invited,
                kind: meet.kind(),
                theirs,
                name: meet.name,
                answered,
                trouble: meet.trouble,
                words,
            });
        }
        Ok(all)
    }

    /// The code of an invite of this phone's, to be shown again; none for one that was taken in.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub(crate) fn code_again(&self, id: u64) -> Done<Option<InviteCode>> {
        Ok(match self.meet(id)?.side {
            Side::Inviter(inviter) => Some(inviter.code()),
            Side::Invitee(_) => None,
        })
    }

    /// The invitee's yes to being in touch: the next sync answers.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::InviteExpired`].
    pub fn answer_invite(&mut self, id: u64) -> Done<()> {
        let now = self.clock.now().seconds;
        let mut meet = self.meet(id)?;
        let start = self.make_start()?;
        let mut who = self.introduction()?;
        who.card = start.card_bytes().to_vec();
        if meet.kind() == Kind::Person {
            who.statements = vec![start.list_bytes().to_vec()];
        }
        let Side::Invitee(invitee) = &mut meet.side else {
            return Err(AlongsideError::NotYours);
        };
        let Some(theirs) = invitee.theirs() else {
            return Err(AlongsideError::Invalid(
                "it is not known yet who asks; sync first".into(),
            ));
        };
        if meet.name.is_empty() {
            meet.name = crate::life::text::display_name(&theirs.name)?;
        }
        invitee.answer(who, now, &mut self.rng)?;
        meet.start = Some(start);
        self.keep(id, &meet)
    }

    /// What this phone will call those who ask, and what they are to its person: known only once they are.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; [`AlongsideError::Invalid`] for a name that can't be shown; the store's.
    pub fn know_them_as(
        &mut self,
        id: u64,
        name: Option<&str>,
        role: Option<Role>,
        official: bool,
    ) -> Done<()> {
        let mut meet = self.meet(id)?;
        if let Some(name) = name {
            meet.name = crate::life::text::display_name(name)?;
        }
        if let Some(role) = role {
            meet.role = role;
        }
        meet.official |= official;
        self.keep(id, &meet)
    }

    /// "Not now", or the inviter's change of mind: forgotten here. Nobody is told.
    ///
    /// # Errors
    /// The store's.
    pub fn leave_invite(&mut self, id: u64) -> Done<()> {
        let meet = self.meet(id).ok();
        let week = week_of(self.clock.now().utc_day());
        let early = match meet.as_ref().and_then(|meet| meet.start.as_ref()) {
            Some(start) => self.store.list_under(EARLY, &[start.slot()])?,
            None => Vec::new(),
        };
        let mut deed = self.store.begin()?;
        if let Some(meet) = &meet {
            for token in one_offs(meet) {
                deed.put(OVER, &token, &[])?;
            }
            if let Some(start) = &meet.start {
                // They may know it from the card: it is not handed out again as it was.
                close_slot(&mut deed, start.slot(), week)?;
                deed.put(super::weeks::CLOSE, &[start.slot()], &[])?;
            }
        }
        for (key, _) in early {
            deed.delete(EARLY, &key)?;
        }
        deed.delete(MEET, &id.to_be_bytes())?;
        deed.commit()?;
        Ok(())
    }

    /// What the person says of the four words. There is one try: when they differ, the invite is over.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] when they differ or are not there yet.
    pub fn words_are_the_same(&mut self, id: u64, same: bool) -> Done<PersonRef> {
        let meet = self.meet(id)?;
        let (kind, name, role, official) = (
            meet.kind(),
            meet.name.clone(),
            meet.role.clone(),
            meet.official,
        );
        let over = one_offs(&meet);
        let start = meet.start;
        let met = match meet.side {
            Side::Inviter(inviter) => inviter.words().and_then(|_| inviter.finish(same)),
            Side::Invitee(invitee) => invitee.words().and_then(|_| invitee.finish(same)),
        };
        let met = match met {
            Ok(met) => met,
            Err(Refused::WordsDiffer) => {
                self.leave_invite(id)?;
                return Err(Refused::WordsDiffer.into());
            }
            Err(Refused::Stale) => {
                return Err(AlongsideError::Invalid(
                    "the four words are not there yet; sync first".into(),
                ));
            }
            Err(why) => return Err(why.into()),
        };
        // Both have all that they need of each other by now.
        let mut deed = self.store.begin()?;
        for token in over {
            deed.put(OVER, &token, &[])?;
        }
        deed.commit()?;
        match kind {
            Kind::Person => self.begin_tie(
                id,
                met,
                start,
                Person {
                    who: PersonRef(String::new()),
                    name,
                    role,
                    official,
                    allows: Allow::CardsOnly,
                    blocked: false,
                    since: self.clock.now().today,
                },
            ),
            Kind::Device => self.join_devices(id, met, start),
        }
    }

    fn begin_tie(
        &mut self,
        id: u64,
        met: Met,
        start: Option<TieStart>,
        mut person: Person,
    ) -> Done<PersonRef> {
        let start = start.ok_or(AlongsideError::StoreDamaged)?;
        let slot = start.slot();
        let turn = self.turn_of(slot)?;
        let list = met
            .theirs
            .statements
            .first()
            .ok_or(AlongsideError::NotYours)?;
        let meeting = Meeting {
            tie: met.tie,
            side: met.side,
            list,
            card: &met.theirs.card,
            way_back: *met.way_back.leak_bytes(),
        };
        let tie = Tie::from_meeting(start, &meeting)?;
        person.who = person_ref(&tie.id());
        let who = person.who.clone();
        // The person first: a tie without one would be nobody's.
        self.write(false, |mine| Ok(mine.put_person(&person)?))?;
        let mut deed = self.store.begin()?;
        put_tie(&mut deed, &tie)?;
        take_slot(&mut deed, slot, turn, &tie.id())?;
        deed.delete(MEET, &id.to_be_bytes())?;
        deed.commit()?;
        self.take_early(slot)?;
        Ok(who)
    }

    /// An own device joins: the older one signs it in, the newer one takes the older one's home for its own.
    fn join_devices(&mut self, id: u64, met: Met, start: Option<TieStart>) -> Done<PersonRef> {
        match start {
            None => {
                let mut home = self.home_tie()?;
                let key = self.tie_key(&home)?;
                home.add_device(&key, &met.theirs.card)?;
                let mut more = get_more(&self.store, &self.home)?;
                more.whole = true;
                let mut deed = self.store.begin()?;
                put_tie(&mut deed, &home)?;
                put_more(&mut deed, &self.home, &more)?;
                deed.delete(MEET, &id.to_be_bytes())?;
                deed.commit()?;
            }
            Some(start) => {
                let slot = start.slot();
                let turn = self.turn_of(slot)?;
                let tie = Tie::join_home(start, &met.theirs.statements, &met.theirs.card)?;
                let mut deed = self.store.begin()?;
                deed.delete(TIE, &self.home.0)?;
                deed.put(SELF, b"home", &tie.id().0)?;
                put_tie(&mut deed, &tie)?;
                take_slot(&mut deed, slot, turn, &tie.id())?;
                deed.drop_documents(&self.notebook.0)?;
                crate::companion::page::forget_pages(&mut deed)?;
                deed.delete(MEET, &id.to_be_bytes())?;
                deed.commit()?;
                self.home = tie.id();
                self.notebook = tie.my_notebook();
                self.private = None;
                self.take_early(slot)?;
            }
        }
        Ok(person_ref(&self.home))
    }

    fn take_early(&mut self, slot: u8) -> Done<()> {
        for (key, value) in self.store.list_under(EARLY, &[slot])? {
            let mut r = Reader::new(&value);
            let (week, day, id) = (r.u32()?, r.u32()?, r.array()?);
            let bytes = r.bytes(1 << 20)?.to_vec();
            self.take_one(week, &id, day, &bytes)?;
            let mut deed = self.store.begin()?;
            deed.delete(EARLY, &key)?;
            deed.commit()?;
        }
        Ok(())
    }

    fn introduction(&self) -> Done<Introduction> {
        Ok(Introduction {
            name: self.name()?,
            relay: self.post_box()?.map(|at| at.url),
            statements: Vec::new(),
            card: Vec::new(),
        })
    }

    fn make_start(&mut self) -> Done<TieStart> {
        let publics = self.publics()?;
        let at = usize::try_from(self.rng.next_u32()).unwrap_or(0) % publics.keys.len().max(1);
        let recovery = publics.keys.get(at).copied().unwrap_or_default();
        let helper = crate::trust::suite::make_32(&mut self.rng);
        let (slot, turn) = self.free_slot()?;
        let seed = *self.slot_seed(slot, turn)?.leak_bytes();
        let device = self.device()?;
        let today = self.clock.now().utc_day();
        let start = TieStart::make(&device, recovery, helper, slot, seed, today, &mut self.rng)?;
        let mut deed = self.store.begin()?;
        take_slot(&mut deed, slot, turn, &TieId([0; 32]))?;
        deed.commit()?;
        Ok(start)
    }

    fn is_blank(&mut self) -> Done<bool> {
        Ok(self.look(|mine| Ok(mine.names()?.is_empty()))? && self.people_ties()?.is_empty())
    }

    fn keep_new(&mut self, meet: &Meet) -> Done<u64> {
        // 48 bits: short enough to be typed, and no count of anything.
        let id = self.rng.next_u64() >> 16;
        self.keep(id, meet)?;
        Ok(id)
    }

    fn keep(&mut self, id: u64, meet: &Meet) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.put(MEET, &id.to_be_bytes(), &meet.encode())?;
        deed.commit()?;
        Ok(())
    }

    fn meet(&self, id: u64) -> Done<Meet> {
        let bytes = self
            .store
            .get(MEET, &id.to_be_bytes())?
            .ok_or(AlongsideError::NotFound("invite"))?;
        Ok(Meet::decode(&bytes)?)
    }
}

/// The one-off inboxes that this phone made for an invite.
fn one_offs(meet: &Meet) -> Vec<[u8; 32]> {
    let inboxes = match &meet.side {
        Side::Inviter(inviter) => vec![inviter.offer_inbox(), inviter.answer_inbox()],
        Side::Invitee(invitee) => invitee.reply_inbox().into_iter().collect(),
    };
    let made = meet.made & INBOXES != 0;
    let inboxes = inboxes.iter().filter(|_| made);
    inboxes
        .map(|inbox| *inbox.fetch_token().leak_bytes())
        .collect()
}
