//! Relay, wake gateway and push service as real processes and servers: what comes wakes the phone, once, and tells nobody more than that.
//! Long because one story is followed through three of them, failure by failure.

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relay::gateway::wire::{Registration, Target, address_hash, write_register, write_wake};
use relay::{Purpose, token::hash, wire};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;
use tempfile::TempDir;

use crate::kit::{Answer, DAY, OK, Owner, Relay, WEEK, get, set_day};
use crate::privacy::{everything, files, holds, holds_in_any_form};
use crate::waking_kit::{BEGIN, Gateway, Heard, Phone, Service, set_clock};

/// A window and its quarter are over by then.
const OVER: u64 = 80;

impl Relay {
    pub async fn waking(&self, fetch: &relay::Token, address: Option<&[u8; 32]>) -> Answer {
        let body = wire::write_waking(address);
        let url = format!("{}/v1/waking", self.address);
        crate::kit::ask(url, Some(fetch), None, body).await.unwrap()
    }
}

/// A box that tells this gateway, each second.
fn relay(folder: &TempDir, gateway: &Gateway) -> Relay {
    let told = [
        ("RELAY_WAKE_GATEWAY", gateway.address.as_str()),
        ("RELAY_WAKE_ROUND", "1"),
    ];
    Relay::start(folder.path(), &told)
}

pub async fn post(relay: &Relay, owner: &Owner, key: u8) {
    let kept = relay.post(&owner.slot(1), [key; 16], &[key; 1024]).await;
    assert_eq!(kept.status, OK);
}

/// Longer than a round of the box and a look of the gateway.
async fn rest() {
    tokio::time::sleep(Duration::from_millis(1600)).await;
}

fn header(push: &Heard, name: &str) -> String {
    push.headers[name].to_str().unwrap().to_owned()
}

fn folders() -> (TempDir, TempDir) {
    (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_posts_are_one_push_that_says_nothing_and_neither_side_knows_the_others_half() {
    let (at_relay, at_gateway) = folders();
    let service = Service::start().await;
    let gateway = Gateway::start(at_gateway.path(), &[]);
    let relay = relay(&at_relay, &gateway);
    let info: Value =
        serde_json::from_slice(&get(format!("{}/v1/info", relay.address)).await.body).unwrap();
    assert_eq!(info["wake_gateway"], gateway.address.as_str());
    let ann = Phone::new("ann", &relay, &gateway, &service.address).await;
    let bob = Phone::new("bob", &relay, &gateway, &service.address).await;
    let eve = Owner("eve");
    relay.create(None, &eve.inbox(WEEK)).await;
    for key in 1..=10 {
        post(&relay, &ann.owner, key).await;
    }
    post(&relay, &eve, 11).await;
    gateway.until("hints_total", 1).await;
    rest().await;
    assert_eq!(service.heard().len(), 0, "the window lasts");
    let waits = files(at_gateway.path());
    set_clock(at_gateway.path(), BEGIN + OVER);
    let first = service.until(1).await.remove(0);
    set_clock(at_gateway.path(), BEGIN + 3 * OVER);
    rest().await;
    assert_eq!(service.heard().len(), 1, "ten posts, one push");

    // Another phone's push, and a later one of the same, differ in nothing but keys and noise.
    post(&relay, &ann.owner, 12).await;
    post(&relay, &bob.owner, 13).await;
    gateway.until("hints_total", 3).await;
    set_clock(at_gateway.path(), BEGIN + 5 * OVER);
    let pushes = service.until(3).await;
    for push in &pushes {
        let phone = if push.path.ends_with("ann") {
            &ann
        } else {
            &bob
        };
        assert_eq!((push.body.len(), phone.open(push)), (230, vec![1]));
        for name in [
            "ttl",
            "topic",
            "urgency",
            "content-encoding",
            "content-type",
            "content-length",
        ] {
            assert_eq!(header(push, name), header(&first, name));
        }
        assert_eq!(push.headers.len(), first.headers.len());
    }
    assert_eq!(
        (header(&first, "ttl"), header(&first, "content-encoding")),
        ("18000".into(), "aes128gcm".into())
    );
    signed(&gateway, &service, &first).await;

    // What is fetched before the round wakes nobody, and neither does a box that was told not to.
    post(&relay, &ann.owner, 14).await;
    let got = relay.fetch(&ann.owner.fetch(), 99, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    relay.acknowledge(&ann.owner.fetch(), &acks).await;
    assert_eq!(relay.waking(&bob.owner.fetch(), None).await.status, 204);
    let before = gateway.count("hints_total").await;
    post(&relay, &bob.owner, 15).await;
    rest().await;
    assert!(gateway.count("hints_total").await <= before + 1);

    // What was taken away is out of the box's log, too, when a day has begun.
    set_day(at_relay.path(), DAY + 1);
    relay.wait(&bob.owner.wake(), 0).await;
    let at_box = everything(&relay).await;
    assert!(
        holds(&at_box, &ann.address).is_some(),
        "the search finds what is there"
    );
    assert_eq!(holds(&at_box, &bob.address), None, "what was taken away");
    let mut never: Vec<Vec<u8>> = Vec::new();
    for phone in [&ann, &bob] {
        never.extend([
            phone.endpoint.clone().into_bytes(),
            phone.endpoint.split("//").nth(1).unwrap().into(),
            phone.keys.public_key().to_vec(),
            phone.auth.to_vec(),
            phone.manage.0.to_vec(),
        ]);
    }
    for sought in &never {
        assert_eq!(holds_in_any_form(&at_box, sought), None);
    }
    let mut at_gate = files(at_gateway.path());
    at_gate.retain(|(name, _)| name != "clock");
    let shown = get(format!("{}/metrics", gateway.metrics)).await.body;
    at_gate.push(("metrics".into(), shown));
    assert!(holds(&at_gate, ann.endpoint.as_bytes()).is_some());
    assert!(holds(&at_gate, &address_hash(&ann.address)).is_some());
    for phone in [&ann, &bob] {
        let (fetch, wake) = (phone.owner.fetch(), phone.owner.wake());
        for sought in [
            phone.address,
            phone.manage.0,
            fetch.0,
            wake.0,
            phone.owner.slot(1).0,
            hash(Purpose::Fetch, &fetch),
            hash(Purpose::Wake, &wake),
            hash(Purpose::Slot, &phone.owner.slot(1)),
        ] {
            assert_eq!(holds_in_any_form(&at_gate, &sought), None);
        }
    }
    // While something waits the file holds its quarter of an hour; nothing finer, and not even that afterwards.
    let quarter = u32::try_from(BEGIN / 900).unwrap().to_be_bytes();
    assert!(holds(&waits, &quarter[1..]).is_some());
    assert_eq!(holds(&at_gate, &quarter[1..]), None);
    for second in BEGIN..BEGIN + 6 * OVER {
        let second = u32::try_from(second).unwrap();
        assert_eq!(holds(&at_gate, &second.to_be_bytes()), None);
        assert_eq!(holds(&at_gate, second.to_string().as_bytes()), None);
    }
    let file = std::fs::metadata(at_gateway.path().join("gateway.db")).unwrap();
    assert_eq!(file.mode() & 0o777, 0o600);
    println!(
        "10 posts, 1 push; 3 pushes of 230 bytes; {} and {} files searched",
        at_box.len(),
        at_gate.len()
    );
}

/// The push was signed for this service by the key that the gateway shows (RFC 8292).
async fn signed(gateway: &Gateway, service: &Service, push: &Heard) {
    let about = gateway.about().await;
    let said = header(push, "authorization");
    let said = said.strip_prefix("vapid t=").unwrap();
    let (token, key) = said.split_once(", k=").unwrap();
    assert_eq!(about["vapid"], key);
    let (said, signature) = token.rsplit_once('.').unwrap();
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key))
        .verify(said.as_bytes(), &bytes(signature))
        .unwrap();
    let claims: Value = serde_json::from_slice(&bytes(said.split_once('.').unwrap().1)).unwrap();
    assert_eq!(claims["aud"], service.address.as_str());
    let ends = claims["exp"].as_u64().unwrap();
    assert!(ends > BEGIN && ends <= BEGIN + 24 * 3600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_away_is_tried_again_also_over_a_kill() {
    let (at_relay, at_gateway) = folders();
    let gateway = Gateway::start(at_gateway.path(), &[]);
    let relay = relay(&at_relay, &gateway);
    // Nobody listens there yet.
    let place = Service::start().await.address.clone();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let ann = Phone::new("ann", &relay, &gateway, &place).await;
    post(&relay, &ann.owner, 1).await;
    gateway.until("hints_total", 1).await;
    set_clock(at_gateway.path(), BEGIN + OVER);
    gateway.until("tries_again_total", 1).await;
    let service = Service::start_at(place.strip_prefix("http://").unwrap()).await;
    service.will(&[(503, ""), (429, ""), (500, "")]);
    for (again, later) in [(2, 200), (3, 400), (4, 900)] {
        set_clock(at_gateway.path(), BEGIN + later);
        gateway.until("tries_again_total", again).await;
    }
    let gateway = gateway.kill_and_start(at_gateway.path(), &[]);
    assert_eq!(gateway.count("waiting").await, 1);
    set_clock(at_gateway.path(), BEGIN + 1000);
    let pushes = service.until(4).await;
    assert_eq!(ann.open(&pushes[3]), [1]);
    gateway.until("pushes_total", 1).await;
    let gateway = gateway.kill_and_start(at_gateway.path(), &[]);
    set_clock(at_gateway.path(), BEGIN + 2000);
    rest().await;
    assert_eq!(
        (service.heard().len(), gateway.count("waiting").await),
        (4, 0),
        "it is through"
    );

    // A hint that was answered is kept, also where the gateway is killed within the window.
    post(&relay, &ann.owner, 2).await;
    gateway.until("hints_total", 1).await;
    let gateway = gateway.kill_and_start(at_gateway.path(), &[]);
    set_clock(at_gateway.path(), BEGIN + 2100);
    service.until(5).await;
    // And one that found no gateway is told to the next.
    drop(gateway);
    post(&relay, &ann.owner, 3).await;
    rest().await;
    let listen = told(&relay).await;
    let gateway = Gateway::start_at(&listen, at_gateway.path(), &[]);
    gateway.until("hints_total", 1).await;
    println!("away, 503, 429, 500, 3 kills: every hint became one push");
}

/// Where the box's gateway is to listen.
async fn told(relay: &Relay) -> String {
    let info: Value =
        serde_json::from_slice(&get(format!("{}/v1/info", relay.address)).await.body).unwrap();
    let url = info["wake_gateway"].as_str().unwrap();
    url.strip_prefix("http://").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_five_hours_old_is_dropped_and_a_phone_that_is_gone_is_deleted() {
    let (at_relay, at_gateway) = folders();
    let service = Service::start().await;
    let gateway = Gateway::start(at_gateway.path(), &[]);
    let relay = relay(&at_relay, &gateway);
    let ann = Phone::new("ann", &relay, &gateway, &service.address).await;
    service.will(&[(503, "")]);
    post(&relay, &ann.owner, 1).await;
    gateway.until("hints_total", 1).await;
    set_clock(at_gateway.path(), BEGIN + OVER);
    gateway.until("tries_again_total", 1).await;
    let gateway = gateway.kill_and_start(at_gateway.path(), &[]);
    set_clock(at_gateway.path(), BEGIN + 5 * 3600);
    gateway.until("dropped_total", 1).await;
    rest().await;
    assert_eq!(
        (service.heard().len(), gateway.count("waiting").await),
        (1, 0)
    );

    for (gone, status) in [(1, 410), (2, 404)] {
        let now = BEGIN + 5 * 3600 + gone * 1000;
        assert_eq!(ann.register(&gateway, ann.web()).await.status, 204);
        assert_eq!(
            gateway
                .send("/v1/wake", None, write_wake(&[ann.address]))
                .await
                .status,
            204
        );
        let before = files(at_gateway.path());
        assert!(holds(&before, ann.endpoint.as_bytes()).is_some());
        service.will(&[(status, "")]);
        set_clock(at_gateway.path(), now);
        gateway.until("phones_gone_total", gone).await;
        let after = files(at_gateway.path());
        assert_eq!(holds(&after, ann.endpoint.as_bytes()), None, "written over");
        assert_eq!(holds(&after, &address_hash(&ann.address)), None);
        // Nobody is told so: the box goes on asking, and is answered as before.
        assert_eq!(
            gateway
                .send("/v1/wake", None, write_wake(&[ann.address]))
                .await
                .status,
            204
        );
        assert_eq!(gateway.count("waiting").await, 0);
    }
    // Nor whether a manage token is known.
    for _ in 0..2 {
        ann.register(&gateway, ann.web()).await;
        let left = gateway
            .send("/v1/unregister", Some(&ann.manage), vec![1])
            .await;
        let unknown = gateway
            .send("/v1/unregister", Some(&ann.owner.slot(3)), vec![1])
            .await;
        assert_eq!(left, unknown);
    }
    assert_eq!(
        holds(&files(at_gateway.path()), ann.endpoint.as_bytes()),
        None
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_on_this_machine_is_called_and_no_redirect_followed() {
    let (at_relay, at_gateway) = folders();
    let here = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = here.local_addr().unwrap().port();
    let strict = [("RELAY_GATEWAY_PUSH_HERE", "false")];
    let gateway = Gateway::start(at_gateway.path(), &strict);
    let relay = relay(&at_relay, &gateway);
    let mut ann = Phone::new(
        "ann",
        &relay,
        &gateway,
        &format!("https://localhost:{port}"),
    )
    .await;
    for refused in [
        "http://127.0.0.1:9999/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://10.0.0.1/a",
        "https://push.example:22/a",
    ] {
        ann.endpoint = refused.into();
        let answer = ann.register(&gateway, ann.web()).await;
        assert_eq!(
            (answer.status, answer.kind.as_str()),
            (422, "application/problem+json"),
            "{refused}"
        );
    }
    let wake = async |gateway: &Gateway| {
        gateway
            .send("/v1/wake", None, write_wake(&[ann.address]))
            .await
            .status
    };
    assert_eq!(wake(&gateway).await, 204);
    set_clock(at_gateway.path(), BEGIN + OVER);
    gateway.until("tries_again_total", 1).await;
    let called = tokio::time::timeout(Duration::from_millis(500), here.accept()).await;
    assert!(called.is_err(), "a name of this machine");
    // The same name is called where the settings allow it: so the listener would have heard.
    let gateway = gateway.kill_and_start(at_gateway.path(), &[]);
    set_clock(at_gateway.path(), BEGIN + 3 * OVER);
    let called = tokio::time::timeout(Duration::from_secs(20), here.accept()).await;
    assert!(called.unwrap().is_ok());

    let service = Service::start().await;
    service.will(&[(307, "")]);
    ann.endpoint = format!("{}/first", service.address);
    assert_eq!(ann.register(&gateway, ann.web()).await.status, 204);
    drop(here);
    set_clock(at_gateway.path(), BEGIN + 3600);
    gateway.until("dropped_total", 1).await;
    let paths: Vec<_> = service
        .heard()
        .into_iter()
        .map(|heard| heard.path)
        .collect();
    assert_eq!(paths, ["/first"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_hangs_holds_up_neither_posts_nor_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let hangs = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", hangs.local_addr().unwrap());
    let told = [
        ("RELAY_WAKE_GATEWAY", address.as_str()),
        ("RELAY_WAKE_ROUND", "1"),
    ];
    let relay = Relay::start(folder.path(), &told);
    let ann = Owner("ann");
    relay.create(None, &ann.inbox(WEEK)).await;
    relay.waking(&ann.fetch(), Some(&[5; 32])).await;
    post(&relay, &ann, 0).await;
    let held = tokio::time::timeout(Duration::from_secs(20), hangs.accept()).await;
    let begun = Instant::now();
    for key in 1..=50 {
        post(&relay, &ann, key).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    let (code, took) = tokio::task::spawn_blocking(move || relay.stop())
        .await
        .unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_owner_sets_an_address_and_only_where_there_is_a_gateway() {
    let (one, two) = folders();
    let plain = Relay::start(one.path(), &[]);
    let ann = Owner("ann");
    plain.create(None, &ann.inbox(WEEK)).await;
    let none = plain.waking(&ann.fetch(), Some(&[5; 32])).await;
    assert_eq!(none.status, 404);
    assert!(
        String::from_utf8(none.body)
            .unwrap()
            .contains("no-such-page")
    );
    let told = [("RELAY_WAKE_GATEWAY", "http://127.0.0.1:9")];
    let relay = Relay::start(two.path(), &told);
    relay.create(None, &ann.inbox(WEEK)).await;
    for stranger in [ann.wake(), ann.slot(1), Owner("eve").fetch()] {
        let answer = relay.waking(&stranger, Some(&[5; 32])).await;
        assert_eq!(answer.status, 404);
        assert!(
            String::from_utf8(answer.body)
                .unwrap()
                .contains("no-such-inbox")
        );
    }
    for wrong in [
        vec![1],
        vec![1, 2],
        vec![1, 1, 5],
        [&[1, 0][..], &[5; 32]].concat(),
    ] {
        let url = format!("{}/v1/waking", relay.address);
        let answer = crate::kit::ask(url, Some(&ann.fetch()), None, wrong)
            .await
            .unwrap();
        assert_eq!(answer.status, 422);
    }
    assert_eq!(relay.waking(&ann.fetch(), Some(&[5; 32])).await.status, 204);
    assert_eq!(relay.waking(&ann.fetch(), None).await.status, 204);
    assert_eq!(relay.delete(&ann.fetch()).await.status, 204);
    assert_eq!(relay.waking(&ann.fetch(), None).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_an_answer_comes_tells_not_which_addresses_are_one_phones() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Gateway::start(folder.path(), &[]);
    let registration = Registration {
        target: Target::Web {
            endpoint: "http://127.0.0.1:9999/a".into(),
            key: ciphers_key(),
            auth: [1; 16],
        },
        addresses: vec![address_hash(&[1; 32]), address_hash(&[2; 32])],
    };
    let manage = Owner("ann").slot(3);
    let register = write_register(&registration);
    // The first is written down, the second of the same phone needs nothing more, and the third is unknown.
    for (path, token, body) in [
        ("/v1/register", Some(&manage), register),
        ("/v1/wake", None, write_wake(&[[1; 32]])),
        ("/v1/wake", None, write_wake(&[[2; 32]])),
        ("/v1/wake", None, write_wake(&[[3; 32]])),
        ("/v1/unregister", Some(&Owner("eve").slot(3)), vec![1]),
        ("/v1/unregister", Some(&manage), vec![1]),
    ] {
        let begun = Instant::now();
        assert_eq!(gateway.send(path, token, body).await.status, 204);
        assert!(begun.elapsed() >= Duration::from_millis(500), "{path}");
    }
}

fn ciphers_key() -> [u8; 65] {
    relay::gateway::ciphers::join();
    let (pair, _) = ece::generate_keypair_and_auth_secret().unwrap();
    pair.pub_as_raw().unwrap().try_into().unwrap()
}
