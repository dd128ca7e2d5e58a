-- Locks several accounts in the order of their ids, so that two calls never wait for each other;
-- see lock_account.
--
-- Locks    credits.accounts: those rows, until commit.
create or replace function credits.lock_accounts(p_account_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
begin
    for v_account_id in
        select distinct i.id
        from unnest(p_account_ids) as i (id)
        where i.id is not null
        order by i.id
    loop
        perform credits.lock_account(v_account_id);
    end loop;
end;
$$;

comment on function credits.lock_accounts(uuid[]) is
'Locks several accounts in the order of their ids.';

revoke all on function credits.lock_accounts(uuid[]) from public, anon, authenticated, service_role;
