//! The chosen people in the notebook for me alone. Knows their keys in the core document.
//! Invariant: of decisions made apart the careful one stands: blocked beats not blocked, and of
//! two doors the one that opens less.

use jiff::civil::Date;

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, keys};
use crate::life::{Allow, Person, PersonRef, Role};

impl<S: Shelf> Private<S> {
    /// Writes a new person, or all of one who is there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open; [`Refused::TooLarge`] for a text
    /// above what a notebook holds.
    pub fn put_person(&mut self, person: &Person) -> Result<(), Refused> {
        let who = &person.who;
        self.rename_person(who, &person.name)?;
        self.set_role(who, &person.role, person.official)?;
        self.set_allow(who, person.allows)?;
        self.set_blocked(who, person.blocked)?;
        self.person_value(who, "since", Value::Text(person.since.to_string()))?;
        self.set_person_gone(who, false)
    }

    /// Calls a person something else.
    ///
    /// # Errors
    /// As [`Private::put_person`]; so for every edit below.
    pub fn rename_person(&mut self, who: &PersonRef, name: &str) -> Result<(), Refused> {
        self.person_value(who, "name", Value::Text(name.to_owned()))
    }

    /// Says who they are to me, and whether they come with an office.
    ///
    /// # Errors
    /// As [`Private::put_person`].
    pub fn set_role(
        &mut self,
        who: &PersonRef,
        role: &Role,
        official: bool,
    ) -> Result<(), Refused> {
        self.person_value(who, "role", Value::Text(role.to_string()))?;
        self.person_value(who, "official", Value::Int(i64::from(official)))
    }

    /// Says what may come from them.
    ///
    /// # Errors
    /// As [`Private::put_person`].
    pub fn set_allow(&mut self, who: &PersonRef, allow: Allow) -> Result<(), Refused> {
        self.person_value(who, "allow", Value::Text(allow.to_string()))
    }

    /// Hides everything that they write, or shows it again. They are not told.
    ///
    /// # Errors
    /// As [`Private::put_person`].
    pub fn set_blocked(&mut self, who: &PersonRef, blocked: bool) -> Result<(), Refused> {
        self.person_value(who, "blocked", Value::Int(i64::from(blocked)))
    }

    /// Takes a person out of my people, or back in.
    ///
    /// # Errors
    /// As [`Private::put_person`].
    pub fn set_person_gone(&mut self, who: &PersonRef, gone: bool) -> Result<(), Refused> {
        self.person_value(who, "gone", Value::Int(i64::from(gone)))
    }

    /// My people, blocked ones too, by name.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn people(&mut self) -> Result<Vec<Person>, Refused> {
        let mut all = Vec::new();
        for (key, _) in self.entries(DocName::Core, "c/")? {
            if let Some(who) = key.strip_prefix("c/").and_then(|k| k.strip_suffix("/name")) {
                all.extend(self.person(&PersonRef(who.to_owned()))?);
            }
        }
        all.sort_by(|one, other| (&one.name, &one.who).cmp(&(&other.name, &other.who)));
        Ok(all)
    }

    /// Whether this person was ever among my people, also when they were taken out since.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn person_was_here(&mut self, who: &PersonRef) -> Result<bool, Refused> {
        Ok(self.core_text(&keys::person(who, "name"))?.is_some())
    }

    /// One person, unless they were taken out or never there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn person(&mut self, who: &PersonRef) -> Result<Option<Person>, Refused> {
        let Some(name) = self.core_text(&keys::person(who, "name"))? else {
            return Ok(None);
        };
        if self.core_flag(&keys::person(who, "gone"))? {
            return Ok(None);
        }
        let role = self.core_text(&keys::person(who, "role"))?;
        let allows = self.core_all(&keys::person(who, "allow"))?;
        let blocked = self.core_all(&keys::person(who, "blocked"))?;
        let since = self.core_text(&keys::person(who, "since"))?;
        Ok(Some(Person {
            who: who.clone(),
            name,
            role: role
                .and_then(|text| text.parse().ok())
                .unwrap_or(Role::Friend),
            official: self.core_flag(&keys::person(who, "official"))?,
            allows: least_open(&allows),
            blocked: blocked.iter().any(|value| !value.is_empty()),
            since: since
                .and_then(|text| text.parse().ok())
                .unwrap_or(Date::constant(1970, 1, 1)),
        }))
    }

    fn person_value(&mut self, who: &PersonRef, field: &str, value: Value) -> Result<(), Refused> {
        if who.0.is_empty() || who.0.contains('/') {
            return Err(Refused::Malformed);
        }
        self.edit(DocName::Core, &keys::person(who, field), value)?;
        Ok(())
    }
}

/// Of doors opened apart, the one that opens less.
pub(super) fn least_open(values: &[Value]) -> Allow {
    let allows = values
        .iter()
        .filter_map(|value| value.as_text()?.parse().ok());
    allows
        .min_by_key(|allow| match allow {
            Allow::Quiet => 0,
            Allow::CardsOnly => 1,
            Allow::OwnWords => 2,
        })
        .unwrap_or_default()
}
