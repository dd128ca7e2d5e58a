-- The customer whose portal a user may open, and how the portal is configured.
--
-- Errors   PT404 account_not_found, customer_not_found, 42501 user_unknown,
--          PT409 provider_mode_differs
create or replace function credits.find_customer(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (account_id uuid, customer_id text, portal_configuration_id text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
begin
    return query
    select c.account_id, c.id, p.portal_configuration_id
    from credits.customers as c
    inner join credits.providers as p on c.provider = p.provider
    where
        c.account_id = v_account_id and c.provider = p_provider and c.livemode = v_livemode
        and c.id is not null and c.deleted_at is null;
    if not found then
        raise exception 'customer_not_found' using
            errcode = 'PT404',
            hint = 'This account has no customer at the payment provider: buy something first.';
    end if;
end;
$$;

comment on function credits.find_customer(uuid, uuid, text, boolean) is
'The customer whose portal a user may open.';

revoke all on function credits.find_customer(uuid, uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.find_customer(
    uuid, uuid, text, boolean
) to credits_edge, service_role;
