//! One round: load, a fault at a random moment of it, the box itself again, and a look at every inbox.
//! Knows what each fault is; what must hold is in the model.
//! Invariant: a round ends only when the box is itself again and every inbox was read whole.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use relay::wire;

use super::load::{Dice, Field, Inbox, Manner, given, poster, reader, surely, whole};
use super::model::{Model, Name};
use super::place::Place;
use crate::kit::{DAY, OK, Owner, ask};

const INBOXES: u16 = 4;
/// At most so many are left for the next round.
const LEFT: usize = 30;

/// What strikes in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    KillRelay,
    KillServer,
    KillBoth,
    FullDisk,
    ClockLeaps,
    HintsLost,
    DoubledAndReordered,
}

/// A box under test, and what became of it.
pub struct Run {
    store: &'static str,
    place: Place,
    pub model: Arc<Mutex<Model>>,
    dice: Dice,
    inboxes: Vec<Inbox>,
    made: u16,
    rounds: BTreeMap<Fault, u32>,
    pub posts: u64,
    hints_cut: u64,
    waits: u64,
    ended: Vec<Owner>,
    plant: bool,
}

impl Run {
    pub async fn begin(store: &'static str, seed: u64, plant: bool) -> Self {
        let model = Model::on(DAY);
        let mut run = Self {
            store,
            place: Place::make(store == "PostgreSQL"),
            model: Arc::new(Mutex::new(model)),
            dice: Dice(seed),
            inboxes: Vec::new(),
            made: 0,
            rounds: BTreeMap::new(),
            posts: 0,
            hints_cut: 0,
            waits: 0,
            ended: Vec::new(),
            plant,
        };
        for _ in 0..INBOXES {
            let inbox = run.make_inbox().await;
            run.inboxes.push(inbox);
        }
        run
    }

    fn field(&self, manner: Manner) -> Field {
        Field {
            model: Arc::clone(&self.model),
            addresses: Arc::clone(&self.place.addresses),
            stop: Arc::new(AtomicBool::new(false)),
            manner,
        }
    }

    /// A field for asking while nothing strikes.
    fn calm(&self) -> Field {
        self.field(Manner {
            doubled: false,
            again: true,
        })
    }

    fn any_dice(&mut self) -> Dice {
        Dice(self.dice.below(u64::MAX))
    }

    async fn make_inbox(&mut self) -> Inbox {
        self.made += 1;
        let owner = Owner(Box::leak(format!("box {:05}", self.made).into_boxed_str()));
        let today = self.model.lock().unwrap().today;
        let week = today / 7 + u32::try_from(self.dice.below(14)).unwrap();
        let (field, mut dice) = (self.calm(), self.any_dice());
        // An open box looks at no token.
        let body = wire::write_create(&owner.inbox(week));
        let answer = surely(&field, &mut dice, "create", &owner.wake(), body).await;
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        Inbox {
            number: self.made,
            owner,
            last_day: week * 7 + 6 + 90,
            next: [0; 2],
        }
    }

    /// Load, a fault at a random moment of it, the box itself again, and the look.
    pub async fn round(&mut self, fault: Fault) {
        let clock = fault == Fault::ClockLeaps;
        let field = self.field(Manner {
            doubled: fault == Fault::DoubledAndReordered,
            again: !clock,
        });
        let (mut posters, mut readers) = (Vec::new(), Vec::new());
        for place in 0..self.inboxes.len() {
            let mut dice = self.any_dice();
            let inbox = &self.inboxes[place];
            for (client, number) in (0_u8..).zip(inbox.next) {
                let first = Name {
                    inbox: inbox.number,
                    client,
                    part: 0,
                    number,
                };
                let dice = Dice(dice.below(u64::MAX));
                let posts = poster(field.clone(), Owner(inbox.owner.0), first, dice);
                posters.push((place, usize::from(client), tokio::spawn(posts)));
            }
            let reads = reader(field.clone(), inbox.number, Owner(inbox.owner.0), dice);
            readers.push(tokio::spawn(reads));
        }
        self.pause(100, 500).await;
        self.strike(fault).await;
        self.pause(80, 250).await;
        field.stop.store(true, Ordering::Relaxed);
        for (place, client, posts) in posters {
            let (next, kept) = posts.await.unwrap();
            self.inboxes[place].next[client] = next;
            self.posts += kept;
        }
        let mut seen = Vec::new();
        for reads in readers {
            seen.push(reads.await.unwrap());
        }
        self.itself_again().await;
        if fault == Fault::HintsLost && self.rounds.get(&fault).is_some_and(|times| times % 4 == 1)
        {
            self.a_wait_without_its_hint().await;
        }
        self.look(&seen).await;
        *self.rounds.entry(fault).or_default() += 1;
    }

    async fn pause(&mut self, least: u64, most: u64) {
        let micros = least * 1000 + self.dice.below((most - least) * 1000);
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }

    async fn itself_again(&mut self) {
        self.place.server_again();
        self.place.start_relays();
        self.place.is_ready().await;
    }

    async fn strike(&mut self, fault: Fault) {
        let one = usize::try_from(self.dice.below(2)).unwrap();
        match fault {
            Fault::KillRelay => {
                self.place.kill_relay(one);
                if self.dice.one_in(2) {
                    self.place.kill_relays();
                }
            }
            Fault::KillServer => self.place.kill_server(),
            Fault::KillBoth if one == 0 => {
                self.place.kill_server();
                self.place.kill_relays();
            }
            Fault::KillBoth => {
                self.place.kill_relays();
                self.place.kill_server();
            }
            Fault::FullDisk => {
                let span = Duration::from_millis(100 + self.dice.below(250));
                let ballast = tokio::task::block_in_place(|| self.place.fill_disk(span));
                if self.dice.one_in(3) {
                    self.place.kill_relay(one);
                }
                drop(ballast);
            }
            Fault::ClockLeaps => {
                self.leap();
                self.pause(20, 300).await;
                if self.dice.one_in(2) {
                    self.place.kill_relay(one);
                }
            }
            Fault::HintsLost => {
                for _ in 0..4 {
                    self.hints_cut += self.place.cut_hints();
                    self.pause(20, 60).await;
                }
            }
            Fault::DoubledAndReordered => {
                self.pause(100, 200).await;
                if self.dice.one_in(2) {
                    self.place.kill_relay(one);
                }
            }
        }
        self.place.server_again();
        self.place.start_relays();
    }

    /// A day on, a fortnight, a quarter of a year, or back; the box goes by the highest day that it saw.
    fn leap(&mut self) {
        let today = self.model.lock().unwrap().today;
        let day = match self.dice.below(10) {
            0..4 => today + 1,
            4..6 => today + 2 + u32::try_from(self.dice.below(14)).unwrap(),
            6 => today + 40,
            7 => today + 91,
            _ => today - 1 - u32::try_from(self.dice.below(40)).unwrap(),
        };
        let highest = day.max(today);
        self.model.lock().unwrap().coming = highest;
        self.place.set_day(day);
        // A day that nobody asked on has not begun.
        if highest == day {
            self.model.lock().unwrap().today = day;
        }
    }

    /// A wait at one process, whose hint from the other is lost: it looks again within its hold.
    async fn a_wait_without_its_hint(&mut self) {
        let inbox = self.make_inbox().await;
        let (field, mut dice) = (self.calm(), self.any_dice());
        let addresses = self.place.addresses.lock().unwrap().clone();
        let at = |number: usize| Field {
            addresses: Arc::new(Mutex::new(vec![addresses[number].clone()])),
            ..field.clone()
        };
        let (url, wake) = (format!("{}/v1/wait", addresses[0]), inbox.owner.wake());
        let waits = tokio::spawn(async move { ask(url, Some(&wake), None, vec![1, 0, 40]).await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.hints_cut += self.place.cut_hints();
        let name = Name {
            inbox: inbox.number,
            client: 0,
            part: 0,
            number: 0,
        };
        self.model.lock().unwrap().sends(name, 1);
        let (slot, body) = (inbox.owner.slot(0), name.body(1));
        let posted = at(1)
            .ask(&mut dice, "post", &slot, Some(name.key()), body)
            .await;
        assert!(posted.is_some_and(|answer| answer.status == OK));
        self.model.lock().unwrap().was_answered(name, 1);
        let (begun, woken) = (Instant::now(), waits.await.unwrap().unwrap());
        assert_eq!(
            woken.body,
            [1, 1],
            "a wait that lost its hint ended with nothing"
        );
        assert!(begun.elapsed() < Duration::from_secs(20));
        self.waits += 1;
        self.delete(&inbox).await;
    }

    async fn delete(&mut self, inbox: &Inbox) {
        let (field, mut dice) = (self.calm(), self.any_dice());
        let answer = surely(&field, &mut dice, "delete", &inbox.owner.fetch(), vec![1]).await;
        // It may have been done by one whose answer was lost.
        assert!([204, 404].contains(&answer.status), "{answer:?}");
        self.ended(inbox);
    }

    fn ended(&mut self, inbox: &Inbox) {
        self.model.lock().unwrap().ends(inbox.number);
        self.ended.push(Owner(inbox.owner.0));
    }

    /// Every inbox, whole, and a few that are over.
    async fn look(&mut self, seen: &[HashSet<Name>]) {
        let field = self.calm();
        let mut dice = self.any_dice();
        let today = self.model.lock().unwrap().today;
        for (place, seen) in seen.iter().enumerate() {
            let (number, owner) = (
                self.inboxes[place].number,
                Owner(self.inboxes[place].owner.0),
            );
            let over = today > self.inboxes[place].last_day;
            let Some(mut items) = whole(&field, &mut dice, &owner).await else {
                if !over {
                    // All of it is lost, and more.
                    self.model.lock().unwrap().saw_all(number, &[], seen);
                    self.model.lock().unwrap().findings.lost += 1;
                }
                let next = self.make_inbox().await;
                let old = std::mem::replace(&mut self.inboxes[place], next);
                self.ended(&old);
                continue;
            };
            self.model.lock().unwrap().findings.after += u64::from(over);
            if self.plant
                && let Some((id, ..)) = items.last()
            {
                // Taken away without a word to the model: as good as lost.
                let body = wire::write_acknowledge(&[*id]);
                surely(&field, &mut dice, "acknowledge", &owner.fetch(), body).await;
                self.plant = false;
                items.pop();
            }
            self.model
                .lock()
                .unwrap()
                .saw_all(number, &given(&items), seen);
            let read: Vec<_> = items
                .iter()
                .take(items.len().saturating_sub(LEFT))
                .filter_map(|(id, _, bytes)| Some((*id, Name::read(bytes)?)))
                .collect();
            for some in read.chunks(500) {
                let (ids, names): (Vec<_>, Vec<_>) = some.iter().copied().unzip();
                self.model.lock().unwrap().asks_away(&names);
                let body = wire::write_acknowledge(&ids);
                let answer = surely(&field, &mut dice, "acknowledge", &owner.fetch(), body).await;
                assert_eq!(answer.status, 204);
                self.model.lock().unwrap().is_gone(&names);
            }
            if dice.one_in(40) {
                let next = self.make_inbox().await;
                let old = std::mem::replace(&mut self.inboxes[place], next);
                self.delete(&old).await;
            }
        }
        for owner in self.ended.iter().rev().take(3) {
            let there = whole(&field, &mut dice, owner).await.is_some();
            self.model.lock().unwrap().findings.after += u64::from(there);
        }
    }

    pub fn report(&self, seed: u64, took: Duration) {
        let count: u32 = self.rounds.values().sum();
        let found = self.model.lock().unwrap().findings;
        println!(
            "{}: {count} rounds in {} s, seed {seed}",
            self.store,
            took.as_secs()
        );
        for (fault, times) in &self.rounds {
            println!("    {times:>5}  {fault:?}");
        }
        println!(
            "    {:>5}  connections of hints cut, {} waits held without their hint",
            self.hints_cut, self.waits
        );
        println!(
            "    {:>5}  posts acknowledged, {} inboxes",
            self.posts, self.made
        );
        println!("    {:>5}  acknowledged but lost", found.lost);
        println!("    {:>5}  out of the order of their inbox", found.order);
        println!(
            "    {:>5}  there after an acknowledgement or their day",
            found.after
        );
        println!("    {:>5}  in the wrong inbox", found.wrong_inbox);
        println!(
            "    {:>5}  torn, doubled or never sent",
            found.torn_or_doubled
        );
    }
}
