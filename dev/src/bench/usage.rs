//! What processes have used, as Linux tells it.

use std::fs;

/// Clock ticks a second, in which /proc counts: 100 wherever Linux runs today (`USER_HZ`).
const TICKS: f64 = 100.0;

/// CPU seconds that a process has used so far.
pub(super) fn cpu(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |stat| stat.own)
}

/// CPU seconds that a process and its children have used so far, those that have ended included.
pub(super) fn cpu_of_family(pid: u32) -> f64 {
    let children = processes().filter_map(stat).filter(|stat| stat.parent == pid).map(|child| child.own);
    let parent = stat(pid).map_or(0.0, |stat| stat.own + stat.ended_children);
    parent + children.sum::<f64>()
}

/// Resident memory in MB.
pub(super) fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: f64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0);
    kilobytes / 1024.0
}

struct Stat {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn stat(pid: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name, which may contain anything: state, parent, …, and from the 12th on utime, stime, cutime, cstime.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let seconds = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? / TICKS);
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: seconds(11)? + seconds(12)?,
        ended_children: seconds(13)? + seconds(14)?,
    })
}

fn processes() -> impl Iterator<Item = u32> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| folder.file_name().to_str()?.parse().ok())
}
