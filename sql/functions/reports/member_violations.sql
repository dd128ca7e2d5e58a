-- What is wrong with what a team's members are counted to have spent this month.
--
-- Rules    member: the counter of a running month is what the history says.
create or replace function credits.member_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select m.account_id, 'member', format(
        'member %s is counted %s, the history has %s', m.user_id, m.month_spent, u.spent
    )
    from credits.members as m
    inner join credits.accounts as a on m.account_id = a.id
    cross join lateral (select credits.member_usage(a, m.user_id) as spent) as u
    where
        a.kind = 'team'
        and m.month_ends_at = credits.month_end(a.last_transaction_at)
        and m.month_spent <> u.spent
        and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.member_violations(uuid) is
'What is wrong with the spending of members.';

revoke all on function credits.member_violations(uuid)
from public, anon, authenticated, service_role;
