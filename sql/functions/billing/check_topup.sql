-- Takes in new settings of an automatic top-up, and refuses those that cannot work. The pack must
-- bring the account above the threshold, or one crossing of it would buy twice.
--
-- Errors   PT403 account_closed, PT409 no_catalog, 22023 topup_incomplete, invalid_amount,
--          unknown_package, topup_too_small, topup_limit_too_small
create or replace function credits.check_topup(
    p_account credits.accounts,
    p_topup credits.auto_topups,
    p_threshold numeric,
    p_package text,
    p_monthly_limit_cents bigint
)
returns credits.auto_topups
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_package text := coalesce(p_package, p_topup.package);
    v_item credits.purchase_item;
    v_total_cents bigint;
begin
    p_topup.threshold := coalesce(p_threshold, p_topup.threshold);
    p_topup.monthly_limit_cents := nullif(
        coalesce(p_monthly_limit_cents, p_topup.monthly_limit_cents), -1
    );
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif num_nulls(p_topup.threshold, v_package) > 0 then
        raise exception 'topup_incomplete' using
            errcode = '22023',
            hint = 'Say below which balance, and which package to buy.';
    elsif p_topup.threshold not between 0 and 1e12
        or p_topup.threshold <> round(p_topup.threshold, 9)
    then
        raise exception 'invalid_amount' using
            errcode = '22023',
            detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
            hint = 'A threshold is a number of credits from 0, with at most nine decimal places.';
    end if;
    v_item := credits.purchase_item(credits.catalog_in_force(), v_package, null, null);
    v_total_cents := (credits.quote_purchase(
        p_account, null, v_package, null, null, null
    ) ->> 'total_cents')::bigint;
    if v_item.credits < p_topup.threshold then
        raise exception 'topup_too_small' using
            errcode = '22023',
            detail = jsonb_build_object(
                'threshold', p_topup.threshold, 'credits', v_item.credits
            )::text,
            hint = 'Choose a package of at least as many credits as the threshold.';
    elsif p_topup.monthly_limit_cents < v_total_cents then
        raise exception 'topup_limit_too_small' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', v_total_cents)::text,
            hint = 'The monthly limit must allow one package at least; -1 is no limit.';
    end if;
    p_topup.package := v_item.code;
    return p_topup;
end;
$$;

comment on function credits.check_topup(
    credits.accounts, credits.auto_topups, numeric, text, bigint
) is
'Takes in new settings of an automatic top-up, and refuses those that cannot work.';

revoke all on function credits.check_topup(
    credits.accounts, credits.auto_topups, numeric, text, bigint
) from public, anon, authenticated, service_role;
