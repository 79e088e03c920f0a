-- A business in several places. The first, primary one is what a business had so far: its hours are those without a location,
-- its services those without one.

-- None of these is called as a column of the businesses is: functions of the release before this one ask for those without
-- saying whose.
alter table locations
    add column label text not null default '' check (length(label) <= 200),
    add column telephone text not null default '',
    add column given_up_at timestamptz,
    add constraint locations_primary_stays check (given_up_at is null or not is_primary);
comment on column locations.label is 'What it is called among those of its business. Empty: nothing of its own.';
comment on column locations.given_up_at is 'Since when it is kept only for what took place there.';

alter table opening_hours
    add column location_id uuid,
    add constraint opening_hours_at_own_location foreign key (business_id, location_id)
        references locations (business_id, id) on delete cascade,
    drop constraint opening_hours_no_overlap,
    add constraint opening_hours_no_overlap exclude using gist (
        business_id with =, coalesce(location_id, '00000000-0000-0000-0000-000000000000') with =,
        day_of_week with =, minutes with &&);
comment on column opening_hours.location_id is
    'Never the primary one. Null: those of the business, which every location without any of its own has.';

-- Nobody is in two places at once: the constraint against overlapping hours stays as it is.
alter table staff_hours
    add column location_id uuid,
    add constraint staff_hours_at_own_location foreign key (business_id, location_id)
        references locations (business_id, id) on delete cascade;
comment on column staff_hours.location_id is 'Where they work then. Null: wherever what is booked takes place.';
