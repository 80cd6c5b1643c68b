//! Google's push service (FCM, HTTP v1), after its public documents: a message of one constant datum, under a token that a service account's
//! signature is changed for (RFC 7523).
//! Knows one registration token at a time.
//! Invariant: every push is the same but for the registration token in it.

use std::fmt;

use reqwest::{Client, StatusCode, Url};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::Settings;
use super::ciphers::Signer;
use super::push::{KEPT, Outcome, Push, Sending, again, outcome, short};
use super::reach::client;
use super::wire::Target;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long a signed word holds, in seconds.
const HOLDS: u64 = 3600;
/// How long nobody asks for a token after none was given, in seconds.
const REST: u64 = 60;

/// A service account, as Google gives it in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its key in PEM.
    pub key: String,
    /// Its name.
    pub email: String,
    /// Where its signature is changed for a token.
    pub token_url: Url,
    /// Where messages go.
    pub send_url: Url,
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Account(..)")
    }
}

impl Account {
    /// From the file's text, and the address of the service.
    #[must_use]
    pub fn read(text: &str, service: &Url) -> Option<Self> {
        let file: Value = serde_json::from_str(text).ok()?;
        let field = |name: &str| file.get(name)?.as_str();
        let project = field("project_id")?;
        Some(Self {
            key: field("private_key")?.to_owned(),
            email: field("client_email")?.to_owned(),
            token_url: Url::parse(field("token_uri")?).ok()?,
            send_url: service
                .join(&format!("/v1/projects/{project}/messages:send"))
                .ok()?,
        })
    }
}

pub(super) struct Fcm {
    client: Client,
    signer: Signer,
    account: Account,
    /// Until when, and the token; `None` for one that was not given.
    token: Mutex<Option<(u64, Option<String>)>>,
}

impl Fcm {
    pub(super) fn new(settings: &Settings, account: &Account) -> Option<Self> {
        Some(Self {
            client: client(settings).build().ok()?,
            signer: Signer::from_pem(&account.key)?,
            account: account.clone(),
            token: Mutex::default(),
        })
    }

    async fn token(&self, now: u64) -> Option<String> {
        let mut token = self.token.lock().await;
        if let Some((until, token)) = &*token
            && now < *until
        {
            return token.clone();
        }
        let given = self.ask(now).await;
        // Who waited meanwhile does not ask again, one after the other: where that hangs they would keep up all other pushes.
        let (until, new) = match given {
            Some((until, new)) => (until, Some(new)),
            None => (now + REST, None),
        };
        *token = Some((until, new.clone()));
        new
    }

    async fn ask(&self, now: u64) -> Option<(u64, String)> {
        let claims = json!({
            "iss": self.account.email,
            "scope": SCOPE,
            "aud": self.account.token_url.as_str(),
            "iat": now,
            "exp": now + HOLDS,
        });
        let said = self.signer.claim(None, &claims)?;
        // Both are of letters that need no escaping but the colons, which a form writes so.
        let form = format!("grant_type={}&assertion={said}", GRANT.replace(':', "%3A"));
        let request = self
            .client
            .post(self.account.token_url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let given: Value = serde_json::from_str(&short(answer).await?).ok()?;
        let new = given.get("access_token")?.as_str()?.to_owned();
        let holds = given.get("expires_in").and_then(Value::as_u64);
        // A minute less, so that none ends on its way.
        let until = now + holds.unwrap_or(HOLDS).min(HOLDS).saturating_sub(60);
        Some((until, new))
    }

    async fn send(&self, target: &Target, now: u64) -> Option<Outcome> {
        let Target::Google(phone) = target else {
            return None;
        };
        let Some(token) = self.token(now).await else {
            return Some(Outcome::Later(None));
        };
        let message = json!({"message": {
            "token": phone,
            "data": {"wake": "1"},
            "android": {"collapse_key": "wake", "priority": "NORMAL", "ttl": format!("{KEPT}s")},
        }});
        let request = self
            .client
            .post(self.account.send_url.clone())
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(message.to_string());
        let Ok(answer) = request.send().await else {
            return Some(Outcome::Later(None));
        };
        let status = answer.status();
        let again = again(&answer);
        Some(match status {
            // Its reason for a phone that is gone is UNREGISTERED, which has this status alone; of an unknown project it says the same status.
            StatusCode::NOT_FOUND => {
                if short(answer).await?.contains("UNREGISTERED") {
                    Outcome::Gone
                } else {
                    Outcome::Refused
                }
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                *self.token.lock().await = None;
                Outcome::Later(None)
            }
            _ => outcome(Some((status, again))),
        })
    }
}

impl Push for Fcm {
    fn push<'a>(&'a self, target: &'a Target, now: u64) -> Sending<'a> {
        Box::pin(async move { self.send(target, now).await.unwrap_or(Outcome::Refused) })
    }

    fn may(&self, target: &Target) -> bool {
        matches!(target, Target::Google(_))
    }
}
