//! The one writer: a thread that owns the office, takes all deeds that wait, does them in one transaction, and answers when it is durable.
//! Knows no HTTP; beside it a second thread does the store's work in the background.
//! Invariant: nobody is answered "done" before the commit, and a commit that fails is told to all who shared it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Background, Ended, Needs, Store, StoreError};
use crate::office::{Desk, Office, Refusal};

/// Deeds that share one transaction.
const DEEDS_TOGETHER: usize = 256;
/// Bytes of bodies that share one transaction, about.
const BYTES_TOGETHER: usize = 4 << 20;
/// A transaction waits for others to share it at most so long.
const PATIENCE: Duration = Duration::from_millis(2);
/// As good as for ever.
const LONG: Duration = Duration::from_secs(3600);
/// Deeds that may wait; more are told to come later.
const QUEUE: usize = 4096;

type Reply = Box<dyn FnOnce(Option<StoreError>) + Send>;
type Deed = Box<dyn FnOnce(Result<&mut Desk<'_>, StoreError>) -> Reply + Send>;

enum Job {
    Do {
        needs: Needs,
        deed: Deed,
        bytes: usize,
    },
    Stop,
}

/// Where deeds are handed in.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Job>,
}

/// The threads, to be waited for at the end.
pub struct Threads {
    queue: SyncSender<Job>,
    writer: JoinHandle<()>,
    background: Option<JoinHandle<()>>,
}

/// What the writer tells besides its answers.
pub enum News {
    /// A day began, and this went.
    Turned(u32, Ended),
    /// A transaction, or the work in the background, did not work.
    Fault(StoreError),
}

impl Writer {
    /// Starts the writer over an office.
    ///
    /// # Errors
    /// [`StoreError`] when a thread or the second connection can't be had.
    pub fn start<S: Store + Send + 'static>(
        mut office: Office<S>,
        news: impl Fn(News) + Send + Sync + Clone + 'static,
    ) -> Result<(Self, Threads), StoreError> {
        let (queue, jobs) = sync_channel(QUEUE);
        let (nudge, nudged) = sync_channel(1);
        let background = match office.store_mut().background()? {
            Some(background) => {
                let news = news.clone();
                Some(thread("relay-behind", move || {
                    behind(&*background, &nudged, &news)
                })?)
            }
            None => None,
        };
        let writer = thread("relay-writer", move || work(office, &jobs, &nudge, &news))?;
        Ok((
            Self {
                queue: queue.clone(),
            },
            Threads {
                queue,
                writer,
                background,
            },
        ))
    }

    /// Hands in a deed of about so many bytes, and what it will look at; the answer comes when it is durable.
    ///
    /// # Errors
    /// What the deed gave; [`Refusal::TryLater`] when too much waits; [`Refusal::Store`].
    pub async fn ask<T: Send + 'static>(
        &self,
        needs: Needs,
        bytes: usize,
        deed: impl FnOnce(&mut Desk<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        // Nobody listens when the client is gone; what was done stays done.
        self.ask_then(needs, bytes, deed, move |done| drop(answer.send(done)))?;
        answered
            .await
            .unwrap_or(Err(Refusal::Store(StoreError::Stopped)))
    }

    /// As [`ask`](Self::ask), but calls `then` from the writer's thread.
    ///
    /// # Errors
    /// [`Refusal::TryLater`] when too much waits; [`Refusal::Store`] when the writer has stopped.
    pub fn ask_then<T: Send + 'static>(
        &self,
        needs: Needs,
        bytes: usize,
        deed: impl FnOnce(&mut Desk<'_>) -> Result<T, Refusal> + Send + 'static,
        then: impl FnOnce(Result<T, Refusal>) + Send + 'static,
    ) -> Result<(), Refusal> {
        let deed: Deed = Box::new(move |desk| {
            let done = match desk {
                Ok(desk) => deed(desk),
                Err(fault) => Err(Refusal::Store(fault)),
            };
            Box::new(move |fault| then(fault.map_or(done, |fault| Err(Refusal::Store(fault)))))
        });
        self.queue
            .try_send(Job::Do { needs, deed, bytes })
            .map_err(|error| match error {
                TrySendError::Full(_) => Refusal::TryLater { seconds: 5 },
                TrySendError::Disconnected(_) => Refusal::Store(StoreError::Stopped),
            })
    }
}

impl Threads {
    /// Waits until all that was handed in before is done and the file is closed; what is handed in later is refused.
    pub fn finish(self) {
        // Fails only when the writer is gone already.
        let _ = self.queue.send(Job::Stop);
        // A thread that panicked has nothing more to say.
        let _ = self.writer.join();
        if let Some(background) = self.background {
            let _ = background.join();
        }
    }
}

fn work<S: Store>(
    mut office: Office<S>,
    jobs: &Receiver<Job>,
    nudge: &SyncSender<()>,
    news: &impl Fn(News),
) {
    let mut pace = Pace::default();
    let mut going = true;
    while going {
        let batch = collect(jobs, &pace);
        going = batch.going;
        if !batch.deeds.is_empty() {
            let (begun, count) = (Instant::now(), batch.deeds.len());
            settle(&mut office, &batch.needs, batch.deeds, news);
            pace = Pace {
                count,
                took: begun.elapsed(),
            };
        }
        // Full means that the other thread has been nudged already.
        let _ = nudge.try_send(());
    }
}

/// The last transaction: how many deeds shared it, and how long it took.
#[derive(Default)]
struct Pace {
    count: usize,
    took: Duration,
}

struct Batch {
    deeds: Vec<Deed>,
    needs: Needs,
    going: bool,
}

/// Takes all that waits. Those who had their answers a moment ago come again one after the other: while fewer are here than the last time, it
/// waits for a part of what a transaction costs, lest the first of them has one alone and all the others wait for it.
fn collect(jobs: &Receiver<Job>, pace: &Pace) -> Batch {
    let mut batch = Batch {
        deeds: Vec::new(),
        needs: Needs::default(),
        going: true,
    };
    let (mut bytes, mut next) = (0, jobs.recv().ok());
    let until = Instant::now() + (pace.took / 4).min(PATIENCE);
    loop {
        match next {
            Some(Job::Do {
                needs,
                deed,
                bytes: more,
            }) => {
                batch.deeds.push(deed);
                batch.needs.join(needs);
                bytes += more;
            }
            Some(Job::Stop) | None => {
                batch.going = false;
                return batch;
            }
        }
        if batch.deeds.len() >= DEEDS_TOGETHER || bytes >= BYTES_TOGETHER {
            return batch;
        }
        let patient = batch.deeds.len() < pace.count;
        next = match jobs.try_recv() {
            Ok(job) => Some(job),
            Err(_) if patient => {
                match jobs.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    Ok(job) => Some(job),
                    Err(_) => return batch,
                }
            }
            Err(_) => return batch,
        };
    }
}

fn settle<S: Store>(
    office: &mut Office<S>,
    needs: &Needs,
    mut batch: Vec<Deed>,
    news: &impl Fn(News),
) {
    let mut replies = Vec::with_capacity(batch.len());
    let done = office.together(needs, &mut |desk| {
        replies.extend(batch.drain(..).map(|deed| deed(Ok(desk))))
    });
    let fault = done.err();
    if let Some(fault) = fault {
        // What was never begun, because the transaction could not be.
        replies.extend(batch.drain(..).map(|deed| deed(Err(fault))));
    }
    // Said before anybody is answered: what belongs to the day before is counted to it.
    if let Some((day, ended)) = office.take_turned() {
        news(News::Turned(day, ended));
    }
    replies.into_iter().for_each(|reply| reply(fault));
    if let Some(fault) = fault {
        news(News::Fault(fault));
    }
}

fn behind(background: &dyn Background, nudged: &Receiver<()>, news: &impl Fn(News)) {
    let mut going = true;
    while going {
        let patience = background.patience().unwrap_or(LONG);
        let done = match nudged.recv_timeout(patience) {
            Ok(()) => background.run(),
            Err(RecvTimeoutError::Timeout) => background.late(),
            Err(RecvTimeoutError::Disconnected) => {
                going = false;
                background.late()
            }
        };
        if let Err(fault) = done {
            news(News::Fault(fault));
        }
    }
}

fn thread(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(|_| StoreError::Stopped)
}
