//! Runs `town::foreign::message`.
#![no_main]

fuzz::target!(message);
