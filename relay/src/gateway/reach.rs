//! Which addresses of the network the wake gateway calls: strangers name them, so only public ones, looked at by the very resolver whose answer
//! is connected to.
//! Knows names and addresses; knows no phone.
//! Invariant: nothing on this machine or in a network that is not public is ever called, whatever a name resolves to and whenever.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder, Url, redirect, retry};

use super::Settings;

/// How long a push service may take to be reached, and to answer.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(20);
/// The one privileged port that is called.
const HTTPS: u16 = 443;

/// Whether the settings let this address be called, as far as it says itself; what its name resolves to is looked at when it is called.
#[must_use]
pub fn may_call(settings: &Settings, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let port = url.port_or_known_default()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let here = settings.push_here && matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    let https = url.scheme() == "https"
        && url.domain().is_some_and(|name| {
            let hosts = &settings.push_hosts;
            hosts.is_empty() || hosts.iter().any(|one| one.eq_ignore_ascii_case(name))
        });
    let may = plain && (https || (here && url.scheme() == "http"));
    (may && (port == HTTPS || port > 1023)).then_some(url)
}

/// What calls push services.
pub fn client(settings: &Settings) -> ClientBuilder {
    // Once for the whole process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .https_only(!settings.push_here)
        .dns_resolver(Arc::new(Public {
            here: settings.push_here,
        }))
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
}

/// Gives public addresses only.
struct Public {
    here: bool,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let here = self.here;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One that is not public spoils all: else it would be a matter of chance which is called.
            let good = found
                .iter()
                .all(|one| is_public(one.ip()) || (here && one.ip().is_loopback()));
            if good && !found.is_empty() {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err("not a public address".into())
            }
        })
    }
}

/// Whether this is an address of the public network: of IPv6 only what is given out as such, of IPv4 all but what is set aside
/// (the registries of RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let set_aside = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !set_aside
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // 2001:0::/23 has tunnels and tests, 2001:db8::/32 and 3fff::/20 are for documents, 2002::/16 holds addresses of IPv4.
    let set_aside =
        (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    (0x2000..0x4000).contains(&a) && !set_aside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for public in [
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.254",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for not in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff:1::",
        ] {
            assert!(!is_public(not.parse().unwrap()), "{not}");
        }
    }

    #[test]
    fn an_address_says_itself_whether_it_may_be_called() {
        let usual = Settings::default();
        assert!(may_call(&usual, "https://push.example/a?b=c").is_some());
        assert!(may_call(&usual, "https://push.example:8443/a").is_some());
        for not in [
            "http://push.example/a",
            "https://push.example:22/a",
            "https://me@push.example/a",
            "https://push.example/a#b",
            "https://1.1.1.1/a",
            "https://0x7f000001/a",
            "https://2130706433/a",
            "https://[::1]/a",
            "https://[2606:4700::1111]/a",
            "http://127.0.0.1:9999/a",
            "ftp://push.example/a",
            "push.example",
            "",
        ] {
            assert!(may_call(&usual, not).is_none(), "{not}");
        }
        let listed = Settings {
            push_hosts: vec!["push.example".into()],
            ..Settings::default()
        };
        assert!(may_call(&listed, "https://PUSH.example/a").is_some());
        assert!(may_call(&listed, "https://push.example.evil.example/a").is_none());
        let here = Settings {
            push_here: true,
            ..Settings::default()
        };
        assert!(may_call(&here, "http://127.0.0.1:9999/a").is_some());
        assert!(may_call(&here, "http://push.example:9999/a").is_none());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_resolved_to_nothing() {
        let find = async |here| Public { here }.resolve("localhost".parse().unwrap()).await;
        assert!(find(false).await.is_err());
        assert!(find(true).await.unwrap().count() > 0);
    }
}
