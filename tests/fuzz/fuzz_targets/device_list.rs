//! Runs `town::foreign::device_list`.
#![no_main]

fuzz::target!(device_list);
