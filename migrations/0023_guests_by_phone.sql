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
