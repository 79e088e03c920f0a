//! Changes of the schedule with what becomes of bookings.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::CHANGES)
}
