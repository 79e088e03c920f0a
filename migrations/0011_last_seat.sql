-- Who leaves a class as its last, while somebody joins it, no longer tries to take the entry along: whether it is the last
-- seat is decided by the row as it is once the other has finished, not as it was when the statement began.

create or replace function release_seat(entry uuid) returns void language plpgsql as $$
begin
    loop
        delete from calendar_entries where id = entry and booked = 1;
        exit when found;
        update calendar_entries set booked = booked - 1 where id = entry and booked > 1;
        exit when found;
        -- Neither: it is gone, or somebody else has come or gone between both.
        perform from calendar_entries where id = entry;
        exit when not found;
    end loop;
end $$;
