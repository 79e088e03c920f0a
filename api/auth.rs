//! Sign-in: registration, codes, login, tokens.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::AUTH)
}
