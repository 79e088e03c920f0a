-- Visits that are booked at once by a recurrence rule. Each is an appointment like any other; the series says which belong
-- together, and of which dates nothing came.

create table series (
    id          uuid primary key,
    business_id uuid not null references businesses on delete restrict,
    customer_id uuid references users on delete set null,
    -- RFC 5545, as it was sent, in capitals.
    rule        text not null check (rule <> '' and length(rule) <= 500),
    first_date  date not null,
    start_minute smallint not null check (start_minute between 0 and 1440),
    on_conflict text not null check (on_conflict in ('skip', 'stop', 'all_or_nothing')),
    not_booked  jsonb not null default '[]' check (jsonb_typeof(not_booked) = 'array'),
    created_at  timestamptz not null
);
create index series_of_customer on series (customer_id, created_at desc, id desc);
comment on table series is 'What was booked at once by a rule. Its visits are the appointments that refer to it.';
comment on column series.not_booked is 'The dates of the rule of which nothing came, and why: [{date, outcome, error_code}].';

------------------------------------------------------------------------------------ appointments
-- Last, because nobody books from here on until all of this is committed. Null in all that is there, so that nothing is
-- looked through but for the index, which stays empty.

alter table appointments add column series_id uuid references series on delete restrict;
create index appointments_of_series on appointments (series_id, starts_at) where series_id is not null;
comment on column appointments.series_id is 'The series it was booked with.';
