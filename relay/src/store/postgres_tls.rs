//! TLS to the database's server, by rustls: its name and its certificates are always checked, against roots that the operator names.
//! Knows no SQL.
//! Invariant: where roots are named, nothing is asked in the open.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Encrypted;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How connections are encrypted; without roots they are not.
#[derive(Clone, Default)]
pub(super) struct Tls(Option<Arc<ClientConfig>>);

/// One connection's part; it is made for each, also for those that are not encrypted, and for a socket that has no name.
pub(super) struct Handshake(Option<(Arc<ClientConfig>, ServerName<'static>)>);

/// A connection after its handshake.
pub(super) struct Stream(Encrypted<Socket>);

impl Tls {
    /// Trusts the certificates in this PEM file and no others; `None` when it can't be read or holds none.
    pub(super) fn trusting(roots: &Path) -> Option<Self> {
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(roots).ok()? {
            trusted.add(certificate.ok()?).ok()?;
        }
        if trusted.is_empty() {
            return None;
        }
        let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = versions
            .with_safe_default_protocol_versions()
            .ok()?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Some(Self(Some(Arc::new(config))))
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, domain: &str) -> io::Result<Handshake> {
        let name = ServerName::try_from(domain.to_owned()).ok();
        Ok(Handshake(self.0.clone().zip(name)))
    }
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async {
            let unsupported = || io::Error::from(io::ErrorKind::Unsupported);
            let (config, name) = self.0.ok_or_else(unsupported)?;
            let shaken = TlsConnector::from(config).connect(name, stream);
            shaken.await.map(Stream)
        })
    }
}

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        // The certificate is checked against the operator's own roots.
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
