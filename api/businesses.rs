//! Discovery: list, categories, detail.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::BUSINESSES)
}
