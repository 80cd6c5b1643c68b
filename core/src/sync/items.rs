//! What rides inside messages beside documents, for this person's own devices only (but for the way back, and
//! a word that a device's past was put back).
//! Frozen layouts: docs/formats.md "Item kinds". Invariant: nothing else here is taken from another
//! person's message.

use crate::notebook::{KIND_CHANGES, KIND_SNAPSHOT, WireItem};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::ids::{DeviceId, NotebookId, TieId};
use crate::trust::message::Item;
use zeroize::Zeroizing;

/// An epoch's secret with its statement.
pub(crate) const KEY: u8 = 3;
/// A tie's record.
pub(crate) const TIE: u8 = 4;
/// An own device's card for a tie.
pub(crate) const CARD: u8 = 5;
/// A new way-back secret.
pub(crate) const WAY_BACK: u8 = 6;
/// A document of one of this person's notebooks, or of one handed to them.
pub(crate) const COPY: u8 = 7;
/// How far the copies in the same message reach.
pub(crate) const COVERED: u8 = 8;
/// What all own devices share: recovery publics, the alias key, the post box.
pub(crate) const SELF: u8 = 9;
/// Which device of a tie one of this person's phones is.
pub(crate) const IS: u8 = 10;
/// A device of which two messages with one number came.
pub(crate) const FORKED: u8 = 11;

const LARGE: usize = 1 << 20;

/// One item, read.
pub(crate) enum Said {
    Document(WireItem),
    Key {
        notebook: NotebookId,
        statement: Vec<u8>,
        secret: Zeroizing<[u8; 32]>,
    },
    Tie(Vec<u8>),
    Card {
        tie: TieId,
        card: Vec<u8>,
    },
    WayBack([u8; 32]),
    Copy {
        notebook: NotebookId,
        document: WireItem,
    },
    Covered {
        notebook: NotebookId,
        device: DeviceId,
        number: u64,
    },
    Own(Vec<u8>),
    Is {
        phone: DeviceId,
        tie: TieId,
        device: DeviceId,
    },
    Forked {
        notebook: NotebookId,
        device: DeviceId,
    },
}

impl Said {
    /// Reads an item. A kind that is not known is `None`: a later release may send it.
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::TooLarge`].
    pub(crate) fn read(item: &Item) -> Result<Option<Self>, Refused> {
        let mut r = Reader::new(&item.bytes);
        let said = match item.kind {
            KIND_CHANGES | KIND_SNAPSHOT => {
                return WireItem::decode(item.kind, &item.bytes)
                    .map(|document| Some(Self::Document(document)))
                    .map_err(|_| Refused::Malformed);
            }
            KEY => Self::Key {
                notebook: NotebookId(r.array()?),
                statement: r.bytes(LARGE)?.to_vec(),
                secret: Zeroizing::new(r.array()?),
            },
            TIE => Self::Tie(r.bytes(LARGE)?.to_vec()),
            CARD => Self::Card {
                tie: TieId(r.array()?),
                card: r.bytes(LARGE)?.to_vec(),
            },
            WAY_BACK => Self::WayBack(r.array()?),
            COPY => Self::Copy {
                notebook: NotebookId(r.array()?),
                document: WireItem::decode(KIND_SNAPSHOT, r.bytes(LARGE)?)
                    .map_err(|_| Refused::Malformed)?,
            },
            COVERED => Self::Covered {
                notebook: NotebookId(r.array()?),
                device: DeviceId(r.array()?),
                number: r.u64()?,
            },
            IS => Self::Is {
                phone: DeviceId(r.array()?),
                tie: TieId(r.array()?),
                device: DeviceId(r.array()?),
            },
            FORKED => Self::Forked {
                notebook: NotebookId(r.array()?),
                device: DeviceId(r.array()?),
            },
            SELF => Self::Own(r.bytes(LARGE)?.to_vec()),
            _ => return Ok(None),
        };
        r.finish()?;
        Ok(Some(said))
    }

    pub(crate) fn write(&self) -> Item {
        let mut w = Writer::new();
        let kind = match self {
            Self::Document(document) => {
                return Item {
                    kind: document.kind(),
                    bytes: document.encode(),
                };
            }
            Self::Key {
                notebook,
                statement,
                secret,
            } => {
                w.fixed(&notebook.0);
                w.bytes(statement);
                w.fixed(secret.as_slice());
                KEY
            }
            Self::Tie(record) => {
                w.bytes(record);
                TIE
            }
            Self::Card { tie, card } => {
                w.fixed(&tie.0);
                w.bytes(card);
                CARD
            }
            Self::WayBack(secret) => {
                w.fixed(secret);
                WAY_BACK
            }
            Self::Copy { notebook, document } => {
                w.fixed(&notebook.0);
                w.bytes(&document.encode());
                COPY
            }
            Self::Covered {
                notebook,
                device,
                number,
            } => {
                w.fixed(&notebook.0);
                w.fixed(&device.0);
                w.u64(*number);
                COVERED
            }
            Self::Is { phone, tie, device } => {
                w.fixed(&phone.0);
                w.fixed(&tie.0);
                w.fixed(&device.0);
                IS
            }
            Self::Forked { notebook, device } => {
                w.fixed(&notebook.0);
                w.fixed(&device.0);
                FORKED
            }
            Self::Own(bytes) => {
                w.bytes(bytes);
                SELF
            }
        };
        Item {
            kind,
            bytes: w.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_an_item_or_refused_and_what_is_read_is_written_again(
            kind in 0_u8..13, bytes in vec(any::<u8>(), 0..200),
        ) {
            let item = Item { kind, bytes };
            if let Ok(Some(said)) = Said::read(&item)
                && kind > KIND_SNAPSHOT
                && kind != COPY
            {
                prop_assert_eq!(said.write(), item);
            }
        }

        #[test]
        fn an_item_is_read_whole_or_not_at_all(
            kind in prop_oneof![Just(KEY), Just(CARD), Just(COVERED), Just(IS), Just(FORKED), Just(WAY_BACK)],
            text in vec(any::<u8>(), 0..50), cut in any::<prop::sample::Index>(), more: u8,
        ) {
            let (id, secret) = ([1; 32], Zeroizing::new([2; 32]));
            let said = match kind {
                KEY => Said::Key { notebook: NotebookId(id), statement: text, secret },
                CARD => Said::Card { tie: TieId(id), card: text },
                COVERED => Said::Covered { notebook: NotebookId(id), device: DeviceId(id), number: 7 },
                FORKED => Said::Forked { notebook: NotebookId(id), device: DeviceId(id) },
                IS => Said::Is { phone: DeviceId(id), tie: TieId(id), device: DeviceId(id) },
                _ => Said::WayBack(id),
            };
            let whole = said.write();
            prop_assert!(matches!(Said::read(&whole), Ok(Some(_))));
            let with = |bytes: &[u8]| Item { kind, bytes: bytes.to_vec() };
            prop_assert!(Said::read(&with(&whole.bytes[..cut.index(whole.bytes.len())])).is_err());
            prop_assert!(Said::read(&with(&[&whole.bytes[..], &[more]].concat())).is_err());
        }
    }
}
