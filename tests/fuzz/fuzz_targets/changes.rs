//! Runs `town::foreign::changes`.
#![no_main]

fuzz::target!(changes);
