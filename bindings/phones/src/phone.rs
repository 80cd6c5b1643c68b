//! The one object: each method hands its question to the core and returns what comes back. Long because every sentence
//! of the front door that a screen needs stands here once, but for those between people (`between.rs`).

use crate::door::Listening;
use crate::platform::{ChangeListener, ClockOf, KeysOf, PhoneClock, PhoneKeys};
use crate::trouble::Trouble;
use alongside_core::companion::{Companion, Opening};
use alongside_core::life::spoken::time_from_words;
use alongside_core::life::{Area, ItemId, ItemRef, Mark, PersonRef, Role, State};
use alongside_core::screens::{
    GoalsScreen, HowOften, IdeasScreen, InviteScreen, PeopleScreen, PersonScreen, RoutineScreen,
    RoutinesScreen, SeeAsScreen, SettingsScreen, TodayScreen,
};
use alongside_core::sync::Door;
use alongside_core::trust::invite::Kind;
use jiff::civil::{Date, Time};
use std::path::Path;
use std::sync::Arc;

pub(crate) type Done<T> = Result<T, Trouble>;

/// A person's Alongside on this phone. Every call but [`Phone::sync`] is quick; none may be made on a thread that draws
/// while a sync holds the phone for an invite, a block or another phone of one's own.
#[derive(uniffi::Object)]
pub struct Phone {
    pub(crate) door: Door,
}

fn chance() -> rand_core::UnwrapErr<getrandom::SysRng> {
    rand_core::UnwrapErr(getrandom::SysRng)
}

/// A time of day as a person typed it.
fn typed(time: Option<String>) -> Done<Option<Time>> {
    let time = time.map(|text| time_from_words(&text)).transpose();
    time.map_err(|why| Trouble::DoesNotFit {
        why: why.to_string(),
    })
}

/// A role with its own word looked at.
pub(crate) fn known(role: Role) -> Done<Role> {
    match role {
        Role::Own(word) => word.parse().map_err(|_| Trouble::DoesNotFit {
            why: "that can't be shown as who they are".into(),
        }),
        ready => Ok(ready),
    }
}

fn kind(own_phone: bool) -> Kind {
    if own_phone {
        Kind::Device
    } else {
        Kind::Person
    }
}

#[uniffi::export]
impl Phone {
    /// A new, blank one in `folder`. Nothing is asked, nobody is told, no network is touched.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for a name that can't be shown, or where one is there already.
    #[uniffi::constructor]
    pub fn begin(
        folder: &str,
        keys: Arc<dyn PhoneKeys>,
        clock: Arc<dyn PhoneClock>,
        name: &str,
    ) -> Done<Self> {
        let (keys, clock) = (KeysOf(keys), Box::new(ClockOf(clock)));
        let app = Companion::make(Path::new(folder), &keys, name, clock, Box::new(chance()))?;
        Ok(Self {
            door: Door::of(app),
        })
    }

    /// Opens the one in `folder`.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] where none is there: this is the first run. Others as they are named.
    #[uniffi::constructor]
    pub fn open(folder: &str, keys: Arc<dyn PhoneKeys>, clock: Arc<dyn PhoneClock>) -> Done<Self> {
        let (keys, clock) = (KeysOf(keys), Box::new(ClockOf(clock)));
        let app = Companion::open(Path::new(folder), &keys, clock, Box::new(chance()))?;
        Ok(Self {
            door: Door::of(app),
        })
    }

    /// Restores a backup into a new home in `folder`: with the twelve words of the get-back sheet people come back too,
    /// with a passphrase things only.
    ///
    /// # Errors
    /// [`Trouble::CannotOpen`] for other words or a damaged file; nothing is made then.
    #[uniffi::constructor]
    pub fn restore(
        folder: &str,
        keys: Arc<dyn PhoneKeys>,
        clock: Arc<dyn PhoneClock>,
        backup: &[u8],
        typed: &str,
        by_sheet: bool,
    ) -> Done<Self> {
        let (keys, clock) = (KeysOf(keys), Box::new(ClockOf(clock)));
        let opening = if by_sheet {
            Opening::Sheet(typed)
        } else {
            Opening::Passphrase(typed)
        };
        let folder = Path::new(folder);
        let app = Companion::restore(folder, &keys, backup, &opening, clock, Box::new(chance()))?;
        Ok(Self {
            door: Door::of(app),
        })
    }

    /// Tells of changes while what is returned is held.
    pub fn listen(&self, listener: Arc<dyn ChangeListener>) -> Listening {
        Listening::of(self.door.listen(move || listener.on_change()))
    }

    // Screens.

    /// Today.
    ///
    /// # Errors
    /// The store's.
    pub fn today(&self) -> Done<TodayScreen> {
        Ok(self.door.ask(Companion::today_screen)?)
    }

    /// One routine.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn routine(&self, id: ItemId) -> Done<RoutineScreen> {
        Ok(self.door.ask(move |app| app.routine_screen(id))?)
    }

    /// All my routines.
    ///
    /// # Errors
    /// The store's.
    pub fn routines(&self) -> Done<RoutinesScreen> {
        Ok(self.door.ask(Companion::routines_screen)?)
    }

    /// Goals and steps.
    ///
    /// # Errors
    /// The store's.
    pub fn goals(&self) -> Done<GoalsScreen> {
        Ok(self.door.ask(Companion::goals_screen)?)
    }

    /// My people.
    ///
    /// # Errors
    /// The store's.
    pub fn people(&self) -> Done<PeopleScreen> {
        Ok(self.door.ask(Companion::people_screen)?)
    }

    /// One person.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn person(&self, who: PersonRef) -> Done<PersonScreen> {
        Ok(self.door.ask(move |app| app.person_screen(&who))?)
    }

    /// Ideas of others for me.
    ///
    /// # Errors
    /// The store's.
    pub fn ideas(&self) -> Done<IdeasScreen> {
        Ok(self.door.ask(Companion::ideas_screen)?)
    }

    /// Invites under way.
    ///
    /// # Errors
    /// The store's.
    pub fn invites(&self) -> Done<InviteScreen> {
        Ok(self.door.ask(Companion::invite_screen)?)
    }

    /// What this person sees of me.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn see_as(&self, who: PersonRef) -> Done<SeeAsScreen> {
        Ok(self.door.ask(move |app| app.see_as_screen(&who))?)
    }

    /// Settings that live in the home.
    ///
    /// # Errors
    /// The store's.
    pub fn settings(&self) -> Done<SettingsScreen> {
        Ok(self.door.ask(Companion::settings_screen)?)
    }

    // My own things.

    /// Adds a routine. A time of day is read as people write it: `8:30`, `7pm`.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for a name, rhythm or time that is none.
    pub fn add_routine(&self, name: String, often: HowOften, time: Option<String>) -> Done<ItemId> {
        let time = typed(time)?;
        Ok(self
            .door
            .ask(move |app| app.add_routine_with(&name, often.into(), time, None))?)
    }

    /// Marks a day of a routine: done, a rest day, or none.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn mark(&self, routine: ItemId, day: Date, mark: Option<Mark>) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.mark_with(routine, day, mark, None, None))?)
    }

    /// Writes a note for a day, with or without a mark; none takes it away.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn set_note(&self, routine: ItemId, day: Date, note: Option<String>) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.set_note(routine, day, note.as_deref()))?)
    }

    /// Changes a routine's name, how often it comes round, and its time of day as people write it; none: at no time.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn change_routine(
        &self,
        routine: ItemId,
        name: String,
        often: HowOften,
        time: Option<String>,
    ) -> Done<()> {
        let time = typed(time)?;
        Ok(self
            .door
            .ask(move |app| app.change_routine(routine, &name, often.into(), time))?)
    }

    /// Pauses a routine from today on, up to and with `until` if one is said. Its history stays.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn pause(&self, routine: ItemId, until: Option<Date>) -> Done<()> {
        Ok(self.door.ask(move |app| {
            let today = app.now().today;
            app.pause_routine(routine, today, until)
        })?)
    }

    /// Ends a pause.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn resume(&self, routine: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.resume_routine(routine))?)
    }

    /// Ends a routine. Its history stays.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn end(&self, routine: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.end_routine(routine))?)
    }

    /// Takes an ended routine up again.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn take_up(&self, routine: ItemId) -> Done<()> {
        Ok(self.door.ask(move |app| app.take_up_routine(routine))?)
    }

    /// Adds a goal.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`]; the store's.
    pub fn add_goal(&self, name: String, area: Option<Area>) -> Done<ItemId> {
        Ok(self.door.ask(move |app| app.add_goal(&name, area))?)
    }

    /// Adds a step, to a goal or to none.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn add_step(&self, name: String, goal: Option<ItemId>) -> Done<ItemId> {
        Ok(self.door.ask(move |app| app.add_step(&name, goal))?)
    }

    /// Says where a goal or step stands.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn set_state(&self, item: ItemRef, state: State) -> Done<()> {
        Ok(self.door.ask(move |app| app.set_state(item, state))?)
    }

    /// Renames a routine, goal or step.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn rename(&self, item: ItemRef, name: String) -> Done<()> {
        Ok(self.door.ask(move |app| app.rename(item, &name))?)
    }

    /// Deletes a routine, goal or step; undo brings it back. The names of those who may have seen it come back.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn delete(&self, item: ItemRef) -> Done<Vec<String>> {
        Ok(self.door.ask(move |app| app.delete(item))?.people)
    }

    /// The number of the last deed that can be taken back.
    ///
    /// # Errors
    /// The store's.
    pub fn last_deed(&self) -> Done<Option<u64>> {
        Ok(self.door.ask(|app| app.last_deed())?)
    }

    /// Takes this deed back, while it is the last one. False where another one came after it.
    ///
    /// # Errors
    /// The store's.
    pub fn undo(&self, deed: u64) -> Done<bool> {
        Ok(self.door.ask(move |app| app.undo_deed(deed))?)
    }

    // Meeting, and phones of one's own.

    /// Makes an invite: for a person, or for another phone of one's own. Its code is on the screen of invites.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for a name that can't be shown; the store's.
    pub fn invite(&self, own_phone: bool, name: String, role: Role, official: bool) -> Done<u64> {
        let role = known(role)?;
        Ok(self.door.ask_alone(move |app| {
            let (id, _) = app.invite(kind(own_phone), &name, role, official)?;
            Ok(id)
        })?)
    }

    /// Takes a code in: a link, or 24 words. Who asks is known after the next sync.
    ///
    /// # Errors
    /// [`Trouble::CannotOpen`] where it is no code, [`Trouble::DoesNotFit`]; the store's.
    pub fn join(&self, own_phone: bool, code: String) -> Done<u64> {
        Ok(self
            .door
            .ask_alone(move |app| app.join(kind(own_phone), &code, "", Role::Friend, false))?)
    }

    /// What this phone will call those who ask, and who they are to its person.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`]; the store's.
    pub fn know_them_as(&self, invite: u64, name: String, role: Role, official: bool) -> Done<()> {
        let role = known(role)?;
        Ok(self
            .door
            .ask_alone(move |app| app.know_them_as(invite, Some(&name), Some(role), official))?)
    }

    /// Yes to being in touch with those who ask.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::InviteEnded`]; the store's.
    pub fn answer_invite(&self, invite: u64) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.answer_invite(invite))?)
    }

    /// Not now. Nobody is told.
    ///
    /// # Errors
    /// The store's.
    pub fn leave_invite(&self, invite: u64) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.leave_invite(invite))?)
    }

    /// Never, and do not tell: this code is not asked about again.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::NotYours`] for one of my own; the store's.
    pub fn refuse_invite(&self, invite: u64) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.refuse_invite(invite))?)
    }

    /// The four words are the same on both phones: we are in touch, and who it is comes back.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::InviteEnded`]; the store's.
    pub fn words_are_the_same(&self, invite: u64) -> Done<PersonRef> {
        Ok(self
            .door
            .ask_alone(move |app| app.words_are_the_same(invite, true))?)
    }

    /// The four words differ: the invite is over, and nothing is joined.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; the store's.
    pub fn words_differ(&self, invite: u64) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.words_differ(invite))?)
    }

    /// Takes another phone of this person's out, at once and everywhere.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::DoesNotFit`] for the phone in hand; the store's.
    pub fn remove_phone(&self, number: String) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.remove_device(&number))?)
    }

    /// Has me be called otherwise in invites from now on.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for a name that can't be shown; the store's.
    pub fn rename_me(&self, name: String) -> Done<()> {
        Ok(self.door.ask(move |app| app.rename_me(&name))?)
    }

    /// Sets the post box: its address, the proxy on the way, the code that its keeper gave, and the oblivious relay.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for an address or a code that is none; the store's.
    #[uniffi::method(default(code = None, oblivious = None))]
    pub fn set_post_box(
        &self,
        url: String,
        proxy: Option<String>,
        code: Option<String>,
        oblivious: Option<String>,
    ) -> Done<()> {
        Ok(self
            .door
            .ask_alone(move |app| app.type_post_box(&url, proxy, code, oblivious))?)
    }

    /// The twelve words of the get-back sheet, until they were checked.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] once they were checked: the phone has forgotten them.
    pub fn sheet(&self) -> Done<String> {
        Ok(self
            .door
            .ask(|app| app.sheet().map(|words| words.to_string()))?)
    }

    /// Whether these are the words of my get-back sheet: for one who forgot the digits of the lock.
    ///
    /// # Errors
    /// The store's.
    pub fn is_my_sheet(&self, typed: String) -> Done<bool> {
        Ok(self.door.ask(move |app| app.is_my_sheet(&typed))?)
    }

    /// Checks what was written down. When it is right the phone forgets the words.
    ///
    /// # Errors
    /// [`Trouble::CannotOpen`] when they are not the same; nothing is forgotten then.
    pub fn check_sheet(&self, typed: String) -> Done<()> {
        Ok(self.door.ask_alone(move |app| app.check_sheet(&typed))?)
    }

    /// A locked backup under a passphrase: things only.
    ///
    /// # Errors
    /// [`Trouble::DoesNotFit`] for a passphrase under eight characters; the store's.
    pub fn backup_with_passphrase(&self, passphrase: String) -> Done<Vec<u8>> {
        Ok(self
            .door
            .ask(move |app| app.backup_with_passphrase(&passphrase))?)
    }

    /// A locked backup that the get-back sheet opens: things and people.
    ///
    /// # Errors
    /// The store's.
    pub fn backup_for_sheet(&self) -> Done<Vec<u8>> {
        Ok(self.door.ask(Companion::backup_for_sheet)?)
    }

    /// Everything of mine as readable JSON, for my own use.
    ///
    /// # Errors
    /// The store's.
    pub fn export(&self) -> Done<String> {
        Ok(self.door.ask(Companion::export)?)
    }
}
