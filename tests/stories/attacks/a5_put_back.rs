//! Attack 5, the quiet half: a phone is put back to a copy of itself, and nothing that reaches it says a higher number.
//! It finds out all the same, becomes a new device, finds the others where they are now, and nothing of either is lost.

use super::kit::{Loot, Walk, first_day, number_of_the_other};
use alongside_core::life::{CardKind, ItemRef, Until};
use alongside_core::trust::ids::DeviceId;
use jiff::ToSpan;
use jiff::civil::Date;

fn day(number: i64) -> Date {
    first_day() + number.days()
}

impl Walk {
    fn deliver_daily(&mut self, days: i64) {
        for _ in 0..days {
            self.town.deliver(1);
            self.town.days_pass(1);
        }
    }

    fn marks_on(&mut self, phone: &str, day: Date) {
        let walk = self.walk;
        self.town.phone(phone).app().mark_done(walk, day).unwrap();
    }

    fn days_on(&mut self, phone: &str, days: &[i64]) -> Vec<i64> {
        let walk = self.walk;
        let app = self.town.phone(phone).app();
        let marked = |n: &&i64| app.record(walk, day(**n)).unwrap().mark.is_some();
        days.iter().filter(marked).copied().collect()
    }

    fn gets(&mut self, phone: &str) {
        self.town.arrives(phone, "Robin");
        self.town.joins_beside("robin", phone);
    }

    /// A second phone of Robin's; gives its number.
    fn gets_pad(&mut self) -> String {
        self.gets("pad");
        self.town.deliver(5);
        number_of_the_other(&mut self.town, "robin")
    }

    /// Two more phones of Robin's; gives the pad's number.
    fn gets_pad_and_tablet(&mut self) -> String {
        let pad = self.gets_pad();
        self.gets("tablet");
        self.deliver_daily(3);
        pad
    }

    /// The tablet signs the pad out: those who stay move to slots that an older copy does not know, and close the old
    /// ones. Meanwhile Robin marks a day.
    fn loses_the_pad(&mut self, pad: &str) {
        self.town.phone("tablet").app().remove_device(pad).unwrap();
        self.town.phones.remove("pad").unwrap();
        self.marks_on("robin", day(1));
        self.deliver_daily(6);
    }

    /// The devices of Robin's that Pat's phone believes in.
    fn devices_for_pat(&mut self) -> Vec<DeviceId> {
        let robin = self.robin.clone();
        let tie = Loot::of(&mut self.town, "pat").tie(&robin);
        tie.theirs().list().present().copied().collect()
    }
}

#[test]
fn it_finds_the_others_again_where_they_moved() {
    let mut it = Walk::shown(511);
    let pad = it.gets_pad_and_tablet();
    let image = it.town.shelf("before");
    let image = it.town.phone("robin").copy(&image);
    it.loses_the_pad(&pad);
    it.town.phone("robin").put_back(&image, false);
    it.marks_on("robin", day(2));
    it.marks_on("tablet", day(3));
    it.deliver_daily(20);
    it.marks_on("tablet", day(4));
    it.deliver_daily(20);
    for phone in ["robin", "tablet"] {
        let days = it.days_on(phone, &[0, 1, 2, 3, 4]);
        assert_eq!(days, [0, 1, 2, 3, 4], "{phone} has all that either did");
    }
}

#[test]
fn one_that_caught_up_with_its_later_self_is_told() {
    let mut it = Walk::shown(512);
    let image = it.town.shelf("before");
    let image = it.town.phone("robin").copy(&image);
    it.marks_on("robin", day(1));
    it.town.deliver(3);
    let before = it.devices_for_pat();
    it.town.phone("robin").put_back(&image, false);
    for n in [2, 3, 4, 5] {
        it.marks_on("robin", day(n));
        it.town.phone("robin").sync();
    }
    it.deliver_daily(6);
    let after = it.devices_for_pat();
    assert_eq!(after.len(), 1);
    assert_ne!(after, before, "the device that was put back is out");
    let days = it.days_seen_by("pat");
    for n in [0, 2, 3, 4, 5] {
        assert!(days.contains(&day(n)), "{n}: {days:?}");
    }
}

#[test]
fn one_that_lost_a_prekey_asks_for_new_letters() {
    let mut it = Walk::shown(513);
    let image = it.town.shelf("before");
    let image = it.town.phone("robin").copy(&image);
    let pats = it.town.phone("pat").app();
    let robin = it.robin.clone();
    pats.send_card(&robin, CardKind::WellDone, None).unwrap();
    it.deliver_daily(62);
    it.town.phone("robin").put_back(&image, false);
    let pats = it.town.phone("pat").app();
    pats.send_card(&robin, CardKind::WellDone, None).unwrap();
    it.deliver_daily(12);
    let came = it.town.phone("robin").app().inbox().unwrap().len();
    assert!(came > 0, "what Pat sent since opens");
}

#[test]
fn what_it_shows_outranks_what_it_forgot() {
    let mut it = Walk::shown(514);
    let (walk, pat) = (ItemRef::Routine(it.walk), it.pat.clone());
    let image = it.town.shelf("before");
    let image = it.town.phone("robin").copy(&image);
    for _ in 0..4 {
        let app = it.town.phone("robin").app();
        app.stop_showing(walk, &pat).unwrap();
        it.town.deliver(2);
        let app = it.town.phone("robin").app();
        app.show(walk, &pat, Until::UntilIStop, false, None)
            .unwrap();
        it.town.deliver(2);
    }
    it.town.phone("robin").put_back(&image, false);
    it.marks_on("robin", day(1));
    it.deliver_daily(8);
    let days = it.days_seen_by("pat");
    assert!(
        days.contains(&day(1)),
        "Pat sees what is shown now: {days:?}"
    );
}

#[test]
fn it_finds_the_phone_that_it_forgot() {
    let mut it = Walk::shown(515);
    let image = it.town.shelf("before");
    let image = it.town.phone("robin").copy(&image);
    let pad = it.gets_pad_and_tablet();
    it.loses_the_pad(&pad);
    it.town.phone("robin").put_back(&image, false);
    it.marks_on("robin", day(2));
    it.deliver_daily(2);
    it.marks_on("tablet", day(3));
    it.deliver_daily(12);
    for phone in ["robin", "tablet"] {
        let days = it.days_on(phone, &[0, 1, 2, 3]);
        assert_eq!(days, [0, 1, 2, 3], "{phone} has all that either did");
    }
}

#[test]
fn one_put_back_to_before_it_was_signed_in_waits_for_the_list() {
    let mut it = Walk::shown(516);
    let pad = it.gets_pad();
    it.gets("tablet");
    let image = it.town.shelf("before");
    let image = it.town.phone("tablet").copy(&image);
    it.deliver_daily(4);
    it.loses_the_pad(&pad);
    it.town.phone("tablet").put_back(&image, true);
    it.marks_on("robin", day(5));
    it.deliver_daily(30);
    let routines = it.town.phone("tablet").app().routines().unwrap();
    assert_eq!(routines.len(), 1, "the tablet got Robin's notebook");
    it.marks_on("tablet", day(2));
    it.marks_on("robin", day(3));
    it.deliver_daily(12);
    for phone in ["robin", "tablet"] {
        let days = it.days_on(phone, &[0, 1, 2, 3, 5]);
        assert_eq!(days, [0, 1, 2, 3, 5], "{phone} has all that either did");
    }
    let days = it.days_seen_by("pat");
    assert!(days.contains(&day(2)), "Pat sees it too: {days:?}");
}

#[test]
fn a_phone_that_it_added_before_it_knew_comes_to_hold_one_notebook_with_the_others() {
    for seed in [517, 518, 519] {
        let mut it = Walk::shown(seed);
        it.gets("tablet");
        it.deliver_daily(4);
        let image = it.town.shelf("before");
        let image = it.town.phone("robin").copy(&image);
        it.marks_on("robin", day(1));
        it.deliver_daily(4);
        it.town.phone("robin").put_back(&image, true);
        // The same number for another deed, and a new phone that is given it.
        it.marks_on("robin", day(2));
        it.gets("pad");
        it.town.phone("robin").sync();
        it.town.phone("pad").sync();
        it.marks_on("pad", day(3));
        it.marks_on("tablet", day(4));
        it.deliver_daily(30);
        for phone in ["robin", "tablet", "pad"] {
            let days = it.days_on(phone, &[0, 1, 2, 3, 4]);
            assert_eq!(days, [0, 1, 2, 3, 4], "{phone} has all that any did");
        }
    }
}
