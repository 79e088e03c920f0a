-- Messages: one row of the outbox per reader, reminders, what providers report, and what the cron function looks for.

--------------------------------------------------------------------------------------- outbox

alter table outbox
    add column recipient_id uuid references users on delete cascade,
    -- What the message is about and to whom, where only the latest such message counts.
    add column thread text,
    add column number bigint generated always as identity;
create index outbox_of_recipient on outbox (recipient_id) where recipient_id is not null;
create index outbox_of_thread on outbox (thread, number) where thread is not null;
create index outbox_finished on outbox (finished_at) where finished_at is not null;
comment on column outbox.recipient_id is
    'Whose account the message is for. Erasing the account takes what has not left with it.';

------------------------------------------------------------------------------------ appointments

alter table appointments
    -- SEQUENCE in calendar files (RFC 5545): what a calendar has seen with a higher one, it does not go back on.
    add column calendar_sequence integer not null default 0,
    add column moved_at timestamptz;

create function count_calendar_change() returns trigger language plpgsql as $$
begin
    new.calendar_sequence := old.calendar_sequence + 1;
    if new.starts_at is distinct from old.starts_at then
        new.moved_at := new.updated_at;
    end if;
    return new;
end $$;
comment on function count_calendar_change() is
    'Counts what calendars are told of an appointment, so that no code path can forget to.';

create trigger appointments_calendar_change before update on appointments for each row
    when (old.starts_at is distinct from new.starts_at
          or old.ends_at is distinct from new.ends_at
          or old.staff_id is distinct from new.staff_id
          or (old.status is distinct from new.status and new.status in ('confirmed', 'cancelled')))
    execute function count_calendar_change();

-- For reminders (those that begin soon) and completion (those that have begun and are over).
create index appointments_confirmed on appointments (starts_at) include (ends_at) where status = 'confirmed';

create table reminders (
    appointment_id uuid not null references appointments on delete cascade,
    kind           text not null check (kind in ('reminder_24h', 'reminder_2h')),
    starts_at      timestamptz not null,
    primary key (appointment_id, kind, starts_at)
);
create index reminders_past on reminders (starts_at);
comment on table reminders is
    'The reminders there have been. A visit that is moved is reminded of anew.';

---------------------------------------------------------------------- what mail providers report

create table mail_events (
    provider    text not null check (provider in ('sendgrid', 'mailgun')),
    event_id    text not null check (length(event_id) between 1 and 255),
    kind        text not null check (kind in ('bounce', 'complaint', 'dropped')),
    -- The message, by its row in the outbox, which is deleted sooner.
    outbox_id   uuid,
    occurred_at timestamptz not null,
    primary key (provider, event_id)
);
create index mail_events_old on mail_events (occurred_at);
comment on table mail_events is
    'Bounces, complaints and drops that providers reported, each once. Holds no address.';

create table mail_suppressions (
    address_hash bytea primary key check (length(address_hash) = 32),
    kind         text not null check (kind in ('bounce', 'complaint')),
    at           timestamptz not null
);
comment on table mail_suppressions is
    'Addresses that bounced for good or complained, as a keyed hash. Only codes and security notices still go there.';

create table webhook_tokens (
    token_hash bytea primary key check (length(token_hash) = 32),
    seen_at    timestamptz not null
);
create index webhook_tokens_old on webhook_tokens (seen_at);
comment on table webhook_tokens is 'Signed tokens that have been used; each is good once.';

-------------------------------------------------------------------------------------- machinery

create index one_time_codes_expired on one_time_codes (expires_at);
create index refresh_tokens_expired on refresh_tokens (expires_at);
create index sessions_expired on sessions (expires_at);
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;
