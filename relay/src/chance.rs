//! Where random bytes come from: the system, or a seed.
//! A town of phones replays from its seed; a real post box never takes one.
//! Invariant: the same seed gives the same bytes in the same order.

use sha2::{Digest, Sha256};

use crate::store::StoreError;

/// A source of random bytes.
pub enum Chance {
    /// The operating system's generator.
    System,
    /// SHA-256 of seed and a counter: for simulations only.
    Seeded {
        /// What the bytes follow from.
        seed: u64,
        /// How many blocks were drawn.
        drawn: u64,
    },
}

impl Chance {
    /// A source that repeats itself.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self::Seeded { seed, drawn: 0 }
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`] when the system gives none.
    pub fn make<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut out = [0; N];
        match self {
            Self::System => getrandom::fill(&mut out).map_err(|_| StoreError::NoRandomness)?,
            Self::Seeded { seed, drawn } => {
                for chunk in out.chunks_mut(32) {
                    let block = Sha256::new()
                        .chain_update(seed.to_be_bytes())
                        .chain_update(drawn.to_be_bytes())
                        .finalize();
                    *drawn += 1;
                    chunk
                        .iter_mut()
                        .zip(block)
                        .for_each(|(to, from)| *to = from);
                }
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        let (mut one, mut two) = (Chance::seeded(7), Chance::seeded(7));
        let first = one.make::<40>().unwrap();
        assert_eq!(first, two.make::<40>().unwrap());
        assert_ne!(first, one.make::<40>().unwrap());
        assert_ne!(
            Chance::System.make::<32>().unwrap(),
            Chance::System.make::<32>().unwrap()
        );
    }
}
