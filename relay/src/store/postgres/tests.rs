//! PostgreSQL keeps the promises of every store, and those of several processes; on a real server of the test's own.

use std::sync::OnceLock;

use tokio::runtime::Runtime;

use super::*;
use crate::store::conformance;
use crate::store::postgres_kit::Server;

/// Drives the connections of all tests.
fn runtime() -> Handle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(1).enable_all().build().unwrap()
        })
        .handle()
        .clone()
}

/// A store over this database.
pub(crate) fn open(database: &str) -> Result<Postgres, StoreError> {
    let address = Address::read(database).unwrap();
    Postgres::open(&address, runtime(), &mut Chance::System)
}

#[test]
fn it_conforms() {
    let server = Server::shared();
    let kept = conformance::conforms("PostgreSQL", &|| open(&server.database())).unwrap();
    assert_eq!(kept, 10);
}

#[test]
fn it_keeps_things_over_two_restarts() {
    let server = Server::shared();
    let database = server.database();
    let again = |store| {
        drop(store);
        open(&database)
    };
    conformance::keeps(open(&database).unwrap(), again).unwrap();
}

#[test]
fn two_processes_share_a_database() {
    let server = Server::shared();
    let database = server.database();
    conformance::shares(open(&database).unwrap(), open(&database).unwrap()).unwrap();
}
