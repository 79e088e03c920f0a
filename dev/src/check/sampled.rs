//! Values out of examples and from developers' machines.

/// Whether a host name is one of documentation ([RFC 2606](https://www.rfc-editor.org/rfc/rfc2606)).
pub(super) fn is_example(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let ends = ["example.com", "example.org", "example.net", "example", "invalid", "test"];
    ends.iter().any(|end| host == *end || host.ends_with(&format!(".{end}")))
}

/// Whether a host name is this machine, or one that only a private network knows.
pub(super) fn is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let private = host.parse().is_ok_and(|address: std::net::IpAddr| match address {
        std::net::IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_unspecified()
        }
        std::net::IpAddr::V6(address) => address.is_loopback() || address.is_unspecified(),
    });
    private || host == "localhost" || [".localhost", ".local"].iter().any(|end| host.ends_with(end))
}

/// The host of `host:port`.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}
