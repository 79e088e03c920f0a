-- Guests who show a telephone number to be theirs, by a code that is sent to it, where they give no address.

alter table guest_codes
    add column by_sms boolean not null default false,
    drop constraint guest_codes_email_check,
    add constraint guest_codes_sent_somewhere check (case when by_sms then phone <> '' else email <> '' end);
comment on column guest_codes.by_sms is 'The code was sent to the phone, and shows that this is theirs; else to the address.';

alter table customers add column phone_shown_at timestamptz;
comment on column customers.phone_shown_at is
    'When they last showed the number to be theirs, which then is in the form of E.164: they are written to there, where there is no address. Null: nobody has.';
create index customers_by_shown_phone on customers (phone, business_id) where phone_shown_at is not null;

-- Another number nobody has shown to be theirs.
create function forget_shown_phone() returns trigger language plpgsql as $$
begin
    new.phone_shown_at := null;
    return new;
end $$;
create trigger customers_forget_shown_phone before update of phone on customers for each row
    when (old.phone <> new.phone and new.phone_shown_at is not distinct from old.phone_shown_at
          and new.phone_shown_at is not null)
    execute function forget_shown_phone();

-- A location that is given up is retired; that a number was shown is not said. But for that the function is as it was.
create or replace function audit() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
    kept constant text[] := tg_argv[2]::text[];
    ignored constant text[] := array['id', 'business_id', 'created_at', 'updated_at', 'minutes', 'over_at',
                                     'rating_average', 'rating_count', 'token_hash', 'sort_name', 'email_lower',
                                     'phone_digits', 'search', 'phone_shown_at'];
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
                 when coalesce(earlier ->> 'retired_at', earlier ->> 'given_up_at') is null
                      and coalesce(later ->> 'retired_at', later ->> 'given_up_at') is not null then 'retired'
                 else 'changed' end,
            differences);
    return null;
end $$;
