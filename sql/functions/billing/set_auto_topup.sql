-- Sets how an account is topped up automatically: when less than the threshold is available, a pack
-- is bought with the saved card, within the monthly limit. It is off until somebody wants it.
--
-- To switch it on ends every pause. To switch it off is never refused, and leaves the settings as
-- they are; this, or another pack, gives up the attempt that is under way: what was paid all the
-- same is credited. Null leaves a setting as it is; -1 clears the limit.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          topup_incomplete, invalid_amount, unknown_package, topup_too_small,
--          topup_limit_too_small, PT403 account_closed, PT409 no_catalog
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_auto_topup(
    p_enabled boolean,
    p_threshold numeric,
    p_package text,
    p_monthly_limit_cents bigint,
    p_account_id uuid
)
returns public.credit_auto_topup
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(
        credits.authorize_account(p_account_id, 'manage')
    );
    v_topup credits.auto_topups;
begin
    select t.* into v_topup
    from credits.auto_topups as t
    where t.account_id = v_account.id;
    if p_enabled is null then
        raise exception 'topup_incomplete' using
            errcode = '22023',
            hint = 'Say whether it is enabled, below which balance, and which package to buy.';
    elsif not p_enabled and v_topup.account_id is null then
        return credits.show_topup(v_account.id);
    elsif p_enabled then
        v_topup := credits.check_topup(
            v_account, v_topup, p_threshold, p_package, p_monthly_limit_cents
        );
    end if;

    perform credits.end_order(o.account_id, o.id, 'expired')
    from credits.orders as o
    where
        o.account_id = v_account.id and o.is_topup and o.status = 'open'
        and (not p_enabled or o.package <> v_topup.package);
    insert into credits.auto_topups as t (
        account_id, is_enabled, threshold, package, monthly_limit_cents, changed_by
    )
    values (
        v_account.id, p_enabled, v_topup.threshold, v_topup.package,
        v_topup.monthly_limit_cents, auth.uid()
    )
    on conflict (account_id) do update
    set
        is_enabled = excluded.is_enabled,
        threshold = excluded.threshold,
        package = excluded.package,
        monthly_limit_cents = excluded.monthly_limit_cents,
        declines = case when p_enabled then 0 else t.declines end,
        failures = case when p_enabled then 0 else t.failures end,
        paused_reason = case when not p_enabled then t.paused_reason end,
        paused_until_at = case when not p_enabled then t.paused_until_at end,
        next_attempt_at = case when p_enabled then '-infinity' else t.next_attempt_at end,
        changed_by = excluded.changed_by,
        changed_at = clock_timestamp();
    return credits.show_topup(v_account.id);
end;
$$;

comment on function credits.set_auto_topup(boolean, numeric, text, bigint, uuid) is
'Sets how an account is topped up automatically.';

revoke all on function credits.set_auto_topup(boolean, numeric, text, bigint, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.set_auto_topup(
    boolean, numeric, text, bigint, uuid
) to authenticated, service_role;
