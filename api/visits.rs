//! Several visits at once, and who waits for one.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::VISITS)
}
