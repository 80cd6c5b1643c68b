//! Up to where this phone has heard of its person's own deeds: the newest change of each document, as a hash. It tells
//! nothing of what was done. A phone's own deeds count as heard. Invariant: looking changes nothing.

use super::{Companion, Done};
use crate::notebook::DocName;
use std::collections::BTreeMap;

/// The newest changes of each document of the notebook for me alone, by the document's name.
pub type Heads = BTreeMap<String, Vec<[u8; 32]>>;

impl Companion {
    /// The newest changes that this phone has heard of. Two phones of one person that name the same ones hold the same;
    /// and who notes them before and after each deed knows which deeds were done without knowing of each other.
    ///
    /// # Errors
    /// The store's.
    pub fn heads(&mut self) -> Done<Heads> {
        let heads = self.look(|mine| Ok(mine.heads()?))?;
        Ok(heads
            .into_iter()
            .map(|(name, changes)| (name.to_string(), changes))
            .collect())
    }

    /// The changes that a change of a document builds on directly; none where it is not here.
    ///
    /// # Errors
    /// The store's.
    pub fn builds_on(&mut self, document: &str, change: &[u8; 32]) -> Done<Vec<[u8; 32]>> {
        let Some(name) = DocName::parse(document) else {
            return Ok(Vec::new());
        };
        self.look(|mine| Ok(mine.builds_on(name, change)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::kit::{day, phone};
    use crate::life::Rhythm;

    #[test]
    fn each_deed_is_one_change_and_looking_is_none() {
        let mut robin = phone("Robin", 71);
        assert!(robin.heads().unwrap().is_empty());
        let walk = robin.add_routine("Walk", Rhythm::Daily).unwrap();
        let before = robin.heads().unwrap();
        assert_eq!(before.keys().collect::<Vec<_>>(), ["core"]);
        assert_eq!(before["core"].len(), 1);
        robin.mark_done(walk, day(4)).unwrap();
        let after = robin.heads().unwrap();
        assert_eq!(after["core"], before["core"]);
        assert_eq!(after["ticks-2026-05"].len(), 1);
        robin.mark_done(walk, day(4)).unwrap();
        assert_eq!(robin.heads().unwrap(), after, "the same again says nothing");
        robin.rename_routine(walk, "Swim").unwrap();
        let [renamed] = robin.heads().unwrap()["core"][..] else {
            panic!("one change");
        };
        assert_eq!(robin.builds_on("core", &renamed).unwrap(), before["core"]);
    }
}
