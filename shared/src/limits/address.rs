//! Whose request this is, as far as an address tells: from the one header that the platform sets, or from the connection.
//! Every other forwarding header is the client's to write, and is not looked at.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, HeaderName, request::Parts},
};

use crate::{app::App, host::Peer};

/// A caller's address, as far as limits tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// An IPv4 address, or an IPv6 network: whoever has one address of a /64 has 2⁶⁴ of them.
    Known(IpAddr),
    /// Not to be told. All of these share their limits, so that hiding one's address gains nothing.
    Unknown,
}

impl Address {
    /// The address a request comes from: what stands in `header` if one is configured, else the connection's own.
    #[must_use]
    pub fn of_request(headers: &HeaderMap, extensions: &Extensions, header: Option<&HeaderName>) -> Self {
        match header {
            // Of several, the last was written by whoever is nearest to us: the platform.
            Some(name) => {
                let last = headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok());
                last.and_then(|list| list.split(',').next_back()).map_or(Self::Unknown, Self::of)
            }
            None => extensions.get::<Peer>().map_or(Self::Unknown, |peer| Self::of_ip(peer.0)),
        }
    }

    /// Reads an address, with or without a port.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
        ip.map_or(Self::Unknown, Self::of_ip)
    }

    fn of_ip(ip: IpAddr) -> Self {
        Self::Known(match ip.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// As many bytes for each kind, and the same for no two callers.
    pub(super) fn bytes(self) -> [u8; 16] {
        match self {
            Self::Known(IpAddr::V4(address)) => address.to_ipv6_mapped().octets(),
            Self::Known(IpAddr::V6(network)) => network.octets(),
            // No network: those end in zeros.
            Self::Unknown => [u8::MAX; 16],
        }
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of_request(&parts.headers, &parts.extensions, app.config().client_ip_header.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(header: Option<&str>, sent: &[(&str, &str)], peer: Option<&str>) -> Address {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        let mut extensions = Extensions::new();
        if let Some(peer) = peer {
            extensions.insert(Peer(peer.parse().expect("an address")));
        }
        let header: Option<HeaderName> = header.map(|name| name.parse().expect("a name"));
        Address::of_request(&headers, &extensions, header.as_ref())
    }

    fn known(text: &str) -> Address {
        Address::Known(text.parse().expect("an address"))
    }

    #[test]
    fn without_a_configured_header_the_connection_counts_and_no_header_does() {
        let forged = [
            ("x-forwarded-for", "198.51.100.7"),
            ("x-real-ip", "198.51.100.7"),
            ("forwarded", "for=198.51.100.7"),
            ("x-vercel-forwarded-for", "198.51.100.7"),
            ("cf-connecting-ip", "198.51.100.7"),
            ("true-client-ip", "198.51.100.7"),
        ];
        assert_eq!(seen(None, &forged, Some("192.0.2.1")), known("192.0.2.1"));
        assert_eq!(seen(None, &forged, None), Address::Unknown);
    }

    #[test]
    fn the_configured_header_counts_and_the_connection_does_not() {
        let header = Some("x-vercel-forwarded-for");
        let sent = [("x-forwarded-for", "198.51.100.7"), ("x-vercel-forwarded-for", "192.0.2.1")];
        assert_eq!(seen(header, &sent, Some("127.0.0.1")), known("192.0.2.1"));
        assert_eq!(seen(header, &[], Some("127.0.0.1")), Address::Unknown);
    }

    #[test]
    fn of_a_list_the_end_counts_which_the_platform_wrote() {
        let header = Some("x-client");
        assert_eq!(seen(header, &[("x-client", "198.51.100.7, 192.0.2.1")], None), known("192.0.2.1"));
        let twice = [("x-client", "198.51.100.7"), ("x-client", "192.0.2.1")];
        assert_eq!(seen(header, &twice, None), known("192.0.2.1"));
    }

    #[test]
    fn garbage_is_nobodys_address_and_all_of_it_the_same() {
        for garbage in ["", " ", "unknown", "192.0.2.1.5", "192.0.2.1,", "999.1.1.1", "example.com", "::g"] {
            assert_eq!(seen(Some("x-client"), &[("x-client", garbage)], Some("192.0.2.1")), Address::Unknown);
        }
    }

    #[test]
    fn ports_do_not_count_nor_does_how_an_address_is_written() {
        assert_eq!(Address::of("192.0.2.1:4711"), known("192.0.2.1"));
        assert_eq!(Address::of("::ffff:192.0.2.1"), known("192.0.2.1"));
        assert_eq!(Address::of("[2001:db8::1]:4711"), known("2001:db8::"));
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(Address::of("2001:db8:1:2::1"), Address::of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(Address::of("2001:db8:1:2::1"), Address::of("2001:db8:1:3::1"));
    }
}
