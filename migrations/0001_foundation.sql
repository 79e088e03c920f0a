-- The foundation: accounts, businesses and what they offer, opening hours, appointments, and the
-- machinery around them (limits, idempotency, outbox). What must never be untrue is a constraint
-- here, so that no code path can forget it.

create extension if not exists btree_gist;
create extension if not exists citext;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- The form in which names are searched: lower case, without diacritics. `unaccent` alone is only
-- stable, because its dictionary could change; naming the dictionary makes an index on it sound.
create function search_form(text) returns text
    language sql immutable strict parallel safe
    as $$ select lower(public.unaccent('public.unaccent', $1)) $$;

---------------------------------------------------------------------------------------- accounts

create table users (
    id                uuid primary key,
    username          citext not null constraint users_username_unique unique
                      check (username <> ''),
    email             citext not null constraint users_email_unique unique
                      check (email like '_%@_%'),
    password_hash     text not null,
    first_name        text not null default '',
    last_name         text not null default '',
    phone             text not null default '',
    role              text not null default 'customer'
                      check (role in ('customer', 'business_owner', 'staff', 'admin')),
    locale            text not null default 'pl',
    preferences       jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
    email_verified_at timestamptz,
    created_at        timestamptz not null,
    updated_at        timestamptz not null
);
comment on table users is 'People with an account: customers, owners, staff.';

create table sessions (
    id           uuid primary key,
    user_id      uuid not null references users on delete cascade,
    user_agent   text not null default '',
    created_at   timestamptz not null,
    expires_at   timestamptz not null check (expires_at > created_at),
    revoked_at   timestamptz
);
create index sessions_of_user on sessions (user_id) where revoked_at is null;
comment on table sessions is 'One sign-in on one device. Its access tokens are valid while it is not revoked.';

create table refresh_tokens (
    id             uuid primary key,
    session_id     uuid not null references sessions on delete cascade,
    predecessor_id uuid constraint refresh_tokens_one_successor unique
                   references refresh_tokens on delete cascade,
    token_hash     bytea not null constraint refresh_tokens_hash_unique unique
                   check (length(token_hash) = 32),
    created_at     timestamptz not null,
    expires_at     timestamptz not null check (expires_at > created_at),
    used_at        timestamptz
);
create index refresh_tokens_of_session on refresh_tokens (session_id);
comment on table refresh_tokens is
    'The line of refresh tokens of a session. A token is dead once its successor has been used.';

create table one_time_codes (
    id         uuid primary key,
    user_id    uuid not null references users on delete cascade,
    purpose    text not null check (purpose in ('verify_email', 'reset_password')),
    code_hash  bytea not null check (length(code_hash) = 32),
    attempts   smallint not null default 0 check (attempts >= 0),
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at),
    used_at    timestamptz
);
create index one_time_codes_latest on one_time_codes (user_id, purpose, created_at desc);
comment on table one_time_codes is
    'Six-digit codes sent by mail, stored as a keyed hash. Only the latest of a purpose counts.';

-------------------------------------------------------------------------------------- businesses

create table categories (
    slug     text primary key check (slug ~ '^[a-z][a-z-]*$'),
    position smallint not null unique
);
comment on table categories is 'What kinds of business there are. Their names are in the message catalogue.';
insert into categories (slug, position) values
    ('hairdresser', 1), ('doctor', 2), ('beauty', 3), ('spa', 4), ('fitness', 5), ('other', 6);

-- A copy, because the view reads every file of the zone database: some 40 ms, which a check
-- constraint would spend on each update of a business, whatever it changes.
create table time_zones (name text primary key);
insert into time_zones (name) select name from pg_timezone_names;
comment on table time_zones is 'The IANA time zones that the server knew when it was migrated.';

create table businesses (
    id                            uuid primary key,
    owner_id                      uuid not null references users on delete restrict,
    name                          text not null check (name <> ''),
    slug                          text not null constraint businesses_slug_unique unique
                                  check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
    category                      text not null references categories,
    description                   text not null default '',
    email                         text not null default '',
    phone_number                  text not null default '',
    website_url                   text not null default '',
    logo_url                      text,
    nip                           text not null default '',
    timezone                      text not null
                                  constraint businesses_timezone_known references time_zones,
    currency                      text not null check (currency ~ '^[A-Z]{3}$'),
    auto_confirm                  boolean not null default false,
    min_notice_minutes            integer not null default 0
                                  check (min_notice_minutes between 0 and 525600),
    booking_horizon_days          integer not null default 365
                                  check (booking_horizon_days between 0 and 1095),
    cancellation_deadline_minutes integer not null default 0
                                  check (cancellation_deadline_minutes between 0 and 525600),
    rating_average                numeric(3, 2) check (rating_average between 1 and 5),
    rating_count                  integer not null default 0 check (rating_count >= 0),
    created_at                    timestamptz not null,
    updated_at                    timestamptz not null,
    retired_at                    timestamptz
);
create index businesses_of_owner on businesses (owner_id);
create index businesses_by_category on businesses (category, name, id) where retired_at is null;
create index businesses_by_name on businesses (name, id) where retired_at is null;
create index businesses_name_trigrams on businesses using gin (search_form(name) gin_trgm_ops);
comment on table businesses is
    'A salon, practice or studio. Deleting one retires it: its appointments are history that stays.';

create table locations (
    id            uuid primary key,
    business_id   uuid not null references businesses on delete restrict,
    is_primary    boolean not null default true,
    address_line1 text not null check (address_line1 <> ''),
    address_line2 text not null default '',
    city          text not null check (city <> ''),
    postal_code   text not null check (postal_code <> ''),
    country       text not null default 'PL' check (country ~ '^[A-Z]{2}$'),
    latitude      numeric(8, 6) check (latitude between -90 and 90),
    longitude     numeric(9, 6) check (longitude between -180 and 180),
    constraint locations_whole_point check ((latitude is null) = (longitude is null))
);
create unique index locations_one_primary on locations (business_id) where is_primary;
create index locations_city_trigrams on locations using gin (search_form(city) gin_trgm_ops);
comment on table locations is 'Where a business is. Its primary location is the address clients see.';

create table services (
    id                uuid primary key,
    business_id       uuid not null references businesses on delete restrict,
    name              text not null check (name <> ''),
    description       text not null default '',
    duration_minutes  integer not null check (duration_minutes between 5 and 1440),
    buffer_minutes    integer not null default 0 check (buffer_minutes between 0 and 1440),
    slot_step_minutes integer check (slot_step_minutes between 5 and 1440),
    price_minor       bigint not null check (price_minor >= 0),
    price_currency    text not null check (price_currency ~ '^[A-Z]{3}$'),
    color             text not null default '',
    is_active         boolean not null default true,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    retired_at        timestamptz,
    unique (business_id, id)
);
create index services_of_business on services (business_id, name, id) where retired_at is null;
create index services_name_trigrams on services using gin (search_form(name) gin_trgm_ops);
comment on table services is
    'What can be booked. One with appointments is retired instead of deleted. Prices are in minor units.';

create table staff_members (
    id           uuid primary key,
    business_id  uuid not null references businesses on delete restrict,
    user_id      uuid references users on delete set null,
    display_name text not null check (display_name <> ''),
    is_manager   boolean not null default false,
    is_bookable  boolean not null default true,
    position     integer not null default 0,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    retired_at   timestamptz,
    unique (business_id, id),
    constraint staff_members_once_per_user unique (business_id, user_id)
);
create index staff_members_of_business on staff_members (business_id, position, id) where retired_at is null;
create index staff_members_of_user on staff_members (user_id) where user_id is not null;
comment on table staff_members is
    'Who works at a business, with an account or by name only. Each bookable one has a line of time of their own.';

create table staff_services (
    business_id uuid not null,
    staff_id    uuid not null,
    service_id  uuid not null,
    primary key (staff_id, service_id),
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    foreign key (business_id, service_id) references services (business_id, id) on delete cascade
);
create index staff_services_of_service on staff_services (service_id, staff_id);
comment on table staff_services is 'Which services a staff member offers; both belong to the same business.';

create table opening_hours (
    id           uuid primary key,
    business_id  uuid not null references businesses on delete restrict,
    day_of_week  smallint not null check (day_of_week between 0 and 6),
    is_closed    boolean not null default false,
    open_minute  smallint check (open_minute between 0 and 1439),
    close_minute smallint check (close_minute between 1 and 1440),
    breaks       int4multirange not null default '{}',
    -- A closed day takes up the whole day, so that it cannot stand beside open hours.
    minutes      int4range not null generated always as
                 (case when is_closed then int4range(0, 1440) else int4range(open_minute, close_minute) end) stored,
    constraint opening_hours_ends_after_start check (
        case when is_closed then open_minute is null and close_minute is null and breaks = '{}'
             else open_minute is not null and close_minute is not null and open_minute < close_minute end),
    constraint opening_hours_breaks_inside check (breaks <@ minutes),
    constraint opening_hours_no_overlap exclude using gist (business_id with =, day_of_week with =, minutes with &&)
);
comment on table opening_hours is
    'Weekly opening hours, in minutes of the local day; several intervals a day, each with breaks. Monday is 0.';

------------------------------------------------------------------------------------ appointments

create table appointments (
    id                  uuid primary key,
    business_id         uuid not null references businesses on delete restrict,
    service_id          uuid not null,
    staff_id            uuid not null,
    customer_id         uuid references users on delete set null,
    status              text not null check (status in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
    starts_at           timestamptz not null,
    ends_at             timestamptz not null,
    busy_from           timestamptz not null,
    busy_to             timestamptz not null,
    busy                tstzrange not null generated always as (tstzrange(busy_from, busy_to)) stored,
    price_minor         bigint not null check (price_minor >= 0),
    price_currency      text not null check (price_currency ~ '^[A-Z]{3}$'),
    notes               text not null default '' check (length(notes) <= 500),
    google_event_id     text,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    confirmed_at        timestamptz,
    completed_at        timestamptz,
    cancelled_at        timestamptz,
    cancelled_by        text check (cancelled_by in ('customer', 'business', 'system')),
    cancellation_reason text not null default '' check (length(cancellation_reason) <= 500),
    foreign key (business_id, service_id) references services (business_id, id) on delete restrict,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete restrict,
    constraint appointments_end_after_start check (ends_at > starts_at),
    constraint appointments_busy_encloses_visit check (busy_from <= starts_at and busy_to >= ends_at),
    -- A day of visit and a day of buffer on either side; availability relies on the bound to look back only so far.
    constraint appointments_busy_bounded check (busy_to - busy_from <= interval '72 hours'),
    constraint appointments_cancelled_when_known check ((status = 'cancelled') = (cancelled_at is not null)),
    constraint appointments_no_overlap exclude using gist (staff_id with =, busy with &&)
        where (status in ('pending', 'confirmed'))
);
create index appointments_busy_of_staff on appointments (staff_id, busy_from) include (busy_to)
    where status in ('pending', 'confirmed');
create index appointments_of_customer on appointments (customer_id, starts_at desc, id desc);
create index appointments_of_business on appointments (business_id, starts_at desc, id desc);
create index appointments_of_service on appointments (service_id);
comment on table appointments is
    'Booked visits. Pending and confirmed ones occupy [busy_from, busy_to) of their staff member; no two overlap.';

create table appointment_history (
    id             uuid primary key,
    appointment_id uuid not null references appointments on delete restrict,
    from_status    text,
    to_status      text not null,
    actor_id       uuid references users on delete set null,
    reason         text not null default '',
    at             timestamptz not null
);
create index appointment_history_of_appointment on appointment_history (appointment_id, at);
comment on table appointment_history is 'Every change of an appointment''s status: from what, to what, by whom and when.';

--------------------------------------------------------------------------------------- machinery

create unlogged table rate_limits (
    key         text primary key,
    -- The theoretical arrival time of the generic cell rate algorithm.
    arrives_at  timestamptz not null
);
create index rate_limits_stale on rate_limits (arrives_at);
comment on table rate_limits is 'Rate-limit state per limiter and caller, shared by every process. Losing it in a crash is harmless.';

create table idempotency_keys (
    user_id        uuid not null references users on delete cascade,
    key            text not null check (length(key) between 1 and 255),
    request_hash   bytea not null check (length(request_hash) = 32),
    appointment_id uuid not null references appointments on delete cascade
                   deferrable initially deferred,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    primary key (user_id, key)
);
create index idempotency_keys_expired on idempotency_keys (expires_at);
comment on table idempotency_keys is
    'What a client''s Idempotency-Key already brought about; written in the transaction that did it.';

create table outbox (
    id           uuid primary key,
    kind         text not null check (kind in ('mail')),
    payload      jsonb,
    attempts     integer not null default 0 check (attempts >= 0),
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    finished_at  timestamptz,
    error        text,
    -- Payloads hold addresses and codes: they are forgotten as soon as they have been delivered or given up.
    constraint outbox_payload_forgotten check ((finished_at is null) = (payload is not null))
);
create index outbox_due on outbox (due_at) where finished_at is null;
comment on table outbox is
    'Messages that must leave because of a change; written in its transaction, delivered after it.';
