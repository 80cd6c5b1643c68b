//! Wake-up hints between processes on one PostgreSQL, over a connection of their own that writes nothing.
//! Knows groups of inboxes; knows no inbox, no token and no transaction.
//! Invariant: a hint that is lost costs time only: who waits looks again by itself.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{Stream, poll_fn};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_postgres::{AsyncMessage, Client, Error, Notification};

use super::StoreError;
use super::postgres::Address;
use super::postgres_link::class;
use crate::wake::{Groups, Wake};

/// What comes within this time goes as one.
const TOGETHER: Duration = Duration::from_millis(10);
/// How long to rest after a connection broke.
const REST: Duration = Duration::from_secs(2);
/// The server drops a connection that answers nothing for so long.
const ANSWER: Duration = Duration::from_secs(10);
/// A notification holds less than 8,000 bytes; a group takes three.
const GROUPS_TOGETHER: usize = 2_000;

const LISTEN: &str = "LISTEN alongside_wake";
const NOTIFY: &str = "SELECT pg_notify('alongside_wake', $1)";
const WHO: &str = "SELECT pg_backend_pid()";

/// Tells the other processes what came here, and wakes those that wait here for what came there, until it is stopped.
pub async fn exchange(address: Address, wake: Wake, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            // Why it broke is told by those who write over another connection to the same server.
            _ = over_one(&address, &wake) => {}
        }
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            () = sleep(REST) => {}
        }
    }
}

async fn over_one(address: &Address, wake: &Wake) -> Result<(), StoreError> {
    let (client, mut connection) = address.connect_raw().await?;
    let heard = poll_fn(move |context| connection.poll_message(context));
    tokio::try_join!(listen(wake, heard, &client), tell(wake, &client)).map(|_| ())
}

/// Hears until the connection ends, which also ends all that is asked over it.
async fn listen(
    wake: &Wake,
    heard: impl Stream<Item = Result<AsyncMessage, Error>>,
    client: &Client,
) -> Result<(), StoreError> {
    let mut heard = std::pin::pin!(heard);
    // The connection is driven by hearing, so the asking goes on beside it.
    let mut asked = std::pin::pin!(async {
        client.batch_execute(LISTEN).await.map_err(class)?;
        let row = client.query_one(WHO, &[]).await.map_err(class)?;
        row.try_get::<_, i32>(0).map_err(class)
    });
    let mut own = None;
    loop {
        tokio::select! {
            pid = &mut asked, if own.is_none() => own = Some(pid?),
            message = heard.next() => match message {
                Some(Ok(AsyncMessage::Notification(hint))) => {
                    // Our own came back: those who wait here were called when it happened.
                    if own != Some(hint.process_id()) {
                        wake.ring_groups(&read(&hint));
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(StoreError::Away),
            },
        }
    }
}

async fn tell(wake: &Wake, client: &Client) -> Result<(), StoreError> {
    loop {
        wake.something_to_tell().await;
        sleep(TOGETHER).await;
        let groups: Vec<u16> = wake.take_groups().into_iter().collect();
        for some in groups.chunks(GROUPS_TOGETHER) {
            let text: String = some.iter().map(|group| format!("{group:03x}")).collect();
            let told = tokio::time::timeout(ANSWER, client.execute(NOTIFY, &[&text])).await;
            told.map_err(|_| StoreError::Away)?.map_err(class)?;
        }
    }
}

/// What is no group is passed over: whoever else may notify wakes nobody.
fn read(hint: &Notification) -> Groups {
    let groups = hint.payload().as_bytes().chunks(3);
    groups
        .filter_map(|digits| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
        .collect::<BTreeSet<_>>()
}
