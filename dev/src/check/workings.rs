//! What keeps a live deployment safe and seen: limits, the callers' addresses, logs, reports of errors, lifetimes.

use super::{Variables, findings::Findings};

pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    limits(variables, findings);
    client_address(variables, findings);
    monitoring(variables, findings);
    match variables.get("JWT_ACCESS_MIN").and_then(|minutes| minutes.parse::<u32>().ok()) {
        Some(61..) => {
            findings.warning("JWT_ACCESS_MIN", "is more than an hour: a stolen token lasts as long");
        }
        Some(_) => findings.ok("JWT_ACCESS_MIN", "is an hour at most"),
        None => {}
    }
}

fn limits(variables: &Variables, findings: &mut Findings) {
    const GUESSES: &str = "is off: passwords and codes can be tried without an end";
    const LOAD: &str = "is off: one client can use up the database for all";
    const CODES: &str = "is off: anybody can have any number of codes mailed to somebody";
    const MAIL: &str = "is off: one user can have mail sent to any number of strangers";
    for (name, if_off, is_grave) in [
        ("RATE_LIMIT_AUTH", GUESSES, true),
        ("RATE_LIMIT_REGISTRATION", GUESSES, true),
        ("RATE_LIMIT_CODES", GUESSES, true),
        ("RATE_LIMIT_BOOKING", LOAD, false),
        ("RATE_LIMIT_CODES_SENT", CODES, false),
        ("RATE_LIMIT_GUEST_HOLDS", LOAD, false),
        ("RATE_LIMIT_INVITATIONS", MAIL, false),
        ("RATE_LIMIT_API", LOAD, false),
    ] {
        let off = variables.get(name).is_some_and(|limit| limit.eq_ignore_ascii_case("off"));
        match (off, is_grave) {
            (true, true) => findings.error(name, if_off),
            (true, false) => findings.warning(name, if_off),
            (false, _) if variables.is_set(name) => findings.ok(name, "is set"),
            (false, _) => {}
        }
    }
}

fn client_address(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "CLIENT_IP_HEADER";
    let Some(header) = variables.get(NAME) else { return };
    let on_vercel =
        variables.is_set("VERCEL") || variables.is_set("VERCEL_ENV") || variables.is_set("VERCEL_URL");
    if on_vercel && !header.eq_ignore_ascii_case("x-vercel-forwarded-for") {
        findings.error(NAME, "is not x-vercel-forwarded-for: on Vercel, clients can forge any other header");
    } else if on_vercel {
        findings.ok(NAME, "is what Vercel sets");
    } else {
        findings.warning(
            NAME,
            "is set: make sure that your proxy overwrites this header; on Vercel leave it unset, or clients choose their address",
        );
    }
}

fn monitoring(variables: &Variables, findings: &mut Findings) {
    match variables.get("SENTRY_DSN") {
        None => findings.warning("SENTRY_DSN", "is not set: nobody is told of errors"),
        Some(dsn) if !dsn.starts_with("https://") => {
            findings.error("SENTRY_DSN", "does not begin with https://");
        }
        Some(_) => findings.ok("SENTRY_DSN", "is set: errors are reported"),
    }
    match variables.get("LOG_LEVEL").map(str::to_ascii_lowercase).as_deref() {
        Some("debug" | "trace") => {
            findings.warning(
                "LOG_LEVEL",
                "writes more than anybody reads, at a cost, and what libraries think of",
            );
        }
        Some("off" | "error") => findings.warning("LOG_LEVEL", "leaves out the line of each request"),
        Some(_) => findings.ok("LOG_LEVEL", "is set"),
        None => {}
    }
    if variables.get("LOG_FORMAT") == Some("text") {
        findings.warning("LOG_FORMAT", "is text, which log collectors cannot search by field");
    }
}
