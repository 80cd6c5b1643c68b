//! Ties as this phone keeps them, and what goes with each: the aliases of one audience, and when it is time to send
//! the present state again. Invariant: a tie is saved in the transaction of the deed that changed it.

use super::mine::SELF;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::PersonRef;
use crate::store::{Reads, Txn};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::device::TieKey;
use crate::trust::ids::{NotebookId, TieId};
use crate::trust::suite::{self, Label};
use crate::trust::tie::{Tie, TieKind};

/// Namespace of ties.
pub(crate) const TIE: &str = "tie";
/// Namespace of what goes with a tie.
pub(crate) const MORE: &str = "tie-more";

/// What goes with a tie on this device alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct More {
    /// The last message of this device that brought something.
    pub(crate) content: u64,
    /// The day on which it was sealed, and after how many days without numbers the state is sent again.
    pub(crate) content_day: u32,
    pub(crate) wait: u32,
    /// The last message that sent the present state whole.
    pub(crate) full: u64,
    /// The next delivery sends the present state whole.
    pub(crate) whole: bool,
    /// The other side lost a device: its slot is to be closed.
    pub(crate) reslot: bool,
    /// A new way-back secret is to be told.
    pub(crate) way_back: bool,
    /// The day on which something of theirs last came.
    pub(crate) came: u32,
    /// The day on which the state last went whole because of a gap, and how many days must lie before the next such.
    pub(crate) gap_day: u32,
    pub(crate) gap_wait: u32,
    /// This phone became a new device here: its next generation outranks all that it may have begun and forgotten.
    pub(crate) anew: bool,
}

/// Days between two whole states for a reader whose gap does not close, at most.
const LONGEST_GAP_WAIT: u32 = 14;

impl More {
    /// Whether a gap that a reader says it has is mended today: at once the first time, then each time after twice as
    /// many days, so that one who always says so costs little.
    pub(crate) fn mends_a_gap(&self, today: u32) -> bool {
        today.abs_diff(self.gap_day) >= self.gap_wait
    }

    /// A gap was mended, or there was none.
    pub(crate) fn mended(&mut self, gap: bool, today: u32) {
        if gap {
            self.gap_day = today;
            self.gap_wait = (self.gap_wait * 2).clamp(1, LONGEST_GAP_WAIT);
        } else if self.mends_a_gap(today) {
            self.gap_wait = 0;
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(3);
        w.u64(self.content);
        w.u32(self.content_day);
        w.u32(self.wait);
        w.u64(self.full);
        w.u8(u8::from(self.whole));
        w.u8(u8::from(self.reslot));
        w.u8(u8::from(self.way_back));
        w.u32(self.came);
        w.u32(self.gap_day);
        w.u32(self.gap_wait);
        w.u8(u8::from(self.anew));
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if !matches!(version, 1..=3) {
            return Err(Refused::UnknownSuite);
        }
        let mut more = Self {
            content: r.u64()?,
            content_day: r.u32()?,
            wait: r.u32()?,
            full: r.u64()?,
            whole: r.u8()? == 1,
            reslot: r.u8()? == 1,
            way_back: r.u8()? == 1,
            came: r.u32()?,
            ..Self::default()
        };
        if version >= 2 {
            more.gap_day = r.u32()?;
            more.gap_wait = r.u32()?;
        }
        if version >= 3 {
            more.anew = r.u8()? == 1;
        }
        r.finish()?;
        Ok(more)
    }
}

pub(crate) fn put_tie(deed: &mut Txn<'_>, tie: &Tie) -> Done<()> {
    deed.put(TIE, &tie.id().0, &tie.leak_bytes())?;
    if tie.kind() == TieKind::Home {
        // Beside the tie, so that opening the home and ticking verify no signature.
        let more_than_one = tie.mine().list().count() > 1;
        deed.put(SELF, b"siblings", &[u8::from(more_than_one)])?;
        deed.put(SELF, b"notebook", &tie.my_notebook().0)?;
    }
    Ok(())
}

pub(crate) fn get_tie(reads: &Reads, id: &TieId) -> Done<Tie> {
    let bytes = reads
        .get(TIE, &id.0)?
        .ok_or(AlongsideError::NotFound("person"))?;
    Tie::from_bytes(&bytes).map_err(|_| AlongsideError::StoreDamaged)
}

pub(crate) fn put_more(deed: &mut Txn<'_>, tie: &TieId, more: &More) -> Done<()> {
    deed.put(MORE, &tie.0, &more.encode())?;
    Ok(())
}

pub(crate) fn get_more(reads: &Reads, tie: &TieId) -> Done<More> {
    match reads.get(MORE, &tie.0)? {
        Some(bytes) => Ok(More::decode(&bytes)?),
        None => Ok(More::default()),
    }
}

/// The alias under which one audience knows an item: nothing of it is an id elsewhere. All own devices derive the same
/// one, from what they alone share: the first way-back secret of the tie would not do, since the other side knows it.
pub(crate) fn derive_alias(key: &[u8; 32], notebook: &NotebookId, item: &[u8; 8]) -> [u8; 8] {
    let hash = suite::derive(Label::Alias, key, &[&notebook.0, item]);
    let mut alias = [0; 8];
    alias.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    alias
}

/// The tie's id as the other rooms know a person.
pub(crate) fn person_ref(tie: &TieId) -> PersonRef {
    PersonRef(tie.0.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The other way.
pub(crate) fn tie_of(who: &PersonRef) -> Done<TieId> {
    let mut bytes = [0; 32];
    if who.0.len() != 64 {
        return Err(AlongsideError::NotFound("person"));
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = who
            .0
            .get(2 * at..2 * at + 2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .ok_or(AlongsideError::NotFound("person"))?;
    }
    Ok(TieId(bytes))
}

impl Companion {
    pub(crate) fn tie(&self, id: &TieId) -> Done<Tie> {
        get_tie(&self.store, id)
    }

    pub(crate) fn home_tie(&self) -> Done<Tie> {
        get_tie(&self.store, &self.home)
    }

    /// Every tie with another person, ended ones too.
    pub(crate) fn people_ties(&self) -> Done<Vec<Tie>> {
        let mut ties = Vec::new();
        for (_, bytes) in self.store.list(TIE)? {
            let tie = Tie::from_bytes(&bytes).map_err(|_| AlongsideError::StoreDamaged)?;
            if tie.kind() == TieKind::People {
                ties.push(tie);
            }
        }
        Ok(ties)
    }

    pub(crate) fn tie_key(&self, tie: &Tie) -> Done<TieKey> {
        Ok(self.device()?.derive_tie_key(tie.context()))
    }

    /// Whether this person has another device that is signed in.
    pub(crate) fn has_siblings(&self) -> Done<bool> {
        Ok(self.store.get(SELF, b"siblings")?.as_deref() == Some(&[1]))
    }
}
