-- A customer was deleted at the provider: the account gets a new one at its next purchase.
create or replace function credits.forget_customer(p_provider text, p_customer_id text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.customers as c
    set deleted_at = clock_timestamp()
    where
        c.account_id = credits.account_of(p_provider, p_customer_id)
        and c.provider = p_provider
        and c.id = p_customer_id
        and c.deleted_at is null;
    if found then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'no customer of ours', null)::credits.outcome;
end;
$$;

comment on function credits.forget_customer(text, text) is
'Forgets a customer that was deleted at the provider.';

revoke all on function credits.forget_customer(text, text)
from public, anon, authenticated, service_role;
