//! Web Push: RFC 8030, sealed by RFC 8291, signed by RFC 8292. Browsers and UnifiedPush.
//! Knows one subscription at a time.
//! Invariant: every push has the same headers and a body of the same length.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, StatusCode};

use super::Settings;
use super::ciphers::{Signer, is_key, sealed};
use super::push::{KEPT, Outcome, Push, Sending, ask, outcome};
use super::reach::{client, may_call};
use super::wire::Target;

/// How long a signed word holds: half of what RFC 8292 allows, so that clocks may differ.
const HOLDS: u64 = 12 * 3600;

pub(super) struct Web {
    settings: Settings,
    client: Client,
    signer: Signer,
}

impl Web {
    pub(super) fn new(settings: &Settings, vapid: &[u8]) -> Option<Self> {
        Some(Self {
            settings: settings.clone(),
            client: client(settings).build().ok()?,
            signer: Signer::read(vapid)?,
        })
    }

    async fn send(&self, target: &Target, now: u64) -> Option<Outcome> {
        let Target::Web {
            endpoint,
            key,
            auth,
        } = target
        else {
            return None;
        };
        // The settings may be stricter than when it was registered.
        let url = may_call(&self.settings, endpoint)?;
        let mut claims = serde_json::Map::new();
        claims.insert("aud".into(), url.origin().ascii_serialization().into());
        claims.insert("exp".into(), ((now + HOLDS) / 3600 * 3600).into());
        if !self.settings.contact.is_empty() {
            claims.insert("sub".into(), self.settings.contact.clone().into());
        }
        let said = self.signer.claim(None, &claims.into())?;
        let public = URL_SAFE_NO_PAD.encode(self.signer.public());
        let request = self
            .client
            .post(url)
            .header("authorization", format!("vapid t={said}, k={public}"))
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", KEPT)
            .header("topic", "wake")
            .header("urgency", "normal")
            .body(sealed(key, auth)?);
        Some(match ask(request).await {
            Some((StatusCode::NOT_FOUND, _)) => Outcome::Gone,
            answer => outcome(answer),
        })
    }
}

impl Push for Web {
    fn push<'a>(&'a self, target: &'a Target, now: u64) -> Sending<'a> {
        Box::pin(async move { self.send(target, now).await.unwrap_or(Outcome::Refused) })
    }

    fn may(&self, target: &Target) -> bool {
        match target {
            Target::Web { endpoint, key, .. } => {
                is_key(key) && may_call(&self.settings, endpoint).is_some()
            }
            _ => false,
        }
    }
}
