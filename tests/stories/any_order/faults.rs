//! What befalls phones: they die and are switched on again, their clocks go wrong, they are added and removed, by two
//! phones that do not know of each other. Each is counted.

use super::days::{Days, Wrong};
use super::deeds::{draw, happens, one};
use std::path::PathBuf;
use town::clock::DAY;
use town::post_box::Moods;

const HOUR: i64 = 3_600;
/// By how much clocks go wrong, forward and back: hours to months.
const ERRORS: [i64; 6] = [3 * HOUR, 11 * HOUR, 30 * HOUR, 8 * DAY, 33 * DAY, 100 * DAY];

/// What is to befall a town's phones, and on which days.
pub struct Plan {
    /// Robin's phones are added and removed at once.
    at_once: usize,
    /// Pat gets a second phone.
    second_phone: Option<usize>,
    /// A phone is copied, and put back to that later.
    copied: usize,
    put_back: usize,
    copy: Option<(String, PathBuf)>,
}

impl Plan {
    pub fn draw(rng: &mut rand_chacha::ChaCha20Rng) -> Self {
        let copied = 4 + draw(rng, 35);
        Self {
            copied,
            put_back: copied + 2 + draw(rng, 14),
            copy: None,
            at_once: 8 + draw(rng, 40),
            second_phone: happens(rng, 40).then(|| 5 + draw(rng, 45)),
        }
    }
}

impl Days {
    /// What befalls the phones this morning.
    pub fn befalls(&mut self, day: usize) -> Result<(), Wrong> {
        let phones: Vec<String> = self.town.phones.keys().cloned().collect();
        for phone in &phones {
            if happens(&mut self.rng, 4) {
                self.counted.add("restarts", 1);
                self.diary.push(format!("{phone} dies and is switched on"));
                self.town.phone(phone).restart();
                self.hears(phone)?;
                self.compare(phone)?;
            }
            if self.wrong_clocks.contains(phone) {
                if happens(&mut self.rng, 25) {
                    self.set_clock(phone, 0);
                }
            } else if happens(&mut self.rng, 1) {
                let error = *one(&mut self.rng, &ERRORS);
                let error = if happens(&mut self.rng, 50) {
                    error
                } else {
                    -error
                };
                self.counted.add("clocks that went wrong", 1);
                self.set_clock(phone, error);
            }
        }
        if self.plan.copied == day {
            let phone = one(&mut self.rng, &phones).clone();
            self.diary.push(format!("{phone} is copied"));
            let shelf = self.town.shelf(&phone);
            let copy = self.town.phone(&phone).copy(&shelf);
            self.plan.copy = Some((phone, copy));
        }
        if day == self.plan.put_back
            && let Some((phone, copy)) = self.plan.copy.take()
            && self.town.phones.contains_key(&phone)
            && self.all_signed_in(&phone)
        {
            self.counted.add("phones put back to a copy", 1);
            self.diary.push(format!("{phone} is put back"));
            let same_randomness = happens(&mut self.rng, 50);
            self.town.phone(&phone).put_back(&copy, same_randomness);
            let heads = self.town.phone(&phone).app().heads().unwrap();
            let life = self.lives.get_mut(self.owners[&phone]).unwrap();
            life.is_put_back(&phone, heads).map_err(|why| vec![why.0])?;
            self.compare(&phone)?;
        }
        if day == self.plan.at_once {
            self.adds_and_removes()?;
        }
        if self.plan.second_phone == Some(day) {
            self.adds("pat-1", "pat-2")?;
        }
        Ok(())
    }

    /// Whether each phone of a phone's person is signed in. One that waits for a word of the phone which forgets it has to
    /// be added again.
    fn all_signed_in(&mut self, phone: &str) -> bool {
        let own = self.phones_of(self.owners[phone]);
        own.iter().all(|phone| {
            let devices = self.town.phone(phone).app().devices().unwrap();
            devices.iter().any(|device| device.this_one)
        })
    }

    /// Puts a phone's clock so many seconds wrong, or right.
    pub fn set_clock(&mut self, phone: &str, error: i64) {
        self.diary
            .push(format!("{phone}'s clock is {error} s wrong"));
        self.town.phone(phone).clock.be_wrong_by(error);
        if error == 0 {
            self.wrong_clocks.remove(phone);
        } else {
            self.wrong_clocks.insert(phone.to_owned());
        }
    }

    /// One of Robin's phones takes another out, while a third adds one, or takes out the same one, or is itself taken out
    /// by the one that does not know of the new one yet.
    fn adds_and_removes(&mut self) -> Result<(), Wrong> {
        let mut phones: Vec<String> = self.phones_of("Robin");
        let mut next = |days: &mut Self| {
            let at = draw(&mut days.rng, phones.len());
            phones.swap_remove(at)
        };
        let (keeps, removes, goes) = (next(self), next(self), next(self));
        match draw(&mut self.rng, 3) {
            0 => {
                self.adds(&keeps, "robin-4")?;
                if self.removes(&removes, &goes) {
                    self.counted.add("phones added and removed at once", 1);
                    self.leaves(&goes);
                }
            }
            1 => {
                let once = self.removes(&keeps, &goes);
                let twice = self.removes(&removes, &goes);
                if once && twice {
                    self.counted.add("phones removed twice at once", 1);
                }
                if once || twice {
                    self.leaves(&goes);
                }
            }
            _ => {
                // Stolen, and used to add another before its removal is known: both are out.
                self.adds(&goes, "robin-4")?;
                if self.removes(&removes, &goes) {
                    self.counted.add("phones added by one that was removed", 1);
                    self.leaves(&goes);
                    self.leaves("robin-4");
                }
            }
        }
        Ok(())
    }

    /// A person's new phone joins beside an old one, both in hand and on a good network.
    fn adds(&mut self, old: &str, new: &str) -> Result<(), Wrong> {
        self.diary.push(format!("{old} adds {new}"));
        let moods = std::mem::take(&mut self.town.net.borrow_mut().moods);
        let owner = self.owners[old];
        self.set_clock(old, 0);
        // One whose past was put back finds that out first: it could not finish what it began before.
        self.syncs(old)?;
        self.town.arrives(new, owner);
        self.owners.insert(new.to_owned(), owner);
        let life = self.lives.get_mut(owner).unwrap();
        life.hands_on(old, new);
        self.town.joins_beside(old, new);
        self.town.net.borrow_mut().moods = Moods { ..moods };
        self.counted.add("phones added", 1);
        self.hears(old)?;
        self.may_have_gone_out(old);
        self.hears(new)
    }

    /// One phone takes another out of the person's phones.
    fn removes(&mut self, by: &str, gone: &str) -> bool {
        self.diary.push(format!("{by} removes {gone}"));
        let all = self.town.phone(gone).app().devices().unwrap();
        let number = all
            .into_iter()
            .find(|device| device.this_one)
            .unwrap()
            .number;
        // One that has become a new device since may not be known to this one yet.
        let done = self.town.phone(by).app().remove_device(&number).is_ok();
        self.counted.add("phones removed", u64::from(done));
        done
    }

    /// A phone is in nobody's hand any more: what it alone knew is lost with it.
    fn leaves(&mut self, phone: &str) {
        self.town.phones.remove(phone);
        self.wrong_clocks.remove(phone);
        let life = self.lives.get_mut(self.owners[phone]).unwrap();
        let lost = life.leaves(phone);
        self.counted
            .add("writings lost with a removed phone", lost as u64);
    }
}
