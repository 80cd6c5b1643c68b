//! Clients that ask one after the other, all at once, and how long each answer took.
//! It knows HTTP/1.1 as far as a measured server speaks it. Invariant: an answer that was not the wished one ends the run.

use super::Told;
use super::row::at;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Not counted, at the beginning of each round.
const WARM: Duration = Duration::from_millis(500);

/// One round.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Answers in a second.
    pub rate: f64,
    /// Microseconds: half of the answers took less.
    pub p50: f64,
    /// Microseconds: 99 of 100 answers took less.
    pub p99: f64,
}

impl Figures {
    /// How long answers took, beside those of another.
    #[must_use]
    pub fn beside(&self, whose: &str, other: &Self) -> String {
        let [half, most, their_half, their_most] =
            [self.p50, self.p99, other.p50, other.p99].map(|micros| micros / 1_000.0);
        format!(
            "half within {half:.2} ms, 99 of 100 within {most:.2} ms; {whose} {their_half:.2} and {their_most:.2}"
        )
    }
}

/// A client's own times.
#[derive(Debug)]
pub struct Watch {
    begun: Instant,
    span: Duration,
    times: Vec<f64>,
}

impl Watch {
    /// Notes what was asked at that moment and is answered now; `false` when the round is over.
    pub fn goes_on(&mut self, asked: Instant) -> bool {
        let since = self.begun.elapsed();
        if since > WARM + self.span {
            return false;
        }
        if since > WARM {
            self.times.push(asked.elapsed().as_secs_f64() * 1e6);
        }
        true
    }
}

/// One thread for all clients, so that the other core is the server's.
///
/// # Errors
/// When there is no runtime.
pub fn runtime() -> Told<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime?)
}

/// All clients at once, for so long after the warming up.
///
/// # Errors
/// What the first client met that met something.
pub async fn drive<F>(
    clients: usize,
    span: Duration,
    client: impl Fn(usize, Watch) -> F,
) -> Told<Figures>
where
    F: Future<Output = Told<Watch>> + 'static,
{
    let begun = Instant::now();
    let all = tokio::task::LocalSet::new();
    let clients: Vec<_> = (0..clients)
        .map(|number| {
            let watch = Watch {
                begun,
                span,
                times: Vec::new(),
            };
            all.spawn_local(client(number, watch))
        })
        .collect();
    let mut times = Vec::new();
    all.run_until(async {
        for client in clients {
            times.extend(client.await??.times);
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    })
    .await?;
    if times.is_empty() {
        return Err("nothing was answered in time".into());
    }
    #[allow(clippy::cast_precision_loss, reason = "a count of answers")]
    let rate = times.len() as f64 / span.as_secs_f64();
    Ok(Figures {
        rate,
        p50: at(&mut times, 0.5),
        p99: at(&mut times, 0.99),
    })
}

/// Random bytes, other ones in each round.
#[must_use]
pub fn chance() -> ChaCha20Rng {
    ChaCha20Rng::from_rng(&mut rand_core::UnwrapErr(getrandom::SysRng))
}

/// A connection that stays open, as between a relay and the proxy before it.
#[derive(Debug)]
pub struct Http {
    socket: TcpStream,
    address: String,
    answer: Vec<u8>,
}

impl Http {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: &str) -> Told<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            address: address.to_owned(),
            answer: Vec::new(),
        })
    }

    /// Sends a request and does not wait.
    ///
    /// # Errors
    /// When the other hung up.
    pub async fn send(
        &mut self,
        path: &str,
        token: &[u8; 32],
        key: Option<[u8; 16]>,
        body: &[u8],
    ) -> Told<()> {
        let (address, length) = (&self.address, body.len());
        let bearer = URL_SAFE_NO_PAD.encode(token);
        let key = key.map_or_else(String::new, |key| {
            format!("idempotency-key: {}\r\n", URL_SAFE_NO_PAD.encode(key))
        });
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {bearer}\r\n{key}content-type: application/octet-stream\r\ncontent-length: {length}\r\n\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        Ok(self.socket.write_all(&request).await?)
    }

    /// The answer's status and body.
    ///
    /// # Errors
    /// When the other hung up, or it is no answer.
    pub async fn answer(&mut self) -> Told<(u16, &[u8])> {
        self.answer.clear();
        let mut whole = None;
        loop {
            if let Some((status, from, to)) = whole
                && self.answer.len() >= to
            {
                return Ok((status, self.answer.get(from..to).unwrap_or_default()));
            }
            if self.socket.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up".into());
            }
            if whole.is_none() {
                whole = head(&self.answer)?;
            }
        }
    }

    /// Posts 1 KiB or whatever it is, and sees that it was kept now.
    ///
    /// # Errors
    /// When it was not.
    pub async fn post(&mut self, slot: &[u8; 32], key: [u8; 16], body: &[u8]) -> Told<()> {
        self.send("/v1/post", slot, Some(key), body).await?;
        match self.answer().await? {
            (200, [1, 1, 0]) => Ok(()),
            (status, said) => Err(refused("a post was not kept", status, said)),
        }
    }
}

/// What came instead.
#[must_use]
pub fn refused(what: &str, status: u16, said: &[u8]) -> Box<dyn std::error::Error> {
    format!("{what}: {status} {}", String::from_utf8_lossy(said)).into()
}

/// Status, and where the body begins and ends, once the head is there.
fn head(answer: &[u8]) -> Told<Option<(u16, usize, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(answer.get(..end).unwrap_or_default())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.ok_or("no answer of HTTP")?.parse()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>())
    });
    let length = length.transpose()?.unwrap_or(0);
    Ok(Some((status, end + 4, end + 4 + length)))
}

/// Clients that post through slots of their choice, 1 KiB each or as long as told.
///
/// # Errors
/// When a post was not kept.
pub async fn post_all(
    address: &str,
    clients: usize,
    size: usize,
    span: Duration,
    slot: impl Fn(usize, &mut ChaCha20Rng) -> [u8; 32] + Clone + 'static,
) -> Told<Figures> {
    drive(clients, span, |number, mut watch| {
        let (address, slot) = (address.to_owned(), slot.clone());
        async move {
            let mut http = Http::connect(&address).await?;
            let (mut chance, mut body, mut key) = (chance(), vec![0; size], [0; 16]);
            loop {
                chance.fill_bytes(&mut body);
                chance.fill_bytes(&mut key);
                let slot = slot(number, &mut chance);
                let asked = Instant::now();
                http.post(&slot, key, &body).await?;
                if !watch.goes_on(asked) {
                    return Ok(watch);
                }
            }
        }
    })
    .await
}
