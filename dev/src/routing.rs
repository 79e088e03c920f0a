//! `vercel.json`, read as Vercel reads it: the first rewrite whose source matches the path names the function. Our
//! sources keep to what is also plain regex, so that this file stays the only routing table.

use anyhow::Context;
use regex::Regex;
use serde::Deserialize;

/// The repository's `vercel.json`.
pub const VERCEL_JSON: &str = include_str!("../../vercel.json");

#[derive(Deserialize)]
struct Manifest {
    rewrites: Vec<Rewrite>,
}

#[derive(Deserialize)]
struct Rewrite {
    source: String,
    destination: String,
}

/// Which function serves which path.
#[derive(Debug)]
pub struct Routing {
    rules: Vec<(Regex, String)>,
}

impl Routing {
    /// Reads a `vercel.json`.
    ///
    /// # Errors
    /// If it is none, or a source is no regex.
    pub fn parse(json: &str) -> anyhow::Result<Self> {
        let manifest: Manifest = serde_json::from_str(json).context("vercel.json is not what we expect")?;
        let rule = |Rewrite { source, destination }: Rewrite| {
            let pattern =
                Regex::new(&format!("^(?:{source})$")).with_context(|| format!("{source} is no regex"))?;
            let function = destination.strip_prefix("/api/").context("a destination is /api/<function>")?;
            Ok((pattern, function.to_owned()))
        };
        Ok(Self { rules: manifest.rewrites.into_iter().map(rule).collect::<anyhow::Result<_>>()? })
    }

    /// The function that serves a path, if one does.
    #[must_use]
    pub fn function(&self, path: &str) -> Option<&str> {
        self.rules.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, function)| function.as_str())
    }

    /// The functions named, each once.
    #[must_use]
    pub fn functions(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.rules.iter().map(|(_, function)| function.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_routed_to_and_every_route_leads_to_a_function() {
        let routing = Routing::parse(VERCEL_JSON).expect("our own file");
        let mut functions = shared::functions::ALL.map(|(name, _)| name);
        functions.sort_unstable();
        assert_eq!(routing.functions(), functions);
    }

    #[test]
    fn paths_reach_their_function_with_and_without_a_trailing_slash() {
        let routing = Routing::parse(VERCEL_JSON).expect("our own file");
        let cases = [
            ("/api/users/register", "auth"),
            ("/api/users/verify-email/resend", "auth"),
            ("/api/users/change-password", "auth"),
            ("/api/users/password-reset", "auth"),
            ("/api/users/password-reset/confirm", "auth"),
            ("/api/users/me", "users"),
            ("/api/users/me/export", "users"),
            ("/api/users/sessions", "users"),
            ("/api/users/sessions/x", "users"),
            ("/api/users/favorites", "users"),
            ("/api/users/favorites/salon", "users"),
            ("/api/users/appointments", "appointments"),
            ("/api/users/appointments/x/cancel", "appointments"),
            ("/api/users/visits/x/cancel", "visits"),
            ("/api/users/appointments/series/x", "visits"),
            ("/api/businesses/salon/appointments/series/preview", "visits"),
            ("/api/businesses/salon/visits", "visits"),
            ("/api/users/waitlist/x", "changes"),
            ("/api/businesses/salon/waitlist", "changes"),
            ("/api/businesses", "businesses"),
            ("/api/businesses/categories", "businesses"),
            ("/api/businesses/salon", "businesses"),
            ("/api/businesses/my-business", "management"),
            ("/api/businesses/my-business/x/stats", "management"),
            ("/api/businesses/me", "management"),
            ("/api/businesses/staff-invitations/accept", "management"),
            ("/api/businesses/salon/staff/x/invite", "management"),
            ("/api/businesses/services", "management"),
            ("/api/businesses/services/x", "management"),
            ("/api/businesses/salon/services", "management"),
            ("/api/businesses/salon/services/x/add-ons/y", "management"),
            ("/api/businesses/salon/locations/x", "schedule"),
            ("/api/businesses/salon/resources/x", "schedule"),
            ("/api/businesses/salon/customers/x/block", "schedule"),
            ("/api/businesses/salon/services/x/questions", "schedule"),
            ("/api/businesses/salon/services/x/questions/y", "schedule"),
            ("/api/businesses/salon/opening-hours/bulk-update", "schedule"),
            ("/api/businesses/salon/locations/7/opening-hours", "schedule"),
            ("/api/businesses/salon/staff/x/hours", "schedule"),
            ("/api/businesses/salon/date-overrides/x", "schedule"),
            ("/api/businesses/salon/time-off", "schedule"),
            ("/api/businesses/salon/holidays", "schedule"),
            ("/api/businesses/salon/schedule-changes/preview", "changes"),
            ("/api/businesses/salon/availability", "availability"),
            ("/api/businesses/salon/appointments/x/confirm", "appointments"),
            ("/api/businesses/salon/guest-holds", "appointments"),
            ("/api/businesses/salon/guest-holds/code", "appointments"),
            ("/api/businesses/salon/guest-appointments", "appointments"),
            ("/api/guests/appointment", "appointments"),
            ("/api/guests/appointment/cancel", "appointments"),
            ("/api/guests/appointment/claim", "appointments"),
            ("/api/businesses/salon/appointments/x/reschedule", "appointments"),
            ("/api/users/appointments/x/reschedule", "appointments"),
            ("/api/integrations/mail/sendgrid", "integrations"),
            ("/api/cron", "cron"),
            ("/api/cron/messages", "cron"),
            ("/api/health", "meta"),
            ("/api/nobody/knows", "meta"),
        ];
        for (path, function) in cases {
            assert_eq!(routing.function(path), Some(function), "{path}");
            assert_eq!(routing.function(&format!("{path}/")), Some(function), "{path}/");
        }
        assert_eq!(routing.function("/robots.txt"), None);
    }
}
