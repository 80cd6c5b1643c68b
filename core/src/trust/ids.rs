//! The ids of this room: hashes, never counted up, never shared between ties. Their Debug shows four digits,
//! so that no log can join two of them.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let [a, b, ..] = self.0;
                write!(f, concat!(stringify!($name), "({:02x}{:02x}..)"), a, b)
            }
        }
    )+};
}

ids! {
    /// A device in one tie: the hash of its public key there.
    DeviceId,
    /// A tie: the hash of its kind and both bundles.
    TieId,
    /// A notebook: the hash of tie and author's first list.
    NotebookId,
    /// An epoch: the hash of its statement.
    EpochId,
    /// A statement of a device list.
    StatementId,
    /// A message's body.
    BodyId,
    /// A prekey: the hash of its public half.
    PrekeyId,
}
