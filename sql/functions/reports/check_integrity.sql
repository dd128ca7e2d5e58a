-- Re-derives every balance, grant, hold, sequence and hash chain from the history.
--
-- p_account_id  one account; null for all of them and for transactions that belong to none.
-- Returns       what is wrong: the account, the rule that is broken, the numbers. No rows is well.
create or replace function credits.check_integrity(p_account_id uuid)
returns setof public.credit_violation
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select v.* from credits.transaction_violations(p_account_id) as v
    union all
    select v.* from credits.account_violations(p_account_id) as v
    union all
    select v.* from credits.grant_violations(p_account_id) as v
    union all
    select v.* from credits.hold_violations(p_account_id) as v
    union all
    select v.* from credits.member_violations(p_account_id) as v
    union all
    select v.* from credits.payment_violations(p_account_id) as v
    union all
    select v.* from credits.return_violations(p_account_id) as v
    union all
    select v.* from credits.allowance_violations(p_account_id) as v
    union all
    select v.* from credits.dispute_violations(p_account_id) as v
    union all
    select v.* from credits.usage_violations(p_account_id) as v
    union all
    select v.* from credits.total_violations() as v where p_account_id is null;
end;
$$;

comment on function credits.check_integrity(uuid) is
'Re-derives balances, grants, sequences and chains; no rows when all is well.';

revoke all on function credits.check_integrity(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.check_integrity(uuid) to service_role;
