//! The one encoding of everything that is signed, hashed, sealed or kept: big-endian integers, byte strings with a
//! u32 length, sets sorted without repeats, left-over bytes refused. It knows no meaning of any field.
//! Invariant: reading never panics and never takes memory for a length that the input does not have.

use super::Refused;

/// Writes the encoding.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) {
        self.fixed(&value.to_be_bytes());
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self, value: u32) {
        self.fixed(&value.to_be_bytes());
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) {
        self.fixed(&value.to_be_bytes());
    }

    /// Bytes of a length that the layout fixes.
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// How many follow, as u32. A count above `u32::MAX` is written as such and refused by every reader's bound.
    pub fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// A byte string with its u32 length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.fixed(bytes);
    }

    /// How many bytes were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none were.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads the encoding.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// From the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// So many bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where there are fewer; so for every other method.
    pub fn fixed(&mut self, length: usize) -> Result<&'a [u8], Refused> {
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Refused::Malformed)?;
        self.rest = rest;
        Ok(head)
    }

    /// Bytes of a fixed length.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Refused> {
        self.fixed(N)?.try_into().map_err(|_| Refused::Malformed)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn u8(&mut self) -> Result<u8, Refused> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// Two bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn u16(&mut self) -> Result<u16, Refused> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// Four bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn u32(&mut self) -> Result<u32, Refused> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn u64(&mut self) -> Result<u64, Refused> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// How many follow, at most `most`.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above the bound.
    pub fn count(&mut self, most: u32) -> Result<u32, Refused> {
        let count = self.u32()?;
        if count > most {
            return Err(Refused::TooLarge);
        }
        Ok(count)
    }

    /// A byte string, at most `most` bytes long.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above the bound, [`Refused::Malformed`] where it is cut off.
    pub fn bytes(&mut self, most: usize) -> Result<&'a [u8], Refused> {
        let length = usize::try_from(self.u32()?).map_err(|_| Refused::TooLarge)?;
        if length > most {
            return Err(Refused::TooLarge);
        }
        self.fixed(length)
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// The end: left-over bytes are refused.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where something is left.
    pub fn finish(self) -> Result<(), Refused> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Refused::Malformed)
        }
    }
}

/// Checks that what was read of a set is sorted and without repeats.
///
/// # Errors
/// [`Refused::Malformed`].
pub fn check_set<T: Ord>(items: &[T]) -> Result<(), Refused> {
    let sorted = items
        .iter()
        .zip(items.iter().skip(1))
        .all(|(one, next)| one < next);
    if sorted {
        Ok(())
    } else {
        Err(Refused::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(a: u8, b: u16, c: u32, d: u64, e: Vec<u8>) {
            let mut w = Writer::new();
            w.u8(a); w.u16(b); w.u32(c); w.u64(d); w.bytes(&e);
            let bytes = w.finish();
            let mut r = Reader::new(&bytes);
            prop_assert_eq!(r.u8().unwrap(), a);
            prop_assert_eq!(r.u16().unwrap(), b);
            prop_assert_eq!(r.u32().unwrap(), c);
            prop_assert_eq!(r.u64().unwrap(), d);
            prop_assert_eq!(r.bytes(1 << 20).unwrap(), &e[..]);
            r.finish().unwrap();
        }
    }

    #[test]
    fn a_length_that_lies_takes_nothing() {
        let mut r = Reader::new(&[0xff, 0xff, 0xff, 0xff, 1]);
        assert_eq!(r.bytes(usize::MAX), Err(Refused::Malformed));
    }

    #[test]
    fn left_over_bytes_are_refused() {
        assert_eq!(Reader::new(&[1]).finish(), Err(Refused::Malformed));
        assert_eq!(check_set(&[1, 1]), Err(Refused::Malformed));
        assert_eq!(check_set(&[1, 2]), Ok(()));
    }
}
