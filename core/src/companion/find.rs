//! How a person's own words find a thing or a person: by its name, the start of it, or a part of it, in any case.
//! Ids stay inside. Things of one name are told apart by a number in brackets, as lists show them.
//! Invariant: what could mean two things is refused, never guessed.

use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Goal, ItemId, ItemRef, Routine, Step};

/// Names as lists show them: those that are there more than once get a number, in the order given.
#[must_use]
pub fn told_apart<S: AsRef<str>>(names: &[S]) -> Vec<String> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let mut labels = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let name = name.as_ref();
        let alike = |other: &&S| same(other.as_ref(), name);
        if names.iter().filter(alike).count() == 1 {
            labels.push(name.to_owned());
        } else {
            let before = names.iter().take(at).filter(alike).count();
            labels.push(format!("{name} ({})", before + 1));
        }
    }
    labels
}

/// Which of these labels the words mean: the whole of one, else the start of one, else a part of one.
pub(crate) fn choose(words: &str, labels: &[String], what: &'static str) -> Done<usize> {
    let words = words.trim().to_lowercase();
    if words.is_empty() {
        return Err(AlongsideError::NotFound(what));
    }
    let ways: [fn(&str, &str) -> bool; 3] = [
        |label, words| label == words,
        |label, words| label.starts_with(words),
        |label, words| label.contains(words),
    ];
    for fits in ways {
        let mut found = labels
            .iter()
            .enumerate()
            .filter(|(_, label)| fits(&label.to_lowercase(), &words));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => return Ok(at),
            (Some(_), Some(_)) => return Err(AlongsideError::Several(what)),
            (None, _) => {}
        }
    }
    Err(AlongsideError::NotFound(what))
}

impl Companion {
    /// The routine that these words mean, ended ones too.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Several`]; the store's.
    pub fn find_routine(&mut self, words: &str) -> Done<Routine> {
        let mut all = self.routines()?;
        let at = choose(words, &told_apart_by(&all, |one| &one.name), "routine")?;
        Ok(all.swap_remove(at))
    }

    /// The goal that these words mean.
    ///
    /// # Errors
    /// As [`Companion::find_routine`].
    pub fn find_goal(&mut self, words: &str) -> Done<Goal> {
        let mut all = self.goals()?;
        let at = choose(words, &told_apart_by(&all, |one| &one.name), "goal")?;
        Ok(all.swap_remove(at))
    }

    /// The step that these words mean.
    ///
    /// # Errors
    /// As [`Companion::find_routine`].
    pub fn find_step(&mut self, words: &str) -> Done<Step> {
        let mut all = self.steps()?;
        let at = choose(words, &told_apart_by(&all, |one| &one.name), "step")?;
        Ok(all.swap_remove(at))
    }

    /// The thing that these words mean, whatever it is. `routine: walk` looks among routines alone, and so do `goal:`
    /// and `step:`.
    ///
    /// # Errors
    /// As [`Companion::find_routine`].
    pub fn find_item(&mut self, words: &str) -> Done<ItemRef> {
        if let Some((kind, rest)) = words.split_once(':') {
            match kind.trim().to_lowercase().as_str() {
                "routine" => return Ok(ItemRef::Routine(self.find_routine(rest)?.id)),
                "goal" => return Ok(ItemRef::Goal(self.find_goal(rest)?.id)),
                "step" => return Ok(ItemRef::Step(self.find_step(rest)?.id)),
                _ => {}
            }
        }
        let (items, labels): (Vec<ItemRef>, Vec<String>) = self.labels()?.into_iter().unzip();
        let at = choose(words, &labels, "thing")?;
        items
            .get(at)
            .copied()
            .ok_or(AlongsideError::NotFound("thing"))
    }

    /// What lists call a thing; none when it was deleted.
    ///
    /// # Errors
    /// The store's.
    pub fn label(&mut self, item: ItemRef) -> Done<Option<String>> {
        let mut labels = self.labels()?.into_iter();
        Ok(labels.find(|(one, _)| *one == item).map(|(_, label)| label))
    }

    /// Every routine, goal and step with what lists call it.
    ///
    /// # Errors
    /// The store's.
    pub fn labels(&mut self) -> Done<Vec<(ItemRef, String)>> {
        let (routines, goals, steps) = (self.routines()?, self.goals()?, self.steps()?);
        Ok(labels_of(&routines, &goals, &steps))
    }

    /// A new id: eight random bytes.
    pub(crate) fn make_id(&mut self) -> ItemId {
        // With the moment in it, so that a copy of this phone, its randomness too, makes other ids.
        let moment = self.clock.now().seconds;
        ItemId((self.rng.next_u64() ^ moment).to_be_bytes())
    }
}

/// What lists call these routines, goals and steps, in this order.
pub(crate) fn labels_of(
    routines: &[Routine],
    goals: &[Goal],
    steps: &[Step],
) -> Vec<(ItemRef, String)> {
    let ids = |ids: Vec<ItemId>, kind: fn(ItemId) -> ItemRef, labels: Vec<String>| {
        ids.into_iter().map(kind).zip(labels).collect::<Vec<_>>()
    };
    let mut all = ids(
        routines.iter().map(|one| one.id).collect(),
        ItemRef::Routine,
        told_apart_by(routines, |one| &one.name),
    );
    all.extend(ids(
        goals.iter().map(|one| one.id).collect(),
        ItemRef::Goal,
        told_apart_by(goals, |one| &one.name),
    ));
    all.extend(ids(
        steps.iter().map(|one| one.id).collect(),
        ItemRef::Step,
        told_apart_by(steps, |one| &one.name),
    ));
    all
}

fn told_apart_by<T>(all: &[T], name: impl Fn(&T) -> &String) -> Vec<String> {
    told_apart(&all.iter().map(name).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<String> {
        told_apart(names)
    }

    #[test]
    fn the_whole_name_wins_then_its_start_then_a_part_of_it() {
        let all = labels(&["Walk", "Walk the dog", "Read", "Call mum"]);
        assert_eq!(choose("walk", &all, "routine"), Ok(0));
        assert_eq!(choose("walk the", &all, "routine"), Ok(1));
        assert_eq!(choose("MUM", &all, "routine"), Ok(3));
        assert_eq!(
            choose("wal", &all, "routine"),
            Err(AlongsideError::Several("routine"))
        );
        assert_eq!(
            choose("swim", &all, "routine"),
            Err(AlongsideError::NotFound("routine"))
        );
        assert_eq!(
            choose(" ", &all, "routine"),
            Err(AlongsideError::NotFound("routine"))
        );
    }

    #[test]
    fn things_of_one_name_are_told_apart_by_a_number() {
        let all = labels(&["Walk", "Read", "walk"]);
        assert_eq!(all, ["Walk (1)", "Read", "walk (2)"]);
        assert_eq!(
            choose("walk", &all, "routine"),
            Err(AlongsideError::Several("routine"))
        );
        assert_eq!(choose("walk (2)", &all, "routine"), Ok(2));
    }
}
