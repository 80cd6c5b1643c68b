//! Two people meet, and numbers go both ways.

use alongside_core::life::Role;
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
