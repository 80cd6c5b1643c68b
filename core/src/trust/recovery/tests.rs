//! Tests of recovery: what it must hold, told case by case.

use super::*;
use crate::trust::golden::{self, rng};
use std::collections::BTreeSet;

#[test]
fn the_sheet_brings_the_same_root_back() {
    let root = Root::make(&mut rng(1));
    let sheet = root.phrase().unwrap();
    assert_eq!(sheet.split(' ').count(), 12);
    let back = Root::from_phrase(&sheet.to_uppercase()).unwrap();
    assert_eq!(back.leak_bytes(), root.leak_bytes());
    assert_eq!(
        back.derive_recovery_key(5).unwrap().public(),
        root.derive_recovery_key(5).unwrap().public()
    );
    assert_eq!(
        back.derive_backup_key().public().unwrap(),
        root.derive_backup_key().public().unwrap()
    );
}

#[test]
fn a_sheet_is_checked_before_the_root_is_forgotten() {
    let (root, other) = (Root::make(&mut rng(1)), Root::make(&mut rng(2)));
    assert_eq!(root.check_sheet(&root.phrase().unwrap()), Ok(()));
    assert_eq!(
        root.check_sheet(&other.phrase().unwrap()),
        Err(Refused::WordsDiffer)
    );
    assert_eq!(root.check_sheet("able able"), Err(Refused::Malformed));
}

#[test]
fn numbered_keys_share_nothing_and_end_at_1024() {
    let root = Root::make(&mut rng(1));
    let helper = HelperSecret::make(&mut rng(1));
    let publics = root.derive_publics().unwrap();
    assert_eq!(publics.keys.len(), 1_024);
    assert_eq!(publics.backup, root.derive_backup_key().public().unwrap());
    let mut all: BTreeSet<_> = publics.keys.iter().copied().collect();
    assert_eq!(all.len(), 1_024);
    assert!(all.insert(helper.derive_helper_key(0).unwrap().public()));
    assert!(all.insert(helper.derive_helper_key(1_023).unwrap().public()));
    assert!(root.derive_recovery_key(1_024).is_err());
    assert!(helper.derive_helper_key(u16::MAX).is_err());
    assert_ne!(
        helper.derive_backup_key().public().unwrap(),
        HelperSecret::from_bytes([0; 32])
            .derive_backup_key()
            .public()
            .unwrap()
    );
}

#[test]
fn a_recovery_key_signs_for_its_public_half() {
    let key = Root::make(&mut rng(1)).derive_recovery_key(3).unwrap();
    let signature = key.sign(Label::List, b"a new beginning");
    assert_eq!(
        suite::verify(&key.public(), Label::List, b"a new beginning", &signature),
        Ok(())
    );
    assert!(suite::verify(&key.public(), Label::Card, b"a new beginning", &signature).is_err());
}

#[test]
fn publics_are_kept_and_come_back() {
    let publics = Root::make(&mut rng(1)).derive_publics().unwrap();
    let kept = publics.encode();
    assert!(RecoveryPublics::decode(&kept).unwrap() == publics);
    assert!(RecoveryPublics::decode(&kept[1..]).is_err());
    assert!(RecoveryPublics::decode(&kept[..kept.len() - 1]).is_err());
    assert!(RecoveryPublics::decode(&[kept.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn nothing_hidden_is_shown() {
    let root = Root::make(&mut rng(1));
    let key = root.derive_recovery_key(0).unwrap();
    assert_eq!(format!("{root:?} {key:?}"), "Root(..) RecoveryKey(..)");
}

fn golden_values() -> Vec<(&'static str, Vec<u8>)> {
    let (root, helper) = (Root([0x31; 16]), HelperSecret([0x32; 32]));
    let phrase = root.phrase().unwrap();
    vec![
        ("root", root.0.to_vec()),
        ("sheet as text", phrase.as_bytes().to_vec()),
        (
            "recovery public 0",
            root.derive_recovery_key(0).unwrap().public().to_vec(),
        ),
        (
            "recovery public 1023",
            root.derive_recovery_key(1_023).unwrap().public().to_vec(),
        ),
        ("backup key", root.derive_backup_key().leak_bytes().to_vec()),
        ("backup public", root.derive_backup_key().public().unwrap()),
        ("helper", helper.0.to_vec()),
        (
            "helper public 0",
            helper.derive_helper_key(0).unwrap().public().to_vec(),
        ),
        (
            "helper backup key",
            helper.derive_backup_key().leak_bytes().to_vec(),
        ),
    ]
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let values = golden_values();
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, value.as_slice()))
        .collect();
    golden::make_values("recovery.hex", &values);
}

#[test]
fn golden_derivations_still_hold() {
    let kept = golden::values("recovery.hex");
    for (name, value) in golden_values() {
        assert_eq!(kept[name], value, "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_publics_or_refused(bytes in golden::foreign(few_publics().encode())) {
        if let Ok(publics) = RecoveryPublics::decode(&bytes) {
            proptest::prop_assert_eq!(publics.encode(), bytes);
        }
    }
}

fn few_publics() -> RecoveryPublics {
    RecoveryPublics {
        keys: vec![[1; 32], [2; 32]],
        backup: vec![3; suite::PUBLIC],
    }
}
