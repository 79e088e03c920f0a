//! What has to be there before some kinds of requests can be made, each of which uses up one of it.

use std::{fs, io::ErrorKind, time::Duration};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tokio::time::sleep;

use super::{
    function::{self, Function},
    load::{Request, ask},
    population::{Kind, Place, id},
    scenarios::Asking,
};
use crate::{database::connect, mailbox};

/// What a kind of request uses up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prepared {
    Nothing,
    /// Bookings at the business with a hundred staff, at ten o'clock, each of another of them or on another day.
    Bookings,
    /// Times that guests hold at ever other salons at eight o'clock, and have had codes sent for.
    GuestHolds,
}

/// How many there are of what is used up.
const MANY: u64 = 3000;

/// Where and when guests hold something.
const HELD: &str = "
    create temporary table held on commit drop as
        select n, place, bench.id(5, 128 * place) as staff, bench.at(day, 480) as starts_at, bench.at(day, 510) as ends_at
        from generate_series(0, {many}) n,
             lateral (values (1 + n * 7919::bigint % {businesses}, 200 + n / {businesses})) at (place, day);
    analyze held;";

/// What is left of it from before, and what was booked with it.
const GONE: &str = "
    create temporary table gone on commit drop as
        select appointments.id from generate_series(0, {many}) n join appointments on appointments.id = bench.id(9, n)
        union all
        select appointments.id from held
        join calendar_entries entry on entry.staff_id = staff and entry.starts_at = held.starts_at
        join appointments on entry_id = entry.id;
    delete from appointment_history where appointment_id in (select id from gone);
    delete from appointments where id in (select id from gone);
    delete from time_off;
    delete from holds;";

const BOOKINGS: &str = "
    insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                              busy_to, price_minor, price_currency, created_at, updated_at, confirmed_at)
    select bench.id(9, n), bench.id(2, place), bench.id(4, 4 * place), bench.id(5, 128 * place + n % 100),
           bench.id(1, 101 + n % ({customers} - 100)), 'confirmed', bench.at(day, 600), bench.at(day, 630), bench.at(day, 600),
           bench.at(day, 630), 6000, 'PLN', now(), now(), now()
    from generate_series(0, {many}) n, lateral (values (10000100::bigint, 70 + n / 100)) at (place, day)";

/// All with the one code that is there: what is compared is the code with its id, and the id need not be another for each.
const GUEST_HOLDS: &str = "
    create temporary table sent on commit drop as select guest_codes.* from guest_codes;
    delete from holds;
    insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to)
    select bench.id(9, n), bench.id(2, place), staff, bench.id(4, 4 * place), starts_at, ends_at, starts_at, ends_at
    from held;
    insert into holds (id, business_id, entry_id, staff_id, starts_at, ends_at, guest_hash, created_at, expires_at)
    select bench.id(9, n), bench.id(2, place), bench.id(9, n), staff, starts_at, ends_at,
           sha256(lpad(n::text, 32, '0')::bytea), now(), now() + interval '1 hour'
    from held;
    insert into guest_codes (hold_id, id, name, email, locale, code_hash, created_at, expires_at)
    select bench.id(9, n), sent.id, 'Gosia Maj', 'guest-' || n || '@example.com', 'pl', code_hash, now(),
           now() + interval '1 hour'
    from held, sent";

/// A booking that is there: which, with whom and on which day from today.
pub(super) struct Booked {
    pub(super) id: String,
    pub(super) staff: String,
    pub(super) day: u64,
}

/// The n-th of the [bookings](Prepared::Bookings).
pub(super) fn booked(n: u64) -> Booked {
    let n = n % MANY;
    Booked { id: id(Kind::Prepared, n), staff: Place::with_staff(100).staff(n % 100), day: 70 + n / 100 }
}

/// A time that is held: by whom, where and on which day from today.
pub(super) struct Held {
    pub(super) token: String,
    pub(super) email: String,
    pub(super) place: Place,
    pub(super) day: u64,
}

/// The n-th of the [guests' holds](Prepared::GuestHolds).
pub(super) fn held(asking: &Asking, n: u64) -> Held {
    let n = n % MANY;
    Held {
        token: URL_SAFE_NO_PAD.encode(format!("{n:032}")),
        email: format!("guest-{n}@example.com"),
        place: asking.somewhere(n),
        day: 200 + n / u64::from(asking.population.businesses),
    }
}

impl Prepared {
    /// Makes all of it anew.
    pub(super) async fn make(self, url: &str, asking: &mut Asking) -> anyhow::Result<()> {
        let population = asking.population;
        let run = async |recipe: &[&str]| {
            let sql = recipe
                .concat()
                .replace("{many}", &(MANY - 1).to_string())
                .replace("{businesses}", &population.businesses.to_string())
                .replace("{customers}", &population.customers().to_string());
            // In one transaction.
            connect(url).await?.batch_execute(&sql).await.context("nothing can be prepared")
        };
        match self {
            Self::Nothing => Ok(()),
            Self::Bookings => run(&[HELD, GONE, BOOKINGS]).await,
            Self::GuestHolds => {
                run(&[HELD, GONE]).await?;
                asking.guest_code = a_code(url, asking).await?;
                run(&[HELD, GUEST_HOLDS]).await
            }
        }
    }
}

/// Has a code sent to a guest, which is the only one there is then.
async fn a_code(url: &str, asking: &Asking) -> anyhow::Result<String> {
    match fs::remove_dir_all(function::mails()) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let function = Function::start("appointments", url)?;
    function.until_it_listens().await?;
    let hold = ask(&function.base(), asking.guest_hold(0)).await?;
    let place = asking.somewhere(0);
    let who = json!({ "hold_token": hold["hold_token"], "name": "Gosia Maj", "email": "first@example.com" });
    ask(&function.base(), Request::post(place.path("guest-holds/code/"), who)).await?;
    for _ in 0..500 {
        if let Some(code) = mailbox::read(&function::mails())?.iter().find_map(|mail| mail.code()) {
            return Ok(code.to_owned());
        }
        sleep(Duration::from_millis(10)).await;
    }
    anyhow::bail!("no code was mailed")
}
