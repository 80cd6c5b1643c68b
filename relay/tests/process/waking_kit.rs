//! The real wake gateway as a process, a push service that is a real server of its own, and phones that speak PROTOCOL.md 13 to them.
//! Knows the contract only, not the gateway's inside.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use ece::EcKeyComponents;
use relay::Token;
use relay::gateway::ciphers;
use relay::gateway::wire::{Registration, Target, address_hash, write_register};
use tokio::net::TcpListener;

use crate::kit::{Answer, Owner, Relay, WEEK, answer, client, get, started, text};

/// The hour at which all begins: in the middle of a day, in the middle of a quarter.
pub const BEGIN: u64 = 20_500 * 86_400 + 9 * 3600 + 333;

/// A running gateway; killed when dropped.
pub struct Gateway {
    child: Child,
    pub address: String,
    pub metrics: String,
}

pub fn set_clock(folder: &Path, seconds: u64) {
    std::fs::write(folder.join("clock-next"), seconds.to_string()).unwrap();
    std::fs::rename(folder.join("clock-next"), folder.join("clock")).unwrap();
}

impl Gateway {
    pub fn start(folder: &Path, environment: &[(&str, &str)]) -> Self {
        Self::start_at("127.0.0.1:0", folder, environment)
    }

    /// Starts one over the files of this folder, with the time in `clock`.
    pub fn start_at(listen: &str, folder: &Path, environment: &[(&str, &str)]) -> Self {
        if !folder.join("clock").exists() {
            set_clock(folder, BEGIN);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        command
            .args(["wake-gateway", "--listen", listen, "--database"])
            .arg(folder.join("gateway.db"))
            .env("RELAY_GATEWAY_CLOCK_FILE", folder.join("clock"))
            .env("RELAY_GATEWAY_PUSH_HERE", "true")
            .envs(environment.iter().copied());
        let (child, address, metrics) = started(command, folder);
        Self {
            child,
            address,
            metrics,
        }
    }

    /// kill -9, and another over the same files at the same address.
    pub fn kill_and_start(mut self, folder: &Path, environment: &[(&str, &str)]) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let listen = self.address.strip_prefix("http://").unwrap().to_owned();
        Self::start_at(&listen, folder, environment)
    }

    /// One of its counters or gauges.
    pub async fn count(&self, name: &str) -> u64 {
        let shown = get(format!("{}/metrics", self.metrics)).await.body;
        let shown = String::from_utf8(shown).unwrap();
        let name = format!("wake_gateway_{name} ");
        let line = shown.lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap().parse().unwrap()
    }

    /// Waits until a counter is there.
    pub async fn until(&self, name: &str, most: u64) {
        let begun = Instant::now();
        while self.count(name).await < most {
            assert!(begun.elapsed() < Duration::from_secs(20), "{name}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// What it says of itself.
    pub async fn about(&self) -> serde_json::Value {
        let asked = client().get(format!("{}/v1/gateway", self.address)).send();
        serde_json::from_slice(&answer(asked.await.unwrap()).await.unwrap().body).unwrap()
    }

    pub async fn send(&self, path: &str, token: Option<&Token>, body: Vec<u8>) -> Answer {
        let mut request = client().post(format!("{}{path}", self.address)).body(body);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {}", text(&token.0)));
        }
        answer(request.send().await.unwrap()).await.unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a push service heard.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

type Answers = Arc<Mutex<VecDeque<(u16, String)>>>;

/// A push service; gone when dropped.
pub struct Service {
    pub address: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Answers,
    task: tokio::task::JoinHandle<()>,
}

impl Service {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    pub async fn start_at(listen: &str) -> Self {
        let socket = TcpListener::bind(listen).await.unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let answers: Answers = Arc::default();
        let routes = Router::new().fallback({
            let (heard, answers) = (Arc::clone(&heard), Arc::clone(&answers));
            async move |uri: Uri, headers: HeaderMap, body: Bytes| {
                heard.lock().unwrap().push(Heard {
                    path: uri.path().to_owned(),
                    headers,
                    body: body.to_vec(),
                });
                let next = answers.lock().unwrap().pop_front();
                let (status, body) = next.unwrap_or((201, String::new()));
                let location = [("location", "/elsewhere")];
                (StatusCode::from_u16(status).unwrap(), location, body)
            }
        });
        let task = tokio::spawn(async move { axum::serve(socket, routes).await.unwrap() });
        Self {
            address,
            heard,
            answers,
            task,
        }
    }

    /// What is answered next, one after the other; then 201 again.
    pub fn will(&self, answers: &[(u16, &str)]) {
        let answers = answers
            .iter()
            .map(|(status, body)| (*status, (*body).into()));
        self.answers.lock().unwrap().extend(answers);
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until so much was heard, and gives it.
    pub async fn until(&self, count: usize) -> Vec<Heard> {
        let begun = Instant::now();
        while self.heard().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(20), "{count} pushes");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        self.heard()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A phone with one inbox.
pub struct Phone {
    pub owner: Owner,
    pub manage: Token,
    pub address: [u8; 32],
    pub endpoint: String,
    pub keys: EcKeyComponents,
    pub auth: [u8; 16],
}

impl Phone {
    /// With an inbox at the box, a registration at the gateway, and the wake address at both.
    pub async fn new(name: &'static str, relay: &Relay, gateway: &Gateway, service: &str) -> Self {
        ciphers::join();
        let owner = Owner(name);
        let (pair, auth) = ece::generate_keypair_and_auth_secret().unwrap();
        let phone = Self {
            manage: owner.slot(210),
            address: owner.slot(211).0,
            endpoint: format!("{service}/phone-of-{name}?up=1"),
            keys: pair.raw_components().unwrap(),
            auth,
            owner,
        };
        let made = relay.create(None, &phone.owner.inbox(WEEK)).await;
        assert_eq!(made.status, 201);
        assert_eq!(phone.register(gateway, phone.web()).await.status, 204);
        let set = relay
            .waking(&phone.owner.fetch(), Some(&phone.address))
            .await;
        assert_eq!(set.status, 204);
        phone
    }

    pub fn web(&self) -> Target {
        Target::Web {
            endpoint: self.endpoint.clone(),
            key: self.keys.public_key().try_into().unwrap(),
            auth: self.auth,
        }
    }

    pub async fn register(&self, gateway: &Gateway, target: Target) -> Answer {
        let registration = Registration {
            target,
            addresses: vec![address_hash(&self.address)],
        };
        let body = write_register(&registration);
        gateway.send("/v1/register", Some(&self.manage), body).await
    }

    /// What a push says to this phone.
    pub fn open(&self, push: &Heard) -> Vec<u8> {
        ece::decrypt(&self.keys, &self.auth, &push.body).unwrap()
    }
}
