//! Writes the Kotlin and Swift that call this library, from the library itself.

fn main() {
    uniffi::uniffi_bindgen_main();
}
