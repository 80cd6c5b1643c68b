//! A plain model of what must stand after any order of things: what each person did, on which phone, and what that
//! phone had heard of by then. Ordinary maps and sets; nothing of automerge and none of the core's merging.
//! Of a phone it believes one thing only: the hashes of the newest changes it holds, so that the model knows which
//! deeds were done without knowing of each other. At the end every phone must have heard of every deed.

mod field;
mod life;
mod shows;
mod stands;

pub use field::{Field, Value};
pub use life::{Life, Unheard};
pub use shows::{Author, Facts, WentOut, share_text};
pub use stands::differences;
