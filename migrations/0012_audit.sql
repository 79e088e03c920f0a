-- Who did what and when to a business. What becomes of appointments is in appointment_history already; everything else is
-- written by one trigger, so that no code path can forget it, functions of the release before this one included.

-- What somebody is to a business. Nobody in particular is the system. In PL/pgSQL, which keeps its plans: in SQL it takes
-- ten times as long.
create function role_at(business uuid, person uuid) returns text language plpgsql stable as $$
begin
    return case
        when person is null then 'system'
        when exists (select from businesses where id = business and owner_id = person) then 'owner'
        else coalesce(
            (select case when is_manager then 'manager' else 'staff' end
             from staff_members where business_id = business and user_id = person and retired_at is null),
            (select 'admin' from users where id = person and role = 'admin'),
            'unknown') end;
end $$;

--------------------------------------------------------------------------------- everything else

create table audit_entries (
    id           uuid primary key,
    business_id  uuid not null,
    at           timestamptz not null,
    actor_id     uuid,
    actor_role   text not null check (actor_role in ('owner', 'manager', 'staff', 'admin', 'system', 'unknown')),
    subject_kind text not null,
    subject_id   uuid not null,
    action       text not null check (action in ('created', 'changed', 'removed', 'retired')),
    changes      jsonb not null check (jsonb_typeof(changes) = 'object')
);
-- No foreign keys: they would lock businesses and people in an order in which an erasure does not, and what is written
-- down here stays whatever becomes of them.
create index audit_entries_of_business on audit_entries (business_id, at desc, id desc);
create index audit_entries_of_subject on audit_entries (subject_id, at desc);
create index audit_entries_of_actor on audit_entries (actor_id) where actor_id is not null;
comment on table audit_entries is
    'Who changed what and when about a business, appointments excepted. Written by the trigger function audit(), read by owners.';
comment on column audit_entries.changes is
    'Column: [old, new], or null where the values are not kept because they may be personal.';

create function forget_actor() returns trigger language plpgsql as $$
begin
    update audit_entries set actor_id = null where actor_id = old.id;
    return null;
end $$;
create trigger audit_forgets_actor after delete on users for each row execute function forget_actor();

-- Orders what one transaction does at one instant.
create sequence audit_order;

-- A version 7 UUID (RFC 9562) of an instant and of the next in order.
create function audit_id(at timestamptz) returns uuid language plpgsql volatile as $$
declare
    place constant text := lpad(to_hex(nextval('audit_order') & 4294967295), 8, '0');
begin
    return (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0')
            || '7' || substr(place, 1, 3) || '8' || substr(place, 4)
            || left(encode(uuid_send(gen_random_uuid()), 'hex'), 10))::uuid;
end $$;

-- Arguments: the kind of subject, the column with its id, and the columns whose values are kept. Others are named when
-- they change, without their values, unless they only follow from others or say nothing about the business.
-- Who and when is what `sessly.actor` and `sessly.at` say, for the transaction (Connection::begin_as).
-- In UTC, whatever the session's zone is: instants in jsonb are text.
create function audit() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
    kept constant text[] := tg_argv[2]::text[];
    ignored constant text[] := array['id', 'business_id', 'created_at', 'updated_at', 'minutes', 'over_at',
                                     'rating_average', 'rating_count', 'token_hash'];
    earlier constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    later constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    subject constant jsonb := case when tg_op = 'DELETE' then earlier else later end;
    said constant text := coalesce(current_setting('sessly.actor', true), '');
    actor constant uuid := nullif(nullif(said, ''), 'system')::uuid;
    moment constant timestamptz := coalesce(nullif(current_setting('sessly.at', true), '')::timestamptz, now());
    business uuid := subject ->> case tg_table_name when 'businesses' then 'id' else 'business_id' end;
    staff constant uuid := subject ->> 'staff_id';
    service constant uuid := subject ->> 'service_id';
    resource constant uuid := subject ->> 'resource_id';
    differences jsonb;
begin
    if tg_table_name = 'override_hours' then
        select business_id into business from date_overrides where id = (subject ->> 'override_id')::uuid;
    end if;
    -- What goes along with what it belongs to is said by the latter. (Cascades are not told by pg_trigger_depth().)
    if business is null or tg_op = 'DELETE' and (
        staff is not null and not exists (select from staff_members where id = staff)
        or service is not null and not exists (select from services where id = service)
        or resource is not null and not exists (select from resources where id = resource))
    then
        return null;
    end if;
    select coalesce(jsonb_object_agg(name, case when name = any (kept)
                                                then jsonb_build_array(earlier -> name, later -> name) end), '{}')
    into differences
    from jsonb_object_keys(subject) name
    where name <> all (ignored) and (tg_op = 'UPDATE' or name = any (kept))
      and nullif(earlier -> name, 'null') is distinct from nullif(later -> name, 'null');
    if tg_op = 'UPDATE' and differences = '{}' then
        return null;
    end if;
    insert into audit_entries (id, business_id, at, actor_id, actor_role, subject_kind, subject_id, action, changes)
    values (audit_id(moment), business, moment, actor,
            case when said = '' then 'unknown' else role_at(business, actor) end,
            tg_argv[0], (subject ->> tg_argv[1])::uuid,
            case when tg_op = 'INSERT' then 'created'
                 when tg_op = 'DELETE' then 'removed'
                 when earlier ->> 'retired_at' is null and later ->> 'retired_at' is not null then 'retired'
                 else 'changed' end,
            differences);
    return null;
end $$;
comment on function audit() is 'Writes audit_entries. How to have it for another table is in docs/AUDIT.md.';

create trigger audit after insert or update or delete on businesses for each row
    execute function audit('business', 'id', '{name, slug, category, timezone, currency, auto_confirm, min_notice_minutes,
        booking_horizon_days, cancellation_deadline_minutes, reschedule_deadline_minutes, max_open_bookings, no_show_limit,
        no_show_days, no_show_action, staff_choice, hold_minutes, holiday_calendar, staff_set_own_hours, retired_at}');
create trigger audit after insert or update or delete on locations for each row
    execute function audit('location', 'id', '{is_primary, city, country}');
create trigger audit after insert or update or delete on services for each row
    execute function audit('service', 'id', '{name, duration_minutes, buffer_before_minutes, buffer_minutes,
        gap_start_minutes, gap_minutes, capacity, slot_step_minutes, price_minor, price_currency, color, is_active,
        location_id, auto_confirm, min_notice_minutes, booking_horizon_days, cancellation_deadline_minutes,
        reschedule_deadline_minutes, max_open_bookings, retired_at}');
create trigger audit after insert or update or delete on add_ons for each row
    execute function audit('add_on', 'id', '{service_id, name, duration_minutes, price_minor, position, is_active,
        retired_at}');
create trigger audit after insert or update or delete on staff_services for each row
    execute function audit('service_staff', 'service_id', '{staff_id, duration_minutes, price_minor}');
create trigger audit after insert or update or delete on resources for each row
    execute function audit('resource', 'id', '{name, quantity, retired_at}');
create trigger audit after insert or update or delete on service_resources for each row
    execute function audit('service_resource', 'service_id', '{resource_id, quantity}');
create trigger audit after insert or update or delete on staff_members for each row
    execute function audit('staff_member', 'id', '{is_manager, is_bookable, position, retired_at}');
create trigger audit after insert or update or delete on staff_invitations for each row
    execute function audit('staff_invitation', 'staff_id', '{expires_at}');
create trigger audit after insert or update or delete on opening_hours for each row
    execute function audit('opening_hours', 'id', '{day_of_week, is_closed, open_minute, close_minute, breaks}');
create trigger audit after insert or update or delete on staff_hours for each row
    execute function audit('staff_hours', 'staff_id', '{day_of_week, open_minute, close_minute, breaks, valid}');
create trigger audit after insert or update or delete on date_overrides for each row
    execute function audit('date_override', 'id', '{staff_id, dates}');
create trigger audit after insert or update or delete on override_hours for each row
    execute function audit('override_hours', 'override_id', '{open_minute, close_minute, breaks}');
create trigger audit after insert or update or delete on time_off for each row
    execute function audit('time_off', 'id', '{staff_id, starts_at, ends_at, repeats_weeks, repeats_until}');

------------------------------------------------------------------------------------ appointments
-- Last, because nobody books from here on until all of this is committed.

alter table appointment_history
    add column business_id uuid,
    add column actor_role text,
    -- Of what is new. What was there before is made complete, and the constraint valid, by complete_history().
    add constraint appointment_history_complete check (business_id is not null and actor_role is not null) not valid;
comment on column appointment_history.business_id is 'The appointment''s, kept here for the index that the audit is read by.';
comment on column appointment_history.actor_role is 'What the actor was to the business, which stays when their account goes.';

-- Also of an entry of before that is changed, which is when its actor is forgotten: of those who had gone by then nothing
-- tells what they were.
create function complete_history_entry() returns trigger language plpgsql as $$
declare
    actor constant uuid := case when tg_op = 'UPDATE' then old.actor_id else new.actor_id end;
begin
    select appointments.business_id,
           case when actor = appointments.customer_id then 'customer'
                when tg_op = 'UPDATE' and actor is null and new.to_status <> 'completed' then 'unknown'
                else role_at(appointments.business_id, actor) end
    into new.business_id, new.actor_role
    from appointments where id = new.appointment_id;
    return new;
end $$;
create trigger appointment_history_complete before insert or update on appointment_history for each row
    when (new.business_id is null)
    execute function complete_history_entry();

-- Empty yet, so that it is there at once.
create index appointment_history_of_business on appointment_history (business_id, at desc, id desc)
    where business_id is not null;

-- Completes what was written before, if there still is any: batch by batch, each in a transaction of its own, because one
-- alone would keep everybody from booking for minutes. Can be ended and called again at any time.
create procedure complete_history() language plpgsql as $$
declare
    before uuid := '00000000-0000-0000-0000-000000000000';
    last uuid;
begin
    if (select convalidated from pg_constraint where conname = 'appointment_history_complete') then
        return;
    end if;
    loop
        select id into last
        from (select id from appointment_history where id > before order by id limit 5000) batch order by id desc limit 1;
        exit when last is null;
        -- By the trigger.
        update appointment_history set business_id = null where id > before and id <= last and business_id is null;
        commit;
        before := last;
    end loop;
    alter table appointment_history validate constraint appointment_history_complete;
end $$;
