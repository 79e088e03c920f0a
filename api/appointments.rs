//! Bookings, the customer's and the business's.

fn main() -> std::process::ExitCode {
    shared::functions::run(shared::functions::APPOINTMENTS)
}
