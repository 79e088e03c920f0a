//! Under which names the API is reached, and where the web client is: `ALLOWED_HOSTS` and `FRONTEND_BASE_URL`. Links are
//! made of both.

use std::net::Ipv6Addr;

use super::{
    ConfigError, Environment,
    variables::{Variables, missing, unusable},
};

/// Host names, with a port if need be. As in Django, `.example.com` covers a domain and all below it, and `*`
/// everything, which in production would let links lead wherever a caller says.
pub(super) fn allowed(env: &Variables, environment: Environment) -> Result<Vec<String>, ConfigError> {
    const NAME: &str = "ALLOWED_HOSTS";
    let production = environment.is_production();
    let hosts = env.list(NAME);
    if hosts.is_empty() && production {
        return Err(missing(NAME));
    }
    let fits = |host: &String| match host.as_str() {
        "*" => !production,
        host => is_host(host.strip_prefix('.').unwrap_or(host)),
    };
    if hosts.iter().all(fits) {
        Ok(hosts)
    } else {
        Err(unusable(NAME, "has something that is no host name like api.example.com"))
    }
}

/// An absolute address, without a slash at the end.
pub(super) fn frontend(env: &Variables, environment: Environment) -> Result<String, ConfigError> {
    const NAME: &str = "FRONTEND_BASE_URL";
    let Some(text) = env.text(NAME) else { return Ok("http://localhost:3000".to_owned()) };
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>".contains(&byte));
    if !matches!(scheme, "http" | "https") || !is_host(host) || !plain {
        return Err(unusable(NAME, "is no address like https://www.example.com"));
    }
    if scheme == "http" && environment.is_production() && !is_this_machine(host) {
        return Err(unusable(NAME, "does not begin with https://, and links in mails carry codes"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Whether it is the name or the address of a host, perhaps with a port, and nothing else.
fn is_host(text: &str) -> bool {
    let (name, port) = name_and_port(text);
    let ipv6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let named = match ipv6 {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => name.split('.').all(is_label),
    };
    named && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_this_machine(host: &str) -> bool {
    matches!(name_and_port(host).0, "localhost" | "127.0.0.1" | "[::1]")
}

/// The colons of an IPv6 address stand in brackets.
fn name_and_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_bare_names() {
        let read = |hosts: &str, environment| allowed(&Variables(&|_| Some(hosts.to_owned())), environment);
        for good in
            ["api.example.com", "localhost:3000, 127.0.0.1,[::1]:8000", ".example.com", "API.Example.com"]
        {
            assert!(read(good, Environment::Production).is_ok(), "{good}");
        }
        for bad in [
            "https://api.example.com/",
            "api.example.com/path",
            "api.example.com,api example.com",
            "me@api.example.com",
            "api.example.com:",
            "api.example.com:http",
            "api.example.com:70000",
            "api..example.com",
            "*.example.com",
            "::1",
            "[::x]",
            "*",
        ] {
            assert!(read(bad, Environment::Production).is_err(), "{bad}");
        }
        assert_eq!(read("*", Environment::Development), Ok(vec!["*".to_owned()]));
    }

    #[test]
    fn the_web_client_is_at_an_absolute_address() {
        let read = |url: &str, environment| frontend(&Variables(&|_| Some(url.to_owned())), environment);
        let cases = [
            ("https://www.example.com", "https://www.example.com"),
            (" https://www.example.com/app// ", "https://www.example.com/app"),
            ("http://localhost:8081/", "http://localhost:8081"),
            ("http://[::1]:8081", "http://[::1]:8081"),
        ];
        for (url, expected) in cases {
            assert_eq!(read(url, Environment::Production), Ok(expected.to_owned()), "{url}");
        }
        for bad in [
            "zzz",
            "www.example.com",
            "https://",
            "https:///app",
            "ftp://www.example.com",
            "https://www.example.com?a=b",
            "https://www.example.com/?a=b",
            "https://www.example.com/#top",
            "https://me:secret@www.example.com",
            "https://www.example.com/a b",
            "https://*.example.com",
        ] {
            assert!(read(bad, Environment::Development).is_err(), "{bad}");
        }
        assert!(read("http://www.example.com", Environment::Production).is_err());
        assert!(read("http://www.example.com", Environment::Development).is_ok());
    }
}
