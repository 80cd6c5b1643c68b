//! Suite 1: the standard primitives, each under a label of a closed list. No other file of the core names a cipher
//! but this one, the envelope's and the backup's. Invariant: every hash, derivation and signature begins with the
//! suite byte and a label, so that no byte string made for one purpose is good for another.
//! Long because the closed list of labels and every primitive under it stand in one place to be audited.

use super::Refused;
use super::bytes::Writer;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The suite byte: HPKE with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305; Ed25519; XChaCha20-Poly1305; SHA-256.
pub const SUITE: u8 = 1;
/// Bytes of an X-Wing public key.
pub const PUBLIC: usize = 1_216;
/// Bytes of an X-Wing encapsulated key.
pub const ENCAPSULATED: usize = 1_120;

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// What a hash, derivation or signature is for. The list is closed: a new purpose is a new label.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Label { $($(#[$doc])* $name),+ }

        impl Label {
            /// The text that goes into the hash. Frozen.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// All of them, for the test that none stands twice.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

labels! {
    /// A device's id in a tie.
    DeviceId = "alongside/1 device id",
    /// A device's signing key in a tie.
    TieKey = "alongside/1 tie key",
    /// A prekey's id.
    PrekeyId = "alongside/1 prekey id",
    /// A signed card.
    Card = "alongside/1 card",
    /// A signed statement of a device list.
    List = "alongside/1 list",
    /// The id of such a statement.
    ListId = "alongside/1 list id",
    /// A tie's id.
    TieId = "alongside/1 tie id",
    /// A notebook's id.
    NotebookId = "alongside/1 notebook id",
    /// A signed epoch statement.
    Epoch = "alongside/1 epoch",
    /// The id of an epoch statement.
    EpochId = "alongside/1 epoch id",
    /// The commitment to an epoch's secret.
    Commit = "alongside/1 commit",
    /// A grant.
    Grant = "alongside/1 grant",
    /// The id of a body.
    BodyId = "alongside/1 body id",
    /// One item of a body.
    ItemHash = "alongside/1 item",
    /// What blinds the hash of one item.
    ItemBlind = "alongside/1 item blind",
    /// A message's salt.
    Salt = "alongside/1 salt",
    /// A message's key and commitment.
    Message = "alongside/1 msg",
    /// The signature inside a message.
    MessageSignature = "alongside/1 msg signature",
    /// The outer layer.
    Envelope = "alongside/1 envelope",
    /// A nonce of the outer layer or of a backup.
    Nonce = "alongside/1 nonce",
    /// The idempotency key of a posted body.
    PostKey = "alongside/1 post key",
    /// An inbox's fetch token.
    InboxFetch = "alongside/1 inbox fetch",
    /// An inbox's wake token.
    InboxWake = "alongside/1 inbox wake",
    /// A slot's seed.
    SlotSeed = "alongside/1 slot seed",
    /// A slot's token in a week.
    SlotToken = "alongside/1 slot token",
    /// A slot's outer key in a week.
    SlotKey = "alongside/1 slot key",
    /// An inbox that two sides can make from one seed.
    SeededInbox = "alongside/1 seeded inbox",
    /// The inbox where an invite's bundle waits.
    OfferInbox = "alongside/1 offer inbox",
    /// The check of an invite's code.
    InviteCode = "alongside/1 invite code",
    /// The hash of a bundle.
    Bundle = "alongside/1 bundle",
    /// The invitee's yes.
    Answer = "alongside/1 answer",
    /// The commitment to a nonce.
    NonceCommit = "alongside/1 nonce commit",
    /// Keys from an invite's exchange.
    Exchange = "alongside/1 exchange",
    /// The inbox where the inviter's nonce waits.
    ReplyInbox = "alongside/1 reply inbox",
    /// Steps of an invite.
    InviteStep = "alongside/1 invite step",
    /// The four words.
    Words = "alongside/1 words",
    /// The way-back secret.
    WayBack = "alongside/1 way back",
    /// An inbox of the way back.
    WayBackInbox = "alongside/1 way back inbox",
    /// A numbered recovery key of the root.
    RecoveryKey = "alongside/1 recovery key",
    /// A numbered recovery key of the helper secret.
    HelperKey = "alongside/1 helper key",
    /// The key pair of the root that opens backups.
    BackupKey = "alongside/1 backup key",
    /// The key pair of the helper secret that opens backups.
    HelperBackupKey = "alongside/1 helper backup key",
    /// A locked backup.
    Backup = "alongside/1 backup",
    /// A device's number of an item in one audience.
    Alias = "alongside/1 alias",
    /// The relay's hash of a fetch token (relay/PROTOCOL.md).
    RelayFetch = "alongside/relay fetch",
    /// The relay's hash of a wake token.
    RelayWake = "alongside/relay wake",
    /// The relay's hash of a slot token.
    RelaySlot = "alongside/relay slot",
    /// The relay's hash of a month's create-secret, which it shows to everybody.
    CreateSecret = "alongside/relay create-secret",
    /// What is kept of a code that is never asked about again.
    Never = "alongside/1 never",
}

/// Suite byte and label, as every hash, derivation and signature begins.
#[must_use]
pub fn labelled(label: Label) -> Vec<u8> {
    let mut w = Writer::new();
    w.u8(SUITE);
    w.bytes(label.text().as_bytes());
    w.finish()
}

/// SHA-256 (FIPS 180-4) over suite, label and each part with its length.
#[must_use]
pub fn hash(label: Label, parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new_with_prefix(labelled(label));
    for part in parts {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        digest.update(length.to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// SHA-256 over suite, label and one part of fixed length, as the relay hashes a token.
#[must_use]
pub fn hash_raw(label: Label, part: &[u8]) -> [u8; 32] {
    let mut w = Writer::new();
    w.fixed(&labelled(label));
    w.fixed(part);
    Sha256::digest(w.finish()).into()
}

/// HKDF-SHA256 (RFC 5869) to 32 bytes: no salt, info = suite, label and each part with its length.
#[must_use]
pub fn derive(label: Label, secret: &[u8], context: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    // 32 bytes are far below HKDF's bound of 255 hashes, so this can't fail.
    let _ = derive_into(label, secret, &[], context, &mut out);
    out
}

/// HKDF-SHA256 with a salt, to as many bytes as `out` has.
///
/// # Errors
/// [`Refused::TooLarge`] above 8,160 bytes.
pub fn derive_into(
    label: Label,
    secret: &[u8],
    salt: &[u8],
    context: &[&[u8]],
    out: &mut [u8],
) -> Result<(), Refused> {
    let mut w = Writer::new();
    w.fixed(&labelled(label));
    for part in context {
        w.bytes(part);
    }
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(&w.finish(), out)
        .map_err(|_| Refused::TooLarge)
}

/// 32 fresh random bytes.
#[must_use]
pub fn make_32(rng: &mut dyn CryptoRng) -> [u8; 32] {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// A random nonce that also depends on key and content: a cloned phone, whose randomness repeats, still never uses one
/// nonce for two contents.
#[must_use]
pub fn make_nonce(key: &[u8; 32], content: &[u8], rng: &mut dyn CryptoRng) -> [u8; 24] {
    let hash = hash(Label::Nonce, &[&make_32(rng), key, content]);
    let mut nonce = [0; 24];
    nonce.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    nonce
}

/// Ed25519 (RFC 8032) over suite, label and the bytes.
#[must_use]
pub fn sign(key: &SigningKey, label: Label, bytes: &[u8]) -> [u8; 64] {
    use ed25519_dalek::Signer;
    let mut said = labelled(label);
    said.extend_from_slice(bytes);
    key.sign(&said).to_bytes()
}

/// Strict verification: no small-order keys, no malleable signatures.
///
/// # Errors
/// [`Refused::BadSignature`].
pub fn verify(
    public: &[u8; 32],
    label: Label,
    bytes: &[u8],
    signature: &[u8; 64],
) -> Result<(), Refused> {
    let mut said = labelled(label);
    said.extend_from_slice(bytes);
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(&said, &Signature::from_bytes(signature)))
        .map_err(|_| Refused::BadSignature)
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).
///
/// # Errors
/// [`Refused::TooLarge`] for more than the cipher's bound.
pub fn seal_aead(
    key: &[u8; 32],
    nonce: &[u8; 24],
    aad: &[u8],
    msg: &[u8],
) -> Result<Vec<u8>, Refused> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(*nonce), Payload { msg, aad })
        .map_err(|_| Refused::TooLarge)
}

/// The other way.
///
/// # Errors
/// [`Refused::CannotOpen`].
pub fn open_aead(
    key: &[u8; 32],
    nonce: &[u8; 24],
    aad: &[u8],
    msg: &[u8],
) -> Result<Vec<u8>, Refused> {
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
        .map_err(|_| Refused::CannotOpen)
}

/// The private half of an X-Wing pair, as 32 bytes. Zeroed on drop, neither cloned nor shown.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct HpkeSecret([u8; 32]);

impl HpkeSecret {
    /// A fresh one.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(make_32(rng))
    }

    /// From the 32 bytes that X-Wing calls its seed.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for an encrypted store only.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn private(&self) -> Result<<XWing as Kem>::PrivateKey, Refused> {
        <XWing as Kem>::PrivateKey::from_bytes(&self.0).map_err(|_| Refused::Malformed)
    }

    /// The public half, 1,216 bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`] never for 32 bytes; the library's signature has it.
    pub fn public(&self) -> Result<Vec<u8>, Refused> {
        Ok(XWing::sk_to_pk(&self.private()?).to_bytes().to_vec())
    }
}

impl std::fmt::Debug for HpkeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HpkeSecret(..)")
    }
}

fn public(bytes: &[u8]) -> Result<<XWing as Kem>::PublicKey, Refused> {
    <XWing as Kem>::PublicKey::from_bytes(bytes).map_err(|_| Refused::Malformed)
}

/// HPKE (RFC 9180) base mode in one shot: encapsulated key, then ciphertext.
///
/// # Errors
/// [`Refused::Malformed`] for a public key that is none.
pub fn hpke_seal(
    to: &[u8],
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    mut rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let (key, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &public(to)?,
        info,
        plain,
        aad,
        &mut rng,
    )
    .map_err(|_| Refused::Malformed)?;
    let mut out = key.to_bytes().to_vec();
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// The other way.
///
/// # Errors
/// [`Refused::CannotOpen`], [`Refused::Malformed`].
pub fn hpke_open(
    secret: &HpkeSecret,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let (key, sealed) = split(sealed)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &secret.private()?,
        &key,
        info,
        sealed,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| Refused::CannotOpen)
}

/// What HPKE with an export opens to: the content, and 32 bytes that both sides share.
pub type OpenedWithExport = (Zeroizing<Vec<u8>>, Zeroizing<[u8; 32]>);

/// HPKE mode_psk, with an export secret of 32 bytes: encapsulated key, then ciphertext; and the export.
///
/// # Errors
/// [`Refused::Malformed`].
pub fn hpke_seal_psk(
    to: &[u8],
    (psk, psk_id): (&[u8], &[u8]),
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    mut rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, Zeroizing<[u8; 32]>), Refused> {
    let psk = PskBundle::new(psk, psk_id).map_err(|_| Refused::Malformed)?;
    let (key, mut context) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Psk(psk),
        &public(to)?,
        info,
        &mut rng,
    )
    .map_err(|_| Refused::Malformed)?;
    let sealed = context.seal(plain, aad).map_err(|_| Refused::TooLarge)?;
    let mut export = Zeroizing::new([0; 32]);
    context
        .export(&labelled(Label::Exchange), export.as_mut_slice())
        .map_err(|_| Refused::TooLarge)?;
    let mut out = key.to_bytes().to_vec();
    out.extend_from_slice(&sealed);
    Ok((out, export))
}

/// The other way.
///
/// # Errors
/// [`Refused::CannotOpen`], [`Refused::Malformed`].
pub fn hpke_open_psk(
    secret: &HpkeSecret,
    (psk, psk_id): (&[u8], &[u8]),
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<OpenedWithExport, Refused> {
    let psk = PskBundle::new(psk, psk_id).map_err(|_| Refused::Malformed)?;
    let (key, sealed) = split(sealed)?;
    let mut context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Psk(psk),
        &secret.private()?,
        &key,
        info,
    )
    .map_err(|_| Refused::CannotOpen)?;
    let plain = context.open(sealed, aad).map_err(|_| Refused::CannotOpen)?;
    let mut export = Zeroizing::new([0; 32]);
    context
        .export(&labelled(Label::Exchange), export.as_mut_slice())
        .map_err(|_| Refused::TooLarge)?;
    Ok((Zeroizing::new(plain), export))
}

fn split(sealed: &[u8]) -> Result<(<XWing as Kem>::EncappedKey, &[u8]), Refused> {
    let (key, rest) = sealed
        .split_at_checked(ENCAPSULATED)
        .ok_or(Refused::Malformed)?;
    let key = <XWing as Kem>::EncappedKey::from_bytes(key).map_err(|_| Refused::Malformed)?;
    Ok((key, rest))
}

#[cfg(test)]
mod tests;
