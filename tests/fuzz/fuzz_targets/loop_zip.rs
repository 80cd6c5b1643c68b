//! Runs `town::foreign::loop_zip`.
#![no_main]

fuzz::target!(loop_zip);
