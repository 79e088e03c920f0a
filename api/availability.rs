//! Free times.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::AVAILABILITY)
}
