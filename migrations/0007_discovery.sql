-- Discovery at a hundred thousand businesses: one row per business with everything it is found by, so that each filter
-- is answered by one index and a page costs the same however many businesses there are. Triggers keep it, so that it is
-- right whoever writes, functions of the release before this one included.

create extension if not exists cube;
create extension if not exists fuzzystrmatch;

------------------------------------------------------------------------------------------- words

-- The words of a text in the form in which they are searched. No name has longer ones than 40 letters.
create function search_words(text) returns text[]
    language sql immutable strict parallel safe
    as $$ select array(select left(word, 40)
                       from regexp_split_to_table(search_form($1), '[^[:alnum:]]+') word where word <> '') $$;

-- The words a business is found by: of its name (weight A), its city (B) and its services (C, of which the first
-- thousand count: a document has a largest size). Those of its name stand there once more behind `=` and those of its city
-- behind `@`, so that the index alone can say who has a word there. Not by to_tsvector, which cuts words in its own way.
create function search_document(name text, city text, services text) returns tsvector
    language sql immutable strict parallel safe
    as $$ select coalesce(string_agg(term, ' '), '')::tsvector
          from (select unnest(array[word || ':' || place || 'A', '=' || word]) as term
                from unnest(search_words(name)) with ordinality words (word, place)
                union all
                select unnest(array[word || ':' || place || 'B', '@' || word])
                from unnest(search_words(city)) with ordinality words (word, place)
                union all
                select word || ':' || place || 'C'
                from unnest(search_words(services)) with ordinality words (word, place) where place <= 1000) terms $$;

create table vocabulary (word text not null);
comment on table vocabulary is
    'Words that businesses are or were found by, to tell what a mistyped one may mean. Not unique, so that two who add the same word at once need not wait for each other.';

create table city_words (word text not null);
comment on table city_words is
    'Words that cities with a business have or had in their names, to tell whether one is meant whole. Not unique, as above.';

---------------------------------------------------------------------------------------- listings

-- A point on the globe of radius 1. The straight line between two of these grows with the way along the surface, and
-- an index on them finds the nearest; it knows neither poles nor a date line.
create function on_the_globe(latitude float8, longitude float8) returns cube
    language sql immutable strict parallel safe
    as $$ select cube(array[cosd(latitude) * cosd(longitude), cosd(latitude) * sind(longitude), sind(latitude)]) $$;

create table listings (
    business_id    uuid primary key references businesses on delete cascade,
    category       text not null,
    name           text not null,
    timezone       text not null,
    currency       text not null,
    -- Of its active services, in the business's own currency and its minor units.
    lowest_price   bigint,
    rating_average numeric(3, 2),
    rating_count   integer not null,
    document       tsvector not null,
    whereabouts    cube
);
comment on table listings is
    'What discovery filters and orders businesses by: a row for each that is not retired and has an address. Kept by triggers.';

create table listing_counts (
    category text primary key,
    number   bigint not null check (number >= 0)
);
comment on table listing_counts is 'How many listings a category has, so that nobody has to count them. Kept by a trigger.';

create index opening_hours_of_business on opening_hours (business_id, day_of_week, open_minute);

create view current_listings as
    select businesses.id as business_id, businesses.category, businesses.name, businesses.timezone,
           businesses.currency, offer.lowest_price, businesses.rating_average, businesses.rating_count,
           search_document(businesses.name, location.city, coalesce(offer.names, '')) as document,
           on_the_globe(location.latitude::float8, location.longitude::float8) as whereabouts
    from businesses
    join locations location on location.business_id = businesses.id and location.is_primary
    cross join lateral (
        select string_agg(services.name, ' ' order by services.name, services.id) as names,
               min(services.price_minor) filter (where services.price_currency = businesses.currency) as lowest_price
        from services
        where services.business_id = businesses.id and services.is_active and services.retired_at is null) as offer
    where businesses.retired_at is null;
comment on view current_listings is 'What the listings have to be.';

create function refresh_listings(changed uuid[]) returns void language plpgsql as $$
begin
    -- Whoever else changes what these listings are made of waits here, and then reads what was written meanwhile.
    perform from businesses where id = any (changed) order by id for no key update;
    -- One that moves to another category goes and comes, so that the counts need to know no more than that.
    delete from listings
    where business_id = any (changed)
      and not exists (select from businesses
                      join locations on locations.business_id = businesses.id and locations.is_primary
                      where businesses.id = listings.business_id and businesses.retired_at is null
                        and businesses.category = listings.category);
    insert into listings (business_id, category, name, timezone, currency, lowest_price, rating_average, rating_count,
                          document, whereabouts)
    select business_id, category, name, timezone, currency, lowest_price, rating_average, rating_count, document,
           whereabouts
    from current_listings where business_id = any (changed)
    on conflict (business_id) do update
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

-- By statement: `changed` is what it inserted, updated or deleted.
create function businesses_changed() returns trigger language plpgsql as $$
begin
    perform refresh_listings(array(select id from changed));
    return null;
end $$;

create function parts_of_businesses_changed() returns trigger language plpgsql as $$
begin
    perform refresh_listings(array(select distinct business_id from changed));
    return null;
end $$;

create trigger listing_after_insert after insert on businesses referencing new table as changed
    for each statement execute function businesses_changed();
create trigger listing_after_update after update on businesses referencing new table as changed
    for each statement execute function businesses_changed();
create trigger listing_after_insert after insert on locations referencing new table as changed
    for each statement execute function parts_of_businesses_changed();
create trigger listing_after_update after update on locations referencing new table as changed
    for each statement execute function parts_of_businesses_changed();
create trigger listing_after_delete after delete on locations referencing old table as changed
    for each statement execute function parts_of_businesses_changed();
create trigger listing_after_insert after insert on services referencing new table as changed
    for each statement execute function parts_of_businesses_changed();
create trigger listing_after_update after update on services referencing new table as changed
    for each statement execute function parts_of_businesses_changed();
create trigger listing_after_delete after delete on services referencing old table as changed
    for each statement execute function parts_of_businesses_changed();

-- A listing never changes its category: see refresh_listings.
create function count_listings() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into listing_counts (category, number)
        select category, count(*) from changed group by category order by category
        on conflict (category) do update set number = listing_counts.number + excluded.number;
    else
        update listing_counts set number = listing_counts.number - gone.number
        from (select category, count(*) as number from changed group by category) as gone
        where listing_counts.category = gone.category;
    end if;
    return null;
end $$;

create trigger count_after_insert after insert on listings referencing new table as changed
    for each statement execute function count_listings();
create trigger count_after_delete after delete on listings referencing old table as changed
    for each statement execute function count_listings();

select refresh_listings(array(select id from businesses));

-- After the rows, which is quicker.
create index vocabulary_word on vocabulary (word);
create index vocabulary_trigrams on vocabulary using gin (word gin_trgm_ops) with (fastupdate = off);
create index city_words_word on city_words (word);
create index listings_by_name on listings (name, business_id);
create index listings_by_category on listings (category, name, business_id);
create index listings_by_rating on listings (rating_average desc nulls last, rating_count desc, name, business_id);
create index listings_by_time_zone on listings (timezone);
-- No list of pending entries: searches would read all of it.
create index listings_document on listings using gin (document) with (fastupdate = off);
create index listings_nearby on listings using gist (whereabouts);
create index listings_nearby_by_category on listings using gist (category, whereabouts);
