//! The document itself as the source of requests: schemathesis asks a real box on each store all that relay/PROTOCOL.md's OpenAPI document lets it.
//! Not run with the other tests, since it is no crate: `cargo xtask fuzz-relay` installs it outside the tree, and says where by SCHEMATHESIS.

use std::path::Path;
use std::process::Command;

use relay::wire::{self, FetchRequest};
use serde_json::json;

use super::{Watch, told};
use crate::kit::{Owner, WEEK, text};
use crate::oblivious::{Phone, binary};
use crate::postgres::Server;

const ANN: Owner = Owner("ann");
const BOB: Owner = Owner("bob");
/// Of what it could complain about, all that a box with bearer tokens promises. Not: 401 where a token is missing (all unknown tokens are one
/// answer), and that what fits the document is taken (it says of bodies that they are bytes).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,unsupported_method,allow_header_conformance";

/// Good tokens and bodies for each path. Deleted is another inbox than the rest is asked about.
async fn known(watch: &Watch) -> serde_json::Value {
    let relay = &watch.relay;
    for owner in [&ANN, &BOB] {
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 201);
    }
    // A wait is answered at once.
    relay.post(&ANN.slot(9), [9; 16], &[9; 1024]).await;
    let fetch = wire::write_fetch(&FetchRequest {
        max: 3,
        cursor: vec![9; 48],
        acks: vec![[1; 16]],
    });
    let create = wire::write_create(&Owner("cat").inbox(WEEK));
    let close = wire::write_close(&[[7; 32], [8; 32]]);
    let acknowledge = wire::write_acknowledge(&[[1; 16], [2; 16]]);
    let deeds = [
        ("/v1/create", vec![], vec![create]),
        ("/v1/create-secret", vec![ANN.slot(1)], vec![vec![1]]),
        ("/v1/close", vec![ANN.fetch(), BOB.fetch()], vec![close]),
        ("/v1/delete", vec![BOB.fetch()], vec![vec![1]]),
        (
            "/v1/post",
            vec![ANN.slot(1), ANN.slot(2), BOB.slot(1)],
            vec![vec![1; 1024], vec![2; 2048]],
        ),
        (
            "/v1/fetch",
            vec![ANN.fetch(), ANN.fetch(), ANN.slot(1)],
            vec![fetch],
        ),
        ("/v1/acknowledge", vec![ANN.fetch()], vec![acknowledge]),
        (
            "/v1/wait",
            vec![ANN.wake()],
            vec![vec![1, 0, 0], vec![1, 0, 1]],
        ),
        // With a good token its answer lasts an hour.
        ("/v1/waits", vec![], vec![vec![1]]),
        (
            "/v1/waking",
            vec![ANN.fetch()],
            vec![wire::write_waking(None), wire::write_waking(Some(&[5; 32]))],
        ),
    ];
    let phone = Phone::of(&relay.address, &relay.address).await;
    let mut sealed = Vec::new();
    let mut all = serde_json::Map::new();
    for (path, tokens, bodies) in deeds {
        for body in &bodies {
            let asked = binary("POST", path, tokens.first(), Some([3; 16]), body);
            sealed.push(hex::encode(phone.seal(&asked).0));
        }
        let tokens: Vec<_> = tokens.iter().map(|token| text(&token.0)).collect();
        let bodies: Vec<_> = bodies.iter().map(hex::encode).collect();
        all.insert(path.into(), json!({"tokens": tokens, "bodies": bodies}));
    }
    all.insert("/v1/oblivious".into(), json!({"bodies": sealed}));
    all.into()
}

async fn holds(store: &str, database: Option<String>) {
    let program =
        std::env::var("SCHEMATHESIS").expect("cargo xtask fuzz-relay says where schemathesis is");
    let (seconds, seed) = (
        told("FUZZ_SECONDS").unwrap_or(60),
        told("FUZZ_SEED").unwrap_or(1),
    );
    let mut watch = Watch::over(database);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("document.json"), relay::openapi::document().to_string()).unwrap();
    std::fs::write(at("known.json"), known(&watch).await.to_string()).unwrap();
    let warm = seconds / 4;
    for (seconds, seed) in [(warm, seed), (seconds - warm, seed + 1)] {
        let mut command = Command::new(&program);
        command
            .args([
                "--no-color",
                "run",
                "document.json",
                "--url",
                &watch.relay.address,
            ])
            .args([
                "--phases",
                "coverage,fuzzing",
                "--checks",
                CHECKS,
                "--workers",
                "2",
            ])
            .args([
                "--max-time",
                &seconds.to_string(),
                "--seed",
                &seed.to_string(),
            ])
            .args([
                "--request-timeout",
                "310",
                "--continue-on-failure",
                "--warnings",
                "off",
            ])
            .env("FUZZ_KNOWN", at("known.json"))
            .env("SCHEMATHESIS_HOOKS", "known")
            .env(
                "PYTHONPATH",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/process/fuzz"),
            )
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(folder.path());
        let done = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(
            done.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let counts = said.lines().find(|line| line.contains(" generated"));
        println!(
            "schemathesis on {store}, seed {seed}: {}",
            counts.expect("it counts what it asked").trim()
        );
        watch.measure().await;
    }
    let counted = crate::kit::get(format!("{}/metrics", watch.relay.metrics)).await;
    let counted = String::from_utf8(counted.body).unwrap();
    let counts = counted.lines().filter(|line| line.contains("status=\""));
    println!("{}", counts.collect::<Vec<_>>().join("\n"));
    let wrong = watch.end(&format!("schemathesis on {store}"));
    assert!(wrong.is_empty(), "not held: {wrong:#?}");
    // It came to the deeds, and not to their doors alone.
    for deed in [
        "post\",status=\"200",
        "fetch\",status=\"200",
        "acknowledge\",status=\"204",
        "oblivious\",status=\"200",
    ] {
        assert!(counted.contains(deed), "no {deed}: {counted}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "cargo xtask fuzz-relay"]
async fn on_sqlite_the_box_answers_as_the_document_says() {
    holds("SQLite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "cargo xtask fuzz-relay"]
async fn on_postgres_the_box_answers_as_the_document_says() {
    let server = Server::shared();
    holds("PostgreSQL", Some(server.database())).await;
}
