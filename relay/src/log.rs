//! All that the relay ever says: a closed list, so that no address, token, id or time can slip into a log.
//! Knows no request.
//! Invariant: a line holds words of this file, counts and UTC days only.

use std::collections::HashSet;
use std::fmt;
use std::sync::Mutex;

use crate::store::{Ended, StoreError};

/// One thing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The relay answers.
    Started {
        /// UTC day.
        day: u32,
        /// Inboxes kept.
        inboxes: u64,
    },
    /// All is written, and the file is closed.
    Stopped,
    /// A day began.
    Turned {
        /// UTC day.
        day: u32,
        /// What it took away.
        ended: Ended,
        /// Requests since the day before.
        requests: u64,
    },
    /// The settings were read again.
    Reloaded,
    /// The settings could not be read again; the old ones stay.
    NotReloaded,
    /// The file of invites could not be read again; what was read before stays.
    InvitesNotRead,
    /// The seed of the oblivious keys could not be written; it is tried again with the next day.
    KeyNotKept,
    /// The oblivious relay answers.
    Forwarding,
    /// The post box behind the oblivious relay does not answer as it should.
    NoTarget,
    /// The wake gateway does not answer; phones ask by themselves meanwhile.
    NoGateway,
    /// The wake gateway answers.
    Waking {
        /// Phones that are registered.
        phones: u64,
    },
    /// The clock leapt, and the day is held.
    ClockHeld,
    /// The day can't be read.
    NoDay,
    /// The database's server keeps times of commits for longer than it need.
    KeepsTimes,
    /// Something of the disk did not work.
    Fault(StoreError),
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { day, inboxes } => write!(out, "started: day {day}, {inboxes} inboxes"),
            Self::Stopped => out.write_str("stopped"),
            Self::Turned {
                day,
                ended,
                requests,
            } => {
                write!(
                    out,
                    "day {day}: {} inboxes and {} items are over, {requests} requests before",
                    ended.inboxes, ended.items
                )
            }
            Self::Reloaded => out.write_str("settings read again"),
            Self::NotReloaded => out.write_str("settings not read: the old ones stay"),
            Self::InvitesNotRead => out.write_str("invites not read: the old ones stay"),
            Self::KeyNotKept => out.write_str("the oblivious key was turned but not written down"),
            Self::Forwarding => out.write_str("started: oblivious relay"),
            Self::NoTarget => out.write_str("the target does not answer"),
            Self::NoGateway => out.write_str("the wake gateway does not answer"),
            Self::Waking { phones } => write!(out, "started: wake gateway, {phones} phones"),
            Self::ClockHeld => out.write_str(
                "the clock leapt by more than a month: the day is held (see accept_day)",
            ),
            Self::NoDay => out.write_str("the day can't be read"),
            Self::KeepsTimes => out.write_str(
                "the database's server keeps the times of commits: docs/operating.md says how to end that",
            ),
            Self::Fault(fault) => write!(out, "fault: {fault}"),
        }
    }
}

/// Says each line to standard error; the same fault only once a day, lest its times tell when somebody came.
#[derive(Default)]
pub struct Log {
    said: Mutex<HashSet<String>>,
}

impl Log {
    /// Where no day is said to begin: what was said may be said once more.
    pub fn begin_day(&self) {
        if let Ok(mut said) = self.said.lock() {
            said.clear();
        }
    }

    /// Says it.
    pub fn say(&self, line: Line) {
        let text = line.to_string();
        if let Ok(mut said) = self.said.lock() {
            match line {
                Line::Turned { .. } => said.clear(),
                Line::Fault(_)
                | Line::InvitesNotRead
                | Line::KeyNotKept
                | Line::NoTarget
                | Line::NoGateway
                | Line::ClockHeld
                | Line::NoDay
                    if !said.insert(text.clone()) =>
                {
                    return;
                }
                _ => {}
            }
        }
        eprintln!("{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_said_once_a_day_and_not_once_for_ever() {
        let log = Log::default();
        let said = || log.said.lock().unwrap().len();
        for _ in 0..2 {
            log.say(Line::NoGateway);
            log.say(Line::Fault(StoreError::DiskFull));
        }
        assert_eq!(said(), 2);
        log.begin_day();
        assert_eq!(said(), 0);
    }
}
