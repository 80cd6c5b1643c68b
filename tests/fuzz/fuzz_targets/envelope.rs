//! Runs `town::foreign::envelope`.
#![no_main]

fuzz::target!(envelope);
