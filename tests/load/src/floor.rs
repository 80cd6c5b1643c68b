//! The floors under a relay: a log file, and one bare batched writer over PostgreSQL, each behind the same HTTP; the writer alone too.
//! A post is answered when it is durable, and posts that wait share one sync. They look nothing up, lock nothing, check no token.
//! Invariant: the bare writer's rows are the relay's own, in the relay's own tables.

use super::Told;
use super::bulk::connect;
use super::drive::chance;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use rand_core::Rng;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Client, Statement};

/// Posts that share one sync: as many as share a transaction in the relay.
const TOGETHER: usize = 256;

type Job = (Bytes, oneshot::Sender<bool>);

/// Answers on a free port, says where, and ends when it is killed.
///
/// # Errors
/// When the file can't be written or no port is free.
pub fn serve_file(folder: &Path) -> Told<()> {
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("posts.log"))?;
    let (jobs, mut waiting) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut together = Vec::new();
        while waiting.blocking_recv_many(&mut together, TOGETHER) > 0 {
            let bodies: Vec<&[u8]> = together
                .iter()
                .map(|(body, _): &Job| body.as_ref())
                .collect();
            let kept = log
                .write_all(&bodies.concat())
                .and_then(|()| log.sync_data());
            answer(&mut together, kept.is_ok());
        }
    });
    // As the relay's own process: one thread for each core.
    tokio::runtime::Runtime::new()?.block_on(serve(jobs))
}

/// The same over the tables that a relay has made, with one inbox in them.
///
/// # Errors
/// When the database does not answer or no port is free.
pub fn serve_postgres(database: &str) -> Told<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut bare = Bare::open(database).await?;
        let (jobs, mut waiting) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut together = Vec::new();
            while waiting.recv_many(&mut together, TOGETHER).await > 0 {
                let bodies = together.iter().map(|(body, _): &Job| body.to_vec());
                let kept = bare.write(bodies.collect()).await;
                if let Err(why) = &kept {
                    eprintln!("the bare writer: {why}");
                }
                answer(&mut together, kept.is_ok());
            }
        });
        serve(jobs).await
    })
}

/// The bare writer alone, without HTTP and clients: posts of 1 KiB a second, so many in each transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn write_alone(database: &str, together: usize, span: Duration) -> Told<f64> {
    let mut bare = Bare::open(database).await?;
    let (mut chance, mut count) = (chance(), 0_u32);
    let begun = Instant::now();
    while begun.elapsed() < span {
        let bodies = (0..together).map(|_| {
            let mut body = vec![0; 1_024];
            chance.fill_bytes(&mut body);
            body
        });
        bare.write(bodies.collect()).await?;
        count += u32::try_from(together)?;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

async fn serve(jobs: mpsc::UnboundedSender<Job>) -> Told<()> {
    let routes = Router::new().route("/v1/post", post(keep)).with_state(jobs);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(axum::serve(listener, routes).await?)
}

async fn keep(State(jobs): State<mpsc::UnboundedSender<Job>>, body: Bytes) -> impl IntoResponse {
    let (answer, durable) = oneshot::channel();
    let handed_in = jobs.send((body, answer)).is_ok();
    let kept = handed_in && durable.await.unwrap_or(false);
    let status = if kept {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let answer: &[u8] = &[1, 1, 0];
    (status, [(CONTENT_TYPE, "application/octet-stream")], answer)
}

fn answer(together: &mut Vec<Job>, kept: bool) {
    for (_, answer) in together.drain(..) {
        // Nobody listens when the client is gone.
        let _ = answer.send(kept);
    }
}

/// One connection that writes what a relay writes for a post, and nothing else, in one round trip a transaction.
struct Bare {
    client: Client,
    items: Statement,
    known: Statement,
    inboxes: Statement,
    tally: Statement,
    day: i32,
    inbox: i64,
    last: i64,
}

impl Bare {
    async fn open(database: &str) -> Told<Self> {
        let client = connect(database).await?;
        client.batch_execute("SET synchronous_commit = on").await?;
        let day = client.query_one("SELECT last_day FROM box", &[]).await?;
        let inbox = "SELECT no, last_number FROM inbox LIMIT 1";
        let inbox = client.query_one(inbox, &[]).await?;
        let items = "INSERT INTO item (day, inbox, number, id, bytes) SELECT $1::integer, new.* FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS new";
        let known = "INSERT INTO known (day, id, body_check) SELECT $1::integer, new.* FROM unnest($2::bytea[], $3::bytea[]) AS new";
        let inboxes =
            "UPDATE inbox SET last_number = $2, kept = kept + $3, kept_from = $4 WHERE no = $1";
        let tally = "INSERT INTO tally (no, inboxes, bytes) VALUES (1, 0, $1) ON CONFLICT (no) DO UPDATE SET bytes = tally.bytes + excluded.bytes";
        Ok(Self {
            items: client.prepare(items).await?,
            known: client.prepare(known).await?,
            inboxes: client.prepare(inboxes).await?,
            tally: client.prepare(tally).await?,
            day: day.try_get(0)?,
            inbox: inbox.try_get(0)?,
            last: inbox.try_get(1)?,
            client,
        })
    }

    async fn write(&mut self, bodies: Vec<Vec<u8>>) -> Told<()> {
        let count = i64::try_from(bodies.len())?;
        let sixteen = || -> Vec<Vec<u8>> {
            let mut chance = chance();
            let one = |_: &Vec<u8>| {
                let mut id = vec![0; 16];
                chance.fill_bytes(&mut id);
                id
            };
            bodies.iter().map(one).collect()
        };
        let (ids, checks) = (sixteen(), sixteen());
        let numbers: Vec<i64> = (self.last + 1..).take(bodies.len()).collect();
        let inboxes = vec![self.inbox; bodies.len()];
        self.last += count;
        let (client, day) = (&self.client, self.day);
        let bytes = count * 1_324;
        let (begun, items, known, changed, counted, done) = tokio::join!(biased;
            client.batch_execute("BEGIN"),
            async { client.execute(&self.items, &[&day, &inboxes, &numbers, &ids, &bodies]).await },
            async { client.execute(&self.known, &[&day, &ids, &checks]).await },
            async { client.execute(&self.inboxes, &[&self.inbox, &self.last, &count, &day]).await },
            async { client.execute(&self.tally, &[&bytes]).await },
            client.batch_execute("COMMIT"));
        begun?;
        items?;
        known?;
        changed?;
        counted?;
        Ok(done?)
    }
}
