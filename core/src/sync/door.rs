//! The door of a phone: screens come in while a sync waits for the network, and see and change what is here between two
//! contacts. It knows threads and waiting, and no screen, no cipher and no disk.
//! Long because a visit, a sync and what may happen between the two are read together.
//! Invariant: one at a time has the [`Companion`]. What touches keys, ties or invites never comes between the steps of a
//! contact under way: such a contact is let go first, as when a phone dies there, and begun again after.

use super::{Contact, SyncReport};
use crate::companion::{Companion, Done, PostBoxAt};
use crate::error::AlongsideError;
use crate::post::{HttpPostBox, PostBox};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use tokio::sync::Notify;

/// What a visitor came for.
type Deed = Box<dyn FnOnce(&mut Companion) + Send>;

/// A [`Companion`] that several threads share.
pub struct Door {
    hall: Arc<Hall>,
    post: Mutex<Option<(PostBoxAt, HttpPostBox)>>,
}

/// Where visitors wait while a sync has the [`Companion`].
pub(crate) struct Hall {
    inside: Mutex<Inside>,
    /// Somebody waits who may come in between two contacts.
    between: Notify,
    /// Somebody waits who needs the contact under way to be let go.
    alone: Notify,
    changes: Changes,
}

#[derive(Default)]
struct Inside {
    /// None while a sync has it.
    app: Option<Companion>,
    between: VecDeque<Deed>,
    alone: VecDeque<Deed>,
}

/// Counts what was changed, for those who listen.
#[derive(Default)]
struct Changes {
    seen: Mutex<Seen>,
    more: Condvar,
}

#[derive(Default, Clone, Copy)]
struct Seen {
    /// Grows whenever something here changed.
    number: u64,
    closed: bool,
}

/// What a contact in the background came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Background {
    /// The post box was not reached: everything is safe here.
    pub offline: bool,
    /// Whether a notice is to come now: something is new from people, and the person asked for notices of it.
    pub notice: bool,
    /// Seconds until the phone is best woken again.
    pub next_contact: u32,
}

/// A listener of changes. It stops when this is dropped.
pub struct Listening {
    stop: Arc<Mutex<bool>>,
    hall: Arc<Hall>,
}

impl Door {
    /// A door before this one.
    #[must_use]
    pub fn of(mut app: Companion) -> Self {
        let hall = Arc::new(Hall {
            inside: Mutex::default(),
            between: Notify::new(),
            alone: Notify::new(),
            changes: Changes::default(),
        });
        app.door = Some(hall.clone());
        lock(&hall.inside).app = Some(app);
        Self {
            hall,
            post: Mutex::default(),
        }
    }

    /// Sees or changes what is here: between two contacts, where a sync is under way. For what a person writes and
    /// reads; not for what touches keys, ties or invites.
    ///
    /// # Errors
    /// Those of what was asked.
    pub fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Companion) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        self.visit(false, ask)
    }

    /// The same for what touches keys, ties or invites: a contact under way is let go first.
    ///
    /// # Errors
    /// Those of what was asked.
    pub fn ask_alone<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Companion) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        self.visit(true, ask)
    }

    fn visit<T: Send + 'static>(
        &self,
        alone: bool,
        ask: impl FnOnce(&mut Companion) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        let mut inside = lock(&self.hall.inside);
        if let Some(app) = inside.app.as_mut() {
            return self.hall.counted(app, ask);
        }
        let (answer, answered) = mpsc::channel();
        let hall = self.hall.clone();
        let deed: Deed = Box::new(move |app| {
            // Who asked waits for it, or is gone: then nobody needs the answer.
            let _ = answer.send(hall.counted(app, ask));
        });
        if alone {
            inside.alone.push_back(deed);
            self.hall.alone.notify_one();
        } else {
            inside.between.push_back(deed);
            self.hall.between.notify_one();
        }
        drop(inside);
        answered.recv().map_err(|_| AlongsideError::InUse)?
    }

    /// Meets the post box that was set, now, on the thread that calls.
    ///
    /// # Errors
    /// As [`Door::sync`]; [`AlongsideError::NotFound`] where none was set.
    pub fn meet_the_post_box(&self) -> Done<SyncReport> {
        self.sync(&self.post_box_set()?)
    }

    /// Hands out what is owed, at once: after words, and after what a person shows or stops showing. Marks and other
    /// things of one's own wait for the day's delivery.
    ///
    /// # Errors
    /// As [`Door::meet_the_post_box`].
    pub fn send(&self) -> Done<SyncReport> {
        self.meet(&self.post_box_set()?, Some(Contact::Deliver))
    }

    /// Has the contact of the rhythm whose moment is there, if one is.
    ///
    /// # Errors
    /// As [`Door::meet_the_post_box`].
    pub fn keep_rhythm(&self) -> Done<SyncReport> {
        let post = self.post_box_set()?;
        match self.ask(Companion::take_due)? {
            Some(contact) => {
                let report = self.meet(&post, Some(contact))?;
                if report.offline {
                    self.ask(move |app| app.put_off(contact))?;
                }
                Ok(report)
            }
            None => Ok(SyncReport::default()),
        }
    }

    /// The same while the app is closed, and what the system is to do then.
    ///
    /// # Errors
    /// As [`Door::meet_the_post_box`].
    pub fn in_background(&self) -> Done<Background> {
        let before = self.ask(Companion::what_came_before)?;
        let report = self.keep_rhythm()?;
        let (notice, next_contact) = self.ask(move |app| {
            let notice = report.came > 0 && app.tells_of_news_since(before)?;
            Ok((notice, app.next_contact(false)?))
        })?;
        Ok(Background {
            offline: report.offline,
            notice,
            next_contact,
        })
    }

    fn post_box_set(&self) -> Done<HttpPostBox> {
        let at = self.ask(|app| app.post_box())?;
        self.post_box(at.ok_or(AlongsideError::NotFound("post box"))?)
    }

    /// The same one again where nothing changed: it remembers what spares bytes on the way.
    fn post_box(&self, at: PostBoxAt) -> Done<HttpPostBox> {
        let mut kept = lock(&self.post);
        if let Some((known, post)) = kept.as_ref()
            && *known == at
        {
            return Ok(post.clone());
        }
        let post = HttpPostBox::at(&at.url, at.proxy.as_deref(), at.oblivious.as_deref())
            .map_err(|_| AlongsideError::Invalid("that is no address of a post box".into()))?;
        *kept = Some((at, post.clone()));
        Ok(post)
    }

    /// Meets a post box now, on the thread that calls. A second one that is asked for meanwhile is done by the first.
    ///
    /// # Errors
    /// [`AlongsideError::Offline`] never: being offline is in the report. The store's errors, and the machine's where it
    /// gives no room to wait in.
    pub fn sync<P: PostBox>(&self, post: &P) -> Done<SyncReport> {
        self.meet(post, None)
    }

    /// One contact, or all that can be done now.
    fn meet<P: PostBox>(&self, post: &P, one: Option<Contact>) -> Done<SyncReport> {
        let carried = post.carried();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|why| AlongsideError::Disk(why.kind().to_string()))?;
        let Some(app) = lock(&self.hall.inside).app.take() else {
            return Ok(SyncReport::default());
        };
        let mut away = Away {
            app: Some(app),
            hall: &self.hall,
        };
        let mut at = None;
        loop {
            let Some(app) = away.app.as_mut() else {
                return Err(AlongsideError::InUse);
            };
            let now_at = Some(app.post_box()?);
            if at.is_some() && at != now_at {
                // Another post box, or another way there, was set meanwhile: nothing more goes by the old one.
                let offline = true;
                return Ok(SyncReport {
                    offline,
                    ..SyncReport::default()
                });
            }
            at = now_at;
            let before = app.store.changes();
            let done = runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = self.hall.alone.notified() => None,
                    report = app.contact_or_all(post, one) => Some(report),
                }
            });
            if app.store.changes() != before {
                self.hall.changes.one_more();
            }
            self.hall.serve(app, true);
            if let Some(report) = done {
                app.note_carried(post.carried().saturating_sub(carried))?;
                return report;
            }
        }
    }

    /// Calls `on_change` after something here changed, once for several changes that come close together. It carries no
    /// data: who listens reads the screen again, and may do so in the call.
    #[must_use]
    pub fn listen(&self, on_change: impl Fn() + Send + 'static) -> Listening {
        let stop = Arc::new(Mutex::new(false));
        let (hall, stopped) = (self.hall.clone(), stop.clone());
        let mut last = lock(&hall.changes.seen).number;
        thread::spawn(move || {
            while let Some(number) = hall.changes.after(last, &stopped) {
                last = number;
                on_change();
            }
        });
        Listening {
            stop,
            hall: self.hall.clone(),
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        lock(&self.hall.changes.seen).closed = true;
        self.hall.changes.more.notify_all();
        // The hall and what is in it hold each other.
        lock(&self.hall.inside).app = None;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        *lock(&self.stop) = true;
        // Under the lock, so that it does not fall between a listener's look and its wait.
        let _seen = lock(&self.hall.changes.seen);
        self.hall.changes.more.notify_all();
    }
}

/// The [`Companion`] while a sync has it: it comes back whatever happens.
struct Away<'a> {
    app: Option<Companion>,
    hall: &'a Hall,
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        let Some(mut app) = self.app.take() else {
            return;
        };
        loop {
            self.hall.serve(&mut app, true);
            let mut inside = lock(&self.hall.inside);
            if inside.between.is_empty() && inside.alone.is_empty() {
                inside.app = Some(app);
                return;
            }
        }
    }
}

impl Hall {
    fn counted<T>(
        &self,
        app: &mut Companion,
        ask: impl FnOnce(&mut Companion) -> Done<T>,
    ) -> Done<T> {
        let before = app.store.changes();
        let answer = ask(app);
        if app.store.changes() != before {
            self.changes.one_more();
        }
        answer
    }

    /// Lets those in who wait; those who need to be alone only where nothing is under way.
    fn serve(&self, app: &mut Companion, alone: bool) {
        loop {
            let next = {
                let mut inside = lock(&self.inside);
                let first = inside.between.pop_front();
                first.or_else(|| alone.then(|| inside.alone.pop_front()).flatten())
            };
            match next {
                Some(deed) => deed(app),
                None => return,
            }
        }
    }
}

impl Changes {
    fn one_more(&self) {
        lock(&self.seen).number += 1;
        self.more.notify_all();
    }

    /// Waits until there is more than `last`; none once it is over.
    fn after(&self, last: u64, stopped: &Mutex<bool>) -> Option<u64> {
        let mut seen = lock(&self.seen);
        loop {
            if seen.closed || *lock(stopped) {
                return None;
            }
            if seen.number > last {
                return Some(seen.number);
            }
            seen = self.more.wait(seen).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Companion {
    async fn contact_or_all<P: PostBox>(
        &mut self,
        post: &P,
        one: Option<Contact>,
    ) -> Done<SyncReport> {
        match one {
            Some(contact) => self.contact(post, contact).await,
            None => self.sync(post).await,
        }
    }

    /// Waits for the post box. Visitors come in meanwhile.
    pub(crate) async fn away<T>(&mut self, contact: impl Future<Output = T>) -> T {
        let Some(hall) = self.door.clone() else {
            return contact.await;
        };
        let mut contact = std::pin::pin!(contact);
        loop {
            tokio::select! {
                answer = &mut contact => return answer,
                () = hall.between.notified() => hall.serve(self, false),
            }
        }
    }
}

/// A deed that panicked left the disk as it was before it: what is here goes on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
