-- Staff join by invitation and can come back after they left; appointments can be moved.

-- Who left is retired, with a history of their own; who comes back is somebody new in the list.
create unique index staff_members_once_at_a_time on staff_members (business_id, user_id) where retired_at is null;
alter table staff_members drop constraint staff_members_once_per_user;

create table staff_invitations (
    staff_id    uuid primary key,
    business_id uuid not null,
    email       citext not null check (email like '_%@_%'),
    token_hash  bytea not null constraint staff_invitations_token_unique unique check (length(token_hash) = 32),
    created_at  timestamptz not null,
    expires_at  timestamptz not null check (expires_at > created_at),
    foreign key (business_id, staff_id) references staff_members (business_id, id) on delete cascade,
    constraint staff_invitations_once_per_address unique (business_id, email)
);
create index staff_invitations_of_address on staff_invitations (email);
comment on table staff_invitations is
    'Staff entries that wait for somebody with an account; gone once accepted, so that a token works once.';

alter table appointment_history add column old_starts_at timestamptz;
comment on column appointment_history.old_starts_at is
    'When the visit was to start before it was moved; null where only the status changed.';
