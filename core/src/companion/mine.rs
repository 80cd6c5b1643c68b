//! This phone's own record: its keys, its slots, its post box. It stays in the encrypted store.
//! Invariant: a slot's seed is handed to one tie; a closed slot's turn never comes back.

use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::post::Token;
use crate::store::{Reads, Txn};
use crate::sync::OF_THE_POST_BOX;
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::device::DeviceSecret;
use crate::trust::ids::TieId;
use crate::trust::inbox::{InboxSecret, SlotRoot, SlotSeed, week_of};
use crate::trust::recovery::RecoveryPublics;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Namespace of this phone's own record.
pub(crate) const SELF: &str = "self";
/// Namespace of the slots: key is the slot's number.
pub(crate) const SLOT: &str = "slot";

/// In this phone's own record, once something came that only a later self of this phone can have asked for.
pub(crate) const PUT_BACK: &[u8] = b"put-back";
/// Slots of a device's inboxes.
const SLOTS: u8 = 64;

/// Where the post box is, and how to get there.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PostBoxAt {
    /// Its address, such as `https://post.example.org`.
    pub url: String,
    /// A proxy, such as `socks5h://127.0.0.1:9050` for Tor.
    pub proxy: Option<String>,
    /// The box's own word for making inboxes, where it asks for one: 64 hexadecimal digits.
    pub word: Option<String>,
    /// The code that its keeper gave, where it asks for one: 43 characters of base64url. It only fetches the word that all
    /// share for a month.
    pub code: Option<String>,
    /// The address of an oblivious relay, which another organisation runs: then the box sees no address of this phone.
    pub oblivious: Option<String>,
}

impl std::fmt::Debug for PostBoxAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostBoxAt(..)")
    }
}

/// Host and port of an address.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

impl PostBoxAt {
    /// The code's 32 bytes.
    pub(crate) fn code(&self) -> Option<Token> {
        let bytes = URL_SAFE_NO_PAD.decode(self.code.as_deref()?).ok()?;
        bytes.try_into().ok().map(Token)
    }
}

/// A slot of this device's inboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) number: u8,
    pub(crate) turn: u32,
    pub(crate) tie: TieId,
    /// The last week in which it was open, once closed: envelopes under way are still read.
    pub(crate) closed: Option<u32>,
}

impl Slot {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u32(self.turn);
        w.fixed(&self.tie.0);
        w.u8(u8::from(self.closed.is_some()));
        w.u32(self.closed.unwrap_or_default());
        w.finish()
    }

    fn decode(number: u8, bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let turn = r.u32()?;
        let tie = TieId(r.array()?);
        let closed = r.u8()? == 1;
        let week = r.u32()?;
        r.finish()?;
        Ok(Self {
            number,
            turn,
            tie,
            closed: closed.then_some(week),
        })
    }
}

/// Hands a slot to a tie.
pub(crate) fn take_slot(deed: &mut Txn<'_>, number: u8, turn: u32, tie: &TieId) -> Done<()> {
    let slot = Slot {
        number,
        turn,
        tie: *tie,
        closed: None,
    };
    deed.put(SLOT, &[number], &slot.encode())?;
    Ok(())
}

/// Closes a slot from this week on.
pub(crate) fn close_slot(deed: &mut Txn<'_>, number: u8, week: u32) -> Done<()> {
    if let Some(bytes) = deed.get(SLOT, &[number])? {
        let mut slot = Slot::decode(number, &bytes)?;
        slot.closed.get_or_insert(week);
        deed.put(SLOT, &[number], &slot.encode())?;
    }
    Ok(())
}

/// All slots ever handed out, by number.
pub(crate) fn slots(reads: &Reads) -> Done<Vec<Slot>> {
    let mut slots = Vec::new();
    for (key, value) in reads.list(SLOT)? {
        let number = key.first().copied().ok_or(AlongsideError::StoreDamaged)?;
        slots.push(Slot::decode(number, &value)?);
    }
    Ok(slots)
}

/// The slots and turns that this phone may hand out next.
pub(crate) fn later_slots(reads: &Reads) -> Done<Vec<(u8, u32)>> {
    let used = slots(reads)?;
    let never = (0..SLOTS).filter(|number| used.iter().all(|slot| slot.number != *number));
    let mut later: Vec<(u8, u32)> = never.map(|number| (number, 0)).collect();
    later.extend(
        used.iter()
            .map(|slot| (slot.number, slot.turn.saturating_add(1))),
    );
    Ok(later)
}

pub(crate) fn read_array<const N: usize>(reads: &Reads, key: &[u8]) -> Done<[u8; N]> {
    reads
        .get(SELF, key)?
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(AlongsideError::StoreDamaged)
}

/// Whether a value that a sibling or a backup brings is one that this phone would have written. What stands in this
/// record is read at every start: a bad value would lock the person out.
pub(crate) fn is_sound(key: &[u8], value: &[u8]) -> bool {
    let text = std::str::from_utf8(value);
    match key {
        b"publics" => decode_publics(value).is_ok(),
        b"alias" => value.len() == 32,
        b"name" => text.is_ok_and(|name| crate::life::text::display_name(name).is_ok()),
        b"post-box" => text.is_ok_and(is_address),
        _ => text.is_ok(),
    }
}

fn is_address(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 255
}

/// A day that was noted, if it was.
pub(crate) fn read_day(reads: &Reads, ns: &str, key: &[u8]) -> Done<Option<u32>> {
    let day = reads.get(ns, key)?;
    Ok(day
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes))
}

pub(crate) fn read_text(reads: &Reads, key: &[u8]) -> Done<String> {
    let bytes = reads.get(SELF, key)?.unwrap_or_default();
    String::from_utf8(bytes).map_err(|_| AlongsideError::StoreDamaged)
}

pub(crate) fn encode_publics(publics: &RecoveryPublics) -> Vec<u8> {
    let mut w = Writer::new();
    w.count(publics.keys.len());
    for key in &publics.keys {
        w.fixed(key);
    }
    w.bytes(&publics.backup);
    w.finish()
}

pub(crate) fn decode_publics(bytes: &[u8]) -> Result<RecoveryPublics, Refused> {
    let mut r = Reader::new(bytes);
    let mut keys = Vec::new();
    for _ in 0..r.count(1_024)? {
        keys.push(r.array()?);
    }
    let backup = r.bytes(4_096)?.to_vec();
    r.finish()?;
    Ok(RecoveryPublics { keys, backup })
}

impl Companion {
    /// A free slot and its turn: one never used, at its first.
    pub(crate) fn free_slot(&self) -> Done<(u8, u32)> {
        let used = slots(&self.store)?;
        for number in 0..SLOTS {
            if used.iter().all(|slot| slot.number != number) {
                return Ok((number, 0));
            }
        }
        // All 64 were used once: the one closed longest ago, at its next turn. Inboxes that were registered before it
        // was closed don't know that turn: where one is left whose weeks are over, no post goes astray.
        let week = week_of(self.clock.now().utc_day());
        used.iter()
            .filter_map(|slot| Some((slot, slot.closed?)))
            .min_by_key(|(_, closed)| (closed + crate::sync::AHEAD >= week, *closed))
            .map(|(slot, _)| (slot.number, slot.turn + 1))
            .ok_or_else(|| {
                AlongsideError::Invalid("there is no room for one more person here".into())
            })
    }

    pub(crate) fn device(&self) -> Done<DeviceSecret> {
        Ok(DeviceSecret::from_bytes(read_array(
            &self.store,
            b"device",
        )?))
    }

    pub(crate) fn inbox_secret(&self) -> Done<InboxSecret> {
        Ok(InboxSecret::from_bytes(read_array(&self.store, b"inbox")?))
    }

    pub(crate) fn slot_root(&self) -> Done<SlotRoot> {
        Ok(SlotRoot::from_bytes(read_array(&self.store, b"slots")?))
    }

    pub(crate) fn slot_seed(&self, slot: u8, turn: u32) -> Done<SlotSeed> {
        Ok(self.slot_root()?.derive_slot_seed(slot, turn))
    }

    pub(crate) fn publics(&self) -> Done<RecoveryPublics> {
        let bytes = self
            .store
            .get(SELF, b"publics")?
            .ok_or(AlongsideError::StoreDamaged)?;
        Ok(decode_publics(&bytes)?)
    }

    /// The post box that this phone uses, if one was set.
    ///
    /// # Errors
    /// The store's.
    pub fn post_box(&self) -> Done<Option<PostBoxAt>> {
        let url = read_text(&self.store, b"post-box")?;
        if url.is_empty() {
            return Ok(None);
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        Ok(Some(PostBoxAt {
            url,
            proxy: some(read_text(&self.store, b"proxy")?),
            word: some(read_text(&self.store, b"box-word")?),
            code: some(read_text(&self.store, b"box-code")?),
            oblivious: some(read_text(&self.store, b"oblivious")?),
        }))
    }

    /// Whether the post box is reached by a proxy or an oblivious relay.
    pub(crate) fn goes_by_a_way(&self) -> Done<bool> {
        let at = self.post_box()?;
        Ok(at.is_some_and(|at| at.oblivious.is_some() || at.proxy.is_some()))
    }

    /// Sets the post box as a person types it. A word of the box's own, which a backup brought, stays while the address does.
    ///
    /// # Errors
    /// As [`Companion::set_post_box`].
    pub fn type_post_box(
        &mut self,
        url: &str,
        proxy: Option<String>,
        code: Option<String>,
        oblivious: Option<String>,
    ) -> Done<()> {
        let url = url.trim_end_matches('/').to_owned();
        let before = self.post_box()?.filter(|before| before.url == url);
        self.set_post_box(&PostBoxAt {
            url,
            proxy,
            word: before.and_then(|before| before.word),
            code,
            oblivious,
        })
    }

    /// Sets the post box. What was known of another one, or of the way to it, is forgotten.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for an address or a code that is none; the store's.
    pub fn set_post_box(&mut self, at: &PostBoxAt) -> Done<()> {
        if !is_address(&at.url) {
            return Err(AlongsideError::Invalid(
                "a post box's address begins with https://".into(),
            ));
        }
        if at.oblivious.as_deref().is_some_and(|url| !is_address(url)) {
            return Err(AlongsideError::Invalid(
                "an oblivious relay's address begins with https://".into(),
            ));
        }
        let stop = at.oblivious.as_deref().map(authority);
        if stop.is_some_and(|stop| stop.eq_ignore_ascii_case(authority(&at.url))) {
            return Err(AlongsideError::Invalid(
                "an oblivious relay is not the post box itself: others run it".into(),
            ));
        }
        if at.code.is_some() && at.code().is_none() {
            return Err(AlongsideError::Invalid(
                "a post box's code has 43 letters, digits, - and _".into(),
            ));
        }
        let before = self.post_box()?;
        let url = at.url.trim_end_matches('/');
        let same = before.is_some_and(|before| {
            before.url == url && before.code == at.code && before.oblivious == at.oblivious
        });
        let texts: [(&[u8], &Option<String>); 4] = [
            (b"proxy", &at.proxy),
            (b"box-word", &at.word),
            (b"box-code", &at.code),
            (b"oblivious", &at.oblivious),
        ];
        let mut deed = self.store.begin()?;
        deed.put(SELF, b"post-box", url.as_bytes())?;
        for (key, text) in texts {
            deed.put(SELF, key, text.as_deref().unwrap_or_default().as_bytes())?;
        }
        for key in OF_THE_POST_BOX.iter().filter(|_| !same) {
            deed.delete(SELF, key)?;
        }
        deed.commit()?;
        if !same {
            self.ask_today()?;
        }
        Ok(())
    }
}
