//! Runs `town::foreign::export`.
#![no_main]

fuzz::target!(export);
