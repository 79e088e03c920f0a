-- The waitlist: who waits for time at a business, what has been offered to them, and where time may have become free. Triggers
-- note the latter, in the transaction that frees it, so that no code path can forget it, functions of the release before this
-- one included. Where nobody waits they find that out by an index, and note nothing.

create table waitlist_entries (
    id          uuid primary key,
    -- The order in which they joined, of those who did so at one instant too.
    number      bigint not null generated always as identity,
    business_id uuid not null,
    service_id  uuid not null,
    staff_id    uuid,
    customer_id uuid not null references users on delete cascade,
    add_on_ids  uuid[] not null default '{}' check (cardinality(add_on_ids) <= 20),
    -- On the business's clock; both included, as of the minutes of the start.
    first_day   date not null,
    last_day    date not null,
    from_minute smallint not null default 0 check (from_minute between 0 and 1440),
    to_minute   smallint not null default 1440 check (to_minute between 0 and 1440),
    created_at  timestamptz not null,
    -- With what they wait for: a service or a staff member without history is deleted.
    foreign key (business_id, service_id) references services (business_id, id) on delete cascade,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    constraint waitlist_entries_days_in_order check (first_day <= last_day),
    constraint waitlist_entries_minutes_in_order check (from_minute <= to_minute)
);
create index waitlist_entries_of_business on waitlist_entries (business_id, number);
create index waitlist_entries_of_customer on waitlist_entries (customer_id, business_id);
create index waitlist_entries_of_service on waitlist_entries (service_id);
create index waitlist_entries_of_staff on waitlist_entries (staff_id) where staff_id is not null;
create index waitlist_entries_over on waitlist_entries (last_day);
comment on table waitlist_entries is
    'Who waits for a start of a service, on which days. There only while they wait.';
comment on column waitlist_entries.staff_id is 'Null: with anyone.';

create table waitlist_offers (
    entry_id  uuid not null references waitlist_entries on delete cascade,
    starts_at timestamptz not null,
    primary key (entry_id, starts_at)
);
comment on table waitlist_offers is 'The starts that somebody who waits was offered, each once.';

-- An offer is a hold. It is that of who waits, beside the one that each customer may have themselves.
alter table holds
    alter column customer_id drop not null,
    add column waitlist_entry_id uuid constraint holds_one_offer_at_a_time unique
        references waitlist_entries on delete cascade,
    add constraint holds_of_somebody check (num_nonnulls(customer_id, waitlist_entry_id) = 1);
comment on column holds.waitlist_entry_id is 'What it was offered for. Null: its customer has asked for it.';

create table waitlist_checks (
    id          bigint generated always as identity primary key,
    -- No foreign key: it would lock businesses in an order in which an erasure does not.
    business_id uuid not null,
    first_day   date not null default '-infinity',
    last_day    date not null default 'infinity',
    due_at      timestamptz not null default '-infinity'
);
create index waitlist_checks_due on waitlist_checks (due_at, id);
create index waitlist_checks_of_business on waitlist_checks (business_id);
comment on table waitlist_checks is
    'Where time may have become free, or will be at due_at, on days that somebody waits for; there until it has been looked at.';

---------------------------------------------------------------------------- where time becomes free

-- The days of visits that the time may have stood in the way of: none of them reaches further (calendar_entries_busy_bounded),
-- whatever the zone.
create function note_free_time(business uuid, busy_from timestamptz, busy_to timestamptz, due timestamptz) returns void
language plpgsql as $$
declare
    first constant date := (busy_from at time zone 'UTC')::date - 5;
    last constant date := (busy_to at time zone 'UTC')::date + 4;
begin
    insert into waitlist_checks (business_id, first_day, last_day, due_at)
    select business, first, last, due
    where exists (select from waitlist_entries entry
                  where entry.business_id = business and entry.first_day <= last and entry.last_day >= first);
end $$;

-- Cancelled, moved, declined, given back, not turned up for: whatever occupies time leaves its entry.
create function note_left_time() returns trigger language plpgsql as $$
begin
    perform note_free_time(old.business_id, old.busy_from, old.busy_to, '-infinity');
    return null;
end $$;
create trigger waitlist_left_time after delete on calendar_entries for each row execute function note_left_time();
create trigger waitlist_left_seat after update on calendar_entries for each row
    when (new.booked < old.booked or new.capacity > old.capacity or new.staff_id <> old.staff_id
          or new.busy_from <> old.busy_from or new.busy_to <> old.busy_to or new.gap_from is distinct from old.gap_from)
    execute function note_left_time();

-- A hold that has expired counts as free at once, and nobody does anything then.
create function note_expiry() returns trigger language plpgsql as $$
begin
    perform note_free_time(new.business_id, new.starts_at, new.ends_at, new.expires_at);
    return null;
end $$;
create trigger waitlist_expiry after insert on holds for each row execute function note_expiry();

-- What a business says of its time, its people and things, and of what can be booked.
create function note_new_terms() returns trigger language plpgsql as $$
declare
    changed constant jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    business uuid := changed ->> case tg_table_name when 'businesses' then 'id' else 'business_id' end;
begin
    if tg_table_name = 'override_hours' then
        select business_id into business from date_overrides where id = (changed ->> 'override_id')::uuid;
    end if;
    insert into waitlist_checks (business_id)
    select business where exists (select from waitlist_entries where business_id = business);
    return null;
end $$;

create trigger waitlist after insert or update or delete on opening_hours for each row execute function note_new_terms();
create trigger waitlist after insert or update or delete on staff_hours for each row execute function note_new_terms();
create trigger waitlist after insert or update or delete on date_overrides for each row execute function note_new_terms();
create trigger waitlist after insert or update or delete on override_hours for each row execute function note_new_terms();
create trigger waitlist after update or delete on time_off for each row execute function note_new_terms();
create trigger waitlist after insert or update on staff_services for each row execute function note_new_terms();
create trigger waitlist after update or delete on service_resources for each row execute function note_new_terms();
create trigger waitlist after update on resources for each row execute function note_new_terms();
create trigger waitlist after update on add_ons for each row execute function note_new_terms();
create trigger waitlist after update on services for each row execute function note_new_terms();
create trigger waitlist after update on staff_members for each row execute function note_new_terms();
create trigger waitlist after update on businesses for each row
    when ((old.timezone, old.min_notice_minutes, old.booking_horizon_days, old.max_open_bookings, old.no_show_limit,
           old.no_show_days, old.no_show_action, old.holiday_calendar, old.retired_at)
          is distinct from
          (new.timezone, new.min_notice_minutes, new.booking_horizon_days, new.max_open_bookings, new.no_show_limit,
           new.no_show_days, new.no_show_action, new.holiday_calendar, new.retired_at))
    execute function note_new_terms();
-- Who was blocked may be offered something again.
create trigger waitlist after update of blocked_at on customers for each row
    when (old.blocked_at is not null and new.blocked_at is null) execute function note_new_terms();
create trigger waitlist_forgotten after delete on customers for each row
    when (old.blocked_at is not null) execute function note_new_terms();

------------------------------------------------------------------------------------------ who waits

-- Who joins may find time that is free already; and at a minute's distance, longer than any transaction lasts, what was left
-- just then by somebody who could not see yet that they wait.
create function note_joining() returns trigger language plpgsql as $$
begin
    insert into waitlist_checks (business_id, first_day, last_day, due_at)
    select new.business_id, new.first_day, new.last_day, due
    from (values (timestamptz '-infinity'), (new.created_at + interval '1 minute')) looks (due)
    union all
    select new.business_id, new.first_day, new.last_day, expires_at
    from holds
    where staff_id in (select id from staff_members where business_id = new.business_id)
      and expires_at > new.created_at;
    return null;
end $$;
create trigger waitlist_joining after insert on waitlist_entries for each row execute function note_joining();
create trigger waitlist_check_customer after insert on waitlist_entries for each row execute function check_customer();

-- Who has booked what they wait for waits no more. The entry is ended by who looks, not here: who books has time that others
-- may wait for.
create function note_booking() returns trigger language plpgsql as $$
begin
    insert into waitlist_checks (business_id, first_day, last_day)
    select new.business_id, 'infinity', 'infinity'
    where exists (select from waitlist_entries
                  where customer_id = new.customer_id and business_id = new.business_id);
    return null;
end $$;
create trigger waitlist_booking after insert on appointments for each row
    when (new.customer_id is not null and new.entry_id is not null) execute function note_booking();

-- For the audit when somebody takes another off the list, not when they leave it, are done waiting, or erased.
create trigger audit after delete on waitlist_entries for each row
    when (coalesce(current_setting('sessly.actor', true), '') not in ('', 'system'))
    execute function audit('waitlist_entry', 'id', '{service_id, staff_id, first_day, last_day}');
