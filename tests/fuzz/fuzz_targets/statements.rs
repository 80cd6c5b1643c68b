//! Runs `town::foreign::statements`.
#![no_main]

fuzz::target!(statements);
