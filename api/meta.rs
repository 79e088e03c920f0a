//! Health, and every path that is nobody's.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::META)
}
