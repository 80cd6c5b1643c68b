//! Runs `town::foreign::home_letters`.
#![no_main]

fuzz::target!(home_letters);
