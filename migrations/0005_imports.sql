-- What has been copied from a database of the earlier version. Copying again takes what is new there, and nothing
-- that has been changed, deleted or erased here since.

create table imported_rows (
    source_table text not null,
    source_id    text not null,
    target_id    uuid,
    remark       text not null default '',
    imported_at  timestamptz not null,
    primary key (source_table, source_id)
);
create index imported_rows_by_target on imported_rows (source_table, target_id);
comment on table imported_rows is
    'Each row that `cargo dev import-django` has taken, what became of it, and what somebody should look at.';
