-- The outbox holds what happened (a notice) instead of the mail that says so: names, times and words are looked up
-- when it leaves.

alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_known check (kind in ('mail', 'notice'));
