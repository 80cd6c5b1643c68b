//! `bench [PART]...`: the figures of Alongside, each with its peer. See `town::bench` and docs/performance.md.
//! Its exit code is 0 when every row could be measured, met or missed.

use peakmem_alloc::{INSTRUMENTED_SYSTEM, PeakMemAlloc};
use std::alloc::System;
use std::process::ExitCode;

#[global_allocator]
static COUNTED: &PeakMemAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if town::bench::run(&words) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
