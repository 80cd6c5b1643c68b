//! Two people meet, and numbers go both ways.
#![allow(clippy::unwrap_used, missing_docs)]

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
