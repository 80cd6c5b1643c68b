//! One town from its founding to the end: sixty days of deeds on a bad network, then quiet days until every phone has
//! heard of everything. The seed decides all of it.

use super::deeds::{Hand, Writes, draw, happens, one};
use super::faults::Plan;
use alongside_core::life::{PersonRef, Role};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use town::Town;
use town::clock::DAY;
use town::model::{Author, Life, WentOut, differences};
use town::post_box::Moods;

pub const DAYS: usize = 60;
pub const DEEDS: usize = 200;
/// After so many quiet days everything must have come.
const QUIET_DAYS: u64 = 40;

/// The phones at the founding, by person.
const PHONES: [(&str, &str); 6] = [
    ("robin-1", "Robin"),
    ("robin-2", "Robin"),
    ("robin-3", "Robin"),
    ("pat-1", "Pat"),
    ("sam-1", "Sam"),
    ("lee-1", "Lee"),
];

/// How often each thing happened.
#[derive(Debug, Default, Clone)]
pub struct Counted(pub BTreeMap<&'static str, u64>);

impl Counted {
    pub fn add(&mut self, what: &'static str, times: u64) {
        *self.0.entry(what).or_default() += times;
    }
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        for (what, times) in other.0 {
            self.add(what, times);
        }
    }
}

/// What went wrong, in words.
pub type Wrong = Vec<String>;

pub struct Days {
    pub town: Town,
    pub rng: ChaCha20Rng,
    pub plan: Plan,
    pub lives: BTreeMap<&'static str, Life>,
    /// Whose each phone is.
    pub owners: BTreeMap<String, &'static str>,
    /// How the first knows the second.
    knows: BTreeMap<(&'static str, &'static str), PersonRef>,
    /// What each person's things looked like when they may have gone out.
    went_out: BTreeMap<&'static str, WentOut>,
    pub counted: Counted,
    /// Phones whose clocks are wrong.
    pub wrong_clocks: BTreeSet<String>,
    /// What happened, for one who replays a seed.
    pub diary: Vec<String>,
}

/// Lives one town to its end.
///
/// # Errors
/// Everything in which a phone differs from the model, and the last of what happened before.
pub fn live(seed: u64) -> Result<Counted, Wrong> {
    let mut days = Days::found(seed);
    match days.live() {
        Ok(()) => Ok(days.counted),
        Err(mut wrong) => {
            wrong.push("what happened:".to_owned());
            wrong.append(&mut days.diary);
            Err(wrong)
        }
    }
}

impl Days {
    /// Four people with six phones, who met and know each other.
    fn found(seed: u64) -> Self {
        let mut town = Town::new(seed);
        let mut owners = BTreeMap::new();
        for (phone, person) in PHONES {
            town.arrives(phone, person);
            owners.insert(phone.to_owned(), person);
        }
        let mut knows = BTreeMap::new();
        for (one, other) in [
            ("robin-1", "pat-1"),
            ("robin-1", "sam-1"),
            ("robin-1", "lee-1"),
            ("pat-1", "sam-1"),
        ] {
            let (theirs, ours) = town.meet(one, Role::Friend, other, Role::Friend);
            knows.insert((owners[one], owners[other]), theirs);
            knows.insert((owners[other], owners[one]), ours);
        }
        town.joins_beside("robin-1", "robin-2");
        town.joins_beside("robin-1", "robin-3");
        town.deliver(4);
        let mut lives: BTreeMap<&str, Life> = BTreeMap::new();
        for (phone, person) in PHONES {
            let heads = town.phone(phone).app().heads().unwrap();
            lives.entry(person).or_default().begin(phone, heads);
        }
        let mut rng = ChaCha20Rng::seed_from_u64(seed ^ 0x616e_796f_7264_6572);
        Self {
            town,
            plan: Plan::draw(&mut rng),
            rng,
            lives,
            owners,
            knows,
            went_out: BTreeMap::new(),
            counted: Counted::default(),
            wrong_clocks: BTreeSet::new(),
            diary: Vec::new(),
        }
    }

    fn live(&mut self) -> Result<(), Wrong> {
        let mut deeds = vec![0; DAYS];
        for _ in 0..DEEDS {
            deeds[draw(&mut self.rng, DAYS)] += 1;
        }
        for (day, deeds) in deeds.into_iter().enumerate() {
            self.diary.push(format!("day {day}"));
            self.befalls(day)?;
            self.one_day(deeds)?;
        }
        self.quiet()?;
        self.afterwards()
    }

    /// A day of deeds and contacts in a random order, on the network's mood of the day.
    fn one_day(&mut self, deeds: usize) -> Result<(), Wrong> {
        self.town.net.borrow_mut().moods = match draw(&mut self.rng, 4) {
            0 => Moods::default(),
            1 => Moods {
                lost: 300,
                answer_lost: 100,
                ..Moods::default()
            },
            _ => Moods {
                lost: 30,
                answer_lost: 20,
                repeated: 100,
                reordered: 300,
                delayed: 200,
                torn: 20,
                cut: false,
            },
        };
        let phones: Vec<String> = self.town.phones.keys().cloned().collect();
        let mut events: Vec<Option<String>> = vec![None; deeds];
        for phone in &phones {
            if happens(&mut self.rng, 45) {
                events.push(Some(phone.clone()));
            }
        }
        let pause = DAY / (events.len() as i64 + 1);
        let mut left = DAY;
        while !events.is_empty() {
            self.town.clock.pass(pause);
            left -= pause;
            let at = draw(&mut self.rng, events.len());
            match events.swap_remove(at) {
                Some(phone) => {
                    self.syncs(&phone)?;
                    self.may_have_gone_out(&phone);
                }
                None => {
                    // Most is done by Robin, whose phones do it without knowing of each other.
                    let robins = happens(&mut self.rng, 60);
                    let of: Vec<&String> = phones
                        .iter()
                        .filter(|phone| !robins || self.owners[*phone] == "Robin")
                        .collect();
                    let phone = (*one(&mut self.rng, &of)).clone();
                    self.deed(&phone)?;
                }
            }
        }
        self.town.clock.pass(left);
        Ok(())
    }

    fn deed(&mut self, phone: &str) -> Result<(), Wrong> {
        let number = self.counted.0.get("deeds").copied().unwrap_or_default();
        let writes = self.hand(phone, number).does_something();
        self.counted.add("deeds", 1);
        self.has_done(phone, writes)?;
        self.compare(phone)
    }

    fn has_done(&mut self, phone: &str, writes: Writes) -> Result<(), Wrong> {
        self.diary.push(format!("{phone} writes {writes:?}"));
        let heads = self.town.phone(phone).app().heads().unwrap();
        let life = self.lives.get_mut(self.owners[phone]).unwrap();
        life.does(phone, writes, heads).map_err(|why| vec![why.0])
    }

    fn hand(&mut self, phone: &str, number: u64) -> Hand<'_> {
        Hand {
            people: self.people_on(phone),
            app: self.town.phones.get_mut(phone).unwrap().app(),
            rng: &mut self.rng,
            number,
        }
    }

    /// The people whom a phone knows: a new one knows nobody until it was told.
    fn people_on(&mut self, phone: &str) -> Vec<PersonRef> {
        let people = self.town.phone(phone).app().people().unwrap();
        people.into_iter().map(|person| person.who).collect()
    }

    pub fn syncs(&mut self, phone: &str) -> Result<(), Wrong> {
        // Item by item where the model has to know what each found here: the network may end a contact anywhere.
        let mut seen = BTreeSet::new();
        while self.lives[self.owners[phone]].may_have_two_notebooks() {
            let (came, report) = self.town.phone(phone).collect_one(&mut seen);
            self.hears(phone)?;
            if !came {
                if report.offline {
                    self.diary.push(format!("{phone} was cut off: {report:?}"));
                    return Ok(());
                }
                break;
            }
        }
        let report = self.town.phone(phone).sync();
        self.diary.push(format!("{phone} syncs: {report:?}"));
        self.hears(phone)
    }

    /// The model learns what a phone has heard of.
    pub fn hears(&mut self, phone: &str) -> Result<(), Wrong> {
        let app = self.town.phones.get_mut(phone).unwrap().app();
        let heads = app.heads().unwrap();
        let life = self.lives.get_mut(self.owners[phone]).unwrap();
        if life.newest(phone) == Some(&heads) {
            // It holds the very same as when it was last compared.
            return Ok(());
        }
        let builds_on =
            |document: &str, change: &[u8; 32]| app.builds_on(document, change).unwrap();
        life.hears(phone, heads, builds_on)
            .map_err(|why| vec![why.0])?;
        self.compare(phone)
    }

    /// What a phone shows now may have gone out with the contact it just had.
    pub fn may_have_gone_out(&mut self, phone: &str) {
        let owner = self.owners[phone];
        let people = self.people_on(phone);
        let mut author = Author {
            life: &self.lives[owner],
            phone,
            app: self.town.phones.get_mut(phone).unwrap().app(),
        };
        let went = self.went_out.entry(owner).or_default();
        for to in people {
            author.may_go_out(&to, went).unwrap();
        }
    }

    /// A phone shows what the model says of what it has heard, at every moment.
    pub fn compare(&mut self, phone: &str) -> Result<(), Wrong> {
        let life = &self.lives[self.owners[phone]];
        let app = self.town.phones.get_mut(phone).unwrap().app();
        let mut wrong = differences(life, phone, app).unwrap();
        wrong.extend(Author { life, phone, app }.share_differences().unwrap());
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// The faults end; after some quiet days each phone has heard of every deed of its person, and each supporter's phone
    /// shows what it must; and so it stays.
    fn quiet(&mut self) -> Result<(), Wrong> {
        self.town.net.borrow_mut().moods = Moods::default();
        let phones: Vec<String> = self.town.phones.keys().cloned().collect();
        for phone in &phones {
            self.set_clock(phone, 0);
        }
        let days = self.comes_to_rest(&phones, true)?;
        self.counted.add("quiet days until all was well", days);
        self.count(&phones);
        self.all_alike(&phones)
    }

    /// Quiet days until all is as it must be on two days running; gives how many.
    fn comes_to_rest(&mut self, phones: &[String], sends_new: bool) -> Result<u64, Wrong> {
        let (mut wrong, mut calm) = (Vec::new(), 0);
        for day in 1..=QUIET_DAYS {
            wrong = self.quiet_day(phones, sends_new)?;
            calm = if wrong.is_empty() { calm + 1 } else { 0 };
            if calm == 2 {
                return Ok(day);
            }
        }
        Err(wrong)
    }

    /// Two rounds, so that what a phone makes of today reaches the others today.
    fn quiet_day(&mut self, phones: &[String], sends_new: bool) -> Result<Wrong, Wrong> {
        for phone in phones.iter().chain(phones) {
            self.syncs(phone)?;
            if sends_new {
                self.may_have_gone_out(phone);
            }
            self.town.clock.pass(60);
        }
        for phone in phones {
            self.compare(phone)?;
        }
        let mut wrong = self.missing(phones);
        if wrong.is_empty() {
            wrong = self.seen_wrong(phones);
        }
        self.town.clock.pass(DAY - 120 * phones.len() as i64);
        Ok(wrong)
    }

    /// What was shown once is changed now, and nobody may see it.
    fn afterwards(&mut self) -> Result<(), Wrong> {
        let phones: Vec<String> = self.town.phones.keys().cloned().collect();
        let mut changed = 0;
        for person in ["Robin", "Pat", "Sam", "Lee"] {
            let phone = self.first_phone(person);
            for item in self.hand(&phone, 0).shown_once() {
                let writes = self.hand(&phone, 100_000 + changed).renames(item);
                self.has_done(&phone, writes)?;
                changed += 1;
            }
        }
        self.counted.add("changes after showing once", changed);
        self.comes_to_rest(&phones, false)?;
        Ok(())
    }

    pub fn phones_of(&self, person: &str) -> Vec<String> {
        let phones = self.town.phones.keys();
        let own = phones.filter(|phone| self.owners[*phone] == person);
        own.cloned().collect()
    }

    fn first_phone(&self, person: &str) -> String {
        self.phones_of(person).swap_remove(0)
    }

    /// Everything that a phone shows of another person and must not, or must and does not.
    fn seen_wrong(&mut self, phones: &[String]) -> Wrong {
        let mut wrong = Vec::new();
        let knows = self.knows.clone();
        for ((author, reader), to) in &knows {
            let from = &knows[&(*reader, *author)];
            let phone = self.first_phone(author);
            let nothing = WentOut::new();
            let went = self.went_out.get(author).unwrap_or(&nothing);
            for theirs in phones.iter().filter(|phone| self.owners[*phone] == *reader) {
                let app = self.town.phones.get_mut(theirs).unwrap().app();
                let seen = app.what_they_show(from).unwrap();
                let found = Author {
                    life: &self.lives[author],
                    phone: &phone,
                    app: self.town.phones.get_mut(&phone).unwrap().app(),
                }
                .differences(to, went, &seen)
                .unwrap();
                wrong.extend(
                    found
                        .into_iter()
                        .map(|what| format!("{theirs} sees of {author}: {what}")),
                );
            }
        }
        wrong
    }

    fn missing(&mut self, phones: &[String]) -> Wrong {
        let mut missing = Vec::new();
        for phone in phones {
            let unheard = self.lives[self.owners[phone]].unheard(phone);
            if unheard > 0 {
                missing.push(format!("{phone} has not heard of {unheard} writings"));
            }
        }
        missing
    }

    /// Of what the model leaves open the same stands on all phones of a person.
    fn all_alike(&mut self, phones: &[String]) -> Result<(), Wrong> {
        let mut first: BTreeMap<&str, (String, String)> = BTreeMap::new();
        let mut wrong = Vec::new();
        for phone in phones {
            let owner = self.owners[phone];
            let app = self.town.phone(phone).app();
            let (routines, goals, steps) = (
                app.routines().unwrap(),
                app.goals().unwrap(),
                app.steps().unwrap(),
            );
            let shows = format!("{routines:?} {goals:?} {steps:?}");
            let (twin, theirs) = first
                .entry(owner)
                .or_insert_with(|| (phone.clone(), shows.clone()));
            if *theirs != shows {
                wrong.push(format!("{phone} shows {shows}, and {twin} shows {theirs}"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn count(&mut self, phones: &[String]) {
        let apart: usize = self.lives.values().map(Life::written_apart).sum();
        self.counted.add("written apart", apart as u64);
        let struck = self.town.net.borrow().struck;
        self.counted.add("requests lost", struck.lost.into());
        self.counted.add("answers lost", struck.answer_lost.into());
        self.counted.add("posts repeated", struck.repeated.into());
        self.counted
            .add("items out of order", struck.reordered.into());
        self.counted.add("items delayed", struck.delayed.into());
        self.counted.add("items torn", struck.torn.into());
        for phone in phones {
            let shows = self.town.phone(phone).app().shares().unwrap().len();
            self.counted.add("things shown at the end", shows as u64);
        }
    }
}
