-- Very many businesses with very many appointments, and two busy ones that are the same whatever else there is.
-- {businesses}, {customers}, {appointments} and {password_hash} are filled in. Rows go in behind the triggers' backs;
-- what they would have kept is written here.

set statement_timeout = 0;
set session_replication_role = replica;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';

create schema bench;

-- The n-th of its kind. As with real ids, later ones are greater.
create function bench.id(kind bigint, n bigint) returns uuid language sql immutable strict parallel safe
    as $$ select (lpad(to_hex(n), 12, '0') || '70008000' || lpad(to_hex(kind), 12, '0'))::uuid $$;

-- An instant by the clocks of Warsaw.
create function bench.at(day integer, minute integer) returns timestamptz language sql stable strict parallel safe
    as $$ select (current_date + day + minute * interval '1 minute') at time zone 'Europe/Warsaw' $$;

insert into users (id, username, email, password_hash, email_verified_at, created_at, updated_at)
select bench.id(1, n), 'user-' || n, 'user-' || n || '@example.com', '{password_hash}', now(), now(), now()
from generate_series(1, {customers} + {businesses}) n;

-- Those that have 1, 10 and 100 staff come after all others.
create table bench.businesses as
    select n::bigint, 2 as staff, 'salon-' || n as slug, 365 as horizon
    from generate_series(1, {businesses}) n
    union all
    values (10000001, 1, 'one', 1095), (10000010, 10, 'ten', 365), (10000100, 100, 'hundred', 365);

insert into businesses (id, owner_id, name, slug, category, timezone, currency, auto_confirm, rating_average,
                        rating_count, booking_horizon_days, guest_booking, created_at, updated_at)
select bench.id(2, n), bench.id(1, least(n, {businesses}) + {customers}),
       (array['Salon', 'Studio', 'Gabinet', 'Fryzjer', 'Klinika'])[1 + n % 5] || ' '
           || (array['Anna', 'Maria', 'Nova', 'Eden', 'Aurora', 'Bella', 'Venus'])[1 + n / 5 % 7] || ' ' || n,
       slug, (array['hairdresser', 'doctor', 'beauty', 'spa', 'fitness', 'other'])[1 + n % 6], 'Europe/Warsaw', 'PLN',
       true, 1 + n % 400 / 100.0, n % 50, horizon, true, now(), now()
from bench.businesses;

insert into locations (id, business_id, address_line1, city, postal_code, latitude, longitude)
select bench.id(3, n), bench.id(2, n), 'ul. Prosta ' || 1 + n % 90,
       (array['Warszawa', 'Kraków', 'Łódź', 'Wrocław', 'Poznań', 'Gdańsk', 'Szczecin', 'Lublin'])[1 + n % 8], '00-001',
       49.5 + n % 97 / 20.0, 15 + n % 89 / 10.0
from bench.businesses;

-- A tenth of them, and those with 10 and 100 staff, are in a second place too.
create table bench.second_places as
    select n, staff from bench.businesses where n % 10 = 3 or slug in ('ten', 'hundred');
insert into locations (id, business_id, is_primary, label, address_line1, city, postal_code, latitude, longitude)
select bench.id(10, n), bench.id(2, n), false, 'Filia', 'ul. Krzywa ' || 1 + n % 90,
       (array['Rzeszów', 'Opole', 'Kielce', 'Toruń'])[1 + n % 4], '35-001', 49.5 + n % 89 / 20.0, 15 + n % 97 / 10.0
from bench.second_places;

insert into services (id, business_id, name, duration_minutes, buffer_minutes, slot_step_minutes, price_minor,
                      price_currency, created_at, updated_at)
select bench.id(4, 4 * n + s), bench.id(2, n),
       (array['Strzyżenie', 'Manicure', 'Masaż', 'Konsultacja', 'Koloryzacja'])[1 + (n + s) % 5],
       (array[30, 45, 40])[1 + s], (array[0, 5, 10])[1 + s], 15, 5000 + 100 * (n % 200), 'PLN', now(), now()
from bench.businesses, generate_series(0, 2) s;

insert into services (id, business_id, location_id, name, duration_minutes, price_minor, price_currency, created_at,
                      updated_at)
select bench.id(4, 4 * n + 3), bench.id(2, n), bench.id(10, n), 'Peeling', 30, 9000, 'PLN', now(), now()
from bench.second_places;

insert into staff_members (id, business_id, display_name, position, created_at, updated_at)
select bench.id(5, 128 * n + k), bench.id(2, n), 'Osoba ' || k, k, now(), now()
from bench.businesses, generate_series(0, staff - 1) k;

insert into staff_services (business_id, staff_id, service_id)
select bench.id(2, n), bench.id(5, 128 * n + k), bench.id(4, 4 * n + s)
from bench.businesses, generate_series(0, staff - 1) k, generate_series(0, 2) s;

insert into staff_services (business_id, staff_id, service_id)
select bench.id(2, n), bench.id(5, 128 * n + k), bench.id(4, 4 * n + 3)
from bench.second_places, generate_series(0, staff - 1) k;

insert into opening_hours (id, business_id, day_of_week, open_minute, close_minute, breaks)
select bench.id(7, 8 * n + day), bench.id(2, n), day, 480, 1200,
       case when n > 10000001 then '{[750,780)}'::int4multirange else '{}' end
from bench.businesses, generate_series(0, 6) day;

-- In rounds: one for each staff member, and again. The last are yet to come, the others are over.
create table bench.visits as
    select n::bigint, 1 + n % (2 * {businesses}) / 2 as business, n % 2 as k,
           1 + n * 7919::bigint % {customers} as customer, n / (2 * {businesses}) as round,
           ({appointments} - 1) / (2 * {businesses}) as last
    from generate_series(0, {appointments} - 1) n;

create table bench.planned as
    select n, business, 128 * business + k as staff, customer,
           case when round > last - greatest(1, last / 8) then last - round + 1 else 3 * (round - last) end as day,
           720 as minute, 0 as service
    from bench.visits
    union all
    -- The busy ones: each of the staff ten times a day, for two months.
    select 20000000 + (busy.n - 10000000) * 100000 + 1000 * k + 10 * day + visit, busy.n, 128 * busy.n + k,
           -- Not those who ask, so that they have as many whatever the size.
           101 + (100 * k + 10 * day + visit) % ({customers} - 100), day, 480 + 72 * visit + 5 * (k % 3), 0
    from bench.businesses busy, generate_series(0, staff - 1) k, generate_series(1, 62) day, generate_series(0, 9) visit
    where busy.slug in ('ten', 'hundred');

insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to)
select bench.id(6, n), bench.id(2, business), bench.id(5, staff), bench.id(4, 4 * business), bench.at(day, minute),
       bench.at(day, minute + 30), bench.at(day, minute), bench.at(day, minute + 30)
from bench.planned where day > 0;

insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                          busy_to, price_minor, price_currency, created_at, updated_at, confirmed_at, completed_at,
                          cancelled_at, cancelled_by, entry_id)
select bench.id(6, n), bench.id(2, business), bench.id(4, 4 * business), bench.id(5, staff), bench.id(1, customer),
       status, bench.at(day, minute), bench.at(day, minute + 30), bench.at(day, minute), bench.at(day, minute + 30),
       6000, 'PLN', now(), now(), now(), case when status = 'completed' then now() end,
       case when status = 'cancelled' then now() end, case when status = 'cancelled' then 'customer' end,
       case when day > 0 then bench.id(6, n) end
from bench.planned,
     lateral (select case when day > 0 then 'confirmed' when n % 20 = 7 then 'no_show' when n % 10 = 3 then 'cancelled'
                          else 'completed' end) as outcome (status);

-- What their first booking would have made.
create table bench.known as
    select distinct business, customer from bench.planned;
insert into customers (id, business_id, name, email, created_at, updated_at)
select bench.id(8, 100000000 * customer + business), bench.id(2, business), 'user-' || customer,
       'user-' || customer || '@example.com', now(), now()
from bench.known;
insert into customer_accounts (business_id, user_id, customer_id)
select bench.id(2, business), bench.id(1, customer), bench.id(8, 100000000 * customer + business) from bench.known;

drop table bench.visits, bench.planned, bench.known;

set session_replication_role = origin;
select refresh_listings(array(select bench.id(2, n) from bench.businesses where n % 20 = part))
from generate_series(0, 19) part;
