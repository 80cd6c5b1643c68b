//! The most memory that is held until the first edit is durable, in a process that does nothing else: what Rust's
//! allocator counts, and what the C library counts beyond it, which is SQLite's and OpenSSL's.

use super::Told;
use super::kept::Kept;
use super::row::{Goal, Row, Unit};
use alongside_core::life::Mark;
use malloc_info::info::{SystemType, TotalType};
use peakmem_alloc::{INSTRUMENTED_SYSTEM, PeakMemAllocTrait};

/// Larger than anything held here, and never touched.
const LARGE: usize = 1 << 28;

/// The row. The program's allocator must be [`INSTRUMENTED_SYSTEM`].
pub(super) fn row(kept: &Kept) -> Told<Vec<Row>> {
    let home = kept.copy("heap")?;
    let id = *kept.routines.first().ok_or("a routine")?;
    // What the libraries hold for themselves, whatever is opened, is there before: the ciphers' tables and SQLite's.
    let blank = kept.connect(&kept.folder.join("blank.db"))?;
    blank.execute_batch("CREATE TABLE blank (one INTEGER); INSERT INTO blank VALUES (1)")?;
    let before = in_use()?;
    INSTRUMENTED_SYSTEM.reset_peak_memory();
    let mut app = kept.open(&home)?;
    let today = app.now().today;
    app.today()?;
    let mark = match app.record(id, today)?.mark {
        Some(Mark::Done) => Mark::Rest,
        _ => Mark::Done,
    };
    app.mark_with(id, today, Some(mark), None, None)?;
    let peak = INSTRUMENTED_SYSTEM.get_peak_memory();
    let now = held_by_rust();
    let beside = in_use()?.saturating_sub(before).saturating_sub(now);
    if peak == 0 {
        return Err("the allocator does not count".into());
    }
    drop((app, blank));
    #[allow(clippy::cast_precision_loss, reason = "counts of bytes")]
    let (peak, beside) = (peak as f64, beside as f64);
    let row = Row::alone(
        "peak heap to the first edit",
        Unit::Bytes,
        peak + beside,
        Goal::AtMost(1.5 * 1_048_576.0),
    )
    .note(format!(
        "at most {:.0} kB by Rust's allocator, and {:.0} kB of SQLite and OpenSSL after the edit, by the C library's count; what these libraries hold for themselves once any file is open is left out, as the goal has it",
        peak / 1_000.0,
        beside / 1_000.0
    ))
    .why("SQLite's page cache and the cipher's buffers");
    Ok(vec![row])
}

/// What Rust holds now: the counter tells only the most since its reset, so something is held that is larger than that.
fn held_by_rust() -> usize {
    let large = Vec::<u8>::with_capacity(LARGE);
    let most = INSTRUMENTED_SYSTEM.get_peak_memory();
    drop(std::hint::black_box(large));
    most.saturating_sub(LARGE)
}

/// In use by the C library's count, Rust's share too.
fn in_use() -> Told<usize> {
    let info = malloc_info::malloc_info()?;
    let system = info.system.iter();
    let taken = system.filter(|one| one.r#type == SystemType::Current);
    let totals = |mapped: bool| -> usize {
        let all = info.total.iter();
        let wanted = all.filter(|one| (one.r#type == TotalType::Mmap) == mapped);
        wanted.map(|one| one.size).sum()
    };
    let taken: usize = taken.map(|one| one.size).sum();
    Ok((taken + totals(true)).saturating_sub(totals(false)))
}
