//! How the bytes of a fuzzer become several things: numbers, short strings and what is left. Nothing is refused, since
//! what is not there reads as zero, so that each change of a byte changes what is decoded and not whether.

/// What is left to be read.
pub struct Pieces<'a>(&'a [u8]);

impl<'a> Pieces<'a> {
    /// From the beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// So many bytes, or fewer.
    pub fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// One byte.
    pub fn u8(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.array())
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.array())
    }

    /// So many bytes, zeros where they are lacking.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut whole = [0; N];
        let taken = self.take(N);
        whole[..taken.len()].copy_from_slice(taken);
        whole
    }

    /// A string after its u16 length; what there is of it.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = u16::from_be_bytes(self.array());
        self.take(usize::from(length))
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }
}

/// Writes what [`Pieces`] reads, for the first files of the corpus.
#[derive(Default, Clone)]
pub struct Script(Vec<u8>);

impl Script {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes as they are.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A string with its u16 length.
    pub fn piece(self, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len()).expect("a short piece");
        self.raw(&length.to_be_bytes()).raw(bytes)
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}
