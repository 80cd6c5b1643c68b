//! The mirror: every type of the core that crosses, field by field. The core knows nothing of uniffi; a field more there
//! fails to compile here. What has one canonical text crosses as that text: ids, days (`2026-02-04`), times (`08:30`),
//! and parts of life. Long because every field of every screen is named here once.

use alongside_core::life::{
    Allow, Area, CardKind, ItemId, ItemRef, Mark, PersonRef, QuietHours, Role, State, Until,
    WordKind,
};
use alongside_core::screens::*;
use alongside_core::sync::{Background, SyncReport};
use jiff::civil::{Date, DateTime, Time};

uniffi::custom_type!(ItemId, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |id| id.to_string() });
uniffi::custom_type!(ItemRef, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |item| item.to_string() });
uniffi::custom_type!(PersonRef, String, { remote, try_lift: |text| Ok(PersonRef(text)), lower: |who| who.0 });
uniffi::custom_type!(Area, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |area| area.to_string() });
uniffi::custom_type!(Date, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |day| day.to_string() });
uniffi::custom_type!(DateTime, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |at| at.strftime("%Y-%m-%dT%H:%M").to_string() });
uniffi::custom_type!(Time, String, { remote, try_lift: |text| Ok(text.parse()?), lower: |time| time.strftime("%H:%M").to_string() });

#[uniffi::remote(Enum)]
pub enum Mark {
    Rest,
    Done,
}

#[uniffi::remote(Enum)]
pub enum Role {
    Partner,
    Family,
    Friend,
    Faith,
    Work,
    Mentor,
    Officer,
    Neighbour,
    Own(String),
}

#[uniffi::remote(Enum)]
pub enum State {
    Going,
    Reached,
    Changed,
    SetAside,
}

#[uniffi::remote(Enum)]
pub enum Allow {
    CardsOnly,
    OwnWords,
    Quiet,
}

#[uniffi::remote(Enum)]
pub enum CardKind {
    Hello,
    WellDone,
    ThinkingOfYou,
    Here,
    NoHurry,
    RestWell,
    GoodLuck,
    Glad,
}

#[uniffi::remote(Enum)]
pub enum WordKind {
    Card(CardKind),
    OwnWords,
    Thanks,
    Seen,
}

#[uniffi::remote(Enum)]
pub enum Until {
    Once,
    Through(Date),
    UntilIStop,
}

#[uniffi::remote(Record)]
pub struct SyncReport {
    pub came: u32,
    pub went: u32,
    pub waits: u32,
    pub aside: u32,
    pub offline: bool,
    pub not_up_to_date: bool,
    pub ready_in_minutes: u32,
    pub code_refused: bool,
}

#[uniffi::remote(Record)]
pub struct Background {
    pub offline: bool,
    pub notice: bool,
    pub next_contact: u32,
}

#[uniffi::remote(Record)]
pub struct QuietHours {
    pub from: Time,
    pub until: Time,
}

#[uniffi::remote(Enum)]
pub enum HowOften {
    Daily,
    Weekdays { days: Vec<u8> },
    TimesAWeek { times: u8 },
    EveryOtherWeek { days: Vec<u8>, anchor: Date },
    TimesInDays { times: u16, days: u16 },
    Free,
}

#[uniffi::remote(Record)]
pub struct DayRow {
    pub day: Date,
    pub mark: Option<Mark>,
    pub amount: Option<i64>,
    pub notes: Vec<String>,
}

#[uniffi::remote(Record)]
pub struct ThingRow {
    pub item: ItemRef,
    pub label: String,
}

#[uniffi::remote(Record)]
pub struct ShareRow {
    pub item: ItemRef,
    pub label: String,
    pub who: PersonRef,
    pub name: String,
    pub until: Until,
    pub notes: bool,
}

#[uniffi::remote(Record)]
pub struct WordRow {
    pub id: ItemId,
    pub from: PersonRef,
    pub name: Option<String>,
    pub kind: WordKind,
    pub text: String,
    pub about: Option<String>,
    pub day: Date,
    pub kept: bool,
}

#[uniffi::remote(Record)]
pub struct SentRow {
    pub id: ItemId,
    pub kind: WordKind,
    pub text: String,
    pub about: Option<String>,
    pub day: Date,
}

#[uniffi::remote(Record)]
pub struct SentIdeaRow {
    pub id: ItemId,
    pub label: String,
    pub day: Date,
}

#[uniffi::remote(Record)]
pub struct PersonRow {
    pub who: PersonRef,
    pub name: String,
    pub role: Role,
    pub official: bool,
    pub allows: Allow,
    pub blocked: bool,
    pub in_touch: bool,
}

#[uniffi::remote(Record)]
pub struct PeopleScreen {
    pub people: Vec<PersonRow>,
    pub invites: Vec<InviteRow>,
}

#[uniffi::remote(Record)]
pub struct PersonScreen {
    pub person: PersonRow,
    pub from_them: Vec<WordRow>,
    pub to_them: Vec<SentRow>,
    pub ideas: Vec<IdeaRow>,
    pub they_show: ShownThings,
    pub i_show: Vec<ShareRow>,
    pub could_show: Vec<ThingRow>,
    pub takes: Takes,
    pub cards: Vec<WordKind>,
    pub own_words: bool,
    pub my_ideas: Vec<SentIdeaRow>,
    pub called: String,
    pub roles: Vec<Role>,
}

#[uniffi::remote(Enum)]
pub enum Takes {
    Cards,
    OwnWords,
    TheirTurn,
    Tomorrow,
    Nothing,
}

#[uniffi::remote(Record)]
pub struct IdeaRow {
    pub id: ItemId,
    pub from: PersonRef,
    pub name: String,
    pub offered: Offered,
    pub day: Date,
    pub left: bool,
    pub can_use: bool,
}

#[uniffi::remote(Record)]
pub struct IdeasScreen {
    pub ideas: Vec<IdeaRow>,
}

#[uniffi::remote(Enum)]
pub enum Offered {
    Routine { name: String, how_often: HowOften },
    Step { name: String, goal: Option<String> },
    Words { text: String },
}

#[uniffi::remote(Record)]
pub struct InviteRow {
    pub id: u64,
    pub invited: bool,
    pub own_phone: bool,
    pub name: String,
    pub theirs: Option<String>,
    pub stage: Stage,
    pub link: Option<String>,
    pub code_words: Vec<String>,
    pub words: Vec<String>,
}

#[uniffi::remote(Record)]
pub struct InviteScreen {
    pub can_invite: bool,
    pub invites: Vec<InviteRow>,
    pub roles: Vec<Role>,
}

#[uniffi::remote(Enum)]
pub enum Stage {
    NoAnswerYet,
    Looking,
    TheyAsk,
    WordsComing,
    Compare,
    DoesNotFit,
    Over,
}

#[uniffi::remote(Record)]
pub struct SeeAsScreen {
    pub who: PersonRef,
    pub name: String,
    pub shown: ShownThings,
    pub words: Vec<SentRow>,
    pub ideas: Vec<Offered>,
    pub on_its_way: bool,
    pub not_all_here: bool,
}

#[uniffi::remote(Record)]
pub struct ShownThings {
    pub routines: Vec<ShownRoutineRow>,
    pub goals: Vec<ShownGoalRow>,
    pub steps: Vec<ShownStepRow>,
}

#[uniffi::remote(Record)]
pub struct ShownRoutineRow {
    pub id: ItemId,
    pub name: String,
    pub how_often: HowOften,
    pub unit: Option<String>,
    pub paused: bool,
    pub ended: bool,
    pub until: Option<Date>,
    pub days: Vec<DayRow>,
}

#[uniffi::remote(Record)]
pub struct ShownGoalRow {
    pub id: ItemId,
    pub name: String,
    pub state: State,
    pub until: Option<Date>,
}

#[uniffi::remote(Record)]
pub struct ShownStepRow {
    pub id: ItemId,
    pub name: String,
    pub goal: Option<ItemId>,
    pub state: State,
    pub until: Option<Date>,
}

#[uniffi::remote(Record)]
pub struct ShowQuestion {
    pub item: ItemRef,
    pub label: String,
    pub who: PersonRef,
    pub name: String,
    pub official: bool,
    pub has_days: bool,
    pub lengths: Vec<Until>,
    pub would_see: ShownThings,
}

#[uniffi::remote(Record)]
pub struct SettingsScreen {
    pub name: String,
    pub post_box: Option<String>,
    pub proxy: Option<String>,
    pub code: Option<String>,
    pub oblivious: Option<String>,
    pub ready_in_minutes: u32,
    pub days_since_met: Option<u32>,
    pub phones: Vec<PhoneRow>,
    pub sheet_to_write: bool,
    pub words_notice: bool,
    pub quiet_hours: Option<QuietHours>,
    pub bytes_this_month: u64,
}

#[uniffi::remote(Record)]
pub struct PhoneRow {
    pub number: String,
    pub this_one: bool,
}

#[uniffi::remote(Record)]
pub struct GoalRow {
    pub id: ItemId,
    pub name: String,
    pub area: Option<Area>,
    pub state: State,
    pub steps: Vec<StepRow>,
    pub seen_by: Vec<ShareRow>,
    pub could_see: Vec<PersonRow>,
}

#[uniffi::remote(Record)]
pub struct GoalsScreen {
    pub goals: Vec<GoalRow>,
    pub steps: Vec<StepRow>,
    pub areas: Vec<Area>,
}

#[uniffi::remote(Record)]
pub struct StepRow {
    pub id: ItemId,
    pub name: String,
    pub state: State,
    pub over: bool,
    pub seen_by: Vec<ShareRow>,
    pub could_see: Vec<PersonRow>,
}

#[uniffi::remote(Record)]
pub struct RoutineScreen {
    pub id: ItemId,
    pub name: String,
    pub how_often: HowOften,
    pub time: Option<Time>,
    pub notice: bool,
    pub unit: Option<String>,
    pub paused: bool,
    pub paused_until: Option<Date>,
    pub ended: bool,
    pub today: DayRow,
    pub days: Vec<DayRow>,
    pub seen_by: Vec<ShareRow>,
    pub could_see: Vec<PersonRow>,
    pub notes_seen: bool,
}

#[uniffi::remote(Record)]
pub struct RoutinesScreen {
    pub going: Vec<RoutineRow>,
    pub paused: Vec<RoutineRow>,
    pub ended: Vec<RoutineRow>,
}

#[uniffi::remote(Record)]
pub struct RoutineRow {
    pub id: ItemId,
    pub name: String,
    pub how_often: HowOften,
}

#[uniffi::remote(Record)]
pub struct TodayRow {
    pub id: ItemId,
    pub name: String,
    pub time: Option<Time>,
    pub unit: Option<String>,
    pub mark: Option<Mark>,
    pub amount: Option<i64>,
    pub notes: Vec<String>,
}

#[uniffi::remote(Record)]
pub struct TodayScreen {
    pub day: Date,
    pub name: String,
    pub welcome_back: bool,
    pub routines: Vec<TodayRow>,
    pub paused: Vec<TodayRow>,
    pub us: Us,
}

#[uniffi::remote(Enum)]
pub enum Us {
    Nobody,
    Idea { idea: IdeaRow },
    Word { word: WordRow },
    Person { person: PersonRow },
}
