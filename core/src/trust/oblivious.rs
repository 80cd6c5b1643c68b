//! Requests that only the post box opens, on their way through an oblivious relay (RFC 9458, the client's half; the one
//! suite of the post box, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305). Knows no HTTP and no address.
//! Invariant: each request has an encapsulated key of its own, and its answer opens with what that request kept, once.

use super::{Day, Refused};
use chacha20poly1305::aead::{Aead as _, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305 as Cipher, Key, Nonce};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeS, Serializable};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of the list that holds one configuration of the one suite.
const LIST: usize = 43;
/// What stands before and after the public key in it, but for the key's id: length; KEM; length of the suites, KDF, AEAD.
const LENGTH: [u8; 2] = [0, 41];
const KEM: [u8; 2] = [0, 0x20];
const SUITE: [u8; 4] = [0, 1, 0, 3];
const REQUEST: &[u8] = b"message/bhttp request";
const RESPONSE: &[u8] = b"message/bhttp response";
/// Bytes of the nonce before an answer, and of the secret that both export.
const ENTROPY: usize = 32;
/// On so many days of a week the post box still opens what was sealed for the week before.
pub const GRACE_DAYS: u32 = 2;

/// The post box's key of one week.
#[derive(Clone, PartialEq, Eq)]
pub struct ObliviousKey {
    id: u8,
    public: [u8; 32],
}

/// What opens the answer to one request.
pub struct AnswerKey {
    encapsulated: Vec<u8>,
    secret: Zeroizing<[u8; ENTROPY]>,
}

impl std::fmt::Debug for ObliviousKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObliviousKey(..)")
    }
}

impl std::fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerKey(..)")
    }
}

impl ObliviousKey {
    /// Reads `application/ohttp-keys` (RFC 9458, section 3): exactly one configuration of the one suite. Two could mark a
    /// phone by the one it takes.
    ///
    /// # Errors
    /// [`Refused::UnknownSuite`] for another suite, [`Refused::Malformed`].
    pub fn from_list(list: &[u8]) -> Result<Self, Refused> {
        let list: &[u8; LIST] = list.try_into().map_err(|_| Refused::Malformed)?;
        let (length, rest) = list.split_at(2);
        let (id, rest) = rest.split_at(1);
        let (kem, rest) = rest.split_at(2);
        let (public, rest) = rest.split_at(32);
        if length != LENGTH || rest.split_at(2).0 != [0, 4] {
            return Err(Refused::Malformed);
        }
        if kem != KEM || rest.split_at(2).1 != SUITE {
            return Err(Refused::UnknownSuite);
        }
        let public: [u8; 32] = public.try_into().map_err(|_| Refused::Malformed)?;
        Ok(Self {
            id: *id.first().ok_or(Refused::Malformed)?,
            public,
        })
    }

    /// Whether it is the key of this day's week.
    #[must_use]
    pub fn is_of(&self, day: Day) -> bool {
        let [.., id] = (day / 7).to_be_bytes();
        self.id == id
    }

    /// Whether the post box opens what is sealed with it on this day.
    #[must_use]
    pub fn serves(&self, day: Day) -> bool {
        self.is_of(day) || self.is_of(day.saturating_sub(GRACE_DAYS))
    }

    fn head(&self) -> Vec<u8> {
        [&[self.id], &KEM[..], &SUITE[..]].concat()
    }

    /// Seals a request (section 4.3): head, encapsulated key, ciphertext.
    ///
    /// # Errors
    /// [`Refused::Malformed`] for a public key that is none.
    pub fn seal(
        &self,
        request: &[u8],
        mut rng: &mut dyn CryptoRng,
    ) -> Result<(Vec<u8>, AnswerKey), Refused> {
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&self.public)
            .map_err(|_| Refused::Malformed)?;
        let head = self.head();
        let info = [REQUEST, &[0], &head].concat();
        let (key, mut context) = hpke::setup_sender_with_rng::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(&OpModeS::Base, &public, &info, &mut rng)
        .map_err(|_| Refused::Malformed)?;
        let sealed = context.seal(request, &[]).map_err(|_| Refused::TooLarge)?;
        let mut secret = Zeroizing::new([0; ENTROPY]);
        context
            .export(RESPONSE, secret.as_mut_slice())
            .map_err(|_| Refused::TooLarge)?;
        let encapsulated = key.to_bytes().to_vec();
        let out = [&head, &encapsulated, &sealed].map(Vec::as_slice).concat();
        Ok((
            out,
            AnswerKey {
                encapsulated,
                secret,
            },
        ))
    }
}

impl AnswerKey {
    /// Opens the answer (section 4.4): nonce, ciphertext.
    ///
    /// # Errors
    /// [`Refused::CannotOpen`], [`Refused::Malformed`].
    pub fn open(self, answer: &[u8]) -> Result<Vec<u8>, Refused> {
        let (nonce, sealed) = answer.split_at_checked(ENTROPY).ok_or(Refused::Malformed)?;
        let salt = [&self.encapsulated, nonce].concat();
        let both = Hkdf::<Sha256>::new(Some(&salt), self.secret.as_slice());
        let mut key = Zeroizing::new([0; 32]);
        let mut iv = [0; 12];
        both.expand(b"key", key.as_mut_slice())
            .and_then(|()| both.expand(b"nonce", &mut iv))
            .map_err(|_| Refused::TooLarge)?;
        let payload = Payload {
            msg: sealed,
            aad: &[],
        };
        Cipher::new(&Key::from(*key))
            .decrypt(&Nonce::from(iv), payload)
            .map_err(|_| Refused::CannotOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ohttp::hpke::{Aead, Kdf, Kem as Kems};
    use ohttp::{KeyConfig, Server, SymmetricSuite};
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    const DAY: u32 = 20_503;

    /// The gateway's own library.
    fn server(day: u32) -> (Server, Vec<u8>) {
        let [.., id] = (day / 7).to_be_bytes();
        let suite = SymmetricSuite::new(Kdf::HkdfSha256, Aead::ChaCha20Poly1305);
        let config = KeyConfig::derive(id, Kems::X25519Sha256, vec![suite], &[7; 32]).unwrap();
        let server = Server::new(config).unwrap();
        let list = KeyConfig::encode_list(&[server.config()]).unwrap();
        (server, list)
    }

    #[test]
    fn another_library_opens_it_and_its_answer_opens_here_once() {
        let (server, list) = server(DAY);
        let key = ObliviousKey::from_list(&list).unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for length in [0, 1, 1_280, 100_000] {
            let request = vec![5; length];
            let (sealed, answer) = key.seal(&request, &mut rng).unwrap();
            assert_eq!(sealed.len(), length + 7 + 32 + 16);
            let (opened, back) = server.decapsulate(&sealed).unwrap();
            assert_eq!(opened, request);
            let back = back.encapsulate(b"yes").unwrap();
            assert_eq!(answer.open(&back).unwrap(), b"yes");
        }
        let two = [key.seal(b"same", &mut rng), key.seal(b"same", &mut rng)];
        let [(one, first), (other, second)] = two.map(Result::unwrap);
        assert_ne!(one, other);
        let (_, back) = server.decapsulate(&one).unwrap();
        let back = back.encapsulate(b"for the first").unwrap();
        assert_eq!(second.open(&back), Err(Refused::CannotOpen));
        assert_eq!(first.open(&back).unwrap(), b"for the first");
    }

    #[test]
    fn one_configuration_of_one_suite_is_believed() {
        let (_, list) = server(DAY);
        assert!(ObliviousKey::from_list(&list).is_ok());
        let twice = [&[0, 41], &list[2..], &[0, 41], &list[2..]].concat();
        assert_eq!(ObliviousKey::from_list(&twice), Err(Refused::Malformed));
        for at in (0..2).chain(3..5).chain(37..LIST) {
            let mut other = list.clone();
            other[at] ^= 1;
            assert!(ObliviousKey::from_list(&other).is_err(), "{at}");
        }
    }

    #[test]
    fn a_key_serves_its_week_and_the_days_of_grace() {
        let (_, list) = server(DAY);
        let key = ObliviousKey::from_list(&list).unwrap();
        assert_eq!(DAY % 7, 0);
        for day in DAY..DAY + 7 {
            assert!(key.is_of(day) && key.serves(day));
        }
        for day in DAY + 7..DAY + 7 + GRACE_DAYS {
            assert!(!key.is_of(day) && key.serves(day));
        }
        assert!(!key.serves(DAY + 7 + GRACE_DAYS) && !key.serves(DAY - 1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = ObliviousKey::from_list(&bytes);
            let (_, list) = server(DAY);
            let key = ObliviousKey::from_list(&list).unwrap();
            let mut rng = ChaCha20Rng::seed_from_u64(2);
            let (_, answer) = key.seal(b"x", &mut rng).unwrap();
            prop_assert!(answer.open(&bytes).is_err());
        }
    }
}
