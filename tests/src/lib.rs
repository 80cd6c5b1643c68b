//! The kit of the whole town: what the stories under tests/stories/ are told with.

pub mod sources;
