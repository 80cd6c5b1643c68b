//! Between people: showing, kind words, ideas, and what may come. One line each, as in `phone.rs`.

use crate::phone::{Done, Phone, known};
use alongside_core::life::{Allow, ItemId, ItemRef, Offer, PersonRef, Role, Until, WordKind};
use alongside_core::screens::{HowOften, ShowQuestion};

#[uniffi::export]
impl Phone {
    /// What is asked before a thing is shown.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn before_showing(&self, item: ItemRef, to: PersonRef) -> Done<ShowQuestion> {
        Ok(self.door.ask(move |app| app.show_question(item, &to))?)
    }

    /// Shows one thing to one person, of a routine the days from today on. It goes out with the next sync.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`], [`crate::Trouble::NotYours`]; the store's.
    pub fn show(&self, item: ItemRef, to: PersonRef, until: Until, notes: bool) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.show(item, &to, until, notes, None))?)
    }

    /// Stops showing it. They are not told; they may have seen it before.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn stop_showing(&self, item: ItemRef, to: PersonRef) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.stop_showing(item, &to).map(drop))?)
    }

    /// Sends a kind word: a card, own words, thanks, or "I saw you".
    ///
    /// # Errors
    /// [`crate::Trouble::NotYours`], [`crate::Trouble::DoesNotFit`] for what they do not let in; the store's.
    pub fn encourage(
        &self,
        to: PersonRef,
        word: WordKind,
        text: String,
        about: Option<ItemId>,
    ) -> Done<ItemId> {
        Ok(self
            .door
            .ask(move |app| app.encourage(&to, word, &text, about))?)
    }

    /// Takes a word of mine back. They may have read it.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn take_word_back(&self, to: PersonRef, word: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.take_word_back(&to, word))?)
    }

    /// Keeps a copy of a word of theirs.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn keep_word(&self, from: PersonRef, word: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.keep_word(&from, word))?)
    }

    /// Lets a kept word go.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn let_word_go(&self, from: PersonRef, word: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.let_word_go(&from, word))?)
    }

    /// Has an idea for someone: a routine.
    ///
    /// # Errors
    /// [`crate::Trouble::NotYours`], [`crate::Trouble::DoesNotFit`]; the store's.
    pub fn suggest_routine(&self, to: PersonRef, name: String, often: HowOften) -> Done<ItemId> {
        Ok(self.door.ask(move |app| {
            let rhythm = often.into();
            app.suggest(&to, Offer::NewRoutine { name, rhythm })
        })?)
    }

    /// Has an idea for someone: just words.
    ///
    /// # Errors
    /// [`crate::Trouble::NotYours`], [`crate::Trouble::DoesNotFit`]; the store's.
    pub fn suggest_words(&self, to: PersonRef, text: String) -> Done<ItemId> {
        Ok(self
            .door
            .ask(move |app| app.suggest(&to, Offer::Words(text)))?)
    }

    /// Has an idea for someone: a small step, for a goal that they show me or for none.
    ///
    /// # Errors
    /// [`crate::Trouble::NotYours`], [`crate::Trouble::DoesNotFit`]; the store's.
    pub fn suggest_step(&self, to: PersonRef, name: String, goal: Option<ItemId>) -> Done<ItemId> {
        Ok(self
            .door
            .ask(move |app| app.suggest(&to, Offer::NewStep { name, goal }))?)
    }

    /// Takes an idea of mine back. They may have read it.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn take_idea_back(&self, to: PersonRef, idea: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.take_idea_back(&to, idea))?)
    }

    /// Uses an idea as it is. They are not told.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn use_idea(&self, from: PersonRef, idea: ItemId) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.take_idea(&from, idea).map(drop))?)
    }

    /// Uses an idea in my own way. They are not told.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`], [`crate::Trouble::DoesNotFit`]; the store's.
    pub fn change_idea(
        &self,
        from: PersonRef,
        idea: ItemId,
        name: Option<String>,
        often: Option<HowOften>,
    ) -> Done<()> {
        Ok(self.door.ask(move |app| {
            app.change_idea(&from, idea, name.as_deref(), often.map(Into::into))
                .map(drop)
        })?)
    }

    /// Not now. It looks like no answer yet.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn leave_idea(&self, from: PersonRef, idea: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.leave_idea(&from, idea))?)
    }

    /// Says what may come from them: cards, own words too, or nothing for now.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn set_allow(&self, who: PersonRef, allow: Allow) -> Done<()> {
        Ok(self.door.ask(move |app| app.set_allow(&who, allow))?)
    }

    /// Calls a person something else, here alone, and says who they are to me. It changes no right.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`], [`crate::Trouble::DoesNotFit`]; the store's.
    pub fn change_person(
        &self,
        who: PersonRef,
        name: String,
        role: Role,
        official: bool,
    ) -> Done<()> {
        let role = known(role)?;
        Ok(self
            .door
            .ask(move |app| app.change_person(&who, &name, &role, official))?)
    }

    /// Blocks a person. They are not told.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn block(&self, who: PersonRef) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.block_person(&who))?)
    }

    /// Takes a person out of my people. They are not told.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; the store's.
    pub fn remove_person(&self, who: PersonRef) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.remove_person(&who))?)
    }
}
