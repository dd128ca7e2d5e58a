-- What is wrong with a grant: what remains of it, its order, its expiry.
--
-- Rules    grant_missing: the history names it, and it is not there. grant_origin: the transaction
--          of its number gave it. grant_remaining: the amount less what transactions and open holds
--          took. burn_order: the head is the first of the open grants. late_use: no usage after its
--          expiry, unless it was held before. next_expiry: the account knows its next expiry in
--          time.
create or replace function credits.grant_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select a.id, c.rule, format('grant %s: %s', coalesce(g.id, m.grant_id), c.detail)
    from (
        select k.*
        from credits.grants as k
        where k.account_id = p_account_id or p_account_id is null
    ) as g
    full join credits.grant_moves(p_account_id) as m
        on g.account_id = m.account_id and g.id = m.grant_id
    inner join credits.accounts as a on coalesce(g.account_id, m.account_id) = a.id
    left join credits.transactions as o on g.account_id = o.account_id and g.id = o.id
    left join credits.grants as head
        on a.id = head.account_id and a.head_grant_id = head.id and a.head_remaining > 0
    cross join lateral (
        select
            case when g.id = a.head_grant_id then a.head_remaining else g.remaining end as left_over
    ) as r
    cross join lateral (
        values
        ('grant_missing', g.id is null, 'not there'),
        (
            'grant_origin',
            g.id is not null and (o.type, (o.grants ->> g.id::text)::numeric)
            is distinct from (g.source, g.amount),
            format('the history gave %s of %s', o.grants ->> g.id::text, o.type)
        ),
        (
            'grant_remaining',
            g.id is not null and r.left_over is distinct from m.moved
            or g.id = a.head_grant_id and g.remaining <> 0,
            format('%s remain, the history says %s', r.left_over, m.moved)
        ),
        (
            'burn_order',
            g.remaining > 0
            and (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid, g.id)
            < (head.priority, coalesce(head.expires_at, 'infinity'), head.is_paid, head.id),
            format('burns before the head %s', head.id)
        ),
        (
            'next_expiry',
            r.left_over > 0 and g.expires_at < a.next_expiry_at,
            format('expires at %s, the account looks at %s', g.expires_at, a.next_expiry_at)
        ),
        (
            'late_use',
            g.expires_at is not null and exists (
                select from credits.transactions as t
                where
                    t.account_id = g.account_id
                    and t.created_at >= g.expires_at
                    and t.type in ('usage', 'gift_sent')
                    and t.grants ? g.id::text
                    and not exists (
                        select from credits.hold_of(t) as h
                        where h.created_at < g.expires_at and h.grants ? g.id::text
                    )
            ),
            format('used after %s', g.expires_at)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.grant_violations(uuid) is
'What is wrong with grants.';

revoke all on function credits.grant_violations(uuid)
from public, anon, authenticated, service_role;
