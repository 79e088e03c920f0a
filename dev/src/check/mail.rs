//! Whether mail leaves, and from whom.

use super::{
    Variables,
    findings::Findings,
    sampled::{is_example, is_local},
};

/// What each transport cannot do without; the first of these chooses it where `EMAIL_TRANSPORT` does not.
const TRANSPORTS: [(&str, &[&str]); 3] = [
    ("sendgrid", &["SENDGRID_API_KEY"]),
    ("mailgun", &["MAILGUN_API_KEY", "MAILGUN_DOMAIN"]),
    ("smtp", &["EMAIL_HOST"]),
];

/// What the reports of each provider are verified with, and where it is.
const PROVIDERS: [(&str, &str, &str); 2] = [
    ("sendgrid", "SENDGRID_WEBHOOK_PUBLIC_KEY", "SENDGRID_BASE_URL"),
    ("mailgun", "MAILGUN_WEBHOOK_SIGNING_KEY", "MAILGUN_BASE_URL"),
];

pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    transport(variables, findings);
    provider(variables, findings);
    if variables.is_set("EMAIL_HOST") {
        smtp(variables, findings);
    }
    sender(variables, findings);
    if variables.is_off("EMAIL_VERIFICATION_ENABLED") {
        findings.warning(
            "EMAIL_VERIFICATION_ENABLED",
            "is off: anybody can sign up with somebody else's address",
        );
    } else {
        findings.ok("EMAIL_VERIFICATION_ENABLED", "is on: addresses are verified");
    }
}

fn transport(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "EMAIL_TRANSPORT";
    let Some(chosen) = chosen(variables) else {
        findings.error(
            NAME,
            "there is no way to send mail: set SENDGRID_API_KEY, or MAILGUN_API_KEY and MAILGUN_DOMAIN, or EMAIL_HOST",
        );
        return;
    };
    if chosen == "local" && !findings.mention(NAME) {
        findings.error(NAME, "is local, which keeps mail instead of sending it");
    }
    let needs = TRANSPORTS.iter().find(|(name, _)| *name == chosen).map_or(&[][..], |(_, needs)| *needs);
    for needed in needs.iter().filter(|name| !variables.is_set(name)) {
        if !findings.mention(needed) {
            findings.error(needed, format!("is not set, and mail leaves by {chosen}"));
        }
    }
    if variables.is_set(NAME) {
        findings.ok(NAME, "is chosen");
    } else {
        findings.ok(NAME, format!("is not set: {chosen}, by what else is set"));
    }
}

/// How mail leaves, as the functions see it.
fn chosen(variables: &Variables) -> Option<&str> {
    let inferred = || TRANSPORTS.iter().find(|(_, needs)| variables.is_set(needs[0])).map(|(name, _)| *name);
    variables.get("EMAIL_TRANSPORT").or_else(inferred)
}

fn provider(variables: &Variables, findings: &mut Findings) {
    let chosen = chosen(variables);
    for (provider, key, address) in PROVIDERS {
        if chosen == Some(provider) && !variables.is_set(key) {
            findings.warning(
                key,
                "is not set: reports of bounces and complaints are not taken, and mail goes on to addresses that refuse it",
            );
        }
        if variables.get(address).is_some_and(|address| !address.starts_with("https://")) {
            findings.error(
                address,
                "does not begin with https://: the key and the mails would travel in the clear",
            );
        }
    }
}

fn smtp(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "EMAIL_HOST";
    let on = |name| variables.is_set(name) && !variables.is_off(name);
    let host = variables.get(NAME).unwrap_or_default();
    if is_example(host) {
        findings.error(NAME, "is a host of the samples");
    } else if is_local(host) {
        findings.error(NAME, "is this machine, where no mail server runs beside a function");
    } else if !on("EMAIL_USE_TLS") && !on("EMAIL_USE_SSL") {
        findings.error(
            "EMAIL_USE_TLS",
            "is off, and so is EMAIL_USE_SSL: password and mails would travel in the clear",
        );
    }
    if !variables.is_set("EMAIL_HOST_USER") {
        findings.warning("EMAIL_HOST_USER", "is not set: few mail servers take mail from strangers");
    }
    findings.ok(NAME, "is a mail server, with TLS");
}

fn sender(variables: &Variables, findings: &mut Findings) {
    const NAME: &str = "DEFAULT_FROM_EMAIL";
    let address = variables.get(NAME).unwrap_or("no-reply@example.com");
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain.trim_end_matches('>'));
    if is_example(domain) {
        findings
            .error(NAME, "is the sample's: set an address of a domain that your mail provider may send for");
    } else {
        findings.ok(NAME, "is an address of one's own");
    }
}
