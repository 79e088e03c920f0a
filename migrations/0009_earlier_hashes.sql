-- A failed sign-in takes as long as the costliest hash of the earlier version that anybody still has. So that finding out
-- costs nothing, whether many have one or nobody has any more.
create index users_by_earlier_hash on users ((split_part(password_hash, '$', 2)::int))
    where password_hash ~ '^pbkdf2_sha256\$[0-9]{1,7}\$';
