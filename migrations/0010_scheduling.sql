-- The scheduling engine: when each staff member works, what a service takes, what a business's policy is, and one line of
-- time per staff member and per resource that everything which occupies them is under.

----------------------------------------------------------------------------------- working time

create table staff_hours (
    id           uuid primary key,
    business_id  uuid not null,
    staff_id     uuid not null,
    day_of_week  smallint not null check (day_of_week between 0 and 6),
    open_minute  smallint not null check (open_minute between 0 and 1439),
    close_minute smallint not null check (close_minute between 1 and 1440),
    breaks       int4multirange not null default '{}',
    -- The dates on which they count.
    valid        daterange not null default daterange(null, null) check (not isempty(valid)),
    minutes      int4range not null generated always as (int4range(open_minute, close_minute)) stored,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    constraint staff_hours_ends_after_start check (open_minute < close_minute),
    constraint staff_hours_breaks_inside check (breaks <@ minutes),
    constraint staff_hours_no_overlap exclude using gist
        (staff_id with =, day_of_week with =, minutes with &&, valid with &&)
);
create index staff_hours_of_business on staff_hours (business_id, staff_id);
comment on table staff_hours is
    'Weekly hours of a staff member of their own. On a date on which none of theirs are valid they work when the business is open.';

create table date_overrides (
    id          uuid primary key,
    business_id uuid not null references businesses on delete restrict,
    staff_id    uuid,
    dates       daterange not null check (not isempty(dates)),
    name        text not null default '' check (length(name) <= 200),
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    constraint date_overrides_bounded check (upper(dates) - lower(dates) <= 366),
    constraint date_overrides_one_a_date exclude using gist
        (business_id with =, coalesce(staff_id, '00000000-0000-0000-0000-000000000000') with =, dates with &&)
);
comment on table date_overrides is
    'Dates on which a business, or one of its staff, has other hours than by the week: those of override_hours, or none.';

create table override_hours (
    override_id  uuid not null references date_overrides on delete cascade,
    open_minute  smallint not null check (open_minute between 0 and 1439),
    close_minute smallint not null check (close_minute between 1 and 1440),
    breaks       int4multirange not null default '{}',
    minutes      int4range not null generated always as (int4range(open_minute, close_minute)) stored,
    primary key (override_id, open_minute),
    constraint override_hours_ends_after_start check (open_minute < close_minute),
    constraint override_hours_breaks_inside check (breaks <@ minutes),
    constraint override_hours_no_overlap exclude using gist (override_id with =, minutes with &&)
);
comment on table override_hours is 'The hours of a date override; one that has none is a closed day.';

create table time_off (
    id            uuid primary key,
    business_id   uuid not null,
    staff_id      uuid not null,
    -- On the business's clock, whatever its zone does.
    starts_at     timestamp not null,
    ends_at       timestamp not null,
    -- Again every so many weeks, the last time beginning on `repeats_until` or before.
    repeats_weeks smallint check (repeats_weeks between 1 and 52),
    repeats_until date,
    -- From then on it does not matter any more.
    over_at       timestamp not null generated always as (
        case when repeats_weeks is null then ends_at
             when repeats_until is null then 'infinity'
             else repeats_until + 1 + (ends_at - starts_at) end) stored,
    reason        text not null default '' check (length(reason) <= 200),
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    constraint time_off_ends_after_start check (ends_at > starts_at),
    constraint time_off_bounded check (ends_at - starts_at <= interval '366 days'),
    constraint time_off_repeats_apart check (ends_at - starts_at <= repeats_weeks * interval '7 days'),
    constraint time_off_repeats_to_an_end check (repeats_until is null
                                                 or (repeats_weeks is not null and repeats_until >= starts_at::date))
);
create index time_off_of_business on time_off (business_id, over_at);
comment on table time_off is 'When a staff member is away although they would work. The reason is for colleagues only.';

-------------------------------------------------------------------------------- booking policies

alter table businesses
    add column reschedule_deadline_minutes integer check (reschedule_deadline_minutes between 0 and 525600),
    add column max_open_bookings integer check (max_open_bookings between 1 and 1000),
    add column no_show_limit integer check (no_show_limit between 1 and 100),
    add column no_show_days integer not null default 365 check (no_show_days between 1 and 3650),
    add column no_show_action text not null default 'confirm' check (no_show_action in ('confirm', 'refuse')),
    add column staff_choice text not null default 'priority'
        check (staff_choice in ('priority', 'least_busy', 'rotation')),
    add column hold_minutes integer not null default 10 check (hold_minutes between 1 and 60),
    add column holiday_calendar text check (holiday_calendar in ('PL')),
    add column staff_set_own_hours boolean not null default false;
comment on column businesses.reschedule_deadline_minutes is 'Null: the same as for cancelling.';
comment on column businesses.no_show_limit is
    'From so many no-shows in no_show_days on, bookings wait to be confirmed or are refused. Null: it does not matter.';
comment on column businesses.staff_choice is 'Whom a customer gets who does not mind.';

--------------------------------------------------------------------------------------- services

alter table locations add constraint locations_of_one_business unique (business_id, id);

alter table services
    add column buffer_before_minutes integer not null default 0 check (buffer_before_minutes between 0 and 1440),
    add column gap_start_minutes integer check (gap_start_minutes between 1 and 1440),
    add column gap_minutes integer check (gap_minutes between 1 and 1440),
    add column capacity integer not null default 1 check (capacity between 1 and 1000),
    add column location_id uuid,
    add column auto_confirm boolean,
    add column min_notice_minutes integer check (min_notice_minutes between 0 and 525600),
    add column booking_horizon_days integer check (booking_horizon_days between 0 and 1095),
    add column cancellation_deadline_minutes integer check (cancellation_deadline_minutes between 0 and 525600),
    add column reschedule_deadline_minutes integer check (reschedule_deadline_minutes between 0 and 525600),
    add column max_open_bookings integer check (max_open_bookings between 1 and 1000),
    add constraint services_at_own_location foreign key (business_id, location_id)
        references locations (business_id, id) on delete restrict,
    -- Without the buffers, so that a gap lies within the visit.
    add constraint services_gap_inside check ((gap_start_minutes is null) = (gap_minutes is null)
                                              and gap_start_minutes + gap_minutes < duration_minutes),
    add constraint services_of_many_have_no_gap check (capacity = 1 or gap_minutes is null);
comment on column services.gap_start_minutes is
    'From so many minutes after the start, for gap_minutes, the staff member is free for someone else while the visit goes on.';
comment on column services.auto_confirm is 'This and the following: what differs from the business''s policy; null where nothing does.';

alter table staff_services
    add column duration_minutes integer check (duration_minutes between 5 and 1440),
    add column price_minor bigint check (price_minor >= 0);
comment on column staff_services.duration_minutes is 'This and the price: what differs from the service''s own with this staff member.';

create table add_ons (
    id               uuid primary key,
    business_id      uuid not null,
    service_id       uuid not null,
    name             text not null check (name <> '' and length(name) <= 200),
    duration_minutes integer not null default 0 check (duration_minutes between 0 and 1440),
    price_minor      bigint not null default 0 check (price_minor >= 0),
    position         integer not null default 0,
    is_active        boolean not null default true,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    retired_at       timestamptz,
    foreign key (business_id, service_id) references services (business_id, id) on delete cascade
);
create index add_ons_of_service on add_ons (service_id, position, id) where retired_at is null;
comment on table add_ons is 'What can be added to a service: it makes the visit longer and dearer. Priced in the service''s currency.';

create table resources (
    id          uuid primary key,
    business_id uuid not null references businesses on delete restrict,
    name        text not null check (name <> '' and length(name) <= 200),
    quantity    integer not null check (quantity between 1 and 100),
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    retired_at  timestamptz,
    unique (business_id, id)
);
create index resources_of_business on resources (business_id, name, id) where retired_at is null;
comment on table resources is 'Rooms, chairs, devices: what services need beside a staff member, as many of each as there are.';

create table service_resources (
    business_id uuid not null,
    service_id  uuid not null,
    resource_id uuid not null,
    quantity    integer not null default 1 check (quantity between 1 and 100),
    primary key (service_id, resource_id),
    foreign key (business_id, service_id) references services (business_id, id) on delete cascade,
    foreign key (business_id, resource_id) references resources (business_id, id) on delete cascade
);
create index service_resources_of_resource on service_resources (resource_id);

-------------------------------------------------------------------------------- occupied time

create table calendar_entries (
    id          uuid primary key,
    business_id uuid not null,
    staff_id    uuid not null,
    service_id  uuid not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    busy_from   timestamptz not null,
    busy_to     timestamptz not null,
    gap_from    timestamptz,
    gap_to      timestamptz,
    busy        tstzmultirange not null generated always as (
        case when gap_from is null then tstzmultirange(tstzrange(busy_from, busy_to))
             else tstzmultirange(tstzrange(busy_from, gap_from), tstzrange(gap_to, busy_to)) end) stored,
    capacity    integer not null default 1,
    booked      integer not null default 1,
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete restrict,
    foreign key (business_id, service_id) references services (business_id, id) on delete restrict,
    constraint calendar_entries_end_after_start check (ends_at > starts_at),
    constraint calendar_entries_busy_encloses_visit check (busy_from <= starts_at and busy_to >= ends_at),
    -- A day of visit and a day of buffer on either side; availability relies on the bound to look back only so far.
    constraint calendar_entries_busy_bounded check (busy_to - busy_from <= interval '72 hours'),
    constraint calendar_entries_gap_inside check ((gap_from is null) = (gap_to is null)
                                                  and starts_at < gap_from and gap_from < gap_to and gap_to < ends_at),
    constraint calendar_entries_not_over_full check (booked between 1 and capacity),
    -- For who refers to an entry, that it is at the time and with whom they say.
    constraint calendar_entries_as_referred_to unique (id, staff_id, starts_at, ends_at),
    constraint calendar_entries_no_overlap exclude using gist (staff_id with =, busy with &&)
);
create index calendar_entries_of_staff on calendar_entries (staff_id, busy_from);
create index calendar_entries_of_service on calendar_entries (service_id);
comment on table calendar_entries is
    'What occupies the staff: a visit, or a class with several seats, that is booked or held. No two of a staff member overlap. There only while it occupies time: what is over or cancelled is in appointments.';
comment on column calendar_entries.booked is 'Seats taken by appointments and holds that refer to it.';

create table resource_claims (
    entry_id    uuid not null references calendar_entries on delete cascade,
    resource_id uuid not null references resources on delete restrict,
    -- Which of them, from 1 on.
    unit        smallint not null check (unit between 1 and 100),
    busy_from   timestamptz not null,
    busy_to     timestamptz not null check (busy_to > busy_from),
    busy        tstzrange not null generated always as (tstzrange(busy_from, busy_to)) stored,
    primary key (entry_id, resource_id, unit),
    constraint resource_claims_no_overlap exclude using gist (resource_id with =, unit with =, busy with &&)
);
create index resource_claims_of_resource on resource_claims (resource_id, busy_from);
comment on table resource_claims is 'Which unit of a resource a calendar entry keeps, buffers included. No two of a unit overlap.';

create table holds (
    id          uuid primary key,
    business_id uuid not null references businesses on delete restrict,
    entry_id    uuid not null,
    staff_id    uuid not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    customer_id uuid not null references users on delete cascade,
    created_at  timestamptz not null,
    expires_at  timestamptz not null check (expires_at > created_at),
    constraint holds_one_at_a_business unique (customer_id, business_id),
    foreign key (entry_id, staff_id, starts_at, ends_at)
        references calendar_entries (id, staff_id, starts_at, ends_at) deferrable initially deferred
);
create index holds_of_entry on holds (entry_id);
create index holds_of_staff on holds (staff_id);
create index holds_expired on holds (expires_at);
comment on table holds is 'A seat of a calendar entry that a customer has for some minutes, until they book it.';

create table staff_turns (
    staff_id uuid primary key references staff_members on delete cascade,
    last_at  timestamptz not null
);
comment on table staff_turns is 'When somebody was last chosen for a customer who did not mind, where staff take turns.';

------------------------------------------------------------------------------------ appointments

alter table appointments
    add column entry_id uuid,
    add column gap_from timestamptz,
    add column gap_to timestamptz,
    add column policy jsonb check (jsonb_typeof(policy) = 'object'),
    add constraint appointments_gap_inside check ((gap_from is null) = (gap_to is null)
                                                  and starts_at < gap_from and gap_from < gap_to and gap_to < ends_at);
comment on column appointments.entry_id is 'The time it occupies, while it does.';
comment on column appointments.policy is 'The booking policy as it was when this was booked. Null: booked before that was kept.';

create table appointment_add_ons (
    appointment_id   uuid not null references appointments on delete cascade,
    add_on_id        uuid not null references add_ons on delete restrict,
    name             text not null,
    duration_minutes integer not null,
    price_minor      bigint not null,
    primary key (appointment_id, add_on_id)
);
create index appointment_add_ons_of_add_on on appointment_add_ons (add_on_id);
comment on table appointment_add_ons is 'What was added to a visit, as it was called and cost when it was booked.';

insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to)
select id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to
from appointments where status in ('pending', 'confirmed');
update appointments set entry_id = id where status in ('pending', 'confirmed');

create function release_seat(entry uuid) returns void language plpgsql as $$
begin
    update calendar_entries set booked = booked - 1 where id = entry and booked > 1;
    if not found then
        delete from calendar_entries where id = entry;
    end if;
end $$;

-- Whoever writes an appointment that occupies time without saying which entry it has, functions of the release before
-- this one included, gets one. Where the time is taken nothing is written: they all insert with ON CONFLICT DO NOTHING.
create function occupy_time() returns trigger language plpgsql as $$
begin
    if new.status not in ('pending', 'confirmed') then
        new.entry_id := null;
    elsif new.entry_id is null then
        insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to,
                                      gap_from, gap_to)
        values (new.id, new.business_id, new.staff_id, new.service_id, new.starts_at, new.ends_at, new.busy_from,
                new.busy_to, new.gap_from, new.gap_to)
        on conflict do nothing;
        if not found then
            return null;
        end if;
        new.entry_id := new.id;
    elsif tg_op = 'UPDATE' and new.entry_id = old.entry_id then
        update calendar_entries
        set (staff_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to) =
            (new.staff_id, new.starts_at, new.ends_at, new.busy_from, new.busy_to, new.gap_from, new.gap_to)
        where id = new.entry_id
          and (staff_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to) is distinct from
              (new.staff_id, new.starts_at, new.ends_at, new.busy_from, new.busy_to, new.gap_from, new.gap_to);
    end if;
    return new;
exception when exclusion_violation then
    -- By the name that the release before this one knows it by.
    raise exclusion_violation using message = 'the time is taken', constraint = 'appointments_no_overlap';
end $$;

create function free_time() returns trigger language plpgsql as $$
begin
    perform release_seat(old.entry_id);
    return null;
end $$;

create trigger appointments_occupy_on_insert before insert on appointments for each row
    when (new.entry_id is null or new.status not in ('pending', 'confirmed'))
    execute function occupy_time();
create trigger appointments_occupy_on_update before update on appointments for each row
    when (new.status <> old.status or new.staff_id <> old.staff_id or new.starts_at <> old.starts_at
          or new.ends_at <> old.ends_at or new.busy_from <> old.busy_from or new.busy_to <> old.busy_to)
    execute function occupy_time();
create trigger appointments_free_on_update after update on appointments for each row
    when (old.entry_id is not null and new.entry_id is null)
    execute function free_time();
create trigger appointments_free_on_delete after delete on appointments for each row
    when (old.entry_id is not null)
    execute function free_time();
create trigger holds_free_on_delete after delete on holds for each row execute function free_time();

drop index appointments_busy_of_staff;
alter table appointments
    drop constraint appointments_no_overlap,
    add constraint appointments_occupy_while_open
        check ((status in ('pending', 'confirmed')) = (entry_id is not null)),
    -- At the end of the transaction, so that an appointment can move from one entry to another.
    add constraint appointments_occupy_their_time foreign key (entry_id, staff_id, starts_at, ends_at)
        references calendar_entries (id, staff_id, starts_at, ends_at) deferrable initially deferred;
create index appointments_of_entry on appointments (entry_id) where entry_id is not null;
