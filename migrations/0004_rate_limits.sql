-- Counting changes one column of one row. With an index on that column, and no room left on the row's page, every count wrote
-- both indexes anew and left a dead row in each; now it writes the page alone. Old counters are found by reading the table,
-- which is small.

drop index rate_limits_stale;
alter table rate_limits set (fillfactor = 50);
