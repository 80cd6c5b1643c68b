//! Runs `town::foreign::backup`.
#![no_main]

fuzz::target!(backup);
