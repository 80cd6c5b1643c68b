//! Names for things and for people that say nothing about them.
//!
//! An item's id is eight random bytes chosen by the caller; a person is named by the hex of a tie's id.
//! This file draws no randomness and knows no tie. Its one invariant: text and value are one to one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::text::serde_as_text;

/// The id of a routine, goal, step, word or idea: eight bytes, random, made by the caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub [u8; 8]);

/// The text given is not an id: 16 hex digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not an id")]
pub struct NotAnId;

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemId({self})")
    }
}

impl FromStr for ItemId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 16 {
            return Err(NotAnId);
        }
        let mut bytes = [0u8; 8];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let mut value = 0u8;
            for digit in pair {
                value = value << 4
                    | match digit {
                        b'0'..=b'9' => digit - b'0',
                        b'a'..=b'f' => digit - b'a' + 10,
                        _ => return Err(NotAnId),
                    };
            }
            *byte = value;
        }
        Ok(ItemId(bytes))
    }
}

serde_as_text!(ItemId);

/// Which person is meant: the hex of the id of the tie with them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonRef(pub String);

impl fmt::Display for PersonRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_hex_digits_and_nothing_else() {
        let id = ItemId([0, 1, 2, 0xab, 0xcd, 0xef, 0xff, 9]);
        assert_eq!(id.to_string(), "000102abcdefff09");
        assert_eq!(id.to_string().parse::<ItemId>(), Ok(id));
        for bad in [
            "",
            "000102abcdefff0",
            "000102ABCDEFFF09",
            "000102abcdefff099",
            "000102abcdéff09",
        ] {
            assert_eq!(bad.parse::<ItemId>(), Err(NotAnId), "{bad}");
        }
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"000102abcdefff09\"");
    }
}
