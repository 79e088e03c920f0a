//! The caller's own account.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::USERS)
}
