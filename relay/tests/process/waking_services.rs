//! Apple's and Google's push services as their public documents describe them, by a server of the test's own.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relay::gateway::ciphers::{Signer, new_key};
use relay::gateway::wire::{Target, write_wake};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::kit::Relay;
use crate::waking_kit::{BEGIN, Gateway, Heard, Phone, Service, set_clock};

fn pem(pkcs8: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(pkcs8);
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

fn header<'a>(push: &'a Heard, name: &str) -> &'a str {
    push.headers[name].to_str().unwrap()
}

/// The head and the claims of a signed word, whose signature is looked at.
fn claims(token: &str, key: &UnparsedPublicKey<Vec<u8>>) -> (Value, Value) {
    let (said, signature) = token.rsplit_once('.').unwrap();
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    key.verify(said.as_bytes(), &bytes(signature)).unwrap();
    let (head, claims) = said.split_once('.').unwrap();
    let read = |part| serde_json::from_slice(&bytes(part)).unwrap();
    (read(head), read(claims))
}

async fn wake(gateway: &Gateway, phone: &Phone) {
    let body = write_wake(&[phone.address]);
    assert_eq!(gateway.send("/v1/wake", None, body).await.status, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apple_is_asked_as_it_wants_to_be() {
    let (at_relay, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let service = Service::start().await;
    let key = new_key().unwrap();
    let path = folder.path().join("apple.p8");
    std::fs::write(&path, pem(&key)).unwrap();
    let path = path.to_string_lossy().into_owned();
    let settings = [
        ("RELAY_GATEWAY_APNS_KEY", path.as_str()),
        ("RELAY_GATEWAY_APNS_KEY_ID", "KEY1234567"),
        ("RELAY_GATEWAY_APNS_TEAM", "TEAM123456"),
        ("RELAY_GATEWAY_APNS_TOPIC", "org.example.app"),
        ("RELAY_GATEWAY_APNS_URL", service.address.as_str()),
    ];
    let relay = Relay::start(
        at_relay.path(),
        &[("RELAY_WAKE_GATEWAY", "http://127.0.0.1:9")],
    );
    let gateway = Gateway::start(folder.path(), &settings);
    assert_eq!(gateway.about().await["kinds"], json!([1, 2]));
    let ann = Phone::new("ann", &relay, &gateway, &service.address).await;
    let device = Target::Apple((0..32).collect());
    assert_eq!(ann.register(&gateway, device.clone()).await.status, 204);
    assert_eq!(gateway.count("phones").await, 1);
    assert_eq!(
        ann.register(&gateway, Target::Google("x".into()))
            .await
            .status,
        422
    );
    service.will(&[
        (429, ""),
        (403, r#"{"reason":"ExpiredProviderToken"}"#),
        (200, ""),
    ]);
    wake(&gateway, &ann).await;
    for (tries, later) in [(1, 80), (2, 300)] {
        set_clock(folder.path(), BEGIN + later);
        gateway.until("tries_again_total", tries).await;
    }
    set_clock(folder.path(), BEGIN + 900);
    let pushes = service.until(3).await;
    gateway.until("pushes_total", 1).await;
    let hex: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
    let public = UnparsedPublicKey::new(
        &ECDSA_P256_SHA256_FIXED,
        Signer::read(&key).unwrap().public(),
    );
    for push in &pushes {
        assert_eq!(push.path, format!("/3/device/{hex}"));
        assert_eq!(push.body, br#"{"aps":{"content-available":1}}"#);
        for (name, value) in [
            ("apns-topic", "org.example.app"),
            ("apns-push-type", "background"),
            ("apns-priority", "5"),
            ("apns-collapse-id", "wake"),
        ] {
            assert_eq!(header(push, name), value);
        }
        let said = header(push, "authorization")
            .strip_prefix("bearer ")
            .unwrap();
        let (head, claims) = claims(said, &public);
        assert_eq!(
            (&head["alg"], &head["kid"], &claims["iss"]),
            (&json!("ES256"), &json!("KEY1234567"), &json!("TEAM123456"))
        );
    }
    let said = |push: &Heard| header(push, "authorization").to_owned();
    assert_eq!(said(&pushes[0]), said(&pushes[1]), "one signature for many");
    assert_ne!(
        said(&pushes[1]),
        said(&pushes[2]),
        "until it is not believed"
    );
    for (gone, answer) in [
        (1, (410, r#"{"reason":"Unregistered"}"#)),
        (2, (400, r#"{"reason":"BadDeviceToken"}"#)),
    ] {
        ann.register(&gateway, device.clone()).await;
        service.will(&[answer]);
        wake(&gateway, &ann).await;
        set_clock(folder.path(), BEGIN + 900 + gone * 200);
        gateway.until("phones_gone_total", gone).await;
    }
    assert_eq!(gateway.count("phones").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn google_is_asked_as_it_wants_to_be() {
    let (at_relay, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let service = Service::start().await;
    // A key of RSA is drawn by OpenSSL's command, since ring draws none.
    let made = std::process::Command::new("openssl")
        .args([
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ])
        .output()
        .unwrap();
    assert!(made.status.success());
    let key = String::from_utf8(made.stdout).unwrap();
    let account = json!({
        "type": "service_account",
        "project_id": "some-project",
        "private_key": key,
        "client_email": "wake@some-project.example",
        "token_uri": format!("{}/token", service.address),
    });
    let path = folder.path().join("account.json");
    std::fs::write(&path, account.to_string()).unwrap();
    let path = path.to_string_lossy().into_owned();
    let settings = [
        ("RELAY_GATEWAY_FCM_ACCOUNT", path.as_str()),
        ("RELAY_GATEWAY_FCM_URL", service.address.as_str()),
    ];
    let relay = Relay::start(
        at_relay.path(),
        &[("RELAY_WAKE_GATEWAY", "http://127.0.0.1:9")],
    );
    let gateway = Gateway::start(folder.path(), &settings);
    assert_eq!(gateway.about().await["kinds"], json!([1, 3]));
    let ann = Phone::new("ann", &relay, &gateway, &service.address).await;
    let phone = Target::Google("phone:of-ann".into());
    assert_eq!(ann.register(&gateway, phone.clone()).await.status, 204);
    let given = r#"{"access_token":"given","expires_in":3599,"token_type":"Bearer"}"#;
    service.will(&[(200, given), (503, ""), (200, "{}")]);
    wake(&gateway, &ann).await;
    set_clock(folder.path(), BEGIN + 80);
    gateway.until("tries_again_total", 1).await;
    set_clock(folder.path(), BEGIN + 300);
    let heard = service.until(3).await;
    gateway.until("pushes_total", 1).await;
    let paths: Vec<_> = heard.iter().map(|one| one.path.as_str()).collect();
    let send = "/v1/projects/some-project/messages:send";
    assert_eq!(paths, ["/token", send, send], "one token for many");
    let form = String::from_utf8(heard[0].body.clone()).unwrap();
    let said = form
        .strip_prefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=")
        .unwrap();
    let public = UnparsedPublicKey::new(
        &RSA_PKCS1_2048_8192_SHA256,
        Signer::from_pem(&key).unwrap().public(),
    );
    let (head, claims) = claims(said, &public);
    assert_eq!(
        (&head["alg"], &claims["iss"]),
        (&json!("RS256"), &json!("wake@some-project.example"))
    );
    assert_eq!(
        claims["scope"],
        "https://www.googleapis.com/auth/firebase.messaging"
    );
    for push in &heard[1..] {
        assert_eq!(header(push, "authorization"), "Bearer given");
        let message: Value = serde_json::from_slice(&push.body).unwrap();
        let expected = json!({"message": {
            "token": "phone:of-ann",
            "data": {"wake": "1"},
            "android": {"collapse_key": "wake", "priority": "NORMAL", "ttl": "18000s"},
        }});
        assert_eq!(message, expected);
    }
    let unregistered =
        r#"{"error":{"code":404,"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}"#;
    service.will(&[(404, unregistered)]);
    wake(&gateway, &ann).await;
    set_clock(folder.path(), BEGIN + 900);
    gateway.until("phones_gone_total", 1).await;
    assert_eq!(gateway.count("phones").await, 0);
    // Where no token is given, one asks for it and not each.
    let bob = Phone::new("bob", &relay, &gateway, &service.address).await;
    for one in [&ann, &bob] {
        assert_eq!(one.register(&gateway, phone.clone()).await.status, 204);
        wake(&gateway, one).await;
    }
    service.will(&[(500, "")]);
    set_clock(folder.path(), BEGIN + 9000);
    gateway.until("tries_again_total", 3).await;
    let asked = service.heard();
    let asked = asked.iter().filter(|one| one.path == "/token").count();
    assert_eq!(asked, 2);
}
