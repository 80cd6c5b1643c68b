//! Apple's push service (APNs), after its public documents: a silent push over HTTP/2, signed by a key of the app's developer.
//! Knows one device token at a time.
//! Invariant: every push has the same headers but for the hour in its signature, and the same body.

use std::fmt;
use std::sync::Mutex;

use reqwest::{Client, StatusCode, Url};

use super::Settings;
use super::ciphers::Signer;
use super::push::{KEPT, Outcome, Push, Sending, outcome};
use super::reach::client;
use super::wire::Target;

/// Nothing to show and nothing to say: the system may let the app run for some seconds.
const BODY: &str = r#"{"aps":{"content-available":1}}"#;
/// Apple wants a signed word to be less than an hour old, and not to be made anew more often than each 20 minutes.
const RENEW: u64 = 40 * 60;

/// What Apple knows the app's developer by.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The key in PEM, as Apple gives it (`.p8`).
    pub key: String,
    /// Its id.
    pub key_id: String,
    /// The developer's team.
    pub team: String,
    /// The app's bundle.
    pub topic: String,
    /// Where the service is.
    pub url: Url,
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Account(..)")
    }
}

pub(super) struct Apns {
    client: Client,
    signer: Signer,
    account: Account,
    said: Mutex<Option<(u64, String)>>,
}

impl Apns {
    pub(super) fn new(settings: &Settings, account: &Account) -> Option<Self> {
        // The service speaks HTTP/2 alone; on this machine, for tests, without TLS.
        let builder = client(settings);
        let builder = if account.url.scheme() == "http" {
            builder.http2_prior_knowledge()
        } else {
            builder
        };
        Some(Self {
            client: builder.build().ok()?,
            signer: Signer::from_pem(&account.key)?,
            account: account.clone(),
            said: Mutex::default(),
        })
    }

    fn said(&self, now: u64) -> Option<String> {
        let mut said = self.said.lock().ok()?;
        if let Some((since, said)) = &*said
            && now.saturating_sub(*since) < RENEW
        {
            return Some(said.clone());
        }
        let claims = serde_json::json!({"iss": self.account.team, "iat": now});
        let new = self.signer.claim(Some(&self.account.key_id), &claims)?;
        *said = Some((now, new.clone()));
        Some(new)
    }

    async fn send(&self, target: &Target, now: u64) -> Option<Outcome> {
        let Target::Apple(token) = target else {
            return None;
        };
        let name: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        let request = self
            .client
            .post(self.account.url.join(&format!("/3/device/{name}")).ok()?)
            .header("authorization", format!("bearer {}", self.said(now)?))
            .header("apns-topic", &self.account.topic)
            .header("apns-push-type", "background")
            .header("apns-priority", "5")
            .header("apns-expiration", now + KEPT)
            .header("apns-collapse-id", "wake")
            .header("content-type", "application/json")
            .body(BODY);
        let Ok(answer) = request.send().await else {
            return Some(Outcome::Later(None));
        };
        let status = answer.status();
        // The reason is a short word in JSON.
        let reason = match status {
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN => {
                super::push::short(answer).await.unwrap_or_default()
            }
            _ => String::new(),
        };
        let gone = ["BadDeviceToken", "DeviceTokenNotForTopic"];
        if gone.iter().any(|word| reason.contains(word)) {
            return Some(Outcome::Gone);
        }
        if status == StatusCode::FORBIDDEN {
            // The signed word was not believed: ours is the fault, and no phone's.
            if let Ok(mut said) = self.said.lock() {
                *said = None;
            }
            return Some(Outcome::Later(None));
        }
        Some(outcome(Some((status, None))))
    }
}

impl Push for Apns {
    fn push<'a>(&'a self, target: &'a Target, now: u64) -> Sending<'a> {
        Box::pin(async move { self.send(target, now).await.unwrap_or(Outcome::Refused) })
    }

    fn may(&self, target: &Target) -> bool {
        matches!(target, Target::Apple(_))
    }
}
