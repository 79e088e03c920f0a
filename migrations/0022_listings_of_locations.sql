-- Each place of a business is found by itself: a listing is one of a location, of which the primary one stands for the
-- business where nobody asks for words or a place.

-- Whoever changes what listings are made of waits until all is as it will be, in the order in which they come to these
-- tables. Who reads does not wait, and bookings do not.
lock table businesses, locations, services in share row exclusive mode;

------------------------------------------------------------------------------------- locations

create or replace trigger audit after insert or update or delete on locations for each row
    execute function audit('location', 'id', '{label, is_primary, city, country, given_up_at}');
create or replace trigger audit after insert or update or delete on opening_hours for each row
    execute function audit('opening_hours', 'id', '{location_id, day_of_week, is_closed, open_minute, close_minute, breaks}');
create or replace trigger audit after insert or update or delete on staff_hours for each row
    execute function audit('staff_hours', 'staff_id', '{location_id, day_of_week, open_minute, close_minute, breaks, valid}');

-- Under the lock under which locations are given up, and which changing a service takes anyway (refresh_listings).
create function services_at_current_location() returns trigger language plpgsql as $$
begin
    perform from businesses where id = new.business_id for no key update;
    if exists (select from locations where id = new.location_id and given_up_at is not null) then
        raise foreign_key_violation using constraint = 'services_at_own_location',
            message = 'a service that is offered is at a location that there is';
    end if;
    return null;
end $$;

create trigger at_current_location after insert or update of location_id, retired_at on services for each row
    when (new.location_id is not null and new.retired_at is null) execute function services_at_current_location();

-------------------------------------------------------------------------------------- listings

-- Their names are wanted.
do $$
declare
    index_name text;
begin
    for index_name in select indexname from pg_indexes where schemaname = current_schema() and tablename = 'listings' loop
        execute format('alter index %I rename to %I', index_name, 'earlier_' || index_name);
    end loop;
end $$;

create table listings_of_locations (
    location_id    uuid constraint listings_pkey primary key
                   constraint listings_location_id_fkey references locations on delete cascade,
    business_id    uuid not null constraint listings_of_business_fkey references businesses on delete cascade,
    is_primary     boolean not null,
    category       text not null,
    name           text not null,
    timezone       text not null,
    currency       text not null,
    -- Of the active services there, in the business's own currency and its minor units.
    lowest_price   bigint,
    rating_average numeric(3, 2),
    rating_count   integer not null,
    document       tsvector not null,
    whereabouts    cube
);

-- So far each listing is that of a primary location, with all services.
insert into listings_of_locations (location_id, business_id, is_primary, category, name, timezone, currency, lowest_price,
                                   rating_average, rating_count, document, whereabouts)
select locations.id, listings.business_id, true, listings.category, listings.name, listings.timezone, listings.currency,
       lowest_price, rating_average, rating_count, document, whereabouts
from listings join locations on locations.business_id = listings.business_id and locations.is_primary;

create index listings_of_business on listings_of_locations (business_id);
create index listings_by_name on listings_of_locations (name, business_id) include (location_id) where is_primary;
create index listings_by_category on listings_of_locations (category, name, business_id) include (location_id)
    where is_primary;
create index listings_by_rating on listings_of_locations (rating_average desc nulls last, rating_count desc, name, business_id)
    include (location_id) where is_primary;
create index listings_by_time_zone on listings_of_locations (timezone);
-- No list of pending entries: searches would read all of it.
create index listings_document on listings_of_locations using gin (document) with (fastupdate = off);
create index listings_nearby on listings_of_locations using gist (whereabouts);
create index listings_nearby_by_category on listings_of_locations using gist (category, whereabouts);

-- From here on who reads waits too, for no longer than the rest of this takes.
drop table listings;
alter table listings_of_locations rename to listings;
comment on table listings is
    'What discovery filters and orders by: a row for each location of a business that is not retired, nor is the location. Kept by triggers.';
comment on table listing_counts is
    'How many businesses are listed in a category, so that nobody has to count them. Kept by a trigger.';

drop view current_listings;
create view current_listings as
    select location.id as location_id, businesses.id as business_id, location.is_primary, businesses.category,
           businesses.name, businesses.timezone, businesses.currency, offer.lowest_price, businesses.rating_average,
           businesses.rating_count,
           search_document(businesses.name, location.city, coalesce(offer.names, '')) as document,
           on_the_globe(location.latitude::float8, location.longitude::float8) as whereabouts
    from businesses
    join locations location on location.business_id = businesses.id and location.given_up_at is null
    cross join lateral (
        select string_agg(services.name, ' ' order by services.name, services.id) as names,
               min(services.price_minor) filter (where services.price_currency = businesses.currency) as lowest_price
        from services
        where services.business_id = businesses.id and services.is_active and services.retired_at is null
          and (services.location_id = location.id or services.location_id is null and location.is_primary)) as offer
    where businesses.retired_at is null;
comment on view current_listings is 'What the listings have to be.';

create or replace function refresh_listings(changed uuid[]) returns void language plpgsql as $$
begin
    -- Whoever else changes what these listings are made of waits here, and then reads what was written meanwhile.
    perform from businesses where id = any (changed) order by id for no key update;
    -- One that moves to another category goes and comes, so that the counts need to know no more than that.
    delete from listings
    where business_id = any (changed)
      and not exists (select from locations join businesses on businesses.id = locations.business_id
                      where locations.id = listings.location_id and locations.given_up_at is null
                        and locations.is_primary = listings.is_primary
                        and businesses.retired_at is null and businesses.category = listings.category);
    insert into listings (location_id, business_id, is_primary, category, name, timezone, currency, lowest_price,
                          rating_average, rating_count, document, whereabouts)
    select location_id, business_id, is_primary, category, name, timezone, currency, lowest_price, rating_average,
           rating_count, document, whereabouts
    from current_listings where business_id = any (changed)
    on conflict (location_id) do update
    set (name, timezone, currency, lowest_price, rating_average, rating_count, document, whereabouts) =
        (excluded.name, excluded.timezone, excluded.currency, excluded.lowest_price, excluded.rating_average,
         excluded.rating_count, excluded.document, excluded.whereabouts)
    where listings.* is distinct from excluded.*;
    insert into vocabulary (word)
    select distinct word
    from listings cross join lateral unnest(tsvector_to_array(document)) word
    where business_id = any (changed) and word ~ '^[^=@0-9]{4,}$'
      and not exists (select from vocabulary where vocabulary.word = word.word);
    insert into city_words (word)
    select distinct substr(word, 2)
    from listings cross join lateral unnest(tsvector_to_array(document)) word
    where business_id = any (changed) and word like '@%'
      and not exists (select from city_words where city_words.word = substr(word.word, 2));
end $$;

-- Those of businesses: a listing never changes its category, nor whether it is the primary one (refresh_listings).
create or replace function count_listings() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into listing_counts (category, number)
        select category, count(*) from changed where is_primary group by category order by category
        on conflict (category) do update set number = listing_counts.number + excluded.number;
    else
        update listing_counts set number = listing_counts.number - gone.number
        from (select category, count(*) as number from changed where is_primary group by category) as gone
        where listing_counts.category = gone.category;
    end if;
    return null;
end $$;

create trigger count_after_insert after insert on listings referencing new table as changed
    for each statement execute function count_listings();
create trigger count_after_delete after delete on listings referencing old table as changed
    for each statement execute function count_listings();

-- Locations that are not primary: nobody could add any so far, but the table has had room for them.
select refresh_listings(array(select distinct business_id from locations where not is_primary));
