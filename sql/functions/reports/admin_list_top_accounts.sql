-- The accounts that used most; whole days (UTC), as far as the roll-up has come.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Errors   PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_top_accounts(
    p_since timestamptz,
    p_until timestamptz,
    p_page_size integer
)
returns setof public.credit_top_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    perform credits.check_page_size(p_page_size);
    return query
    select
        u.account_id, coalesce(a.email, credits.email_of_user(a.owner_id)), a.plan,
        u.calls::bigint, trim_scale(u.credits), round(100 * u.credits / nullif(u.all_credits, 0), 1)
    from (
        select
            d.account_id,
            sum(d.calls) as calls,
            sum(d.credits) as credits,
            sum(sum(d.credits)) over () as all_credits
        from credits.usage_daily as d
        where
            d.day >= v_first and d.day <= v_last
        group by d.account_id
        order by sum(d.credits) desc, d.account_id
        limit p_page_size
    ) as u
    inner join credits.accounts as a on u.account_id = a.id
    order by u.credits desc, u.account_id;
end;
$$;

comment on function credits.admin_list_top_accounts(timestamptz, timestamptz, integer) is
'The accounts that used most.';

revoke all on function credits.admin_list_top_accounts(timestamptz, timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_top_accounts(
    timestamptz, timestamptz, integer
) to authenticated, service_role;
