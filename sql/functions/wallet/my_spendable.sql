-- What the signed-in user could spend now from the personal account; null for any other caller,
-- who has none.
--
-- Errors   42501 not_signed_in, user_unknown
create or replace function credits.my_spendable()
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.caller() is distinct from 'authenticated' then
        return null;
    end if;
    return credits.spendable(
        credits.read_account(credits.authorize_account(null, 'spend'))
    );
end;
$$;

comment on function credits.my_spendable() is
'What the signed-in user could spend now; null for any other caller.';

revoke all on function credits.my_spendable() from public, anon, authenticated, service_role;
