//! What owners manage: business, services, staff.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::MANAGEMENT)
}
