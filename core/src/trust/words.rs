//! Words that people say, type or write down instead of bytes: four spoken words, 12 words of the get-back sheet,
//! 24 words of an invite. The list is BIP-39's English one: 2,048 words, no two with the same first four letters.
//! It does not know what the bytes mean. Invariant: what is written down is read back as the same bytes or refused.
use super::Refused;
use bip39::{Language, Mnemonic};
use std::borrow::Cow;
use std::fmt;
use zeroize::Zeroizing;

/// Longest typed phrase that is looked at, in bytes: 24 words of eight letters, with room for wide spaces.
const LONGEST_PHRASE: usize = 1_024;

/// Four words of the list, drawn from 44 bits of a hash: what two people read to each other.
///
/// They show nothing and hide nothing: both phones must show the same four, in the same order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words([&'static str; 4]);

/// Takes four words from the first 44 bits of a hash, most significant bit first, 11 bits a word.
#[must_use]
pub fn derive_words(hash: &[u8; 32]) -> Words {
    let list = Language::English.word_list();
    let bits = hash
        .iter()
        .take(6)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    // 48 bits were read; the last four are not used.
    Words([37_u32, 26, 15, 4].map(|shift| {
        let place = usize::try_from(bits >> shift & 0x7ff).unwrap_or(0);
        list.get(place).copied().unwrap_or("")
    }))
}

impl Words {
    /// The four words in their order.
    #[must_use]
    pub fn each(&self) -> [&'static str; 4] {
        self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Writes 16 bytes as 12 words or 32 bytes as 24 words (BIP-39, English).
///
/// # Errors
/// `Malformed` for any other length.
pub fn phrase_of(bytes: &[u8]) -> Result<Zeroizing<String>, Refused> {
    if bytes.len() != 16 && bytes.len() != 32 {
        return Err(Refused::Malformed);
    }
    let phrase =
        Mnemonic::from_entropy_in(Language::English, bytes).map_err(|_| Refused::Malformed)?;
    Ok(Zeroizing::new(phrase.to_string()))
}

/// Reads `N` bytes (16 from 12 words, 32 from 24 words) that a person typed or read out.
///
/// Capitals, punctuation between words, line breaks and numbers before words ("1. able") do not matter; four letters
/// are enough for a word, because no two words of the list begin with the same four.
///
/// # Errors
/// `Malformed` when a word is not of the list, the number of words is another, or the last word's check does not fit.
pub fn bytes_of_phrase<const N: usize>(typed: &str) -> Result<Zeroizing<[u8; N]>, Refused> {
    if typed.len() > LONGEST_PHRASE {
        return Err(Refused::TooLarge);
    }
    let mut plain = Zeroizing::new(String::with_capacity(typed.len()));
    let words = typed
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    for word in words {
        let word = Zeroizing::new(word.to_lowercase());
        let whole = whole_word(&word).ok_or(Refused::Malformed)?;
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(whole);
    }
    let phrase =
        Mnemonic::parse_in_normalized(Language::English, &plain).map_err(|_| Refused::Malformed)?;
    let (entropy, length) = phrase.to_entropy_array();
    let entropy = Zeroizing::new(entropy);
    let bytes = entropy.get(..length).ok_or(Refused::Malformed)?;
    Ok(Zeroizing::new(
        bytes.try_into().map_err(|_| Refused::Malformed)?,
    ))
}

/// A passphrase in the one form that every keyboard's letters lead to (Unicode NFKD, as BIP-39 does): an e with an
/// accent may be typed as one character or as two.
#[must_use]
pub(super) fn plain_passphrase(typed: &str) -> Zeroizing<String> {
    let mut form = Cow::Borrowed(typed);
    Mnemonic::normalize_utf8_cow(&mut form);
    Zeroizing::new(form.into_owned())
}

fn whole_word(typed: &str) -> Option<&'static str> {
    let list = Language::English.word_list();
    if let Some(place) = Language::English.find_word(typed) {
        return list.get(usize::from(place)).copied();
    }
    let mut fitting = list.iter().filter(|word| word.starts_with(typed));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) if typed.len() >= 4 => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_words_are_the_first_44_bits() {
        assert_eq!(
            derive_words(&[0; 32]).to_string(),
            "abandon abandon abandon abandon"
        );
        assert_eq!(derive_words(&[0xff; 32]).to_string(), "zoo zoo zoo zoo");
        // 0, 1, 2, 3 in 11 bits each: the first words of the list in order.
        let mut hash = [0_u8; 32];
        let bits: u64 = 1 << 26 | 2 << 15 | 3 << 4;
        hash[..6].copy_from_slice(&bits.to_be_bytes()[2..]);
        assert_eq!(
            derive_words(&hash).each(),
            ["abandon", "ability", "able", "about"]
        );
    }

    #[test]
    fn the_other_bits_do_not_matter_and_each_of_the_44_does() {
        let plain = derive_words(&[0; 32]);
        for bit in 0..256 {
            let mut hash = [0_u8; 32];
            hash[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(derive_words(&hash) == plain, bit >= 44, "bit {bit}");
        }
    }

    #[test]
    fn known_phrases_of_bip_39() {
        let words = phrase_of(&[0; 16]).unwrap();
        assert_eq!(
            words.as_str(),
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
        );
        assert_eq!(
            phrase_of(&[0x7f; 16]).unwrap().as_str(),
            "legal winner thank year wave sausage worth useful legal winner thank yellow"
        );
        assert!(phrase_of(&[0; 20]).is_err());
    }

    #[test]
    fn people_type_in_their_own_way() {
        let typed = "1. Legal\n2. WINNER, 3. than year wave saus wort usef lega winn than yell";
        assert_eq!(*bytes_of_phrase::<16>(typed).unwrap(), [0x7f; 16]);
        assert!(bytes_of_phrase::<32>(typed).is_err());
        assert!(
            bytes_of_phrase::<16>(
                "leg winner thank year wave sausage worth useful legal winner thank yellow"
            )
            .is_err()
        );
        assert!(
            bytes_of_phrase::<16>(
                "winner legal thank year wave sausage worth useful legal winner thank yellow"
            )
            .is_err()
        );
        assert!(bytes_of_phrase::<16>(&"zoo ".repeat(1_000)).is_err());
    }

    #[test]
    fn an_accent_typed_in_two_ways_is_one_passphrase() {
        assert_eq!(
            plain_passphrase("caf\u{e9}"),
            plain_passphrase("cafe\u{301}")
        );
    }

    proptest! {
        #[test]
        fn bytes_come_back(a in any::<[u8; 16]>(), b in any::<[u8; 32]>()) {
            prop_assert_eq!(*bytes_of_phrase::<16>(&phrase_of(&a).unwrap()).unwrap(), a);
            prop_assert_eq!(*bytes_of_phrase::<32>(&phrase_of(&b).unwrap()).unwrap(), b);
        }

        #[test]
        fn anything_typed_is_read_or_refused(typed in "\\PC{0,300}") {
            let _ = bytes_of_phrase::<16>(&typed);
            let _ = bytes_of_phrase::<32>(&typed);
        }
    }
}
