-- What somebody has spent of an account in the calendar month of its lock, by the history: charges
-- of the month less what was refunded of them.
create or replace function credits.member_usage(p_account credits.accounts, p_user_id uuid)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(-t.amount - coalesce(r.amount, 0)), 0)
    from credits.transactions as t
    left join lateral (
        select sum(u.amount) as amount
        from credits.usage_refunds as u
        where u.account_id = t.account_id and u.transaction_id = t.id
    ) as r on true
    where
        t.account_id = p_account.id
        and t.user_id = p_user_id
        and t.type = 'usage'
        and t.created_at >= credits.month_start(p_account.last_transaction_at)
        and t.id > coalesce((
            select l.id
            from credits.transactions as l
            where
                l.account_id = p_account.id
                and l.created_at < credits.month_start(p_account.last_transaction_at)
            order by l.id desc
            limit 1
        ), 0)
$$;

comment on function credits.member_usage(credits.accounts, uuid) is
'What somebody has spent of an account in the calendar month, by the history.';

revoke all on function credits.member_usage(credits.accounts, uuid)
from public, anon, authenticated, service_role;
