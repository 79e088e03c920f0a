//! `SECRET_KEY`, `ENCRYPTION_KEY` and their like: long, and such as nobody guesses.

use std::collections::HashMap;

use super::{Variables, findings::Findings};

const SHORTEST: usize = 32;
/// Of 256 that are asked for: what is written in base64 or hexadecimal has them, what people make up does not.
const FEWEST_BITS: f64 = 120.0;

/// Words that stand in samples, and by chance in one key of millions.
const SAMPLE_WORDS: [&str; 9] =
    ["secret", "change", "example", "password", "insecure", "sample", "replace", "sessly", "0123456789"];

pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    let same = |a, b| variables.is_set(a) && variables.get(a) == variables.get(b);
    if same("SECRET_KEY", "CRON_SECRET") {
        findings.error("CRON_SECRET", "is the same as SECRET_KEY: whoever calls cron could sign tokens");
    }
    if same("SECRET_KEY", "SECRET_KEY_PREVIOUS") {
        findings.warning("SECRET_KEY_PREVIOUS", "is the same as SECRET_KEY: nothing has been rotated");
    }
    for other in ["SECRET_KEY", "CRON_SECRET"] {
        if same(other, "ENCRYPTION_KEY") {
            findings.error(
                "ENCRYPTION_KEY",
                format!("is the same as {other}: whoever has one could do with both"),
            );
        }
    }
    if same("ENCRYPTION_KEY", "ENCRYPTION_KEY_PREVIOUS") {
        findings
            .warning("ENCRYPTION_KEY_PREVIOUS", "is the same as ENCRYPTION_KEY: nothing has been rotated");
    }
    if !variables.is_set("ENCRYPTION_KEY") {
        let problem = if variables.is_set("ENCRYPTION_KEY_PREVIOUS") {
            "is not set, but the one before is: nothing sensitive can be answered"
        } else {
            "is not set: businesses cannot ask sensitive questions (cargo dev secret)"
        };
        findings.warning("ENCRYPTION_KEY", problem);
    }
    for name in
        ["SECRET_KEY", "SECRET_KEY_PREVIOUS", "ENCRYPTION_KEY", "ENCRYPTION_KEY_PREVIOUS", "CRON_SECRET"]
    {
        if let Some(secret) = variables.get(name) {
            match weakness(secret) {
                Some(weakness) if !findings.mention(name) => findings.error(name, weakness),
                _ => findings.ok(name, "is long and looks random"),
            }
        }
    }
    if !variables.is_set("CRON_SECRET") {
        findings.error(
            "CRON_SECRET",
            "is not set: nothing may call cron, so that no reminder leaves and nothing is cleared up (cargo dev secret)",
        );
    }
}

/// What makes a secret easy to guess.
fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_ascii_lowercase();
    if secret.len() < SHORTEST {
        Some("is shorter than 32 bytes: take what `cargo dev secret` prints")
    } else if SAMPLE_WORDS.iter().any(|word| lower.contains(word)) {
        Some("reads like a sample: take what `cargo dev secret` prints")
    } else if repeats(secret) || runs(secret) || bits(secret) < FEWEST_BITS {
        Some("is not random enough to be safe: take what `cargo dev secret` prints")
    } else {
        None
    }
}

/// Whether a text is a shorter one over and over.
fn repeats(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=bytes.len() / 2).any(|unit| bytes.iter().zip(&bytes[unit..]).all(|(a, b)| a == b))
}

/// Whether most characters are the neighbours, in the alphabet, of those before them.
fn runs(text: &str) -> bool {
    let bytes = text.as_bytes();
    let steps = bytes.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    steps * 2 > bytes.len()
}

/// How many bits a text would have if each character were drawn as often as it occurs in it.
fn bits(text: &str) -> f64 {
    let mut counts = HashMap::<u8, u32>::new();
    text.bytes().for_each(|byte| *counts.entry(byte).or_default() += 1);
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    counts.values().map(|count| f64::from(*count)).map(|count| count * (length / count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_machines_draw_is_strong() {
        for strong in [
            shared::config::Secret::random_text(),
            "pWv0J1tnBiZyBDm3xoyv9wWk2nqHcT0z9Lh+8sGZk3o=".to_owned(),
            "3f9a7c51d20be846af0c1e95b7d3862c4e10fa97b58d63c2e1a4907f5bd8c36e".to_owned(),
        ] {
            assert_eq!(weakness(&strong), None, "{strong}");
        }
    }

    #[test]
    fn what_people_make_up_is_weak() {
        for weak in [
            "short",
            "0123456789abcdef0123456789abcdef",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopqwertyuiopqwertyuiopqwertyuiop",
            "abcdefghijklmnopqrstuvwxyzabcdefghij",
            "django-insecure-x7f#k2m9$p4q8w3z6v1b5n0c",
            "Change-Me-To-Something-That-Is-Long-Enough",
            "aaaabbbbaaaabbbbabababababbbbaaaabab",
        ] {
            assert!(weakness(weak).is_some(), "{weak}");
        }
    }
}
