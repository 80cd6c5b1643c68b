//! The order of deeds between phones.
