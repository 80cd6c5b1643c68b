//! Oblivious HTTP (RFC 9458) without HTTP: the gateway's keys, and requests and answers as bytes (RFC 9292).
//! Knows no inbox; docs/decisions/oblivious.md says why each thing is so.
//! Invariant: nothing of a request is kept here.

pub mod binary;
pub mod keys;
