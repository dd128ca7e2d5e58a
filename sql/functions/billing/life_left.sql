-- How much longer the credits that a clawback took would have lived: the longest life of what it
-- took, or that of the payment's own grant where all became debt. Null for what never expires, and
-- for what had expired before.
create or replace function credits.life_left(
    p_clawback credits.clawbacks,
    p_origin credits.grants
)
returns interval
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_end_at timestamptz;
begin
    select max(coalesce(g.expires_at, 'infinity')) into strict v_end_at
    from credits.transactions as t
    cross join lateral jsonb_object_keys(t.grants) as k (id)
    inner join credits.grants as g on t.account_id = g.account_id and k.id::bigint = g.id
    where t.account_id = p_clawback.account_id and t.id = p_clawback.transaction_id;
    v_end_at := coalesce(v_end_at, p_origin.expires_at);
    return case
        when isfinite(v_end_at) and v_end_at > p_clawback.created_at
            then make_interval(secs => extract(epoch from v_end_at - p_clawback.created_at))
    end;
end;
$$;

comment on function credits.life_left(credits.clawbacks, credits.grants) is
'How much longer the credits that a clawback took would have lived, null for ever.';

revoke all on function credits.life_left(credits.clawbacks, credits.grants)
from public, anon, authenticated, service_role;
