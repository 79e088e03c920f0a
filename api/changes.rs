//! Changes of the schedule with what becomes of bookings, and who waits for time to become free.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::CHANGES)
}
