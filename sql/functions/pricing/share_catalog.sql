-- Keeps the catalog in force as it is until commit, for who is about to put an account on one of
-- its plans. Sharers do not wait for each other, and readers wait for nobody. Take it before any
-- account's row: a new catalog locks the catalogs first, then accounts. (A caller's transaction
-- that spends on one account and then opens another may still deadlock with a new catalog, and
-- is then to be tried again.)
--
-- Locks    credits.catalogs in row exclusive mode, until commit.
create or replace function credits.share_catalog()
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    lock table credits.catalogs in row exclusive mode;
end;
$$;

comment on function credits.share_catalog() is
'Keeps the catalog in force as it is until commit.';

revoke all on function credits.share_catalog() from public, anon, authenticated, service_role;
