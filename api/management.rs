//! What owners manage: business, services, opening hours.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::MANAGEMENT)
}
