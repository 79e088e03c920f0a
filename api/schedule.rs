//! What owners and staff say about time: opening hours, hours of their own, exceptions, time off, resources.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::SCHEDULE)
}
