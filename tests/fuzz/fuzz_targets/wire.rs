//! Runs `town::foreign::wire`.
#![no_main]

fuzz::target!(wire);
