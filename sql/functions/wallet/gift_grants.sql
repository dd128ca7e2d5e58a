-- Which grants of a locked account a gift comes from: credits that were bought, in burn-down order.
--
-- Returns  how much each grant gives: {"<grant id>": credits}.
-- Errors   PT402 insufficient_credits: less is there that can be given
create or replace function credits.gift_grants(p_account credits.accounts, p_amount numeric)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bought jsonb;
    v_available numeric;
begin
    select coalesce(jsonb_object_agg(o.id, o.remaining), '{}'), coalesce(sum(o.remaining), 0)
    into strict v_bought, v_available
    from credits.open_grants(p_account) as o
    inner join credits.grants as g on g.account_id = p_account.id and o.id = g.id
    where g.source = 'purchase' and g.is_paid;
    if v_available < p_amount then
        perform credits.refuse_insufficient(p_account, p_amount, null, v_available);
    end if;
    return credits.first_grants(p_account.id, v_bought, p_amount);
end;
$$;

comment on function credits.gift_grants(credits.accounts, numeric) is
'Which grants of a locked account a gift comes from.';

revoke all on function credits.gift_grants(credits.accounts, numeric)
from public, anon, authenticated, service_role;
