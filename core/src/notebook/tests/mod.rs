//! Tests of the whole room: homes with two devices and a reader, hostile bytes, golden files.

mod golden;
mod hostile;
mod kit;
mod merging;
mod sharing;
mod silence;
mod size;
