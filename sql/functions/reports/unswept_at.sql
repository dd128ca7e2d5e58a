-- What had expired of an account by a time, and was not taken out of its balance before later: what
-- remained in those grants then, by the history and the holds that were open.
create or replace function credits.unswept_at(p_account_id uuid, p_at timestamptz)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with expired as (
        select g.id
        from credits.grants as g
        where g.account_id = p_account_id and g.created_at <= p_at and g.expires_at <= p_at
    )

    select coalesce(sum(m.amount), 0)
    from (
        select k.key::bigint as grant_id, k.value::numeric * sign(t.amount) as amount
        from credits.transactions as t
        cross join lateral jsonb_each_text(t.grants) as k
        where t.account_id = p_account_id and t.created_at <= p_at
        union all
        select k.key::bigint, -k.value::numeric
        from credits.holds as h
        cross join lateral jsonb_each_text(h.grants) as k
        where
            h.account_id = p_account_id
            and h.created_at <= p_at
            and h.expires_at > p_at
            and (h.ended_at is null or h.ended_at > p_at)
    ) as m
    where exists (select from expired) and m.grant_id in (select e.id from expired as e)
$$;

comment on function credits.unswept_at(uuid, timestamptz) is
'What had expired of an account by a time, and was not taken out of its balance by then.';

revoke all on function credits.unswept_at(uuid, timestamptz)
from public, anon, authenticated, service_role;
