-- A dispute of any account, with the account locked, for administrators.
--
-- Errors   PT404 dispute_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.locked_dispute(p_dispute_id uuid)
returns credits.disputes
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dispute credits.disputes;
begin
    perform credits.lock_account(d.account_id) from credits.disputes as d where d.id = p_dispute_id;
    select d.* into v_dispute from credits.disputes as d where d.id = p_dispute_id;
    if not found then
        raise exception 'dispute_not_found' using
            errcode = 'PT404',
            hint = 'There is no dispute of this id that you may see.';
    end if;
    return v_dispute;
end;
$$;

comment on function credits.locked_dispute(uuid) is
'A dispute of any account, with the account locked, or PT404.';

revoke all on function credits.locked_dispute(uuid) from public, anon, authenticated, service_role;
