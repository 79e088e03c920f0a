//! Hosts and origins: who may call, and where links lead.

use super::{
    Variables,
    findings::Findings,
    sampled::{is_example, is_local, without_port},
};

pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    hosts(variables, findings);
    origins(variables, findings);
    patterns(variables, findings);
    frontend(variables, findings);
}

fn hosts(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "ALLOWED_HOSTS";
    let hosts = variables.list(NAME);
    for host in &hosts {
        if host.contains("://") || host.contains('/') {
            findings.error(NAME, "holds an address: host names only, such as api.sessly.pl");
        } else if host.contains('*') || host.starts_with('.') {
            findings.error(NAME, "holds a wildcard: links would follow whatever host somebody asks for");
        } else if is_example(without_port(host)) {
            findings.error(NAME, "holds a host of the samples");
        } else if is_local(without_port(host)) {
            findings.error(NAME, "holds a host of this machine or of a private network");
        }
    }
    if !hosts.is_empty() {
        findings.ok(NAME, "names hosts, the first of which stands in links");
    }
}

fn origins(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "CORS_ALLOWED_ORIGINS";
    let origins = variables.list(NAME);
    if origins.is_empty() {
        findings.warning(NAME, "is not set: no web page on another origin may call the API");
        return;
    }
    for origin in origins {
        let Some((scheme, host)) = origin.split_once("://") else {
            let wildcard = origin == "*";
            findings.error(
                NAME,
                if wildcard {
                    "allows every origin: any page could use the session of whoever opens it"
                } else {
                    "holds something that is no origin: https://host, without a path"
                },
            );
            continue;
        };
        if origin.contains('*') {
            findings.error(
                NAME,
                "holds a wildcard: origins are exact; patterns go into CORS_ALLOWED_ORIGIN_PATTERNS",
            );
        } else if host.contains('/') {
            findings.error(NAME, "holds an address with a path, which no browser sends as an origin");
        } else if is_local(without_port(host)) {
            findings.error(NAME, "allows pages of a developer's machine");
        } else if is_example(without_port(host)) {
            findings.error(NAME, "holds an origin of the samples");
        } else if scheme != "https" {
            findings.error(NAME, "holds an origin without TLS: whoever is on the way could act as its page");
        }
    }
    findings.ok(NAME, "names exact origins with TLS");
}

fn patterns(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "CORS_ALLOWED_ORIGIN_PATTERNS";
    for pattern in variables.list(NAME) {
        let named = pattern.trim_start_matches('^').trim_start_matches("https://");
        let domain = named.trim_start_matches(['*', '.', '[', ']', '^', '(', ')', '+', '\\', '/']);
        let whole_platform = ["vercel.app", r"vercel\.app", "netlify.app", r"netlify\.app"]
            .iter()
            .any(|platform| domain.starts_with(platform));
        if whole_platform || !domain.contains('.') {
            findings.error(
                NAME,
                "allows more than this project's previews: anybody could deploy a page that matches",
            );
        } else if !pattern.trim_start_matches('^').starts_with("https://") {
            findings.error(NAME, "holds a pattern that does not begin with https://");
        }
    }
    if variables.is_set(NAME) {
        findings.ok(NAME, "names patterns with TLS and a name of their own");
    }
}

fn frontend(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "FRONTEND_BASE_URL";
    let Some(url) = variables.get(NAME) else {
        findings.error(NAME, "is not set: links in mails would lead to http://localhost:3000");
        return;
    };
    let host = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    if !url.starts_with("https://") {
        findings.error(NAME, "does not begin with https://: links in mails carry codes");
    } else if is_local(without_port(host)) {
        findings.error(NAME, "leads to this machine or to a private network");
    } else if is_example(without_port(host)) {
        findings.error(NAME, "leads to a host of the samples");
    } else {
        findings.ok(NAME, "leads to a page with TLS");
    }
}
