//! Several visits at once.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::VISITS)
}
