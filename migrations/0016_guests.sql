-- Customers without an account: an appointment is of an account or of a card. Triggers see to it that a card with appointments
-- is never lost, and that visits go over to the account of whoever shows the card's address to be theirs.
-- What is there already is checked by the next migration, so that this one holds no lock for long.

alter table customers add column retired_at timestamptz;
comment on column customers.retired_at is
    'Since when nothing is known of them any more but what they booked, which stays: off every list, without a name.';

-- Lists and their count are still read from the index alone.
drop index customers_by_name, customers_by_age;
create index customers_by_name on customers (business_id, sort_name, id) include (retired_at);
create index customers_by_age on customers (business_id, created_at, id) include (retired_at);

-- By the address first: who shows one to be theirs is looked for at every business.
drop index customers_by_email;
create index customers_by_email on customers (email_lower, business_id) where email_lower <> '';

alter table appointments
    add column card_id uuid,
    add column is_nobodys boolean not null default false;
comment on column appointments.customer_id is 'The account it is booked by.';
comment on column appointments.card_id is 'The card it is booked for, where there is no account.';
comment on column appointments.is_nobodys is 'Whose it was is not known, or not any more: their account was erased.';

-- An erasure leaves appointments that are nobody's, whichever release does it.
create function become_nobodys() returns trigger language plpgsql as $$
begin
    new.is_nobodys := true;
    return new;
end $$;
create trigger appointments_become_nobodys before update on appointments for each row
    when (old.customer_id is not null and new.customer_id is null and new.card_id is null)
    execute function become_nobodys();

update appointments set is_nobodys = true where customer_id is null;

alter table appointments
    add constraint appointments_of_one check (num_nonnulls(customer_id, card_id) = case when is_nobodys then 0 else 1 end) not valid,
    add constraint appointments_card_id_fkey foreign key (business_id, card_id)
        references customers (business_id, id) on delete restrict not valid;
create index appointments_of_card on appointments (card_id, starts_at desc, id desc) where card_id is not null;

-- Behind the foreign key, so that the card is there and stays until the transaction ends.
create function check_card() returns trigger language plpgsql as $$
begin
    perform from customers where id = new.card_id and blocked_at is not null;
    if found and new.status in ('pending', 'confirmed') then
        perform refuse_customer();
    end if;
    return null;
end $$;
create trigger appointments_check_card after insert on appointments for each row
    when (new.card_id is not null) execute function check_card();

-- Whoever removes a card that has appointments, functions of the release before this one included, leaves it without anything
-- that says whose they were.
create function keep_card() returns trigger language plpgsql as $$
begin
    perform from appointments where card_id = old.id;
    if not found then
        return old;
    end if;
    update appointment_history set reason = ''
    where reason <> '' and appointment_id in (select id from appointments where card_id = old.id);
    update appointments set notes = '', cancellation_reason = '' where card_id = old.id;
    delete from customer_accounts where customer_id = old.id;
    update customers
    set name = '–', email = '', phone = '', notes = '', tags = '{}', blocked_at = null, blocked_reason = '',
        retired_at = coalesce(retired_at, nullif(current_setting('sessly.at', true), '')::timestamptz, now())
    where id = old.id;
    return null;
end $$;
create trigger customers_keep_card before delete on customers for each row execute function keep_card();

-- What was booked for a card is of the account that the card belongs to, if the card's address is known to be the account's.
create function adopt_card() returns trigger language plpgsql as $$
begin
    update appointments set customer_id = new.user_id, card_id = null
    where card_id = new.customer_id
      and exists (select from customers join users on lower(users.email::text) = customers.email_lower
                  where customers.id = new.customer_id and users.id = new.user_id
                    and users.email_verified_at is not null);
    return null;
end $$;
create trigger customer_accounts_adopt after insert on customer_accounts for each row execute function adopt_card();
