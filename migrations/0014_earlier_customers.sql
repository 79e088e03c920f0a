-- A card for each of those who booked before cards were made (see the migration before this one), and what cards are found by.
-- Nothing is locked but for those who book at the same business again meanwhile.

create extension if not exists btree_gin;

with earlier as (
    select distinct on (business_id, customer_id) business_id, customer_id, id, created_at
    from appointments where customer_id is not null
    order by business_id, customer_id, created_at, id
), linked as (
    insert into customer_accounts (business_id, user_id, customer_id)
    select business_id, customer_id, id from earlier
    on conflict do nothing
    returning customer_id
)
insert into customers (id, business_id, name, email, phone, created_at, updated_at)
select earlier.id, business_id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text), email::text, phone,
       earlier.created_at, earlier.created_at
from earlier join linked on linked.customer_id = earlier.id join users on users.id = earlier.customer_id;

-- After the rows, which is quicker.
create index customers_by_name on customers (business_id, sort_name, id);
create index customers_by_age on customers (business_id, created_at, id);
create index customers_by_phone on customers (business_id, phone_digits) where phone_digits <> '';
create index customers_search on customers using gin (business_id, search gin_trgm_ops);
