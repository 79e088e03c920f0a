-- Whom a business has blocked is kept out by whatever they are known by: the cards their account has, and any card with an
-- address that they have shown to be theirs, whether or not it is the one that they book by.

-- In PL/pgSQL, which keeps its plan.
create function keeps_out(business uuid, account uuid) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from customer_accounts link join customers card on card.id = link.customer_id
        where link.business_id = business and link.user_id = account and card.blocked_at is not null
        union all
        select from users person join customers card on card.email_lower = lower(person.email::text)
        where person.id = account and person.email_verified_at is not null
          and card.business_id = business and card.email_lower <> '' and card.blocked_at is not null);
end $$;
comment on function keeps_out is 'Whether a business takes no bookings from an account.';

-- Who books has a card. It is that with their address, if the business has one and they have shown the address to be theirs;
-- else a new one, under the id of their first appointment. This comes behind the appointment's foreign keys, so that the account is there and stays until the
-- transaction ends.
create or replace function know_customer() returns trigger language plpgsql as $$
begin
    -- What is over was booked in its time, and may still be imported.
    if new.status in ('pending', 'confirmed') and keeps_out(new.business_id, new.customer_id) then
        perform refuse_customer();
    end if;
    perform from customer_accounts where business_id = new.business_id and user_id = new.customer_id;
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
    end if;
    return null;
end $$;

create or replace function check_customer() returns trigger language plpgsql as $$
begin
    if keeps_out(new.business_id, new.customer_id) then
        perform refuse_customer();
    end if;
    return null;
end $$;

-- With whom a visit was before it was moved.
alter table appointment_history add column old_staff_id uuid;
comment on column appointment_history.old_staff_id is
    'Of a visit that was moved: with whom it was before. Null: it was moved before that was kept.';
