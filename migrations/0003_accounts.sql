-- Favourites, and when a session was last used.

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
