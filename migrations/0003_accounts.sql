-- Favourites, when a session was last used, and what erasing an account needs.

create table favorites (
    user_id     uuid not null references users on delete cascade,
    business_id uuid not null references businesses on delete cascade,
    created_at  timestamptz not null,
    primary key (user_id, business_id)
);
create index favorites_of_business on favorites (business_id);
comment on table favorites is 'Which businesses someone has marked to find them again.';

-- Null where a version that knows nothing of it signed somebody in.
alter table sessions add column last_used_at timestamptz;

-- An erased owner's business stays, for the sake of its customers' history, but it is nobody's and takes no bookings.
alter table businesses alter column owner_id drop not null;
alter table businesses add constraint businesses_owned_unless_retired
    check (owner_id is not null or retired_at is not null);

-- Erasing someone looks for everything that refers to them, ended sessions and their part in others' history included.
drop index sessions_of_user;
create index sessions_of_user on sessions (user_id);
create index appointment_history_of_actor on appointment_history (actor_id) where actor_id is not null;
