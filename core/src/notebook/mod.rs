//! How life becomes documents that merge.
