//! Runs `town::foreign::settings`.
#![no_main]

fuzz::target!(settings);
