//! Runs `town::foreign::invite`.
#![no_main]

fuzz::target!(invite);
