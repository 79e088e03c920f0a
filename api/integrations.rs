//! What others report to us: the events of mail providers.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::INTEGRATIONS)
}
