//! What time brings: reminders, completion, mail that did not leave, clearing up.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::CRON)
}
