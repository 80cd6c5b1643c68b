//! The process: opens the store, starts the writer, answers, and stops so that everything under way is finished.
//! Knows all the parts; decides nothing about them.
//! Invariant: "listening" is said only when a post would be kept.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::chance::Chance;
use crate::config::{Config, Database};
use crate::control;
use crate::day::{DaySource, Guard, Today};
use crate::gateway;
use crate::hints::Hints;
use crate::http::forward::{self, Way};
use crate::http::{self, Bounded, Post, Readers};
use crate::invite::Watched;
use crate::limits::Limits;
use crate::log::{Line, Log};
use crate::metrics::Metrics;
use crate::oblivious::keys::{Keys, KeysError};
use crate::office::{Codes, Creating, Office};
use crate::store::postgres::{Address, Postgres};
use crate::store::postgres_hints::exchange;
use crate::store::writer::{News, Threads, Writer};
use crate::store::{Store, StoreError};
use crate::token::Token;
use crate::wake::Wake;

/// Reading connections.
const READERS: usize = 4;
/// How long requests under way may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How often the relay looks whether a day began, if nobody comes.
const TICK: Duration = Duration::from_secs(60);

/// Who may create inboxes, and the fixed secrets that are honoured for it.
pub type WhoMay = (Creating, Vec<Token>);

/// Why the relay did not start, or ended early.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The socket.
    #[error("the address can't be listened on: {}", .0.kind())]
    Socket(#[from] io::Error),
    /// The keys that open sealed requests.
    #[error("{0}")]
    Keys(#[from] KeysError),
    /// No client for the target.
    #[error("the target can't be asked")]
    NoWay,
    /// The socket for an operator's command.
    #[error("the control socket can't be opened: {}", .0.kind())]
    Control(io::Error),
    /// The day.
    #[error("the day can't be read")]
    NoDay,
    /// The clock is more than a month ahead of the day on the disk.
    #[error(
        "the clock is more than a month ahead of the last day this post box saw; if that is true, start once with --accept-day"
    )]
    ClockLeapt,
}

/// Answers until `stop` comes, then finishes what is under way.
/// `codes_again` gives who may create from now on, or `None` when it could not be read.
///
/// # Errors
/// [`ServerError`].
pub async fn run(
    config: Config,
    stop: impl Future<Output = ()>,
    codes_again: mpsc::Receiver<Option<WhoMay>>,
) -> Result<(), ServerError> {
    let codes = Codes::new(config.creating, config.create_secrets.clone());
    match config.database.clone() {
        Database::File(path) => {
            let office = Office::open(&path, config.quotas.clone(), codes.clone())?;
            run_over(office, None, config, codes, stop, codes_again).await
        }
        Database::Postgres(address) => {
            let runtime = Handle::current();
            let hints = Address::clone(&address);
            let store =
                aside(move || Postgres::open(&address, runtime, &mut Chance::System)).await?;
            let office = Office::new(store, config.quotas.clone(), codes.clone(), Chance::System);
            run_over(office, Some(hints), config, codes, stop, codes_again).await
        }
    }
}

async fn run_over<S: Store + Send + 'static>(
    mut office: Office<S>,
    hints: Option<Address>,
    config: Config,
    codes: Codes,
    stop: impl Future<Output = ()>,
    codes_again: mpsc::Receiver<Option<WhoMay>>,
) -> Result<(), ServerError> {
    let days = match &config.day_file {
        Some(path) => DaySource::File(path.clone()),
        None => {
            let known =
                Some(office.store().last_day()).filter(|day| *day > 0 && !config.accept_day);
            DaySource::Clock(Guard::new(known, Instant::now()))
        }
    };
    let day = match days.today() {
        Today::Day(day) => day,
        Today::Held(_) => return Err(ServerError::ClockLeapt),
        Today::Unknown => return Err(ServerError::NoDay),
    };
    // What ended while the relay was off is gone before it answers.
    let mut office = aside(move || office.turn_day(day).map(|()| office)).await?;
    let log = Arc::new(Log::default());
    log.say(Line::Started {
        day,
        inboxes: office.store().inboxes(),
    });
    if office.store().keeps_times() {
        log.say(Line::KeepsTimes);
    }
    if let Some((day, ended)) = office.take_turned() {
        log.say(Line::Turned {
            day,
            ended,
            requests: 0,
        });
    }
    let oblivious = match config.oblivious.clone() {
        Some(path) => {
            let opened = tokio::task::spawn_blocking(move || {
                Keys::open(&path, day, &mut Chance::System).map(Arc::new)
            });
            Some(opened.await.unwrap_or(Err(KeysError::NoKey))?)
        }
        None => None,
    };
    let (stop_now, stopping) = watch::channel(false);
    let opened = {
        let (config, log) = (config.clone(), Arc::clone(&log));
        let wake = hints
            .as_ref()
            .map_or_else(Wake::default, |_| Wake::among_others());
        let around = (wake, oblivious, stopping);
        aside(move || open(office, days, &config, codes, &log, around))
    };
    let (post, threads) = opened.await?;
    let ((socket, address), metrics) = bind_both(&config).await?;
    let control = match &config.control {
        Some(path) => Some(control::open(path).map_err(ServerError::Control)?),
        None => None,
    };
    let mut served = tokio::task::JoinSet::new();
    if let Some(address) = hints {
        served.spawn(exchange(address, post.wake.clone(), stop_now.subscribe()));
    }
    if let Some(gateway) = config.wake_gateway.clone() {
        let round = Duration::from_secs(config.wake_round);
        let stop = stop_now.subscribe();
        served.spawn(http::waking::tell(Arc::clone(&post), gateway, round, stop));
    }
    announce(address, metrics.as_ref().map(|(_, address)| *address))?;

    served.spawn(serve(
        socket,
        config.connections,
        http::routes(Arc::clone(&post)),
        stop_now.subscribe(),
    ));
    if let Some((socket, _)) = metrics {
        served.spawn(serve(
            socket,
            16,
            http::metrics_routes(Arc::clone(&post)),
            stop_now.subscribe(),
        ));
    }
    // The socket's file goes when this function ends.
    let _place = control.map(|(socket, place)| {
        let (routes, stop) = (
            http::control_routes(Arc::clone(&post)),
            stop_now.subscribe(),
        );
        served.spawn(serve_on(socket, routes, stop));
        place
    });
    tokio::select! {
        () = stop => {}
        () = tend(&post, &log, codes_again) => {}
    }
    // Nobody listens any more only when all has ended already.
    let _ = stop_now.send(true);
    let _ = tokio::time::timeout(GRACE, served.join_all()).await;
    drop(post);
    let _ = tokio::task::spawn_blocking(move || threads.finish()).await;
    log.say(Line::Stopped);
    Ok(())
}

/// Hands sealed requests on to the target until `stop` comes. It keeps nothing and needs no day.
///
/// # Errors
/// [`ServerError`].
pub async fn forward(config: &Config, stop: impl Future<Output = ()>) -> Result<(), ServerError> {
    let log = Arc::new(Log::default());
    let target = config.target.as_ref().ok_or(ServerError::NoWay)?;
    let way = Way::to(target, Arc::clone(&log)).ok_or(ServerError::NoWay)?;
    let (socket, address) = bind(config.listen).await?;
    let (stop_now, stopping) = watch::channel(false);
    log.say(Line::Forwarding);
    announce(address, None)?;
    let served = serve(socket, config.connections, forward::routes(way), stopping);
    let served = tokio::spawn(served);
    stop.await;
    // Nobody listens any more only when it has ended already.
    let _ = stop_now.send(true);
    let _ = tokio::time::timeout(GRACE, served).await;
    log.say(Line::Stopped);
    Ok(())
}

/// Wakes phones until `stop` comes (docs/decisions/waking.md).
///
/// # Errors
/// [`ServerError`].
pub async fn wake(config: &Config, stop: impl Future<Output = ()>) -> Result<(), ServerError> {
    let Database::File(path) = &config.database else {
        return Err(StoreError::NoFolder.into());
    };
    let log = Arc::new(Log::default());
    let gateway = gateway::open(path, &config.gateway, &config.operator, &log).await?;
    let gateway = Arc::new(gateway.ok_or(ServerError::NoWay)?);
    let ((socket, address), metrics) = bind_both(config).await?;
    let (stop_now, stopping) = watch::channel(false);
    log.say(Line::Waking {
        phones: gateway.rounds.keep.phones().await?,
    });
    announce(address, metrics.as_ref().map(|(_, address)| *address))?;
    let mut served = tokio::task::JoinSet::new();
    let routes = gateway::http::routes(Arc::clone(&gateway));
    served.spawn(serve(socket, config.connections, routes, stopping.clone()));
    if let Some((socket, _)) = metrics {
        let routes = gateway::http::metrics_routes(Arc::clone(&gateway));
        served.spawn(serve(socket, 16, routes, stopping.clone()));
    }
    served.spawn(Arc::clone(&gateway.rounds).run(stopping));
    stop.await;
    // Nobody listens any more only when all has ended already.
    let _ = stop_now.send(true);
    let _ = tokio::time::timeout(GRACE, served.join_all()).await;
    log.say(Line::Stopped);
    Ok(())
}

/// Does what waits for the disk or the database beside the threads that answer.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(StoreError::Stopped))
}

fn open<S: Store + Send + 'static>(
    office: Office<S>,
    days: DaySource,
    config: &Config,
    codes: Codes,
    log: &Arc<Log>,
    (wake, oblivious, stopping): (Wake, Option<Arc<Keys>>, watch::Receiver<bool>),
) -> Result<(Arc<Post>, Threads), StoreError> {
    let (key, day) = (office.store().key(), office.store().last_day());
    let mut views = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        views.extend(office.store().reader()?);
    }
    // The writer tells news before there is a `Post` to tell them to.
    let told: Arc<OnceLock<Weak<Post>>> = Arc::default();
    let (news_log, news_told) = (Arc::clone(log), Arc::clone(&told));
    let (writer, threads) = Writer::start(office, move |news| match news {
        News::Fault(fault) => news_log.say(Line::Fault(fault)),
        News::Turned(day, ended) => {
            if let Some(post) = news_told.get().and_then(Weak::upgrade) {
                post.turned(day, ended);
            }
        }
    })?;
    let post = Arc::new(Post {
        writer,
        readers: Readers::new(views),
        key,
        quotas: config.quotas.clone(),
        codes,
        invites: Watched::new(config.invites.clone()),
        limits: Limits::default(),
        wake,
        hints: Hints::default(),
        gateway: config.wake_gateway.clone(),
        oblivious,
        metrics: Metrics::default(),
        log: Arc::clone(log),
        days,
        day: AtomicU32::new(day),
        before: AtomicU64::new(0),
        operator: config.operator.clone(),
        stopping,
    });
    let _ = told.set(Arc::downgrade(&post));
    Ok((post, threads))
}

/// Where it answers, and where its metrics are, if anywhere.
async fn bind_both(config: &Config) -> io::Result<(Bound, Option<Bound>)> {
    let main = bind(config.listen).await?;
    let metrics = match config.metrics_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    Ok((main, metrics))
}

/// A socket, and the address that it has.
type Bound = (TcpListener, SocketAddr);

async fn bind(address: SocketAddr) -> io::Result<Bound> {
    let socket = TcpListener::bind(address).await?;
    let bound = socket.local_addr()?;
    Ok((socket, bound))
}

fn announce(address: SocketAddr, metrics: Option<SocketAddr>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {address}")?;
    if let Some(metrics) = metrics {
        writeln!(out, "metrics on {metrics}")?;
    }
    out.flush()
}

async fn serve(
    socket: TcpListener,
    connections: usize,
    routes: axum::Router,
    stopping: watch::Receiver<bool>,
) {
    let listener = Bounded {
        socket,
        connections: http::connections(connections),
    };
    serve_on(listener, routes, stopping).await;
}

async fn serve_on<L: axum::serve::Listener>(
    listener: L,
    routes: axum::Router,
    mut stopping: watch::Receiver<bool>,
) where
    L::Addr: std::fmt::Debug,
{
    let stop = async move {
        // The sender is kept until it has sent.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    // Made ready once: else each connection would have a table of routes of its own, 6 KiB of it.
    let routes = routes.into_make_service();
    // Ends only by the signal: errors of one connection are its own.
    let _ = axum::serve(listener, routes)
        .with_graceful_shutdown(stop)
        .await;
}

/// What goes on beside the requests: days begin, and codes change.
async fn tend(post: &Post, log: &Log, mut codes_again: mpsc::Receiver<Option<WhoMay>>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => post.tick().await,
            Some(codes) = codes_again.recv() => match codes {
                Some((creating, secrets)) => {
                    post.codes.replace(creating, secrets);
                    log.say(Line::Reloaded);
                }
                None => log.say(Line::NotReloaded),
            },
        }
    }
}
