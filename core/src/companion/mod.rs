//! The front door: every sentence a person can say.
