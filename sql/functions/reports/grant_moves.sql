-- What the history and the open holds gave to and took from each grant, in sum.
create or replace function credits.grant_moves(p_account_id uuid)
returns table (account_id uuid, grant_id bigint, moved numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select m.account_id, m.grant_id, sum(m.amount)
    from (
        select
            t.account_id,
            g.key::bigint as grant_id,
            g.value::numeric * sign(t.amount) as amount
        from credits.transactions as t
        cross join lateral jsonb_each_text(t.grants) as g
        where t.account_id = p_account_id or p_account_id is null
        union all
        select h.account_id, g.key::bigint, -g.value::numeric
        from credits.holds as h
        cross join lateral jsonb_each_text(h.grants) as g
        where h.state = 'open' and (h.account_id = p_account_id or p_account_id is null)
    ) as m
    group by m.account_id, m.grant_id
$$;

comment on function credits.grant_moves(uuid) is
'What the history and the open holds moved in and out of each grant.';

revoke all on function credits.grant_moves(uuid) from public, anon, authenticated, service_role;
