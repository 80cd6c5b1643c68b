//! The relay process: to be joined to HTTP.
fn main() {}
