-- Takes credits out of what a payment gave: out of one of its grants, then out of what was
-- reinstated of it, as far as that goes.
--
-- Returns  the account with its head as it stands then, and how much each grant gave.
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.take_own(credits.accounts, text, bigint, numeric);
create or replace function credits.take_own(
    p_account credits.accounts,
    p_origin credits.grants,
    p_amount numeric
)
returns credits.burnt_grants
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grants jsonb := '{}'::jsonb;
    v_left numeric := p_amount;
    v_grant record;
begin
    for v_grant in
        select o.id, o.remaining
        from credits.open_grants(p_account) as o
        inner join credits.grants as g on o.id = g.id and g.account_id = p_account.id
        where
            g.id = p_origin.id
            or g.source = 'reinstatement' and g.reference = p_origin.reference
        order by g.id is distinct from p_origin.id, g.id
    loop
        exit when v_left = 0;
        v_grants := v_grants
            || jsonb_build_object(v_grant.id, least(v_left, v_grant.remaining));
        p_account := credits.take_credits(
            p_account, v_grant.id, least(v_left, v_grant.remaining)
        );
        v_left := v_left - least(v_left, v_grant.remaining);
    end loop;
    return (p_account, v_grants)::credits.burnt_grants;
end;
$$;

comment on function credits.take_own(credits.accounts, credits.grants, numeric) is
'Takes credits out of what a payment gave.';

revoke all on function credits.take_own(credits.accounts, credits.grants, numeric)
from public, anon, authenticated, service_role;
