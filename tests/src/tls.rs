//! TLS really ended before the post box, every byte of TCP payload counted, both ways, by what was asked for, and what
//! tickets joined written down. The chain is of the size of a public authority's; its root is trusted by a process alone
//! that was started with it in `SSL_CERT_FILE`. Its key is published here and guards nothing.
//! Invariant: what is counted is what went over the socket, handshakes and tickets too.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{HandshakeKind, ServerConfig};

/// The root that signed the chain: to be trusted by the process that measures.
pub const ROOT: &str = include_str!("tls/root.pem");
const CHAIN: &[u8] = include_bytes!("tls/chain.pem");
const KEY: &[u8] = include_bytes!("tls/key.pem");

/// What went by: for each kind of request how many, the bytes on the wire, and the bytes inside TLS.
#[derive(Debug, Clone, Copy, Default)]
pub struct Went {
    /// Connections.
    pub connections: u64,
    /// Of these, how many resumed a TLS session by a ticket.
    pub resumed: u64,
    /// Bytes of TCP payload, both ways.
    pub wire: u64,
    /// Bytes inside TLS, both ways.
    pub inside: u64,
}

/// A TLS end before a post box.
pub struct TlsEnd {
    /// Where it answers.
    pub url: String,
    went: Arc<Mutex<BTreeMap<String, Went>>>,
    resumed: Arc<Mutex<Vec<bool>>>,
    _runtime: tokio::runtime::Runtime,
}

impl TlsEnd {
    /// Before the post box at this address.
    ///
    /// # Errors
    /// The machine's no.
    pub fn before(post_box: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let post_box: SocketAddr = post_box.parse()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(CHAIN).collect::<Result<_, _>>()?;
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY)?)?;
        // One ticket a connection, as relay/PROTOCOL.md asks of what stands before a relay.
        config.send_tls13_tickets = 1;
        config.ticketer = ring::Ticketer::new()?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("https://localhost:{}", listener.local_addr()?.port());
        let went = Arc::new(Mutex::new(BTreeMap::new()));
        let resumed = Arc::default();
        let (book, handshakes) = (Arc::clone(&went), Arc::clone(&resumed));
        runtime.spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                let (acceptor, book) = (acceptor.clone(), Arc::clone(&book));
                let handshakes = Arc::clone(&handshakes);
                tokio::spawn(async move {
                    let wire = Arc::new(AtomicU64::new(0));
                    let counted = Counted(phone, Arc::clone(&wire));
                    let carried = carry(acceptor, counted, post_box, &handshakes).await;
                    let (asked, inside, resumed) = carried.unwrap_or_default();
                    let mut book = book.lock().unwrap();
                    let went: &mut Went = book.entry(asked).or_default();
                    went.connections += 1;
                    went.resumed += u64::from(resumed);
                    went.inside += inside;
                    went.wire += wire.load(Ordering::SeqCst);
                });
            }
        });
        Ok(Self {
            url,
            went,
            resumed,
            _runtime: runtime,
        })
    }

    /// What went by so far.
    #[must_use]
    pub fn went(&self) -> BTreeMap<String, Went> {
        self.went.lock().unwrap().clone()
    }

    /// Of each handshake, in their order, whether it resumed an earlier session.
    #[must_use]
    pub fn resumed(&self) -> Vec<bool> {
        self.resumed.lock().unwrap().clone()
    }
}

/// One connection to its end: what was asked for, how many bytes went inside, and whether it resumed a session.
async fn carry(
    acceptor: TlsAcceptor,
    phone: Counted,
    post_box: SocketAddr,
    handshakes: &Mutex<Vec<bool>>,
) -> io::Result<(String, u64, bool)> {
    let mut phone = acceptor.accept(phone).await?;
    let resumed = phone.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
    handshakes.lock().unwrap().push(resumed);
    let mut relay = TcpStream::connect(post_box).await?;
    let mut first = vec![0; 16_384];
    let count = phone.read(&mut first).await?;
    first.truncate(count);
    let line = first
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let asked = line.split(' ').nth(1).unwrap_or_default();
    let mut asked = asked.trim_start_matches("/v1/").to_owned();
    let head = String::from_utf8_lossy(&first);
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    if let Some(length) = length.filter(|_| asked == "post") {
        // What is posted differs in its size alone.
        asked = format!("{asked} of {length} B");
    }
    relay.write_all(&first).await?;
    let rest = tokio::io::copy_bidirectional(&mut phone, &mut relay).await;
    // A phone that hangs up without TLS's last word has said all it had to say.
    let (there, back) = rest.unwrap_or_default();
    Ok((asked, count as u64 + there + back, resumed))
}

/// A socket whose bytes are counted.
struct Counted(TcpStream, Arc<AtomicU64>);

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let done = Pin::new(&mut self.0).poll_read(cx, buf);
        let count = buf.filled().len() - before;
        self.1.fetch_add(count as u64, Ordering::SeqCst);
        done
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.0).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = done {
            self.1.fetch_add(count as u64, Ordering::SeqCst);
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
