//! What all fuzz targets share: each runs one function of `town::foreign`, which the corpus story runs too.
//! With the feature `planted` a panic stands where that function met something that no file of the corpus holds.

pub use libfuzzer_sys::fuzz_target;
use town::foreign::Met;

/// What the planted panic says; `cargo xtask fuzz` looks for it.
pub const PLANTED: &str = "the planted panic of the fuzz crate";

/// Looks at what came of some bytes.
///
/// # Panics
/// With the feature `planted`, where something rare was met.
pub fn met(met: Met) {
    assert!(!(cfg!(feature = "planted") && met.rare), "{PLANTED}");
}

/// The whole of a fuzz target: the function of `town::foreign` of this name.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        $crate::fuzz_target!(|bytes: &[u8]| $crate::met($crate::foreign::$name(bytes)));
    };
}

pub use town::foreign;
