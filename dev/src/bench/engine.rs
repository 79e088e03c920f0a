//! How long the scheduling engine alone takes: the figures of `shared/benches/engine.rs`.

use std::process::Command;

use anyhow::{Context, ensure};

use crate::settings::checkout;

/// Runs the engine's own benchmark and prints its medians.
pub(super) fn print() -> anyhow::Result<()> {
    let output = Command::new("cargo")
        .args(["bench", "--package", "shared", "--bench", "engine"])
        .current_dir(checkout())
        .output()
        .context("cargo cannot be run")?;
    ensure!(
        output.status.success(),
        "the engine's benchmark failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("### Engine\n\n| what | how much | median |\n| --- | --- | ---: |");
    for (what, size, median) in medians(&String::from_utf8_lossy(&output.stdout)) {
        println!("| {what} | {size} | {median} |");
    }
    println!();
    Ok(())
}

/// What was measured, for how many days and staff, and how long it took: of divan's tree, the leaves.
fn medians(tree: &str) -> Vec<(String, String, String)> {
    let (mut medians, mut groups) = (Vec::new(), Vec::<String>::new());
    for line in tree.lines() {
        let Some(branch) = line.find(['├', '╰']) else { continue };
        let depth = line[..branch].chars().count() / 3;
        let columns: Vec<&str> = line[branch..].split('│').map(str::trim).collect();
        let name = columns[0].trim_start_matches(['├', '╰', '─', ' ']);
        let Some((days, rest)) = name.split_once(" days,") else {
            groups.truncate(depth);
            groups.push(name.to_owned());
            continue;
        };
        let staff = rest.split_whitespace().next().unwrap_or_default();
        let size = format!("{} days, {staff} staff", days.trim());
        groups.truncate(depth);
        medians.push((groups.join(", every "), size, columns.get(2).copied().unwrap_or_default().to_owned()));
    }
    medians
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_medians_of_a_tree_are_found() {
        let tree = "\
engine                     fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ check                                 │               │               │               │         │
│  ╰─ 62 days, 100 staff   31.11 µs      │ 32.08 µs      │ 31.42 µs      │ 31.46 µs      │ 100     │ 100
╰─ slots                                 │               │               │               │         │
   ├─ 15                                 │               │               │               │         │
   │  ╰─  1 days,   1 staff 4.1 µs       │ 9 µs          │ 4.3 µs        │ 4.5 µs        │ 100     │ 100
   ╰─ 5                                  │               │               │               │         │
      ╰─  1 days,   1 staff 5.1 µs       │ 9 µs          │ 5.3 µs        │ 5.5 µs        │ 100     │ 100
";
        let expected = [
            ("check", "62 days, 100 staff", "31.42 µs"),
            ("slots, every 15", "1 days, 1 staff", "4.3 µs"),
            ("slots, every 5", "1 days, 1 staff", "5.3 µs"),
        ];
        let expected =
            expected.map(|(what, size, median)| (what.to_owned(), size.to_owned(), median.to_owned()));
        assert_eq!(medians(tree), expected);
    }
}
