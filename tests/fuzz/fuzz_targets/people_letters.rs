//! Runs `town::foreign::people_letters`.
#![no_main]

fuzz::target!(people_letters);
