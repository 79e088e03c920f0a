-- Several services in a row, booked as one. Whose visit it is and when is said by its appointments.

create table visits (
    id          uuid primary key,
    business_id uuid not null references businesses on delete restrict,
    created_at  timestamptz not null,
    unique (business_id, id)
);
comment on table visits is
    'Appointments of one customer that were booked together, all or none. Written in the transaction that books them.';

-- Null for all there is, so that nothing is read or written for it; not validated, for the same reason, since null always is
-- valid.
alter table appointments
    add column visit_id uuid,
    add constraint appointments_of_their_visit foreign key (business_id, visit_id) references visits (business_id, id)
        on delete restrict not valid;
comment on column appointments.visit_id is 'What it was booked as a part of. Null: it was booked alone.';
create index appointments_of_visit on appointments (visit_id) where visit_id is not null;
