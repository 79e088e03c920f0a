-- Customers of a business: a card for each, made when they first book there. What they booked is found through the accounts
-- they book with; a card may have several (doubles that were merged) or none (walk-ins, imported ones). Triggers make cards
-- and keep blocked customers out, so that it is so whoever books, functions of the release before this one included. Those
-- who have booked before get theirs in the next migration, so that this one holds no lock for long.

create table customers (
    id             uuid primary key,
    business_id    uuid not null references businesses on delete restrict,
    name           text not null check (name <> ''),
    email          text not null default '',
    phone          text not null default '',
    notes          text not null default '' check (length(notes) <= 5000),
    tags           text[] not null default '{}' check (cardinality(tags) <= 20),
    blocked_at     timestamptz,
    blocked_reason text not null default '' check (length(blocked_reason) <= 500),
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    sort_name      text not null generated always as (search_form(name)) stored,
    email_lower    text not null generated always as (lower(email)) stored,
    phone_digits   text not null generated always as (regexp_replace(phone, '[^0-9]', '', 'g')) stored,
    -- What a search for somebody looks through: the phone as it is written and as it is dialled.
    search         text not null generated always as
                   (search_form(name || ' ' || email || ' ' || phone || ' ' || regexp_replace(phone, '[^0-9]', '', 'g'))) stored,
    constraint customers_of_one_business unique (business_id, id),
    constraint customers_blocked_with_reason check (blocked_at is not null or blocked_reason = '')
);
create index customers_by_email on customers (business_id, email_lower) where email_lower <> '';
comment on table customers is
    'What a business knows of its customers; notes, tags and reasons are for its own people. The contact is as it was when the card was made, until somebody changes it.';

create table customer_accounts (
    user_id     uuid not null references users on delete cascade,
    business_id uuid not null,
    customer_id uuid not null,
    primary key (user_id, business_id),
    constraint customer_accounts_of_card foreign key (business_id, customer_id)
        references customers (business_id, id) on delete cascade
);
create index customer_accounts_of_customer on customer_accounts (customer_id);
comment on table customer_accounts is 'Which accounts a customer of a business books with.';

create function refuse_customer() returns void language plpgsql as $$
begin
    raise check_violation using message = 'the business has blocked this customer', constraint = 'customers_may_book';
end $$;

-- Who books has a card. It is that with their address, if the business has one and they have shown the address to be theirs;
-- else a new one, under the id of their first appointment. This comes behind the appointment's foreign keys, so that the
-- account is there and stays until the transaction ends. The queries stand here and not in functions of their own, which
-- would be planned anew each time.
create function know_customer() returns trigger language plpgsql as $$
declare
    blocked boolean;
begin
    select customers.blocked_at is not null into blocked
    from customer_accounts account join customers on customers.id = account.customer_id
    where account.business_id = new.business_id and account.user_id = new.customer_id;
    if not found then
        with known as (
            select id from customers
            where business_id = new.business_id and email_lower <> ''
              and email_lower = (select lower(users.email::text) from users
                                 where users.id = new.customer_id and users.email_verified_at is not null)
            order by created_at, id limit 1
            for key share
        ), linked as (
            insert into customer_accounts (business_id, user_id, customer_id)
            values (new.business_id, new.customer_id, coalesce((select id from known), new.id))
            on conflict do nothing
            returning customer_id
        )
        insert into customers (id, business_id, name, email, phone, created_at, updated_at)
        select new.id, new.business_id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text),
               email::text, phone, new.created_at, new.created_at
        from users where id = new.customer_id and exists (select from linked where customer_id = new.id);
        select customers.blocked_at is not null into blocked
        from customer_accounts account join customers on customers.id = account.customer_id
        where account.business_id = new.business_id and account.user_id = new.customer_id;
    end if;
    -- What is over was booked in its time, and may still be imported.
    if blocked and new.status in ('pending', 'confirmed') then
        perform refuse_customer();
    end if;
    return null;
end $$;

create function check_customer() returns trigger language plpgsql as $$
begin
    perform from customer_accounts account join customers on customers.id = account.customer_id
    where account.business_id = new.business_id and account.user_id = new.customer_id
      and customers.blocked_at is not null;
    if found then
        perform refuse_customer();
    end if;
    return null;
end $$;

create trigger appointments_know_customer after insert on appointments for each row
    when (new.customer_id is not null) execute function know_customer();
create trigger holds_check_customer after insert on holds for each row execute function check_customer();

-- Nothing that is said on a card is copied. It is for the audit when somebody adds one, not when one comes of a booking.
-- What cards are found by follows from what is on them; but for that the function is as it was.
create or replace function audit() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
    kept constant text[] := tg_argv[2]::text[];
    ignored constant text[] := array['id', 'business_id', 'created_at', 'updated_at', 'minutes', 'over_at',
                                     'rating_average', 'rating_count', 'token_hash', 'sort_name', 'email_lower',
                                     'phone_digits', 'search'];
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
create trigger audit after update or delete on customers for each row
    execute function audit('customer', 'id', '{blocked_at}');
create trigger audit_addition after insert on customers for each row
    when (coalesce(current_setting('sessly.actor', true), '') <> '')
    execute function audit('customer', 'id', '{blocked_at}');
