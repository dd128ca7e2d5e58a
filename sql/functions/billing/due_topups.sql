-- The accounts that an automatic top-up is due for: those that wait longest first. open_topup
-- decides.
--
-- Errors   22023 invalid_batch_size
create or replace function credits.due_topups(p_limit integer)
returns setof uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(statement_timestamp(), p_limit);
    return query
    select a.id
    from credits.auto_topups as t
    inner join credits.accounts as a on t.account_id = a.id
    where
        t.is_enabled
        and t.next_attempt_at <= clock_timestamp()
        -- Only what has expired unseen can be less than the row says.
        and (a.balance - a.held < t.threshold or a.next_expiry_at <= clock_timestamp())
        and credits.wants_topup(credits.read_account(a.id))
    order by t.next_attempt_at, t.changed_at
    limit p_limit;
end;
$$;

comment on function credits.due_topups(integer) is
'The accounts that an automatic top-up is due for.';

revoke all on function credits.due_topups(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.due_topups(integer) to credits_edge, service_role;
