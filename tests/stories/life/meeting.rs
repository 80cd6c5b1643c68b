//! Two people meet, and numbers go both ways.

use alongside_core::life::{CardKind, Role};
use alongside_core::trust::invite::Kind;
use town::Town;

#[test]
fn two_people_meet_by_link_and_four_words() {
    let mut town = Town::new(1);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.meet("robin", Role::Friend, "pat", Role::Mentor);
    for round in 0..4 {
        for name in ["robin", "pat"] {
            let report = town.phone(name).sync();
            println!("{round} {name}: {report:?}");
            assert!(!report.offline);
            assert_eq!(report.aside, 0);
        }
    }
    assert_eq!(
        town.phone("robin").sync().went,
        0,
        "numbers do not go on for ever"
    );
}

#[test]
fn a_second_device_joins() {
    let mut town = Town::new(2);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(3);
    town.arrives("tablet", "Robin");
    town.joins_beside("robin", "tablet");
    for round in 0..6 {
        for name in ["robin", "tablet", "pat"] {
            let report = town.phone(name).sync();
            println!("{round} {name}: {report:?}");
        }
    }
    for phone in ["robin", "tablet"] {
        assert_eq!(town.phone(phone).app().devices().unwrap().len(), 2);
        let people = town.phone(phone).app().people().unwrap();
        assert_eq!(people.len(), 1, "{phone} knows Pat");
    }
    let pat = town.phone("tablet").app().people().unwrap()[0].who.clone();
    town.phone("tablet")
        .app()
        .send_card(&pat, CardKind::ThinkingOfYou, None)
        .unwrap();
    town.deliver(2);
    let inbox = town.phone("pat").app().inbox().unwrap();
    assert_eq!(inbox.len(), 1, "the second device is heard");
}

/// The one-off inboxes of an invite go when it is over, whether they met or gave it up, and sixty-four invites given up
/// leave room for the next person.
#[test]
fn nothing_of_an_invite_is_left_and_room_stays() {
    let mut town = Town::new(5);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.deliver(1);
    let boxes = |town: &Town| town.net.borrow().inboxes();
    let (weekly, mut most) = (boxes(&town), 0);
    for _ in 0..70 {
        let app = town.phone("robin").app();
        let (invite, _) = app
            .invite(Kind::Person, "Sam", Role::Friend, false)
            .unwrap();
        town.phone("robin").sync();
        most = most.max(boxes(&town));
        town.phone("robin").app().leave_invite(invite).unwrap();
        town.phone("robin").sync();
    }
    assert!(most > weekly, "an invite makes inboxes");
    assert_eq!(boxes(&town), weekly);
    let (pat, _) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(3);
    assert_eq!(boxes(&town), weekly, "nor is anything left of a meeting");
    // Pat's post finds Robin through a slot that was handed out before: once its weeks are over, if not at once.
    town.days_pass(75);
    town.deliver(4);
    let robin = town.phone("pat").app().people().unwrap()[0].who.clone();
    town.phone("pat")
        .app()
        .send_card(&robin, CardKind::ThinkingOfYou, None)
        .unwrap();
    town.deliver(3);
    assert_eq!(town.phone("robin").app().inbox().unwrap().len(), 1);
    assert!(!pat.0.is_empty());
}

#[test]
fn a_second_device_is_removed_again() {
    let mut town = Town::new(3);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(2);
    town.arrives("tablet", "Robin");
    town.joins_beside("robin", "tablet");
    town.deliver(5);
    let devices = town.phone("robin").app().devices().unwrap();
    assert_eq!(devices.len(), 2);
    let other = devices
        .iter()
        .find(|device| !device.this_one)
        .unwrap()
        .number
        .clone();
    town.phone("robin").app().remove_device(&other).unwrap();
    for round in 0..5 {
        for name in ["robin", "pat", "tablet"] {
            let report = town.phone(name).sync();
            println!("{round} {name}: {report:?}");
        }
    }
    assert_eq!(town.phone("robin").app().devices().unwrap().len(), 1);
}

#[test]
fn a_lost_phone_comes_back_by_the_sheet() {
    use alongside_core::companion::Opening;
    let mut town = Town::new(4);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(3);
    let sheet = town.phone("robin").app().sheet().unwrap().to_string();
    let file = town.phone("robin").app().backup_for_sheet().unwrap();
    town.restores("found", &file, &Opening::Sheet(&sheet));
    town.phones.remove("robin");
    for round in 0..4 {
        town.days_pass(8);
        for name in ["found", "pat"] {
            let report = town.phone(name).sync();
            println!("{round} {name}: {report:?}");
        }
    }
}
