-- Checks what was there before the migration before this one, under a lock that bookings do not mind.

alter table appointments validate constraint appointments_of_one;
alter table appointments validate constraint appointments_card_id_fkey;
