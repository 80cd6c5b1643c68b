//! Mistakes of the kinds that people make in views. Each is planted in a copy, and the type-check has to fall over it: so it
//! is known what that check is worth. Invariant: each is one change to one place.

/// One mistake.
pub struct Mistake {
    /// What it is.
    pub what: &'static str,
    /// The view, from the folder of views.
    pub file: &'static str,
    /// What stands there, once.
    pub from: &'static str,
    /// What is put in its place.
    pub to: &'static str,
}

pub const MISTAKES: &[Mistake] = &[];
