//! Runs `town::foreign::records`.
#![no_main]

fuzz::target!(records);
