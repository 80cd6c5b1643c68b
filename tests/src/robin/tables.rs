//! The tables of Robin's life: who, what, how often and how much, for two years from 5 January 2026.
//! Numbers only; no deed is made here. Invariant: no offence, sentence or drug appears in any name.

use alongside_core::life::State;
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// The first day of the life.
pub const FIRST: Date = Date::constant(2026, 1, 5);
/// How many days it has.
pub const DAYS: u32 = 730;
/// The times in which nothing was written: days of the life, both ends with it.
pub const QUIET: [RangeInclusive<u32>; 4] = [96..=118, 251..=259, 402..=431, 560..=566];
/// How many ticks have a note.
pub const NOTES: usize = 306;

/// One of Robin's people.
#[derive(Debug)]
pub struct PersonOf {
    /// Their name.
    pub name: &'static str,
    /// Who they are to Robin, as [`alongside_core::life::Role`] reads it.
    pub role: &'static str,
    /// The day on which they join.
    pub from: u32,
    /// The day on which they leave.
    pub until: Option<u32>,
    /// Whether own words go both ways, not cards alone.
    pub own_words: bool,
    /// Kind words from them.
    pub words: usize,
    /// Thanks to them.
    pub thanks: usize,
    /// Ideas of theirs.
    pub ideas: usize,
}

const fn person(
    name: &'static str,
    role: &'static str,
    from: u32,
    until: Option<u32>,
    own_words: bool,
    counts: (usize, usize, usize),
) -> PersonOf {
    PersonOf {
        name,
        role,
        from,
        until,
        own_words,
        words: counts.0,
        thanks: counts.1,
        ideas: counts.2,
    }
}

/// Everybody who was ever among Robin's people: 11, of whom 8 are at the end.
pub static PEOPLE: [PersonOf; 11] = [
    person("Jean", "family", 2, None, true, (122, 38, 12)),
    person("Pat", "mentor", 3, None, true, (93, 30, 22)),
    person("Sam", "officer", 5, Some(300), false, (9, 3, 0)),
    person("Dee", "family", 9, None, true, (46, 16, 3)),
    person("Mo", "family", 14, None, true, (42, 14, 0)),
    person("Nia", "friend", 29, None, true, (93, 26, 5)),
    person("Ash", "friend", 52, Some(77), false, (13, 0, 0)),
    person("Gus", "friend", 133, None, true, (30, 8, 2)),
    person("Lou", "work", 171, None, true, (25, 6, 2)),
    person("Idris", "faith", 210, Some(520), false, (8, 2, 0)),
    person("Bo", "officer", 296, None, false, (13, 4, 0)),
];

/// A routine.
#[derive(Debug)]
pub struct RoutineOf {
    /// What Robin calls it.
    pub name: &'static str,
    /// How often, as [`alongside_core::life::Rhythm`] reads it.
    pub rhythm: &'static str,
    /// Its first day.
    pub from: Date,
    /// Its last day, where it ended.
    pub to: Option<Date>,
    /// Days done in two years.
    pub done: usize,
    /// Rest days in two years.
    pub rest: usize,
    /// To whom it is shown, and whether with its notes.
    pub shared: &'static [(&'static str, bool)],
}

const fn routine(
    name: &'static str,
    rhythm: &'static str,
    from: Date,
    to: Option<Date>,
    marks: (usize, usize),
    shared: &'static [(&'static str, bool)],
) -> RoutineOf {
    RoutineOf {
        name,
        rhythm,
        from,
        to,
        done: marks.0,
        rest: marks.1,
        shared,
    }
}

const fn date(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

/// All routines.
pub static ROUTINES: [RoutineOf; 14] = [
    routine(
        "Up and washed by 8",
        "daily",
        date(2026, 1, 5),
        None,
        (481, 80),
        &[],
    ),
    routine(
        "Take my tablet",
        "daily",
        date(2026, 1, 8),
        Some(date(2027, 2, 9)),
        (302, 51),
        &[],
    ),
    routine(
        "Walk",
        "4 a week",
        date(2026, 1, 15),
        None,
        (248, 43),
        &[("Pat", true)],
    ),
    routine(
        "Phone Kit",
        "wed sun",
        date(2026, 3, 10),
        None,
        (131, 25),
        &[("Dee", false), ("Jean", true)],
    ),
    routine(
        "Eat with Mum",
        "sun",
        date(2026, 1, 25),
        None,
        (58, 11),
        &[("Jean", true)],
    ),
    routine(
        "Mutual-aid meeting",
        "tue",
        date(2026, 2, 2),
        None,
        (67, 16),
        &[("Pat", false), ("Nia", true)],
    ),
    routine(
        "Men's shed",
        "thu",
        date(2026, 5, 18),
        None,
        (61, 13),
        &[("Gus", false)],
    ),
    routine(
        "Job search hour",
        "3 a week",
        date(2026, 2, 4),
        Some(date(2026, 6, 24)),
        (31, 7),
        &[("Sam", false)],
    ),
    routine(
        "Co-op shift",
        "mon tue wed fri",
        date(2026, 6, 26),
        None,
        (282, 20),
        &[("Lou", false)],
    ),
    routine("Money check", "fri", date(2026, 2, 19), None, (52, 13), &[]),
    routine(
        "Read ten pages",
        "daily",
        date(2026, 7, 24),
        Some(date(2026, 12, 1)),
        (53, 15),
        &[],
    ),
    routine(
        "Gym",
        "2 a week",
        date(2026, 4, 5),
        Some(date(2026, 9, 22)),
        (27, 6),
        &[("Mo", false)],
    ),
    routine(
        "No phone after 10",
        "daily",
        date(2027, 3, 21),
        Some(date(2027, 8, 28)),
        (92, 13),
        &[],
    ),
    routine(
        "Cook something new",
        "1 a week",
        date(2027, 4, 10),
        None,
        (21, 2),
        &[("Jean", true)],
    ),
];

/// The place of "Job search hour" in [`ROUTINES`].
pub const JOB_SEARCH: usize = 7;
/// The place of "Eat with Mum".
pub const EAT_WITH_MUM: usize = 4;
/// The place of "Walk".
pub const WALK: usize = 2;

/// Something wanted.
#[derive(Debug)]
pub struct GoalOf {
    /// What Robin calls it.
    pub name: &'static str,
    /// The day on which it was written down.
    pub from: u32,
    /// Where it stands later, and from which day.
    pub becomes: Option<(u32, State)>,
    /// To whom it is shown, and for how many days where not until it is stopped.
    pub shared: &'static [(&'static str, Option<u32>)],
}

const fn goal(
    name: &'static str,
    from: u32,
    becomes: Option<(u32, State)>,
    shared: &'static [(&'static str, Option<u32>)],
) -> GoalOf {
    GoalOf {
        name,
        from,
        becomes,
        shared,
    }
}

/// All goals: 4 reached, 4 going, 1 set aside.
pub static GOALS: [GoalOf; 9] = [
    goal("Be a steady parent to Kit", 6, None, &[("Jean", None)]),
    goal(
        "Get a place of my own",
        12,
        Some((388, State::Reached)),
        &[("Sam", None), ("Pat", None)],
    ),
    goal("Stay well", 20, None, &[]),
    goal(
        "Work I am proud of",
        31,
        Some((190, State::Reached)),
        &[("Sam", Some(6))],
    ),
    goal(
        "Make it right with Mo",
        44,
        Some((505, State::Reached)),
        &[("Jean", Some(6))],
    ),
    goal(
        "Sort my money",
        46,
        Some((610, State::Reached)),
        &[("Bo", None)],
    ),
    goal(
        "Passport and papers",
        160,
        Some((330, State::SetAside)),
        &[],
    ),
    goal("Learn joinery", 205, None, &[("Gus", None)]),
    goal("Give something back", 290, None, &[("Nia", None)]),
];

/// A next small step.
#[derive(Debug)]
pub struct StepOf {
    /// Which goal it is for.
    pub goal: usize,
    /// What Robin calls it.
    pub name: &'static str,
    /// The day on which it was written down.
    pub from: u32,
    /// The day on which it was done.
    pub done: Option<u32>,
}

const fn step(goal: usize, name: &'static str, from: u32, done: Option<u32>) -> StepOf {
    StepOf {
        goal,
        name,
        from,
        done,
    }
}

/// All steps: 64, of which 50 get done.
pub static STEPS: [StepOf; 64] = [
    step(0, "Ask Dee which evenings suit", 7, Some(15)),
    step(1, "Ring the housing office", 13, Some(32)),
    step(2, "Book the dentist", 22, Some(36)),
    step(1, "Find my old tenancy letter", 33, Some(41)),
    step(3, "Write the first page of my story of work", 34, Some(45)),
    step(0, "Learn the song Kit likes", 38, None),
    step(4, "Write to Mo on paper", 45, Some(58)),
    step(5, "List what I owe and to whom", 47, Some(60)),
    step(3, "Visit the co-op on an open day", 62, Some(84)),
    step(1, "View two rooms near Mum", 70, Some(122)),
    step(5, "Open the savings jar account", 75, Some(130)),
    step(2, "Find shoes that fit for walking", 88, Some(125)),
    step(3, "Ask the job club about references", 124, Some(150)),
    step(5, "Put the bank letters in one folder", 128, Some(140)),
    step(2, "Walk the long way home twice", 131, Some(146)),
    step(0, "Fix Kit's bicycle tyre", 135, Some(149)),
    step(3, "Practise two questions for the talk", 143, Some(165)),
    step(1, "Save the first week of deposit", 152, Some(187)),
    step(6, "Get photographs taken", 161, Some(170)),
    step(6, "Find my birth certificate", 163, Some(182)),
    step(4, "Ring Mo on Sunday", 172, Some(175)),
    step(3, "Buy boots for the first shift", 176, Some(178)),
    step(0, "Take Kit to the library", 180, Some(196)),
    step(2, "Sign on with the new doctor", 185, Some(203)),
    step(5, "Set up the weekly jar", 192, Some(199)),
    step(1, "Measure the room for a bed", 198, Some(230)),
    step(7, "Sharpen the plane with Gus", 206, Some(214)),
    step(7, "Plane one board flat", 212, Some(241)),
    step(4, "Ask Mo about Dad's tools", 219, None),
    step(6, "Fill in the long form", 224, None),
    step(0, "Cook Kit's favourite at Mum's", 232, Some(247)),
    step(1, "Ask Jean for the spare blankets", 238, Some(260)),
    step(5, "Ring the electric people", 244, Some(262)),
    step(7, "Cut my first dovetail", 263, Some(288)),
    step(2, "Swim once to see how it is", 268, None),
    step(4, "Meet Mo at the ground", 274, Some(281)),
    step(8, "Carry chairs for the group", 291, Some(300)),
    step(8, "Ask Nia what the group needs", 293, Some(299)),
    step(1, "Send the papers for the flat", 301, Some(315)),
    step(5, "Pay the old phone bill", 306, Some(333)),
    step(7, "Make a box for Kit", 318, Some(352)),
    step(8, "Teach somebody the bus route", 320, None),
    step(0, "Be at the school play", 327, Some(349)),
    step(8, "Help set out the winter meal", 338, Some(345)),
    step(1, "Hang the curtains", 371, Some(384)),
    step(7, "Sand the box smooth", 377, Some(398)),
    step(2, "Book the eye test", 386, Some(440)),
    step(4, "Bring Mo the photograph", 393, Some(436)),
    step(0, "Put up a shelf for Kit's books", 433, Some(447)),
    step(5, "Read the pension letter with Lou", 444, Some(462)),
    step(7, "Glue up a stool", 451, Some(489)),
    step(8, "Show a new one round the shed", 467, Some(480)),
    step(4, "Eat with Mo and his two", 478, Some(500)),
    step(2, "Try the early swim", 492, None),
    step(5, "Close the old account", 511, Some(540)),
    step(0, "Camp one night with Kit", 523, None),
    step(8, "Drive the van for the food bank", 535, None),
    step(7, "Learn to sharpen a chisel well", 548, None),
    step(5, "Lay by one month's rent", 568, Some(608)),
    step(0, "Ask Kit what to build next", 581, None),
    step(8, "Write down the bus route for others", 602, None),
    step(2, "Plant something on the sill", 615, None),
    step(7, "Finish the table for Mum", 640, None),
    step(0, "Meet Kit's new teacher", 668, None),
];
