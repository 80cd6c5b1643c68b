//! Runs `town::foreign::loop_db`.
#![no_main]

fuzz::target!(loop_db);
