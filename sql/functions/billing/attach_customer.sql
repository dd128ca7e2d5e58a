-- Notes the customer that was created for an account; the first one stays.
--
-- Returns  the id that is kept.
-- Errors   PT404 customer_not_found: open_customer comes first; PT409 customer_taken: it is another
--          account's
-- Locks    credits.customers: one row.
create or replace function credits.attach_customer(
    p_account_id uuid,
    p_provider text,
    p_livemode boolean,
    p_customer_id text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text;
begin
    update credits.customers as c
    set id = coalesce(c.id, p_customer_id)
    where c.account_id = p_account_id and c.provider = p_provider and c.livemode = p_livemode
    returning c.id into v_id;
    if not found then
        raise exception 'customer_not_found' using
            errcode = 'PT404',
            hint = 'This account has no customer at the payment provider.';
    elsif not credits.keep_external_id(p_provider, v_id, p_account_id) then
        raise exception 'customer_taken' using
            errcode = 'PT409',
            hint = 'This customer belongs to another account.';
    end if;
    return v_id;
end;
$$;

comment on function credits.attach_customer(uuid, text, boolean, text) is
'Notes the customer that was created for an account; the first one stays.';

revoke all on function credits.attach_customer(uuid, text, boolean, text)
from public, anon, authenticated, service_role;
grant execute on function credits.attach_customer(
    uuid, text, boolean, text
) to credits_edge, service_role;
