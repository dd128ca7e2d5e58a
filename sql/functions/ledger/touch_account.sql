-- Writes a locked account's row as it is: what the lock protects is read from a snapshot, and a
-- session whose snapshot is older is 40001 then, and not wrong.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.touch_account(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.accounts as a set created_at = a.created_at where a.id = p_account_id;
end;
$$;

comment on function credits.touch_account(uuid) is
'Writes a locked account''s row as it is.';

revoke all on function credits.touch_account(uuid) from public, anon, authenticated, service_role;
