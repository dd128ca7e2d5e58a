-- What an account holds now.
--
-- Units    credits. expiring_credits: those that expire soonest, at expires_at. subscription: see
--          show_subscription.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_balance(p_account_id uuid)
returns public.credit_balance
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_expiring numeric;
    v_expires_at timestamptz;
    v_subscription jsonb := credits.show_subscription(v_account.id);
begin
    if v_account.next_expiry_at < 'infinity' then
        select g.expires_at, sum(g.remaining) into v_expires_at, v_expiring
        from credits.open_grants(v_account) as g
        where g.expires_at > clock_timestamp()
        group by g.expires_at
        order by g.expires_at
        limit 1;
    end if;
    return (
        v_account.id, v_account.owner_id, v_account.status, v_account.plan, v_account.balance,
        v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.total_purchased, v_account.total_spent, v_account.balance - v_account.held,
        v_account.status, v_subscription,
        (v_subscription ->> 'next_billing_at')::timestamptz, v_account.low_balance,
        v_expiring, v_expires_at
    )::public.credit_balance;
end;
$$;

comment on function credits.get_balance(uuid) is
'What an account holds now.';

revoke all on function credits.get_balance(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_balance(uuid) to authenticated, service_role;
